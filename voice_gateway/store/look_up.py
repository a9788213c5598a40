"""Reads for pages and people: nothing here decides anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ARRAY, Connection, String, bindparam, delete, func, insert, or_, select, update

from voice_gateway import clock
from voice_gateway.store.blocks import still_holds
from voice_gateway.store.tables import (
    AnyRow,
    CaseRow,
    ContactRow,
    IdentifierRow,
    JournalRow,
    KnockRow,
    MessageRow,
    NumberRow,
    OrderRow,
    PersonRow,
    ServiceRow,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a case's journal."""

    at: datetime
    what: str
    who: str
    detail: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """What its customer may see of a case. `owner` and `taken_by` are first names."""

    case_id: int
    state: str
    about: str
    opened_at: datetime
    closed_at: datetime | None
    wanted_at: datetime
    due_at: datetime
    next_at: datetime | None
    owner: str
    taken_by: str
    steps: tuple[Step, ...]

    @property
    def name(self) -> str:
        return f"T{self.case_id}"


LINES_SHOWN = 50

_wait_for_each = select(func.pg_advisory_xact_lock(func.hashtext(
    func.unnest(bindparam("what", type_=ARRAY(String))).column_valued("each"))))
_seen_at = select(ServiceRow.seen_at).where(ServiceRow.name == bindparam("name"))
_owner, _taker = PersonRow.__table__.alias("owner"), PersonRow.__table__.alias("taker")
_ticket = (
    select(CaseRow.id, CaseRow.state, CaseRow.about, CaseRow.opened_at, CaseRow.closed_at, CaseRow.wanted_at,
           CaseRow.due_at, CaseRow.next_at, _owner.c.name.label("owner"), _taker.c.name.label("taker"))
    .outerjoin(_owner, _owner.c.id == CaseRow.owner_id)
    .outerjoin(_taker, _taker.c.id == CaseRow.taken_by_id)
    .where(CaseRow.token_hash == bindparam("hash"))
)
_steps = (
    select(JournalRow.at, JournalRow.what, JournalRow.who, JournalRow.detail)
    .where(JournalRow.case_id == bindparam("case")).order_by(JournalRow.id).limit(500)
)


def ticket(connection: Connection, token_hash: str) -> Ticket | None:
    """The ticket whose address has this digest."""
    row = connection.execute(_ticket, {"hash": token_hash}).first()
    if row is None:
        return None
    steps = tuple(Step(*each) for each in connection.execute(_steps, {"case": row.id}))
    return Ticket(row.id, row.state, row.about, row.opened_at, row.closed_at, row.wanted_at, row.due_at,
                  row.next_at, _first(row.owner), _first(row.taker), steps)


def _first(name: str | None) -> str:
    return name.split()[0] if name else ""


def open_case(connection: Connection, number: str) -> AnyRow | None:
    """The open case of this number (E.164): its id and the seed of its ticket."""
    return connection.execute(
        select(CaseRow.id, CaseRow.ticket_seed, CaseRow.state)
        .join(IdentifierRow, IdentifierRow.id == CaseRow.identifier_id)
        .where(IdentifierRow.namespace == "tel", IdentifierRow.scope == "", IdentifierRow.subject == number,
               CaseRow.closed_at.is_(None))
    ).first()


def seed_of(connection: Connection, case_id: int) -> str:
    """The seed of this case's ticket."""
    return connection.execute(select(CaseRow.ticket_seed).where(CaseRow.id == case_id)).scalar_one()


def is_blocked(connection: Connection, number: str, now: datetime | None = None) -> bool:
    """Does the house refuse this number? A block whose time is over does not count."""
    return connection.scalar(
        select(IdentifierRow.id)
        .outerjoin(ContactRow, ContactRow.id == IdentifierRow.contact_id)
        .where(IdentifierRow.namespace == "tel", IdentifierRow.scope == "", IdentifierRow.subject == number,
               or_(still_holds(now or clock.now()), ContactRow.blocked))
    ) is not None


def is_ours(connection: Connection, number: str) -> bool:
    """Is it a number of the house, or the telephone of somebody of the house?"""
    ours = connection.scalar(select(NumberRow.number).where(NumberRow.number == number))
    return ours is not None or connection.scalar(
        select(PersonRow.id).where(PersonRow.phone == number)) is not None


def position(connection: Connection, case_id: int) -> int:
    """How many wait with this case or before it, itself included; 0 when it does not wait."""
    mine = connection.execute(select(CaseRow.wanted_at, CaseRow.state).where(CaseRow.id == case_id)).one()
    if mine.state not in ("waiting", "asking"):
        return 0
    ahead = connection.scalar(
        select(func.count()).select_from(CaseRow)
        .where(CaseRow.closed_at.is_(None), CaseRow.owner_id.is_(None),
               CaseRow.state.in_(("waiting", "asking")), CaseRow.wanted_at <= mine.wanted_at)
    )
    return int(ahead or 1)


def knocks(connection: Connection, what: str, since: datetime) -> tuple[int, datetime | None]:
    """How often `what` knocked since then, and when first."""
    row = connection.execute(
        select(func.count(), func.min(KnockRow.at)).where(KnockRow.what == what, KnockRow.at > since)
    ).one()
    return int(row[0]), row[1]


def knock(connection: Connection, whats: list[str], at: datetime) -> None:
    """Remember who knocked, for the limits."""
    connection.execute(insert(KnockRow), [{"what": what, "at": at} for what in whats])


def one_at_a_time(connection: Connection, *what: str) -> None:
    """Whoever names the same thing waits here until this transaction has ended. Several are taken in the order given.

    On SQLite a writing transaction is alone anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_wait_for_each, {"what": list(what)})


def forget_knocks(connection: Connection, before: datetime) -> None:
    """Who knocked so long ago that no limit counts it any more."""
    connection.execute(delete(KnockRow).where(KnockRow.at < before))


def sign_of_life(connection: Connection, name: str, at: datetime) -> None:
    """This process lives."""
    if not connection.execute(update(ServiceRow).where(ServiceRow.name == name).values(seen_at=at)).rowcount:
        connection.execute(insert(ServiceRow), {"name": name, "seen_at": at})


def last_sign_of_life(connection: Connection, name: str) -> datetime | None:
    """When this process was last seen alive."""
    return connection.scalar(_seen_at, {"name": name})


def journal(connection: Connection, case_id: int) -> list[AnyRow]:
    """The last lines of a case's journal, oldest first, for people of the house."""
    lines = connection.execute(
        select(JournalRow.at, JournalRow.what, JournalRow.who, JournalRow.detail).where(JournalRow.case_id == case_id)
        .order_by(JournalRow.id.desc()).limit(LINES_SHOWN))
    return list(lines)[::-1]


def texts(connection: Connection, case_id: int) -> list[AnyRow]:
    """The texts of a case, oldest first."""
    return list(connection.execute(
        select(MessageRow.role, MessageRow.body, MessageRow.status, MessageRow.ordered_at)
        .where(MessageRow.case_id == case_id).order_by(MessageRow.id)
    ))


def oldest_owed(connection: Connection, now: datetime) -> datetime | None:
    """Since when the most overdue order has been due; None when nothing is overdue."""
    return connection.scalar(
        select(func.min(OrderRow.due_at)).where(OrderRow.done_at.is_(None), OrderRow.due_at <= now)
    )


@dataclass(frozen=True, slots=True)
class Declared:
    """A name on a network that somebody told us as theirs, and the number with which they came."""

    network: str
    handle: str
    tel_id: int


def declared(connection: Connection, case_id: int) -> Declared | None:
    """What they told of themselves when they asked for this call."""
    row = connection.execute(
        select(CaseRow.declared_handle, CaseRow.identifier_id).join(IdentifierRow, IdentifierRow.id == CaseRow.identifier_id)
        .where(CaseRow.id == case_id, IdentifierRow.namespace == "tel")).first()
    if row is None or not row.declared_handle:
        return None
    network, handle = next(iter(row.declared_handle.items()))
    return Declared(network, handle, row.identifier_id)
