"""Somebody rings in: which case it is, and the leg on which they are heard.

A number has one open case, and whoever rings from it comes to that one. Who shows no number, or
shows one from which somebody is on the line with us already, gets a case of this call alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, insert, or_, select

from voice_gateway import tickets
from voice_gateway.store import comings, recall
from voice_gateway.store.tables import AnyRow, CaseRow, ContactRow, IdentifierRow, JournalRow, LegRow

STRANGER = "Somebody"
LOOK_AFTER = timedelta(minutes=2)

_known_leg = select(LegRow.id, LegRow.case_id, LegRow.opening).where(LegRow.call_sid == bindparam("sid"))
_anybody = (
    select(IdentifierRow.id, IdentifierRow.contact_id, IdentifierRow.display, IdentifierRow.blocked,
           IdentifierRow.blocked_until, ContactRow.name, ContactRow.blocked.label("contact_blocked"))
    .outerjoin(ContactRow, ContactRow.id == IdentifierRow.contact_id)
)
_known = _anybody.where(IdentifierRow.id == bindparam("which"))
_who = (
    _anybody
    .where(IdentifierRow.namespace == bindparam("space"), IdentifierRow.scope == bindparam("scope"),
           IdentifierRow.subject == bindparam("subject"))
)
_open = select(CaseRow.id).where(CaseRow.identifier_id == bindparam("whose"), CaseRow.closed_at.is_(None))
_on_the_line = (
    select(LegRow.id)
    .where(LegRow.case_id == bindparam("case"), LegRow.ended_at.is_(None), LegRow.role == "customer",
           or_(LegRow.inbound, LegRow.answered_at.is_not(None))).limit(1)
)


@dataclass(frozen=True, slots=True)
class Ringing:
    """Somebody at our door. `phone` is E.164, empty if they hide it; `opening` is their first turn.

    `reachable`: we may ring and text that number ourselves.
    """

    call_sid: str
    phone: str
    reachable: bool
    our_number: str
    skill: str
    language: str
    attested: bool
    verstat: str
    opening: str
    otherwise: str


@dataclass(frozen=True, slots=True)
class Admitted:
    """The case and the leg of a call that came in, and the address of its first turn."""

    case_id: int
    leg_id: int
    opening: str


def known(connection: Connection, call_sid: str) -> Admitted | None:
    """This call was let in before: the case, the leg that it is, and how that begins."""
    row = connection.execute(_known_leg, {"sid": call_sid}).first()
    return Admitted(row.case_id, row.id, row.opening) if row else None


def admit(connection: Connection, desk: tickets.Tickets, ringing: Ringing, now: datetime) -> Admitted | None:
    """Let them in, and say who it is; None for whom the house refuses.

    Raises IntegrityError, which the store tells as Refused, when the same call came in twice at once.
    """
    who = caller(connection, "tel", ringing.phone, now) if ringing.phone else None
    if who and is_refused(who, now):
        return None
    case_id, whose = _open_case(connection, who)
    if case_id is None:
        whose = whose or caller(connection, "call", ringing.call_sid, now)
        theirs = ringing.phone if ringing.reachable else ""
        case_id = new_case(connection, desk, whose, who, now, our_number=ringing.our_number, skill=ringing.skill,
                           language=ringing.language,
                           phone=None if who is whose and theirs else theirs)
    if who and who is whose:
        comings.comes(connection, case_id, who.id, now, by_telephone=True)
    leg_id = connection.execute(insert(LegRow).returning(LegRow.id), {
        "case_id": case_id, "role": "customer", "phone": ringing.phone, "our_number": ringing.our_number,
        "inbound": True, "attested": ringing.attested, "verstat": ringing.verstat, "call_sid": ringing.call_sid,
        "round": 0, "opening": ringing.opening, "otherwise": ringing.otherwise, "seconds": 0, "ordered_at": now,
        "rung_at": now, "check_at": now + LOOK_AFTER,
    }).scalar_one()
    connection.execute(insert(JournalRow), {"case_id": case_id, "at": now, "what": "rang in", "who": "customer"})
    return Admitted(case_id, leg_id, ringing.opening)


def _open_case(connection: Connection, who: Any) -> tuple[int | None, Any]:
    """The open case of this number, and whose a new one would be: nobody's but the call's if theirs is busy."""
    case_id = connection.scalar(_open, {"whose": who.id}) if who else None
    if case_id is None:
        return None, who
    recall.lock(connection, case_id)
    if connection.scalar(_on_the_line, {"case": case_id}):
        return None, None
    return case_id, who


def is_refused(who: AnyRow, now: datetime) -> bool:
    return bool(who.contact_blocked or (who.blocked and (who.blocked_until is None or who.blocked_until > now)))


def caller(connection: Connection, space: str, subject: str, now: datetime, scope: str = "") -> Any:
    """The identifier of this number or account, made when it is new; its contact stays empty until we know them."""
    given = {"space": space, "scope": scope, "subject": subject}
    row = connection.execute(_who, given).first()
    if row is None:
        connection.execute(insert(IdentifierRow), {"namespace": space, "scope": scope, "subject": subject, "first_seen": now})
        row = connection.execute(_who, given).one()
    return row


def identifier(connection: Connection, identifier_id: int) -> Any:
    """The number or account with this id, and whose it is."""
    return connection.execute(_known, {"which": identifier_id}).one()


def open_case(connection: Connection, identifier_id: int) -> int | None:
    """The open case of this number or address."""
    return connection.scalar(_open, {"whose": identifier_id})


def case_of_number(connection: Connection, desk: tickets.Tickets, number: str, now: datetime, *, our_number: str, about: str = "") -> int:
    """The open case of this number (E.164), or a new one."""
    who = caller(connection, "tel", number, now)
    return open_case(connection, who.id) or new_case(connection, desk, who, who, now, our_number=our_number, about=about)


def new_case(connection: Connection, desk: tickets.Tickets, whose: Any, who: Any, now: datetime, *, our_number: str,
             skill: str = "", language: str = "", phone: str | None = None, about: str = "") -> int:
    """Open a case. `phone`: where they are to be rung, if not at the number that it belongs to; empty: nowhere."""
    seed = desk.new_seed()
    name = (who.name or who.display or STRANGER) if who else STRANGER
    case_id: int = connection.execute(insert(CaseRow).returning(CaseRow.id), {
        "identifier_id": whose.id, "contact_id": who.contact_id if who else None, "caller_name": name,
        "phone": phone, "skill": skill, "language": language, "our_number": our_number, "about": about, "state": "reception",
        "ticket_seed": seed, "token_hash": tickets.digest(desk.token(seed)), "opened_at": now, "wanted_at": now,
        "due_at": now,
    }).scalar_one()
    return case_id
