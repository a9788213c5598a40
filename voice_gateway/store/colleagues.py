"""Somebody of the house rings it: the leg on which they are heard, and what they can ask about.

Their own line belongs to the thread that they have with the house, which is nobody's ticket.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from flows import Turn, agents_line
from flows.facts import Agent
from flows.own_line import Left, Owing, Talk, Waiting
from voice_gateway import tickets
from voice_gateway.store import threads
from voice_gateway.store.admit import LOOK_AFTER, Admitted, Ringing
from voice_gateway.store.tables import CaseRow, JournalRow, LegRow, PersonRow, VoicemailRow

NO_ROUND = -1  # a thread lasts for years, and no turn shall read all its old legs
MOST_TALKS = 9
MOST_MESSAGES = 50
MOST_OWINGS = 50

_customer, _visited = LegRow.__table__.alias("customer"), LegRow.__table__.alias("visited")
_talks = (
    select(_visited.c.case_id, PersonRow.name, CaseRow.caller_name, _visited.c.talked_at, _visited.c.call_sid)
    .join(PersonRow, PersonRow.id == _visited.c.person_id)
    .join(CaseRow, CaseRow.id == _visited.c.case_id)
    .join(_customer, (_customer.c.case_id == _visited.c.case_id) & (_customer.c.role == "customer")
          & _customer.c.in_room & ~_customer.c.held & _customer.c.ended_at.is_(None))
    .where(_visited.c.role == "agent", _visited.c.ended_at.is_(None), _visited.c.in_room,
           _visited.c.talked_at.is_not(None), _visited.c.call_sid.is_not(None), CaseRow.taken_by_id == _visited.c.person_id)
    .order_by(_visited.c.talked_at, _visited.c.id).limit(MOST_TALKS)
)
_callbacks = (
    select(CaseRow.id, CaseRow.caller_name, CaseRow.about, CaseRow.wanted_at)
    .where(CaseRow.closed_at.is_(None), CaseRow.owner_id.is_(None), CaseRow.taken_by_id.is_(None),
           CaseRow.state == "waiting", CaseRow.wanted_at <= bindparam("now"))
    .where((CaseRow.due_at <= bindparam("now")) | CaseRow.promised_by_id.is_(None)
           | (CaseRow.promised_by_id == bindparam("person")))
    .order_by(CaseRow.urgent.desc(), CaseRow.wanted_at, CaseRow.id).limit(1)
)
_messages = (
    select(VoicemailRow.id, VoicemailRow.case_id, CaseRow.caller_name, VoicemailRow.seconds, VoicemailRow.transcript,
           VoicemailRow.left_at, VoicemailRow.kept_as)
    .join(CaseRow, CaseRow.id == VoicemailRow.case_id)
    .where(VoicemailRow.owner_id == bindparam("person"), VoicemailRow.state != "done")
    .order_by(VoicemailRow.id).limit(MOST_MESSAGES)
)
_owings = (
    select(CaseRow.id, CaseRow.caller_name, CaseRow.about, CaseRow.next_at)
    .where(CaseRow.owner_id == bindparam("person"), CaseRow.closed_at.is_(None), CaseRow.next_at.is_not(None))
    .order_by(CaseRow.next_at, CaseRow.id).limit(MOST_OWINGS)
)


def admit(connection: Connection, desk: tickets.Tickets, person: Agent, ringing: Ringing, opening: Turn, otherwise: Turn,
          now: datetime) -> Admitted:
    """Let a colleague in, on their own thread.

    Raises IntegrityError, which the store tells as Refused, when the same call came in twice at once.
    """
    case_id = threads.of_colleague(connection, desk, person, ringing.our_number, now)
    leg_id = connection.execute(insert(LegRow).returning(LegRow.id), {
        "case_id": case_id, "role": "agent", "person_id": person.id, "phone": ringing.phone,
        "our_number": ringing.our_number, "inbound": True, "attested": ringing.attested, "verstat": ringing.verstat,
        "call_sid": ringing.call_sid, "round": NO_ROUND, "opening": opening.address, "otherwise": otherwise.address,
        "seconds": 0, "ordered_at": now, "rung_at": now, "check_at": now + LOOK_AFTER,
    }).scalar_one()
    connection.execute(insert(JournalRow), {"case_id": case_id, "at": now, "what": "rang in", "who": person.first_name})
    return Admitted(case_id, leg_id, opening.address)


def is_own_line(known: Admitted) -> bool:
    """Is this the line of a colleague, and not of a caller?"""
    return known.opening in (agents_line.colleague_rings.address, agents_line.colleague_shows_a_pin.address)


def let_go(connection: Connection, known: Admitted, now: datetime) -> None:
    """The call goes on as a caller's: their own line is over, and the carrier's name for the call is free again."""
    connection.execute(update(LegRow).where(LegRow.id == known.leg_id).values(
        call_sid=None, ended_at=now, settled_at=now, outcome="completed"))


def pin_digest(connection: Connection, person_id: int) -> str:
    """What is kept of their PIN; empty if they have none."""
    return connection.scalar(select(PersonRow.pin_digest).where(PersonRow.id == person_id)) or ""


def callbacks(connection: Connection, person_id: int, now: datetime) -> tuple[Waiting, ...]:
    """Who waits to be rung and is not being asked for just now: the urgent first, then who has waited longest."""
    rows = connection.execute(_callbacks, {"person": person_id, "now": now})
    return tuple(Waiting(row.id, row.caller_name, row.about, row.wanted_at) for row in rows)


def messages(connection: Connection, desk: tickets.Tickets, person_id: int, now: datetime) -> tuple[Left, ...]:
    """The messages in their care that are not done, oldest first."""
    rows = connection.execute(_messages, {"person": person_id})
    return tuple(Left(row.id, row.case_id, row.caller_name, row.seconds, row.transcript, row.left_at,
                      f"{desk.voicemail_page(row.id, person_id, now)}/sound" if row.kept_as else "") for row in rows)


def owings(connection: Connection, person_id: int) -> tuple[Owing, ...]:
    """To whom they owe an update, what is due first before the others."""
    rows = connection.execute(_owings, {"person": person_id})
    return tuple(Owing(row.id, row.caller_name, row.about, row.next_at) for row in rows)


def talks(connection: Connection) -> tuple[Talk, ...]:
    """Who talks with a customer now, and with whom, those who have talked longest first."""
    return tuple(Talk(row.case_id, row.name.split()[0], row.caller_name, row.talked_at, row.call_sid)
                 for row in connection.execute(_talks))
