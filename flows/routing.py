"""Who is rung next, and when somebody works again.

Pure arithmetic over the facts: the same question gets the same answer, and the
answer can be explained.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flows.facts import Agent, Call
from flows.house import House, Opening, Shift

ALWAYS = (Opening(frozenset(range(1, 8)), 0, 24 * 60),)


def next_colleagues(call: Call) -> tuple[Agent, ...]:
    """Who is rung now: whoever promised it, else as the house's rule of its line says; nobody twice in a round."""
    askable = [agent for agent in call.colleagues if agent.id not in call.asked_this_round]
    promised = [agent for agent in askable if agent == call.callback.promised_by]
    if promised or not askable:
        return tuple(promised)
    if call.house.line.strategy == "all at once":
        return tuple(askable)
    return (askable[0],)


def is_open(house: House, shift: Shift, wall: datetime) -> bool:
    """Does this shift work at this instant of the house's wall clock? Nobody works on a closed day."""
    minute = wall.hour * 60 + wall.minute
    return not house.closed_for(wall.date()) and any(
        wall.isoweekday() in opening.days and opening.open <= minute < opening.close
        for opening in shift.openings or ALWAYS
    )


def open_shifts(house: House, now: datetime) -> list[int]:
    """The ids of the shifts that work now."""
    wall = house.wall(now)
    return [shift.id for shift in house.shifts if is_open(house, shift, wall)]


def closed_because(house: House, now: datetime) -> str:
    """Why nobody works today, as a caller may hear it; empty on an ordinary day."""
    return house.closed_for(house.wall(now).date())


def when_somebody_works(house: House, at: datetime) -> datetime:
    """`at` itself, or the next instant after it at which any shift opens.

    A house in which nobody ever works keeps `at`: the case then finds its owner instead.
    """
    if not house.shifts or open_shifts(house, at):
        return at
    starts = (min(found) for day in _days_ahead(house, at) if (found := _starts(house, day, at)))
    return next(starts, at).astimezone(at.tzinfo)


def next_day(house: House, now: datetime) -> datetime:
    """When the house opens on the next day on which anybody works; at nine where it never closes."""
    wall = house.wall(now)
    midnight = datetime.combine(wall.date() + timedelta(days=1), time(), wall.tzinfo)
    at = when_somebody_works(house, midnight.astimezone(now.tzinfo))
    return at if at > midnight else midnight.replace(hour=9).astimezone(now.tzinfo)


def _days_ahead(house: House, at: datetime) -> Iterator[date]:
    """The days that may bring an opening: each comes weekly, and a closing takes one of them away.

    Of the other weeks one may be half over, and one may skip that hour when clocks go forward.
    """
    today = house.wall(at).date()
    days = (today + timedelta(days=ahead) for ahead in range(7 * (len(house.closings) + 3)))
    return (day for day in days if not house.closed_for(day))


def _starts(house: House, day: date, at: datetime) -> list[datetime]:
    """The instants after `at` at which a shift opens on this day; two where the clock shows an hour twice."""
    starts = (
        (shift, datetime.combine(day, _clock(opening.open), ZoneInfo(house.time_zone)).replace(fold=fold))
        for shift in house.shifts
        for opening in shift.openings or ALWAYS
        if day.isoweekday() in opening.days
        for fold in (0, 1)
    )
    instants = ((shift, start.astimezone(UTC)) for shift, start in starts)
    return [start for shift, start in instants if start > at and is_open(house, shift, house.wall(start))]


def _clock(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)
