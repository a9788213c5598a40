"""Talks that were recorded: for those who begin, pause, bring home and erase them, and for the stories."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, insert, or_, select, update

from flows.facts import Call, Recording, Tape
from flows.house import RecordingRule
from voice_gateway.store.tables import AnyRow, JournalRow, LegRow, OrderRow, RecordingRow

NEWS_ARE_LATE = timedelta(minutes=2)  # after a call has ended, until we ask the carrier ourselves

_one = (
    select(*RecordingRow.__table__.columns, LegRow.call_sid, LegRow.ended_at.label("leg_ended_at"),
           LegRow.in_room.label("leg_in_room"))
    .join(LegRow, LegRow.id == RecordingRow.leg_id).where(RecordingRow.id == bindparam("which"))
)
_tape = (
    select(RecordingRow.id, RecordingRow.state)
    .where(RecordingRow.leg_id == bindparam("leg")).order_by(RecordingRow.id.desc()).limit(1)
)
_update = update(RecordingRow).where(RecordingRow.id == bindparam("which"))
_under_way = RecordingRow.state != "ended"
_nobody_told = (
    select(RecordingRow.id, RecordingRow.case_id).join(LegRow, LegRow.id == RecordingRow.leg_id)
    .where(_under_way, LegRow.ended_at <= bindparam("silent_since")).order_by(RecordingRow.id).limit(bindparam("most"))
)
_over_time = (
    select(RecordingRow.id, RecordingRow.case_id)
    .where(RecordingRow.erased_at_carrier_at.is_(None), RecordingRow.erase_at <= bindparam("now"), ~_under_way)
    .order_by(RecordingRow.erase_at).limit(bindparam("most"))
)


def rule(row: dict[str, Any]) -> RecordingRule:
    """A rule of the house, out of its row."""
    return RecordingRule(tuple(row["countries"]), tuple(row["numbers"]), row["how"], row["purpose"],
                         timedelta(days=row["days"]))


def kept(rule: RecordingRule) -> dict[str, Any]:
    """A rule of the house, as its row keeps it."""
    return {"countries": list(rule.countries), "numbers": list(rule.numbers), "how": rule.how,
            "purpose": rule.purpose, "days": rule.keep.days}


def tape(connection: Connection, call: Call) -> Tape | None:
    """The last recording of the customer who is on the line."""
    customer = call.leg if call.leg and call.leg.role == "customer" else call.customer_on_the_line
    row = connection.execute(_tape, {"leg": customer.id}).first() if customer else None
    return Tape(row.id, row.state) if row else None


def one(connection: Connection, recording_id: int) -> AnyRow:
    """A recording, with its call."""
    return connection.execute(_one, {"which": recording_id}).one()


def begun(connection: Connection, row: AnyRow, recording_sid: str, now: datetime) -> None:
    """The carrier records; whoever holds the ticket reads it."""
    first = _update.where(RecordingRow.recording_sid.is_(None)).values(
        recording_sid=bindparam("sid"), state=case((RecordingRow.state == "owed", "on"), else_=RecordingRow.state))
    if connection.execute(first, {"which": row.id, "sid": recording_sid}).rowcount:
        note(connection, row.case_id, now, "talk is recorded")


def stands(connection: Connection, row: AnyRow, state: str, now: datetime, told: str = "") -> None:
    """How it stands, as the carrier has confirmed it; what has ended never begins again."""
    moved = connection.execute(_update.where(_under_way, RecordingRow.state != state).values(state=bindparam("now_is")),
                               {"which": row.id, "now_is": state})
    if moved.rowcount and told:
        note(connection, row.case_id, now, told)


def ended(connection: Connection, recording_id: int, recording: Recording) -> bool:
    """It is whole. False when we knew that. The carrier may tell of one whose beginning we never heard confirmed."""
    sid = func.coalesce(RecordingRow.recording_sid, recording.sid)
    of_it = or_(RecordingRow.recording_sid == recording.sid, RecordingRow.recording_sid.is_(None))
    moved = connection.execute(
        update(RecordingRow).where(RecordingRow.id == recording_id, of_it, RecordingRow.fetched == "")
        .values(recording_sid=sid, state="ended", seconds=recording.seconds or 0, fetched="owed"))
    return moved.rowcount == 1


def came_home(connection: Connection, recording_id: int, key: str, kind: str) -> None:
    """It is in the vault."""
    connection.execute(_update, {"which": recording_id, "kept_as": key, "kind": kind, "fetched": "kept"})


def stayed_away(connection: Connection, recording_id: int, why: str) -> None:
    """It could not be had, and nobody tries any more."""
    connection.execute(_update, {"which": recording_id, "fetched": why[:200]})


def erased_here(connection: Connection, row: AnyRow, now: datetime) -> None:
    """The vault has forgotten it."""
    connection.execute(_update, {"which": row.id, "erased_at": row.erased_at or now, "kept_as": ""})


def erased_at_carrier(connection: Connection, row: AnyRow, now: datetime) -> None:
    """The carrier has confirmed that it keeps nothing of it; told once, however often it was asked."""
    first = _update.where(RecordingRow.erased_at_carrier_at.is_(None)).values(erased_at_carrier_at=bindparam("at"))
    if connection.execute(first, {"which": row.id, "at": now}).rowcount and row.recording_sid:
        note(connection, row.case_id, now, "recording erased")


def owe_what_is_due(connection: Connection, now: datetime, most: int) -> list[int]:
    """What nobody told us of is asked for, what was kept long enough is erased. Gives the cases."""
    silent = connection.execute(_nobody_told, {"silent_since": now - NEWS_ARE_LATE, "most": most}).all()
    over = connection.execute(_over_time, {"now": now, "most": most}).all()
    wanted = [("find_talk", row) for row in silent] + [("wipe", row) for row in over]
    if not wanted:
        return []
    found = connection.execute(select(OrderRow.kind, OrderRow.recording_id).where(
        OrderRow.done_at.is_(None), OrderRow.case_id.in_({row.case_id for _, row in wanted})))
    owed = {(each.kind, each.recording_id) for each in found}
    due = [{"case_id": row.case_id, "kind": kind, "due_at": now, "recording_id": row.id}
           for kind, row in wanted if (kind, row.id) not in owed]
    if due:
        connection.execute(insert(OrderRow), due)
    return [each["case_id"] for each in due]


def note(connection: Connection, case_id: int, now: datetime, what: str) -> None:
    connection.execute(insert(JournalRow), {"case_id": case_id, "at": now, "what": what})
