"""Texts that come in: whose thread they belong to, and the lines of it.

One person, one thread: the open case of the address that they write from, or a new one. Somebody of the
house has a thread of their own with it, which is nobody's ticket.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, insert, select, update

from flows.facts import Agent, Thread, Words
from voice_gateway import tickets
from voice_gateway.store import admit, outbox, recall
from voice_gateway.store.tables import (
    AnyRow,
    CaseRow,
    IdentifierRow,
    JournalRow,
    MessageRow,
    PersonRow,
)

LATELY = timedelta(hours=1)
RELAYED_LATELY = timedelta(hours=24)
MOST_THREADS = 9

_person = select(PersonRow.id, PersonRow.name, PersonRow.phone, PersonRow.pin_digest, PersonRow.trusted_until).where(
    PersonRow.phone == bindparam("phone"), ~PersonRow.gone)
_theirs = (
    select(CaseRow.id, CaseRow.caller_name)
    .where(CaseRow.owner_id == bindparam("person"), CaseRow.closed_at.is_(None))
    .where(select(MessageRow.id).where(MessageRow.case_id == CaseRow.id, MessageRow.person_id == bindparam("person"),
                                       MessageRow.ordered_at > bindparam("since")).exists())
    .order_by(CaseRow.id.desc()).limit(MOST_THREADS)
)


@dataclass(frozen=True, slots=True)
class Sender:
    """Whoever writes: the kind of address (`tel`, `whatsapp`, `sms`) and the address itself."""

    space: str
    subject: str

    @property
    def address(self) -> str:
        return f"whatsapp:{self.subject}" if self.space == "whatsapp" else self.subject


def knows(connection: Connection, message_sid: str) -> bool:
    """Did this very text come in before?"""
    return connection.scalar(select(MessageRow.id).where(MessageRow.message_sid == message_sid)) is not None


def colleague_at(connection: Connection, sender: Sender) -> AnyRow | None:
    """Somebody of the house, if it is their telephone."""
    return connection.execute(_person, {"phone": sender.subject}).first() if sender.space == "tel" else None


def of_customer(connection: Connection, desk: tickets.Tickets, sender: Sender, ours: str, now: datetime) -> int | None:
    """The case that this person's texts belong to, alone; None for whom the house refuses."""
    who = admit.caller(connection, sender.space, sender.subject, now)
    if admit.is_refused(who, now):
        return None
    connection.execute(update(IdentifierRow).where(IdentifierRow.id == who.id).values(wrote_at=now))
    case_id = admit.open_case(connection, who.id)
    if case_id is None:
        return admit.new_case(connection, desk, who, who, now, our_number=ours)
    recall.lock(connection, case_id)
    return case_id


def of_colleague(connection: Connection, desk: tickets.Tickets, person: Agent, ours: str, now: datetime) -> int:
    """A colleague's own thread with the house. It is closed from the start: nobody waits for it."""
    who = admit.caller(connection, "staff", str(person.id), now)
    case_id = connection.scalar(select(CaseRow.id).where(CaseRow.identifier_id == who.id).limit(1))
    if case_id is None:
        case_id = admit.new_case(connection, desk, who, who, now, our_number=ours)
        connection.execute(update(CaseRow).where(CaseRow.id == case_id).values(
            closed_at=now, state="staff", caller_name=person.name, phone=person.phone))
    recall.lock(connection, case_id)
    return case_id


def exists(connection: Connection, case_id: int) -> bool:
    """Is there such a ticket? A colleague's own thread is none."""
    return connection.scalar(select(CaseRow.id).where(CaseRow.id == case_id, CaseRow.state != "staff")) is not None


def threads_of(connection: Connection, person_id: int, now: datetime) -> tuple[Thread, ...]:
    """The open cases of a colleague's about which they had texts lately, newest first."""
    rows = connection.execute(_theirs, {"person": person_id, "since": now - RELAYED_LATELY})
    return tuple(Thread(f"T{row.id}", row.caller_name) for row in rows)


def written(connection: Connection, case_id: int, sender: Sender, ours: str, message_sid: str, body: str,
            pictures: Sequence[tuple[str, str]], now: datetime, person_id: int | None = None) -> int:
    """Keep a text that came in; gives its id. Raises IntegrityError, told as Refused, if it came twice at once."""
    message_id: int = connection.execute(insert(MessageRow).returning(MessageRow.id), {
        "case_id": case_id, "role": "agent" if person_id else "customer", "phone": sender.address, "our_number": ours,
        "body": body, "message_sid": message_sid, "status": "received", "rank": 10, "inbound": True,
        "automatic": False, "person_id": person_id, "ordered_at": now,
        "pictures": [{"sid": sid, "kind": kind} for sid, kind in pictures]}).scalar_one()
    if pictures:
        outbox.owe(connection, case_id, "picture", now, message_id=message_id)
    if not person_id:
        connection.execute(insert(JournalRow), {"case_id": case_id, "at": now, "what": "wrote", "who": "customer"})
    return message_id


def words(connection: Connection, sender: Sender, body: str, pictures: int, known: str, now: datetime) -> Words:
    """A text with what there was between us within the hour."""
    recent = (MessageRow.phone == sender.address, MessageRow.ordered_at > now - LATELY)
    asked = connection.scalar(select(func.count()).select_from(MessageRow).where(
        *recent, ~MessageRow.inbound, MessageRow.automatic))
    said = connection.scalar(select(func.count()).select_from(MessageRow).where(
        *recent, MessageRow.inbound, MessageRow.body == body))
    return Words(body, pictures, known=known, asked=int(asked or 0), said=int(said or 0))


def trust(connection: Connection, person_id: int, until: datetime) -> None:
    """They have shown their PIN: what their telephone writes counts as theirs until then."""
    connection.execute(update(PersonRow).where(PersonRow.id == person_id).values(trusted_until=until))
