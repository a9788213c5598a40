"""Will whoever looks after a case be there when its update is due, and who stands in for them if not?"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select, update

from flows import promises
from flows.facts import Agent, Call
from flows.promised import Absence
from flows.promises import LONGEST_LEAVE
from flows.routing import open_shifts
from voice_gateway.store import outbox, search
from voice_gateway.store.tables import AbsenceRow, AnyRow, CaseRow, PersonRow

LONGEST_CHAIN = 5
MOST_AT_ONCE = 500

_person = select(
    PersonRow.id, PersonRow.name, PersonRow.phone, PersonRow.gone, PersonRow.away_until, PersonRow.delegate_id,
    search.is_at_work.label("at_work"),
).where(PersonRow.id == bindparam("which"))
_called = select(PersonRow.id).where(func.lower(PersonRow.name) == bindparam("name"), ~PersonRow.gone)
_owner = select(CaseRow.owner_id).where(CaseRow.id == bindparam("case"))
_theirs = (
    select(CaseRow.id).where(CaseRow.owner_id == bindparam("person"), CaseRow.closed_at.is_(None),
                             CaseRow.next_at <= bindparam("until"))
    .order_by(CaseRow.next_at).limit(bindparam("most"))
)


def of_owner(connection: Connection, call: Call) -> Absence | None:
    """None while nobody looks after it, or its owner is there now or when the update is due."""
    owner_id = connection.scalar(_owner, {"case": call.case.id})
    owner = _look(connection, call, owner_id) if owner_id else None
    if owner is None or not (why := _why_not(connection, call, owner)):
        return None
    return Absence(owner.name.split()[0], why, _delegate(connection, call, owner))


def called(connection: Connection, name: str) -> int | None:
    """Who of the house is called so."""
    return connection.scalar(_called, {"name": name.strip().lower()})


def goes(connection: Connection, person_id: int, until: datetime | None, now: datetime) -> list[int]:
    """They are not there until then, or there again. Gives the cases whose update somebody else must give; it is looked for now."""
    connection.execute(update(PersonRow).where(PersonRow.id == person_id).values(away_until=until))
    connection.execute(insert(AbsenceRow), {"person_id": person_id, "said_at": now, "until": until})
    handed_over = until_then(connection, person_id, until, now) if until else []
    for case_id in handed_over:
        outbox.owe_turn(connection, case_id, promises.owner_leaves.address, now)
    return handed_over


def until_then(connection: Connection, person_id: int, until: datetime, now: datetime) -> list[int]:
    """The cases whose update they cannot give when they are away until then.

    Whoever goes for longer than any leave has said no time: perhaps they have only gone home.
    """
    if until - now > LONGEST_LEAVE:
        return []
    return list(connection.scalars(_theirs, {"person": person_id, "until": until, "most": MOST_AT_ONCE}))


def _why_not(connection: Connection, call: Call, who: AnyRow) -> str:
    due = max(call.now, call.case.next_at or call.now)
    if who.gone:
        return "has left the house"
    if who.away_until is not None and who.away_until >= due and who.away_until > call.now:
        return "is away"
    at_due = who.at_work or _look(connection, call, who.id, due).at_work
    return "" if at_due else "does not work then"


def _delegate(connection: Connection, call: Call, who: AnyRow) -> Agent | None:
    """Whom they named, or whom that one named, until somebody is there."""
    for _step in range(LONGEST_CHAIN):
        if who.delegate_id is None:
            return None
        who = _look(connection, call, who.delegate_id)
        if not _why_not(connection, call, who):
            return Agent(who.id, who.name, who.phone)
    return None


def _look(connection: Connection, call: Call, person_id: int, at: datetime | None = None) -> AnyRow:
    moment = at or call.now
    asked = search.since_a_day_before(moment) | {"shifts": open_shifts(call.house, moment), "which": person_id}
    return connection.execute(_person, asked).one()
