"""Who is rung next, and when somebody works again.

Pure arithmetic over the facts: the same question gets the same answer, and the
answer can be explained.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flows.facts import Agent, Call, House, Opening, Shift

DAYS_AHEAD = 15


def next_colleague(call: Call) -> Agent | None:
    """Whoever promised it, else whoever is idle longest; nobody twice in one round."""
    askable = [agent for agent in call.colleagues if agent.id not in call.asked_this_round]
    promised = [agent for agent in askable if agent == call.callback.promised_by]
    return next(iter(promised + askable), None)


def is_open(shift: Shift, wall: datetime) -> bool:
    """Does this shift work at this instant of the house's wall clock?"""
    minute = wall.hour * 60 + wall.minute
    return not shift.openings or any(
        wall.isoweekday() in opening.days and opening.open <= minute < opening.close
        for opening in shift.openings
    )


def open_shifts(house: House, now: datetime) -> list[int]:
    """The ids of the shifts that work now."""
    wall = house.wall(now)
    return [shift.id for shift in house.shifts if is_open(shift, wall)]


def when_somebody_works(house: House, at: datetime) -> datetime:
    """`at` itself, or the next instant after it at which any shift opens.

    A house in which nobody ever works keeps `at`: the case then finds its owner instead.
    """
    if not house.shifts or open_shifts(house, at):
        return at
    starts = (
        start
        for shift in house.shifts
        for opening in shift.openings
        for start in _starts(opening, house, at)
        if start > at
    )
    return min(starts, default=at)


def _starts(opening: Opening, house: House, at: datetime) -> list[datetime]:
    """The instants at which this opening begins in the days ahead, DST heeded."""
    zone = ZoneInfo(house.time_zone)
    today = house.wall(at).date()
    days = (today + timedelta(days=ahead) for ahead in range(DAYS_AHEAD))
    clock = time(opening.open // 60, opening.open % 60)
    return [
        datetime.combine(day, clock, zone).astimezone(at.tzinfo)
        for day in days
        if day.isoweekday() in opening.days
    ]
