"""Texts that come in: whose thread they belong to, and the lines of it.

One person, one thread: the open case of the address that they write from, or a new one. Somebody of the
house has a thread of their own with it, which is nobody's ticket.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, case, func, insert, select, update

from flows import rating
from flows.facts import Agent
from flows.words import Fate, Thread, Words
from voice_gateway import callers, tickets
from voice_gateway.store import admit, outbox, recall
from voice_gateway.store.tables import (
    AnyRow,
    CaseRow,
    IdentifierRow,
    MessageRow,
    PersonRow,
)

LATELY = timedelta(hours=1)
TOLD_LATELY = timedelta(days=7)
RELAYED_LATELY = timedelta(hours=24)
MOST_THREADS = 9

_person = select(PersonRow.id, PersonRow.name, PersonRow.phone, PersonRow.roles, PersonRow.pin_digest, PersonRow.trusted_until,
                 PersonRow.zone, PersonRow.telephone).where(PersonRow.phone == bindparam("phone"), ~PersonRow.gone)
_theirs = (
    select(CaseRow.id, CaseRow.caller_name)
    .where(CaseRow.owner_id == bindparam("person"), CaseRow.closed_at.is_(None))
    .where(select(MessageRow.id).where(MessageRow.case_id == CaseRow.id, MessageRow.person_id == bindparam("person"),
                                       MessageRow.ordered_at > bindparam("since")).exists())
    .order_by(CaseRow.id.desc()).limit(MOST_THREADS)
)
_wrote = update(IdentifierRow).where(IdentifierRow.id == bindparam("which"))
_write = insert(MessageRow).returning(MessageRow.id)
_automatic = ~MessageRow.inbound & MessageRow.automatic
_between_us = select(
    func.sum(case((_automatic & (MessageRow.ordered_at > bindparam("since")), 1), else_=0)).label("asked"),
    func.sum(case((MessageRow.inbound & (MessageRow.body == bindparam("body"))
                   & (MessageRow.ordered_at > bindparam("since")), 1), else_=0)).label("said"),
    func.max(case((_automatic, MessageRow.ordered_at))).label("told_at"),
).where(MessageRow.phone == bindparam("phone"), MessageRow.ordered_at > bindparam("ever"))
_asked_how_it_was = (
    select(CaseRow.id, CaseRow.rating_asked_at)
    .where(CaseRow.identifier_id == bindparam("whose"), CaseRow.rating_asked_at > bindparam("since"),
           CaseRow.rating.is_(None), CaseRow.closed_at.is_not(None))
    .order_by(CaseRow.id.desc()).limit(1)
)
_colleague_wrote = (
    select(MessageRow.id)
    .where(MessageRow.phone == bindparam("phone"), ~MessageRow.inbound, ~MessageRow.automatic,
           MessageRow.ordered_at > bindparam("since")).limit(1)
)
_of_ours = select(MessageRow.case_id, MessageRow.role, MessageRow.automatic, MessageRow.person_id, MessageRow.body).where(
    MessageRow.id == bindparam("which"), ~MessageRow.inbound)


@dataclass(frozen=True, slots=True)
class Found:
    """A text of ours: its case, the colleague who wrote it to a customer (None: nobody did), and what became of it."""

    case_id: int
    writer: int | None
    fate: Fate


@dataclass(frozen=True, slots=True)
class Sender:
    """Whoever writes: the namespace of their address (`tel`, `wa_bsuid`, `fb_psid`, `sms`), itself, and where it counts."""

    space: str
    subject: str
    scope: str = ""

    @property
    def address(self) -> str:
        return callers.address_at(self.space, self.subject, "messenger:") or self.subject


def knows(connection: Connection, message_sid: str) -> bool:
    """Did this very text come in before?"""
    return connection.scalar(select(MessageRow.id).where(MessageRow.message_sid == message_sid)) is not None


def colleague_at(connection: Connection, sender: Sender) -> AnyRow | None:
    """Somebody of the house, if it is their telephone."""
    return connection.execute(_person, {"phone": sender.subject}).first() if sender.space == "tel" else None


def customer_at(connection: Connection, sender: Sender, now: datetime) -> AnyRow | None:
    """Whose address it is, and their open case if they have one; None for whom the house refuses."""
    who: AnyRow = admit.caller(connection, sender.space, sender.subject, now, sender.scope)
    if admit.is_refused(who, now):
        return None
    connection.execute(_wrote, {"which": who.id, "wrote_at": now})
    return who


def of_customer(connection: Connection, desk: tickets.Tickets, who: AnyRow, ours: str, now: datetime) -> int:
    """The case that this person's texts belong to."""
    case_id = admit.open_case(connection, who.id)
    return case_id or admit.new_case(connection, desk, who, who, now, our_number=ours)


def rated(connection: Connection, who: AnyRow, sender: Sender, now: datetime) -> int | None:
    """The case about which they were asked how it was, if that was the last thing that they read from us."""
    row = connection.execute(_asked_how_it_was, {"whose": who.id, "since": now - rating.ANSWERED_WITHIN}).first()
    if row is None or connection.scalar(_colleague_wrote, {"phone": sender.address, "since": row.rating_asked_at}):
        return None
    return int(row.id)


def of_colleague(connection: Connection, desk: tickets.Tickets, person: Agent, ours: str, now: datetime) -> int:
    """A colleague's own thread with the house. It is closed from the start: nobody waits for it."""
    return _aside(connection, desk, admit.caller(connection, "staff", str(person.id), now), ours, now,
                  caller_name=person.name, phone=person.phone)


def of_outsider(connection: Connection, desk: tickets.Tickets, number: str, ours: str, now: datetime) -> int:
    """The same for an address outside that the house trusts; what they write as a customer is no part of it."""
    return _aside(connection, desk, admit.caller(connection, "tel", number, now), ours, now)


def of_account(connection: Connection, desk: tickets.Tickets, account_id: int, ours: str, now: datetime) -> int:
    """The same for an account that has never had a case: something is told there, and nobody waits for it."""
    return _aside(connection, desk, admit.identifier(connection, account_id), ours, now)


def _aside(connection: Connection, desk: tickets.Tickets, who: AnyRow, ours: str, now: datetime, **more: str) -> int:
    """A thread that is closed from the start."""
    case_id = connection.scalar(select(CaseRow.id).where(CaseRow.identifier_id == who.id, CaseRow.state == "staff").limit(1))
    if case_id is None:
        case_id = admit.new_case(connection, desk, who, who, now, our_number=ours)
        connection.execute(update(CaseRow).where(CaseRow.id == case_id).values(closed_at=now, state="staff", **more))
    recall.lock(connection, case_id)
    return case_id


def exists(connection: Connection, case_id: int) -> bool:
    """Is there such a ticket? A colleague's own thread is none."""
    return connection.scalar(select(CaseRow.id).where(CaseRow.id == case_id, CaseRow.state != "staff")) is not None


def is_open(connection: Connection, case_id: int) -> bool:
    """Is there such a ticket, and something left to do for it?"""
    return connection.scalar(select(CaseRow.id).where(CaseRow.id == case_id, CaseRow.closed_at.is_(None))) is not None


def fate_of(connection: Connection, message_id: int, *, why: str = "", until: datetime | None = None) -> Found | None:
    """A text that was not sent because of `why`, or that waits until then."""
    row = connection.execute(_of_ours, {"which": message_id}).first()
    if row is None:
        return None
    writer = None if row.automatic or row.role != "customer" else row.person_id
    return Found(row.case_id, writer, Fate(row.body, why, until))


def threads_of(connection: Connection, person_id: int, now: datetime) -> tuple[Thread, ...]:
    """The open cases of a colleague's about which they had texts lately, newest first."""
    rows = connection.execute(_theirs, {"person": person_id, "since": now - RELAYED_LATELY})
    return tuple(Thread(f"T{row.id}", row.caller_name) for row in rows)


def written(connection: Connection, case_id: int, sender: Sender, ours: str, message_sid: str, body: str,
            pictures: Sequence[tuple[str, str]], now: datetime, person_id: int | None = None) -> int:
    """Keep a text that came in; gives its id. Raises IntegrityError, told as Refused, if it came before."""
    message_id: int = connection.execute(_write, {
        "case_id": case_id, "role": "agent" if person_id else "customer", "phone": sender.address, "our_number": ours,
        "body": body, "message_sid": message_sid, "status": "received", "rank": 10, "inbound": True,
        "automatic": False, "person_id": person_id, "ordered_at": now,
        "pictures": [{"sid": sid, "kind": kind} for sid, kind in pictures]}).scalar_one()
    if pictures:
        outbox.owe(connection, case_id, "picture", now, message_id=message_id)
    return message_id


def words(connection: Connection, sender: Sender, body: str, pictures: int, known: str, now: datetime) -> Words:
    """A text with what there was between us within the hour, and when the house last wrote by itself."""
    row = connection.execute(_between_us, {"phone": sender.address, "since": now - LATELY, "body": body,
                                           "ever": now - TOLD_LATELY}).one()
    return Words(body, pictures, known=known, asked=int(row.asked or 0), said=int(row.said or 0) + 1,
                 told_at=row.told_at)


def trust(connection: Connection, person_id: int, until: datetime) -> None:
    """They have shown their PIN: what their telephone writes counts as theirs until then."""
    connection.execute(update(PersonRow).where(PersonRow.id == person_id).values(trusted_until=until))
