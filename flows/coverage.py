"""Gaps in coverage: the stretches of the coming days in which nobody works, found before a customer finds them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from flows.house import Duty, House, Shift
from flows.routing import is_open

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch in which nobody works, and whether the house is open in it all the same."""

    begins: datetime
    ends: datetime
    is_open: bool


def gaps(house: House, hours: Shift, shifts: Sequence[Shift], duties: Sequence[Duty], since: datetime, until: datetime) -> list[Gap]:
    """When nobody works who works these shifts or has these duties. `hours` are those of the house itself."""
    edges = sorted({since, until, *(edge for edge in _edges(house, [hours, *shifts], duties, since, until) if since < edge < until)})
    found: list[Gap] = []
    for begins, ends in pairwise(edges):
        if any(is_open(house, shift, begins) for shift in shifts) or any(duty.covers(begins) for duty in duties):
            continue
        gap = Gap(begins, ends, is_open(house, hours, begins))
        if found and found[-1].ends == begins and found[-1].is_open == gap.is_open:
            gap = Gap(found.pop().begins, ends, gap.is_open)
        found.append(gap)
    return found


def merged(duties: Iterable[Duty]) -> list[Duty]:
    """The same time in as few stretches as it takes, in order; what has no length is none."""
    found: list[Duty] = []
    for duty in sorted(duties, key=lambda each: each.begins):
        if duty.ends <= duty.begins:
            continue
        if found and duty.begins <= found[-1].ends:
            found[-1] = Duty(found[-1].begins, max(found[-1].ends, duty.ends))
        else:
            found.append(duty)
    return found


def standing_in(duties: Mapping[int, Iterable[Duty]], at: datetime) -> list[int]:
    """Who is on duty at this moment by one schedule, whoever is rung first.

    Whose duty is shorter stands in for the others, for so do those who take over an evening of somebody's week; of two as
    long it is whose began later.
    """
    on_duty = [(duty.ends - duty.begins, at - duty.begins, who) for who, theirs in duties.items() for duty in merged(theirs) if duty.covers(at)]
    return [who for _, _, who in sorted(on_duty)]


def _edges(house: House, shifts: Iterable[Shift], duties: Iterable[Duty], since: datetime, until: datetime) -> Iterator[datetime]:
    """Every instant at which somebody may begin or end: between two of them nothing changes."""
    for duty in duties:
        yield from (duty.begins, duty.ends)
    minutes: dict[str, set[int]] = {}
    for shift in shifts:
        theirs = minutes.setdefault(shift.zone or house.time_zone, {0})
        theirs.update(minute for opening in shift.openings for minute in (opening.open, opening.close % (24 * 60)))
    for name, walls in minutes.items():
        zone = ZoneInfo(name)
        yield from _times_of_day(zone, walls, since, until)
        yield from _turns_of_the_clock(zone, since, until)


def _times_of_day(zone: ZoneInfo, minutes: Iterable[int], since: datetime, until: datetime) -> Iterator[datetime]:
    """Every instant at which this clock shows one of these minutes of a day."""
    day = since.astimezone(zone).date()
    while day <= until.astimezone(zone).date():
        for minute in minutes:
            wall = datetime.combine(day, time(minute // 60, minute % 60), zone)
            yield from (wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
        day += DAY


def _turns_of_the_clock(zone: ZoneInfo, since: datetime, until: datetime) -> Iterator[datetime]:
    """The instants at which clocks go forward or back there, to the minute."""
    def offset(at: datetime) -> timedelta | None:
        return at.astimezone(zone).utcoffset()

    at = since.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    while at < until:
        if offset(at) != offset(at + HOUR):
            minutes = (at + timedelta(minutes=ahead) for ahead in range(61))
            yield next(each for each in minutes if offset(each) == offset(at + HOUR))
        at += HOUR
