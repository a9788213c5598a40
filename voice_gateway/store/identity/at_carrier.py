"""What the carrier keeps of a person who is forgotten here: asked for, until it says itself that it has nothing any more.

Its own names for what it keeps stay with us until then, and no longer. That it has confirmed is a line of the audit.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select, update

from flows.facts import Recording
from voice_gateway.store import outbox
from voice_gateway.store.identity import audit
from voice_gateway.store.messages_left import FORGOTTEN
from voice_gateway.store.tables import CaseRow, LegRow, MessageRow, OrderRow, RecordingRow, VoicemailRow

FORGET = "forget"
CARRIER = "carrier"


def owe(connection: Connection, theirs: ColumnElement[bool], now: datetime) -> int:
    """Put into the outbox to have everything of these cases erased at the carrier. Tells how much that is."""
    connection.execute(update(LegRow).where(LegRow.case_id.in_(select(CaseRow.id).where(theirs)), LegRow.role != "customer")
                       .values(call_sid=None))
    kept: tuple[tuple[str, Any, Any], ...] = (
        ("message_id", MessageRow, MessageRow.message_sid.is_not(None)), ("leg_id", LegRow, LegRow.call_sid.is_not(None)),
        ("voicemail_id", VoicemailRow, VoicemailRow.erased_at.is_(None)),
        ("recording_id", RecordingRow, RecordingRow.recording_sid.is_not(None)))
    owed = [{"case_id": row.case_id, "kind": FORGET, "due_at": now, about: row.id}
            for about, table, still in kept
            for row in connection.execute(select(table.id, table.case_id)
                                          .where(table.case_id.in_(select(CaseRow.id).where(theirs)), still).order_by(table.id))]
    for each in owed:
        connection.execute(insert(OrderRow), each)
    return len(owed)


def owe_late(connection: Connection, case_id: int, leg_id: int, recording: Recording, now: datetime) -> None:
    """The same for a recording of which the carrier tells when they are forgotten already: of it there is no more here than its name there."""
    voicemail_id: int = connection.execute(insert(VoicemailRow).returning(VoicemailRow.id), {
        "case_id": case_id, "leg_id": leg_id, "recording_sid": recording.sid, "seconds": recording.seconds or 0, "left_at": now,
        "state": "done", "fetched": FORGOTTEN}).scalar_one()
    outbox.owe(connection, case_id, FORGET, now, voicemail_id=voicemail_id)


def sid_of_text(connection: Connection, message_id: int) -> str | None:
    """Under which name the carrier keeps this text."""
    return connection.scalar(select(MessageRow.message_sid).where(MessageRow.id == message_id))


def sid_of_call(connection: Connection, leg_id: int) -> str | None:
    """Under which name the carrier keeps this call."""
    return connection.scalar(select(LegRow.call_sid).where(LegRow.id == leg_id))


def sid_of_recording(connection: Connection, recording_id: int | None, voicemail_id: int | None) -> str | None:
    """Under which name the carrier kept this recording."""
    return connection.scalar(select(RecordingRow.recording_sid).where(RecordingRow.id == recording_id)) if recording_id else (
        connection.scalar(select(VoicemailRow.recording_sid).where(VoicemailRow.id == voicemail_id)))


def confirmed(connection: Connection, sid: str, now: datetime) -> None:
    """The carrier says that it has nothing of this name: that is written down, and its name forgotten where it led to somebody."""
    for column in (MessageRow.message_sid, LegRow.call_sid):
        connection.execute(update(column.class_).where(column == sid).values({column: None}))
    audit.append(connection, [audit.Deed("erased at carrier", CARRIER, before=sid, after="not there")], now)
