"""Messages that people left, for those who bring their recordings home and for their page."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, or_, select, update

from flows.listening_in import colleague_is_told
from voice_gateway.store.tables import (
    AnyRow,
    CaseRow,
    IdentifierRow,
    JournalRow,
    LegRow,
    PersonRow,
    VoicemailRow,
)

SHOWN = 50

_listener, _taker, _promiser = (PersonRow.__table__.alias(name) for name in ("listener", "taker", "promiser"))
_one = (
    select(*VoicemailRow.__table__.columns, CaseRow.caller_name, CaseRow.about, CaseRow.state.label("case_state"),
           CaseRow.closed_at, CaseRow.due_at, CaseRow.promised_by_id, CaseRow.round, PersonRow.name.label("owner"),
           _listener.c.name.label("heard_by"), _taker.c.name.label("taken_by"), _promiser.c.name.label("promised_by"),
           or_(CaseRow.phone.is_not(None), IdentifierRow.namespace == "tel").label("can_be_rung"))
    .join(CaseRow, CaseRow.id == VoicemailRow.case_id)
    .join(IdentifierRow, IdentifierRow.id == CaseRow.identifier_id)
    .outerjoin(PersonRow, PersonRow.id == VoicemailRow.owner_id)
    .outerjoin(_listener, _listener.c.id == VoicemailRow.heard_by_id)
    .outerjoin(_taker, _taker.c.id == CaseRow.taken_by_id)
    .outerjoin(_promiser, _promiser.c.id == CaseRow.promised_by_id)
    .where(VoicemailRow.id == bindparam("which"))
)
_beside = (
    select(VoicemailRow.id, VoicemailRow.seconds, VoicemailRow.state, VoicemailRow.left_at)
    .where(VoicemailRow.case_id == bindparam("case"), VoicemailRow.id != bindparam("which"))
    .order_by(VoicemailRow.left_at.desc(), VoicemailRow.id.desc()).limit(SHOWN)
)
_telephones = (
    select(LegRow.role, LegRow.person_id, LegRow.answered_at, LegRow.settled_at, LegRow.ended_at)
    .where(LegRow.case_id == bindparam("case"), (LegRow.round == bindparam("round")) | LegRow.ended_at.is_(None))
)
_notes = (
    select(JournalRow.at, JournalRow.who, JournalRow.detail)
    .where(JournalRow.case_id == bindparam("case"), JournalRow.what == "note")
    .order_by(JournalRow.id.desc()).limit(SHOWN)
)
_reader = select(PersonRow.id, PersonRow.name).where(PersonRow.id == bindparam("which"), ~PersonRow.gone)
_update = update(VoicemailRow).where(VoicemailRow.id == bindparam("which"))


FORGOTTEN = "erased"  # what `fetched` tells of a message whose person was forgotten


def is_forgotten(connection: Connection, case_id: int) -> bool:
    """Was the person of this case forgotten? Its own page is then nobody's any more."""
    return connection.scalar(select(CaseRow.ticket_seed).where(CaseRow.id == case_id)) == ""


def one(connection: Connection, voicemail_id: int) -> AnyRow | None:
    """A message with its case's name and state, and the names of those who deal with it."""
    return connection.execute(_one, {"which": voicemail_id}).first()


def beside(connection: Connection, message: AnyRow) -> list[AnyRow]:
    """The other messages of the same case, newest first."""
    return list(connection.execute(_beside, {"case": message.case_id, "which": message.id}))


def telephones(connection: Connection, message: AnyRow) -> list[AnyRow]:
    """The telephones of its case that were rung in this round, or are on the line."""
    return list(connection.execute(_telephones, {"case": message.case_id, "round": message.round}))


def notes(connection: Connection, case_id: int) -> list[AnyRow]:
    """What colleagues noted on a case, newest first."""
    return list(connection.execute(_notes, {"case": case_id}))


def reader(connection: Connection, person_id: int) -> AnyRow | None:
    """The colleague whom a link was sent to; None once they have left the house."""
    return connection.execute(_reader, {"which": person_id}).first()


def came_home(connection: Connection, voicemail_id: int, key: str, kind: str) -> None:
    """Its recording is in the vault."""
    connection.execute(_update, {"which": voicemail_id, "kept_as": key, "kind": kind, "fetched": "kept"})


def stayed_away(connection: Connection, voicemail_id: int, why: str) -> None:
    """Its recording could not be had, and nobody tries any more; the message stays work."""
    connection.execute(_update, {"which": voicemail_id, "fetched": why})


def was_listened_to(connection: Connection, case_id: int) -> bool:
    """Has a colleague been told of a message on this case while it was left, and entered a room?"""
    return connection.scalar(
        select(LegRow.id).where(LegRow.case_id == case_id, LegRow.opening == colleague_is_told.address,
                                LegRow.joined_at.is_not(None)).limit(1)) is not None


def erased(connection: Connection, voicemail_id: int, now: datetime) -> None:
    """The carrier has confirmed that it keeps nothing of it; told once, however often it was asked."""
    first = update(VoicemailRow).where(VoicemailRow.id == voicemail_id, VoicemailRow.erased_at.is_(None))
    case_id = connection.scalar(first.values(erased_at=now).returning(VoicemailRow.case_id))
    if case_id is None:
        return
    connection.execute(insert(JournalRow), {"case_id": case_id, "at": now, "what": "erased at the carrier"})
