"""What is known of a text at the moment in which it leaves: read under its case's lock, in the transaction that takes it in hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from flows import before_sending
from flows.before_sending import Known
from flows.promised import Assumes
from voice_gateway import callers
from voice_gateway.store import leave, pages, recall, telephones
from voice_gateway.store.outbox import Owed
from voice_gateway.store.tables import (
    AnyRow,
    CaseRow,
    ClimbRow,
    IdentifierRow,
    LegRow,
    MessageRow,
    OrderRow,
    PageRow,
    PersonRow,
)

SHOWN = 200

_talked_at = (
    select(func.max(LegRow.talked_at)).where(LegRow.case_id == CaseRow.id, LegRow.role == "customer").scalar_subquery()
)
_message = (
    select(
        MessageRow.role, MessageRow.person_id, MessageRow.phone, MessageRow.automatic, MessageRow.ordered_at, MessageRow.assumes,
        OrderRow.link_id, CaseRow.contact_id, CaseRow.phone.label("rung_at"), CaseRow.round, CaseRow.closed_at,
        CaseRow.owner_id, CaseRow.next_at, CaseRow.taken_by_id, CaseRow.unanswered_since, _talked_at.label("talked_at"),
        IdentifierRow.namespace, IdentifierRow.subject, IdentifierRow.opted_out_at,
        IdentifierRow.contact_id.label("known_as"), PersonRow.gone, CaseRow.state,
    )
    .join(OrderRow, OrderRow.message_id == MessageRow.id)
    .join(CaseRow, CaseRow.id == MessageRow.case_id)
    .join(IdentifierRow, IdentifierRow.id == CaseRow.identifier_id)
    .outerjoin(PersonRow, PersonRow.id == MessageRow.person_id)
    .where(OrderRow.id == bindparam("order"))
)
_still_climbs = (
    select(PageRow.id).join(ClimbRow, ClimbRow.id == PageRow.climb_id)
    .where(PageRow.person_id == bindparam("person"), PageRow.how == "text", ClimbRow.ended_at.is_(None),
           PageRow.sent_at.between(bindparam("ordered_at"), bindparam("told_by"))).limit(1)
)
_not_sent = (
    select(MessageRow.case_id, MessageRow.ordered_at, MessageRow.role, MessageRow.body, MessageRow.not_sent)
    .where(MessageRow.not_sent != "").order_by(MessageRow.id.desc()).limit(SHOWN)
)


def why_not(connection: Connection, order: Owed, now: datetime) -> str:
    """Why this text must not leave; empty when nothing is against it."""
    recall.lock(connection, order.case_id)
    row = connection.execute(_message, {"order": order.id}).one()
    taken_for_granted = assumes(row.assumes)
    return before_sending.why_not(Known(
        to_customer=row.role == "customer", automatic=row.automatic, ordered_at=row.ordered_at, assumes=taken_for_granted,
        round=order.fence or 0, round_now=row.round, closed_at=row.closed_at, owner_id=row.owner_id, next_at=row.next_at,
        taken=row.taken_by_id is not None, talked_at=row.talked_at, is_unanswered=row.unanswered_since is not None,
        opted_out_at=row.opted_out_at, is_theirs=_is_theirs(row), by_leave=row.link_id is not None,
        has_leave=leave.holds(connection, order, row.phone, now), is_here=not row.gone,
        is_doubtful=row.role != "customer" and row.state != "staff" and telephones.is_doubtful(connection, row.phone),
        still_climbs=taken_for_granted.climbs and connection.scalar(_still_climbs, {
            "person": row.person_id, "ordered_at": row.ordered_at, "told_by": row.ordered_at + pages.WRITTEN_WITHIN}) is not None))


def kept(given: Assumes) -> dict[str, Any]:
    """What a message takes for granted, as it is kept; nothing where it is nothing."""
    return {name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in asdict(given).items() if value}


def assumes(given: dict[str, Any]) -> Assumes:
    """The same as it was."""
    due = {"due": datetime.fromisoformat(given["due"])} if "due" in given else {}
    return Assumes(**given | due)


def not_sent(connection: Connection) -> Sequence[AnyRow]:
    """The last texts that were not sent because what we knew was against them, newest first."""
    return connection.execute(_not_sent).all()


def _is_theirs(row: AnyRow) -> bool:
    """Does it go where this case reaches them, and is that still the same person's?"""
    where = callers.address_at(row.namespace, row.subject, row.phone) or row.subject
    is_anothers = row.contact_id is not None and row.known_as is not None and row.known_as != row.contact_id
    return row.phone in (where, row.rung_at, row.subject) and not is_anothers
