"""What a leg was answered, whom it met, and that it has ended: the leg's side of a decision.

Written in the transaction in which the turn was taken.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, case, insert, select, update

from flows.facts import Call, Leg, Recording
from flows.verbs import Ask, Join, Listen, Record, Verb, Visit
from voice_gateway.store.messages_left import FORGOTTEN
from voice_gateway.store.tables import AnswerRow, LegRow, PersonRow, VoicemailRow

UNSURE_AFTER_RING = timedelta(seconds=40)
UNSURE_ON_THE_LINE = timedelta(minutes=2)
UNSURE_WHILE_TALKING = timedelta(minutes=1)

_update_leg = update(LegRow).where(LegRow.id == bindparam("which"))
_update_person = update(PersonRow).where(PersonRow.id == bindparam("which"))
_insert_answer = insert(AnswerRow)


def meets(call: Call, join: Join) -> list[int]:
    """The legs of the other side that this leg finds in the room, to talk with."""
    if call.leg is None or call.leg.role == "guest" or join.records or join.room != call.case.room:
        return []
    other = "agent" if call.leg.role == "customer" else "customer"
    return [leg.id for leg in call.live(other) if leg.in_room]


def answer(connection: Connection, call: Call, leg: Leg, step: int, verbs: tuple[Verb, ...], reply: str) -> None:
    """Write down what this leg was answered, and by that whether anything is still owed on it."""
    last = verbs[-1] if verbs else None
    join = last if isinstance(last, Join) else None
    owes = isinstance(last, Ask | Listen | Record | Visit) or bool(join and (join.then or join.otherwise))
    changes: dict[str, Any] = {"step": step, "in_room": join is not None and not join.records,
                               "settled_at": None if owes else call.now}
    if leg.held:
        changes["held"] = False  # whoever takes a turn has left the room in which they were held
    if not leg.answered:
        changes |= {"answered_at": call.now, "check_at": call.now + (UNSURE_ON_THE_LINE if leg.inbound else UNSURE_WHILE_TALKING)}
    if join:
        changes |= {"joined_at": call.now, "after_room": join.then.address if join.then else None}
        changes |= _talking(connection, call, leg, join)
    if isinstance(last, Ask | Listen | Record | Join | Visit) and last.otherwise:
        changes["otherwise"] = last.otherwise.address
    connection.execute(_insert_answer, {"leg_id": leg.id, "step": step, "reply": reply})
    connection.execute(_update_leg, {"which": leg.id, **changes})


def _talking(connection: Connection, call: Call, leg: Leg, join: Join) -> dict[str, Any]:
    """From now on they talk: written on this leg and on those that it found in the room."""
    others = meets(call, join)
    if not others or leg.talked_at:
        return {}
    connection.execute(update(LegRow).where(LegRow.id.in_(others)).values(talked_at=call.now))
    return {"talked_at": call.now}


def knows_recording(connection: Connection, recording: Recording) -> bool:
    """Do we have this message already? If so its length may become known only now."""
    seconds = recording.seconds or 0
    known = connection.execute(
        update(VoicemailRow).where(VoicemailRow.recording_sid == recording.sid)
        .values(seconds=case((VoicemailRow.seconds < seconds, seconds), else_=VoicemailRow.seconds)))
    return known.rowcount > 0


def left_a_message(connection: Connection, leg_id: int) -> bool:
    """Has any message come of this leg?"""
    return connection.scalar(select(VoicemailRow.id).where(VoicemailRow.leg_id == leg_id).limit(1)) is not None


def case_of_voicemail(connection: Connection, voicemail_id: int) -> int:
    """The case that a message belongs to."""
    return connection.execute(select(VoicemailRow.case_id).where(VoicemailRow.id == voicemail_id)).scalar_one()


def transcribed(connection: Connection, recording_sid: str, transcript_sid: str, words: str) -> int | None:
    """Keep what was written down of a message, unless whoever left it was forgotten since; None if there is no such message."""
    return connection.scalar(
        update(VoicemailRow).where(VoicemailRow.recording_sid == recording_sid)
        .values(transcript=case((VoicemailRow.fetched == FORGOTTEN, ""), else_=words), transcript_sid=transcript_sid).returning(VoicemailRow.id))


def is_erased(connection: Connection, voicemail_id: int) -> bool:
    """Has the carrier forgotten it already? Then what it writes down afterwards must go as well."""
    return connection.scalar(select(VoicemailRow.erased_at).where(VoicemailRow.id == voicemail_id)) is not None


def ended(connection: Connection, call: Call, leg: Leg, outcome: str) -> None:
    """A leg has left the line. The colleague who was rung is idle from now on; who rang in by themselves was so before."""
    connection.execute(_update_leg, {"which": leg.id, "ended_at": call.now, "outcome": outcome, "in_room": False,
                                     "settled_at": call.now})
    if leg.agent and not leg.inbound:
        connection.execute(_update_person, {"which": leg.agent.id, "idle_since": call.now})

