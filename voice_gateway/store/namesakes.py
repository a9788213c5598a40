"""Who of the house is asked for by name, and when they are at work next.

Names are compared in all letters of all alphabets, which no database here does: all of them are read, but only when
somebody has spoken or written, and asks for anybody at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select

from flows.facts import Agent, Call
from flows.house import Duty
from flows.namesakes import Namesake, asks_for
from flows.routing import somebody_works, when_somebody_works
from voice_gateway.store import search
from voice_gateway.store.tables import DutyRow, PersonRow

LONGEST_AWAY = timedelta(days=14)

_names = select(PersonRow.name).where(
    PersonRow.is_agent, ~PersonRow.gone, PersonRow.takes.in_(bindparam("takes", expanding=True)))
_people = select(PersonRow.id, PersonRow.name, PersonRow.phone, PersonRow.shift_id, PersonRow.calendar_id, PersonRow.away_until).where(
    PersonRow.name.in_(bindparam("names", expanding=True)), ~PersonRow.gone).order_by(PersonRow.name)
_duties = select(DutyRow.begins_at, DutyRow.ends_at).where(
    DutyRow.person_id == bindparam("person"), DutyRow.calendar_id == bindparam("calendar"), DutyRow.ends_at > bindparam("since"),
    DutyRow.begins_at < bindparam("until")).order_by(DutyRow.begins_at)


def named(connection: Connection, call: Call) -> tuple[Namesake, ...]:
    """The colleagues for whom they ask in what they just said or wrote; those who take such calls."""
    words = " ".join(filter(None, (call.speech, call.words.text if call.words else "", call.request.about if call.request else "",
                                   call.voicemail.transcript if call.voicemail else "")))
    if not words:
        return ()
    names = connection.scalars(_names, {"takes": sorted(search.search_of(connection, call).takes)}).all()
    return _standing(connection, call, asks_for(words, tuple(names)))


def asked_for(connection: Connection, call: Call) -> tuple[Namesake, ...]:
    """The one for whom they asked before."""
    return _standing(connection, call, [call.case.asked_for.name] if call.case.asked_for else [])


def _standing(connection: Connection, call: Call, names: Iterable[str]) -> tuple[Namesake, ...]:
    rows = connection.execute(_people, {"names": sorted(names)}).all() if names else ()
    return tuple(Namesake(Agent(row.id, row.name, row.phone), _back_at(
        connection, call, row.id, row.shift_id, row.calendar_id, max(call.now, row.away_until or call.now))) for row in rows)


def _back_at(connection: Connection, call: Call, person: int, shift: int, calendar: int | None, since: datetime) -> datetime | None:
    """When they are at work from then on, by their hours or their calendar; None when it is nowhere near."""
    until = call.now + LONGEST_AWAY
    rows = connection.execute(_duties, {"person": person, "calendar": calendar, "since": since, "until": until}) if calendar else ()
    own = replace(call.house, shifts=tuple(replace(each, answers=True) for each in call.house.shifts if each.id == shift),
                  on_call=tuple(Duty(row.begins_at, row.ends_at) for row in rows))
    at = when_somebody_works(own, since)
    return at if at <= until and somebody_works(own, at) else None
