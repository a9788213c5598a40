"""What a turn decided about messages, written down: texts, voicemails, and what people agreed to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, insert, select, update

from flows.facts import Agent, Contact
from flows.orders import (
    AskRating,
    AwaitAnswer,
    Away,
    FindRecording,
    GiveVoicemail,
    KeepConsent,
    KeepRating,
    KeepVoicemail,
    MarkVoicemail,
    Moves,
    OptOut,
    Text,
)
from flows.words import Words
from voice_gateway.store import absences, hours, leave, sending
from voice_gateway.store.desk import Desk, hand
from voice_gateway.store.identity import reaching
from voice_gateway.store.tables import ConsentRow, IdentifierRow, MessageRow, VoicemailRow

LONGEST_TEXT = 1500  # characters; the carrier refuses more than 1600

_update_voicemail = update(VoicemailRow).where(VoicemailRow.id == bindparam("which"))
_insert_message = insert(MessageRow).returning(MessageRow.id)


@hand.register
def _keep_consent(order: KeepConsent, desk: Desk) -> None:
    """Of whoever is known by an account, it is also of the number that they have proved: it is rung because of it."""
    for whose in filter(None, (desk.call.case.whose, reaching.number_agreed_for(desk.call.grant))):
        desk.connection.execute(insert(ConsentRow), {
            "identifier_id": whose, "case_id": desk.case_id, "at": desk.call.now,
            "wording": order.wording, "source": "telephone"})


@hand.register
def _text(order: Text, desk: Desk) -> None:
    agent = order.to if isinstance(order.to, Agent) else None
    to = order.to.phone if isinstance(order.to, Agent) else order.to.texts_to
    if not to:
        desk.note("no number to text to")
        return
    link_id = leave.for_customer(desk) if isinstance(order.to, Contact) and to != order.to.address else None
    body = order.words
    if order.about and agent:
        body = f"{body} {desk.tickets.voicemail_page(order.about.id, agent.id, desk.call.now)}"
    if order.about_case and agent:
        body = f"{body} {desk.tickets.thread_page(desk.case_id, agent.id, desk.call.now)}"
    if order.about_climb and agent:
        body = f"{body} {desk.tickets.climb_page(desk.case_id, agent.id, desk.call.now)}"
    writer = order.by or agent
    pictures = along(desk.call.words) if order.pictures else []
    for n, part in enumerate(parts(body)):
        message_id = desk.connection.execute(_insert_message, {
            "case_id": desk.case_id, "role": "agent" if agent else "customer", "phone": to,
            "our_number": written_from(desk, to), "body": part, "automatic": order.by is None,
            "person_id": writer.id if writer else None, "ordered_at": desk.call.now,
            "pictures": [] if n else pictures, "assumes": sending.kept(order.assumes),
            "post_id": desk.call.mention.kept or None if agent and desk.call.mention else None}).scalar_one()
        desk.owe("text", message_id=message_id, link_id=link_id)
    if not agent:
        told = "told an update" if order.is_update else "answered by text" if order.by else "text"
        desk.note(told, order.by.first_name if order.by else "customer", order.words)
    if order.by:
        desk.changes["unanswered_since"] = None


def written_from(desk: Desk, to: str) -> str:
    """Our number; by Messenger, the page of ours to which they wrote."""
    return desk.call.case.our_number if to.startswith("messenger:") else desk.our_number


def along(words: Words | None) -> list[dict[str, int]]:
    """The pictures of a text that came in, by its id and their place: they may still be on their way to us."""
    return [{"of": words.message, "n": n} for n in range(words.pictures)] if words else []


def parts(body: str) -> list[str]:
    """A long text in parts that the carrier takes, cut where words end."""
    found = []
    while len(body) > LONGEST_TEXT:
        cut = body.rfind(" ", LONGEST_TEXT // 2, LONGEST_TEXT) + 1 or LONGEST_TEXT
        found.append(body[:cut].rstrip())
        body = body[cut:]
    return [*found, body]


@hand.register
def _opt_out(order: OptOut, desk: Desk) -> None:
    """Kept here, whatever the carrier keeps: it is looked at before every text."""
    at = desk.call.now if order.out else None
    desk.connection.execute(update(IdentifierRow).where(IdentifierRow.id == desk.call.case.whose).values(opted_out_at=at))
    desk.note("no more texts" if order.out else "texts again", "customer")


@hand.register
def _ask_rating(order: AskRating, desk: Desk) -> None:
    desk.changes["rating_asked_at"] = desk.call.now


@hand.register
def _keep_rating(order: KeepRating, desk: Desk) -> None:
    desk.changes["rating"] = order.stars
    desk.note("rated", "customer", str(order.stars))


@hand.register
def _await_answer(order: AwaitAnswer, desk: Desk) -> None:
    desk.changes["unanswered_since"] = desk.call.case.unanswered_since or desk.call.now


@hand.register
def _away(order: Away, desk: Desk) -> None:
    absences.goes(desk.connection, order.agent.id, order.until, desk.call.now)


@hand.register
def _moves(order: Moves, desk: Desk) -> None:
    hours.moves(desk.connection, order.agent.id, order.zone)


@hand.register
def _keep_voicemail(order: KeepVoicemail, desk: Desk) -> None:
    """A recording that we have already is not kept twice, however often the carrier tells of it."""
    sid = order.recording.sid
    if desk.connection.scalar(select(VoicemailRow.id).where(VoicemailRow.recording_sid == sid)):
        return
    voicemail_id = desk.connection.execute(insert(VoicemailRow).returning(VoicemailRow.id), {
        "case_id": desk.case_id, "leg_id": desk.call.leg.id if desk.call.leg else None, "recording_sid": sid,
        "seconds": order.recording.seconds or 0, "owner_id": order.owner.id if order.owner else None,
        "left_at": desk.call.now}).scalar_one()
    desk.note("left a message", "customer", str(order.recording.seconds or ""))
    desk.owe("fetch", voicemail_id=voicemail_id)
    desk.owe("follow_up", order.after, turn=order.then.address, voicemail_id=voicemail_id)


@hand.register
def _find_recording(order: FindRecording, desk: Desk) -> None:
    assert desk.call.leg is not None, "a recording was made on a leg"
    desk.owe("find", order.after, leg_id=desk.call.leg.id)


@hand.register
def _give_voicemail(order: GiveVoicemail, desk: Desk) -> None:
    changes: dict[str, Any] = {"owner_id": order.owner.id, "told_at": desk.call.now}
    if order.climbs:
        changes["climbs"] = order.voicemail.climbs + 1
        desk.note("message climbs", order.owner.first_name)
    desk.connection.execute(_update_voicemail, {"which": order.voicemail.id, **changes})


@hand.register
def _mark_voicemail(order: MarkVoicemail, desk: Desk) -> None:
    changes: dict[str, Any] = {"state": order.state, f"{order.state}_at": desk.call.now}
    who = desk.call.meant_for
    if who and order.state == "heard":
        changes["heard_by_id"] = who.id
    desk.connection.execute(_update_voicemail, {"which": order.voicemail.id, **changes})
    if order.state == "done":
        of_it = select(VoicemailRow.leg_id).where(VoicemailRow.id == order.voicemail.id).scalar_subquery()
        desk.connection.execute(update(VoicemailRow).where(VoicemailRow.leg_id == of_it).values(**changes))
    desk.note(f"message {order.state}", who.first_name if who else "")
