"""Whom the house refuses: which numbers, why, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, update

from voice_gateway.store.tables import ContactRow, IdentifierRow


@dataclass(frozen=True, slots=True)
class Block:
    """A number that is refused. `contact`: the name of whom the house file refuses, with all their numbers."""

    number: str
    why: str = ""
    until: datetime | None = None
    contact: str = ""


def still_holds(now: datetime) -> ColumnElement[bool]:
    """A block of the number itself that has not passed."""
    lasts = or_(IdentifierRow.blocked_until.is_(None), IdentifierRow.blocked_until > now)
    return and_(IdentifierRow.blocked, lasts)


def block(connection: Connection, number: str, why: str, until: datetime, now: datetime) -> bool:
    """Refuse this number from now on. Tells whether it was refused before; the new reason and end hold."""
    before = _of_the_number(connection, number, now)
    wanted = {"blocked": True, "blocked_until": until, "blocked_why": why}
    if not connection.execute(update(IdentifierRow).where(_is(number)).values(**wanted)).rowcount:
        connection.execute(insert(IdentifierRow), {"namespace": "tel", "subject": number, "first_seen": now, **wanted})
    return before


def unblock(connection: Connection, number: str, now: datetime) -> bool:
    """Refuse this number no more. Tells whether it was refused."""
    before = _of_the_number(connection, number, now)
    wanted = {"blocked": False, "blocked_until": None, "blocked_why": ""}
    connection.execute(update(IdentifierRow).where(_is(number)).values(**wanted))
    return before


def blocks(connection: Connection, now: datetime) -> list[Block]:
    """All that holds now, the first to end first; those without an end are last."""
    rows = connection.execute(
        select(IdentifierRow.subject, IdentifierRow.blocked_why, IdentifierRow.blocked_until,
               still_holds(now).label("itself"), ContactRow.name)
        .outerjoin(ContactRow, ContactRow.id == IdentifierRow.contact_id)
        .where(IdentifierRow.namespace == "tel", IdentifierRow.scope == "", or_(still_holds(now), ContactRow.blocked))
        .order_by(IdentifierRow.subject)
    )
    found = [Block(row.subject, row.blocked_why, row.blocked_until) if row.itself
             else Block(row.subject, contact=row.name) for row in rows]
    return sorted(found, key=lambda each: (each.until is None, each.until or now))


def _of_the_number(connection: Connection, number: str, now: datetime) -> bool:
    return connection.scalar(select(IdentifierRow.id).where(_is(number), still_holds(now))) is not None


def _is(number: str) -> ColumnElement[bool]:
    return and_(IdentifierRow.namespace == "tel", IdentifierRow.scope == "", IdentifierRow.subject == number)
