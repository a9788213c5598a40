"""What was decided about who somebody is, written down: codes that go out, what people are told of them, and links that end."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert

from flows import networks
from flows.codes import (
    TO_ACCOUNT,
    AskForNumber,
    LookUpHandle,
    NotSame,
    SendCode,
    Shared,
    TellAccount,
    TellNumber,
)
from voice_gateway.store.desk import Desk, hand
from voice_gateway.store.identity import challenges, denials, evidence, invitations
from voice_gateway.store.tables import MessageRow, PostRow


@hand.register
def _send_code(order: SendCode, desk: Desk) -> None:
    """The code itself is written down nowhere. Raises TooMany."""
    proof, pair = order.proof, order.proof.pair
    issued = challenges.issue(
        desk.connection, desk.tickets.secret_key, pair.tel_id, pair.account_id, proof.way, desk.call.now,
        purpose=proof.purpose, sitting=proof.sitting, case_id=desk.case_id, then_rings=proof.then_rings)
    if proof.way == TO_ACCOUNT:
        _write(desk, pair.account_id, order.words, issued.challenge_id)
    else:
        _text(desk, pair.number, order.words, issued.challenge_id)


@hand.register
def _tell_number(order: TellNumber, desk: Desk) -> None:
    """What was shown of it just now: nothing else lets us text a number that is not the case's own."""
    assert order.back.pair is not None and order.back.came in ("proved", "vouched"), "something was shown"
    _text(desk, order.back.pair.number, order.words, order.back.challenge or None)


@hand.register
def _ask_for_number(order: AskForNumber, desk: Desk) -> None:
    """It goes where they wrote from, and nowhere else."""
    message_id = desk.connection.execute(insert(MessageRow).returning(MessageRow.id), {
        "case_id": desk.case_id, "role": "customer", "phone": desk.call.contact.address, "our_number": desk.our_number,
        "body": order.words, "ordered_at": desk.call.now}).scalar_one()
    desk.owe("text", message_id=message_id, words=order.content)


@hand.register
def _tell_account(order: TellAccount, desk: Desk) -> None:
    _write(desk, desk.call.case.whose, order.words)


@hand.register
def _not_same(order: NotSame, desk: Desk) -> None:
    for tel_id, account_id in denials.pairs(desk.connection, desk.call.case.whose, desk.call.now):
        denials.deny(desk.connection, tel_id, account_id, order.who, order.why, desk.call.now)


@hand.register
def _shared(_order: Shared, desk: Desk) -> None:
    """Whether they say it from the number or from an account that was shown to have it."""
    for tel_id in denials.numbers(desk.connection, desk.call.case.whose, desk.call.now):
        evidence.share(desk.connection, tel_id, "customer", desk.call.now)
    desk.note("several people use it", "customer")


@hand.register
def _look_up_handle(order: LookUpHandle, desk: Desk) -> None:
    if order.handle:
        desk.changes["declared_handle"] = {order.network: order.handle}
    desk.owe("look_up_handle", turn=order.otherwise.address if order.otherwise else None)


def _text(desk: Desk, number: str, words: str, challenge_id: int | None) -> None:
    message: dict[str, Any] = {
        "case_id": desk.case_id, "role": "customer", "phone": number, "our_number": desk.our_number, "body": words,
        "challenge_id": challenge_id, "assumes": {"elsewhere": True}, "ordered_at": desk.call.now}
    message_id = desk.connection.execute(insert(MessageRow).returning(MessageRow.id), message).scalar_one()
    desk.owe("text", message_id=message_id)


def _write(desk: Desk, account_id: int, words: str, challenge_id: int | None = None) -> None:
    """Privately, where the network lets nobody else read it; elsewhere it is not said at all."""
    account = invitations.who(desk.connection, account_id)
    manners = networks.of_namespace(account.namespace) if account else None
    if account is None or manners is None or not manners.writes_privately:
        desk.note("could not be written to privately")
        return
    post_id = desk.connection.execute(insert(PostRow).returning(PostRow.id), {
        "network": manners.name, "thread": "", "case_id": desk.case_id, "account_id": account_id,
        "handle": account.display, "words": words, "said_at": desk.call.now, "heard_at": desk.call.now, "inbound": False,
        "private": True, "state": "owed", "challenge_id": challenge_id}).scalar_one()
    desk.owe("write", post_id=post_id)
