"""How everybody of the house stands at a moment: what the question "who would be rung, and why not I?" is decided by.

It reads everybody, so it is for those who ask, and never for a call.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select

from flows.facts import Agent
from flows.house import House, Shift
from flows.routing import Candidate, open_shifts
from voice_gateway.store import back_then, on_duty, search
from voice_gateway.store.hours import HOUSE_SHIFT, pattern
from voice_gateway.store.recall import openings
from voice_gateway.store.tables import (
    AnyRow,
    CalendarRow,
    CaseRow,
    DutyRow,
    LegRow,
    PersonRow,
    ShiftRow,
    SkillRow,
    TongueRow,
)
from voice_gateway.store.telephones import THEIRS

_people = (
    select(*PersonRow.__table__.columns, ShiftRow.name.label("shift"), ShiftRow.openings, ShiftRow.zone.label("clock"), CalendarRow.name.label("calendar"),
           CalendarRow.is_schedule, search.is_at_work.label("at_work"))
    .join(ShiftRow, ShiftRow.id == PersonRow.shift_id)
    .outerjoin(CalendarRow, CalendarRow.id == PersonRow.calendar_id)
    .where(~PersonRow.gone).order_by(PersonRow.id)
)
_owned = select(CaseRow.owner_id, func.count()).where(CaseRow.owner_id.is_not(None), CaseRow.closed_at.is_(None)).group_by(
    CaseRow.owner_id)


def everybody(connection: Connection, house: House, at: datetime, now: datetime) -> list[Candidate]:
    """All who are of the house now, as they stood or will stand at this moment.

    Of a moment that has passed their leave, their idleness and how many cases they had are as of then. Who will be on the telephone nobody knows: for a moment to come nobody is.
    """
    asked = search.since_a_day_before(at) | {"shifts": open_shifts(house, at)}
    people = connection.execute(_people, asked).all()
    talking = _on_the_phone(connection, at, now)
    skills, languages = _of_people(connection, SkillRow.skill, SkillRow), _of_people(connection, TongueRow.language, TongueRow)
    then = back_then.stood(connection, at) if at < now else None
    owned = then.looked_after if then else {row[0]: int(row[1]) for row in connection.execute(_owned)}
    away = then.away_until if then else {each.id: each.away_until for each in people if each.away_until and each.away_until > at}
    next_duty = _next_duties(connection, at)
    return [Candidate(
        agent=Agent(each.id, each.name, each.phone), idle_since=then.idle_since(each.id) if then else each.idle_since, is_agent=each.is_agent,
        owner_rank=each.owner_rank, skills=frozenset(skills[each.id]), languages=frozenset(languages[each.id]),
        takes=each.takes, at_work=bool(each.at_work), hours=_hours(house, each, next_duty.get(each.id)),
        away_until=away.get(each.id),
        on_the_phone=each.phone in talking, looks_after=owned.get(each.id, 0), most_cases=each.most_cases,
        is_asked_whose=each.telephone != THEIRS,
    ) for each in people]


def on_call(connection: Connection, schedule: str, at: datetime) -> list[Agent] | None:
    """Who is on duty in this schedule, whoever counts first; None when the house has no such schedule."""
    if schedule not in schedules(connection):
        return None
    found = on_duty.of_schedule(connection, schedule, at)
    people = {row.id: Agent(*row) for row in connection.execute(
        select(PersonRow.id, PersonRow.name, PersonRow.phone).where(PersonRow.id.in_(found)))}
    return [people[each] for each in found]


def schedules(connection: Connection) -> list[str]:
    """The names of the schedules that the house has."""
    return list(connection.scalars(select(CalendarRow.name).where(CalendarRow.is_schedule).order_by(CalendarRow.name)))


@dataclass(frozen=True, slots=True)
class Followed:
    """A calendar that the house follows: whose it is, its last good copy, and what was wrong when last looked at.

    `name` may be an address and thus a secret; `schedule` is empty when it is somebody's own hours.
    """

    name: str
    schedule: str
    whose: str
    kept: str
    kept_at: datetime | None
    problem: str

    @property
    def instead(self) -> str:
        """What holds while it cannot be read."""
        if self.kept_at is None:
            return "nobody is on duty by it"
        return f"it was last read well on {self.kept_at:%Y-%m-%d at %H:%M} UTC, and that copy holds"


def troubles(connection: Connection) -> list[Followed]:
    """The calendars with which something is wrong."""
    return [each for each in followed(connection) if each.problem]


def followed(connection: Connection) -> list[Followed]:
    """Every calendar that the house file names."""
    rows = connection.execute(select(*CalendarRow.__table__.columns).order_by(CalendarRow.id)).all()
    followers: dict[int | None, list[str]] = defaultdict(list)
    for calendar_id, name in connection.execute(
            select(PersonRow.calendar_id, PersonRow.name).where(PersonRow.calendar_id.is_not(None), ~PersonRow.gone).order_by(PersonRow.name)):
        followers[calendar_id].append(name)
    return [Followed(
        each.name, each.name if each.is_schedule else "",
        f"the schedule {each.name}" if each.is_schedule else f"the calendar of {', '.join(followers[each.id]) or 'nobody'}",
        each.kept, each.kept_at, each.problem) for each in rows]


def duties(connection: Connection, since: datetime, until: datetime, *, schedule: str = "", by_hours: bool = False) -> list[AnyRow]:
    """What calendars say between these two moments: this schedule, or only what counts as somebody's hours."""
    query = (
        select(DutyRow.person_id, DutyRow.begins_at, DutyRow.ends_at)
        .where(DutyRow.ends_at > since, DutyRow.begins_at < until).order_by(DutyRow.begins_at))
    if schedule:
        query = query.join(CalendarRow, CalendarRow.id == DutyRow.calendar_id).where(CalendarRow.name == schedule)
    if by_hours:
        query = query.join(PersonRow, (PersonRow.id == DutyRow.person_id) & (PersonRow.calendar_id == DutyRow.calendar_id))
    return list(connection.execute(query).all())


def shifts_of(connection: Connection) -> dict[int, int]:
    """Which shift each works."""
    return {row[0]: row[1] for row in connection.execute(select(PersonRow.id, PersonRow.shift_id).where(~PersonRow.gone))}


def hours_of_the_house(connection: Connection, house: House) -> Shift:
    """When the house itself is open."""
    own = connection.scalar(select(ShiftRow.id).where(ShiftRow.name == HOUSE_SHIFT))
    return next((shift for shift in house.shifts if shift.id == own), Shift(0))


def _on_the_phone(connection: Connection, at: datetime, now: datetime) -> set[str]:
    """The telephones that were engaged at this moment, or are now."""
    lasts = LegRow.ended_at.is_(None) if at >= now else (LegRow.ordered_at <= at) & or_(LegRow.ended_at.is_(None), LegRow.ended_at > at)
    query = select(LegRow.phone).distinct().where(LegRow.attested, lasts)
    return set() if at > now else set(connection.scalars(query))


def _of_people(connection: Connection, what: Any, table: Any) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for person_id, each in connection.execute(select(table.person_id, what)):
        found[person_id].append(each)
    return found


def _next_duties(connection: Connection, at: datetime) -> dict[int, datetime]:
    """When each who follows a calendar is next on duty."""
    query = (
        select(PersonRow.id, func.min(DutyRow.begins_at))
        .join(DutyRow, (DutyRow.person_id == PersonRow.id) & (DutyRow.calendar_id == PersonRow.calendar_id))
        .where(DutyRow.begins_at > at).group_by(PersonRow.id))
    return {row[0]: row[1] for row in connection.execute(query)}


def _hours(house: House, row: AnyRow, next_duty: datetime | None) -> str:
    """When they work, in words."""
    if row.calendar is None:
        whose = "the house works" if row.shift.startswith(HOUSE_SHIFT) else "works"
        return f"{whose} {pattern(openings(row.openings))}{f' by the clock of {row.clock}' if row.clock else ''}"
    whose = f"the schedule {row.calendar}" if row.is_schedule else "their calendar"
    follows = f"next {house.wall(next_duty):%a %-d %b %H:%M}" if next_duty else "and nothing is planned"
    return f"{whose} has them off duty, {follows}"
