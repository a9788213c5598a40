"""What was decided about who somebody is, written down: codes that go out, and links that end."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert

from flows.codes import TO_ACCOUNT, NotSame, SendCode, TellNumber
from voice_gateway.store.desk import Desk, hand
from voice_gateway.store.identity import challenges, denials
from voice_gateway.store.tables import MessageRow


@hand.register
def _send_code(order: SendCode, desk: Desk) -> None:
    """The code itself is written down nowhere. Raises TooMany."""
    proof, pair = order.proof, order.proof.pair
    issued = challenges.issue(
        desk.connection, desk.tickets.secret_key, pair.tel_id, pair.account_id, proof.way, desk.call.now,
        purpose=proof.purpose, sitting=proof.sitting, case_id=desk.case_id, then_rings=proof.then_rings)
    if proof.way == TO_ACCOUNT:
        raise NotImplementedError
    _text(desk, pair.number, order.words, issued.challenge_id)


@hand.register
def _tell_number(order: TellNumber, desk: Desk) -> None:
    _text(desk, order.pair.number, order.words)


def _text(desk: Desk, number: str, words: str, challenge_id: int | None = None) -> None:
    message: dict[str, Any] = {
        "case_id": desk.case_id, "role": "customer", "phone": number, "our_number": desk.our_number, "body": words,
        "challenge_id": challenge_id, "assumes": {"elsewhere": True}, "ordered_at": desk.call.now}
    message_id = desk.connection.execute(insert(MessageRow).returning(MessageRow.id), message).scalar_one()
    desk.owe("text", message_id=message_id)


@hand.register
def _not_same(order: NotSame, desk: Desk) -> None:
    for tel_id, account_id in denials.pairs(desk.connection, desk.call.case.whose, desk.call.now):
        denials.deny(desk.connection, tel_id, account_id, order.who, order.why, desk.call.now)
