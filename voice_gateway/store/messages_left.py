"""Messages that people left, for those who bring their recordings home and for their page."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from voice_gateway.store.tables import AnyRow, CaseRow, JournalRow, PersonRow, VoicemailRow

_one = (
    select(*VoicemailRow.__table__.columns, CaseRow.caller_name, CaseRow.about, CaseRow.state.label("case_state"),
           CaseRow.closed_at, PersonRow.name.label("owner"))
    .join(CaseRow, CaseRow.id == VoicemailRow.case_id)
    .outerjoin(PersonRow, PersonRow.id == VoicemailRow.owner_id)
    .where(VoicemailRow.id == bindparam("which"))
)
_update = update(VoicemailRow).where(VoicemailRow.id == bindparam("which"))


def one(connection: Connection, voicemail_id: int) -> AnyRow | None:
    """A message with its case's name and state, and its owner's name."""
    return connection.execute(_one, {"which": voicemail_id}).first()


def came_home(connection: Connection, voicemail_id: int, key: str, kind: str) -> None:
    """Its recording is in the vault."""
    connection.execute(_update, {"which": voicemail_id, "kept_as": key, "kind": kind, "fetched": "kept"})


def stayed_away(connection: Connection, voicemail_id: int, why: str) -> None:
    """Its recording could not be had, and nobody tries any more; the message stays work."""
    connection.execute(_update, {"which": voicemail_id, "fetched": why})


def erased(connection: Connection, voicemail_id: int, now: datetime) -> None:
    """The carrier has confirmed that it keeps nothing of it."""
    connection.execute(_update, {"which": voicemail_id, "erased_at": now})
    case_id = connection.scalar(select(VoicemailRow.case_id).where(VoicemailRow.id == voicemail_id))
    connection.execute(insert(JournalRow), {"case_id": case_id, "at": now, "what": "erased at the carrier"})
