"""What a visitor may expect before they click: how long it takes, or when we open; and which times they may choose.

What is not known is not said: without enough people who have waited lately there is no number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby, islice

from flows.facts import HOURS, MINUTES
from flows.house import House
from flows.routing import closed_because, somebody_works, when_somebody_works
from voice_gateway.doors.ticket_facts import FEWEST_WAITS, band
from voice_gateway.doors.wishes import DAYS_AHEAD

DAYS_OFFERED = 7  # days on which somebody works; a list of more is no choice any more
SLOT_MINUTES = 30
QUARTER = 15 * MINUTES  # every zone's half hours are among the quarters of UTC


@dataclass(frozen=True, slots=True)
class Slot:
    """A time at which we can ring: as a program reads it, and as people of the house's zone do."""

    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """One look at the house from the street. `waits` are recent waits of others, shortest first."""

    house: House
    waits: Sequence[timedelta]
    now: datetime

    @property
    def is_open(self) -> bool:
        return somebody_works(self.house, self.now)

    @property
    def why_closed(self) -> str:
        """The reason, where today has one: a holiday, or a day of the house's own."""
        return closed_because(self.house, self.now)

    @property
    def usual_seconds(self) -> tuple[int, int] | None:
        """Half of all talked within the first, nine of ten within the second; None when too few have waited."""
        return band(self.waits, timedelta(0)) if self.is_open and len(self.waits) >= FEWEST_WAITS else None

    @property
    def opens(self) -> str:
        """When somebody works again, in words; empty when that is now, or never."""
        opens_at = when_somebody_works(self.house, self.now)
        return self._said(opens_at) if opens_at > self.now else ""

    def keeps(self, at: datetime) -> bool:
        """Will we ring at this very instant, and not later because nobody works then?"""
        return when_somebody_works(self.house, at) == at

    def days(self) -> list[tuple[str, list[Slot]]]:
        """The next days on which somebody works, each with the half hours that begin within opening hours."""
        by_day = groupby(self._half_hours(), key=lambda at: self.house.wall(at).date())
        return [(f"{day:%A} {day.day} {day:%B}", [self._slot(at) for at in instants])
                for day, instants in islice(by_day, DAYS_OFFERED)]

    def _half_hours(self) -> Iterator[datetime]:
        """Instants, not times on a wall: so an hour that clocks skip is missing, and one shown twice comes twice."""
        next_quarter = (self.now.timestamp() // QUARTER.total_seconds() + 1) * QUARTER.total_seconds()
        first = datetime.fromtimestamp(next_quarter, UTC)
        for quarters in range(DAYS_AHEAD * 24 * HOURS // QUARTER):
            at = first + quarters * QUARTER
            if self.house.wall(at).minute % SLOT_MINUTES == 0 and somebody_works(self.house, at):
                yield at

    def _slot(self, at: datetime) -> Slot:
        words = self._said(at)
        return Slot(f"{at:%Y-%m-%dT%H:%MZ}", words[:1].upper() + words[1:])

    def _said(self, at: datetime) -> str:
        """`today, 3:30 pm`, `Monday 9 March, 9:00 am`; with the zone's name for an hour that the clock shows twice."""
        there = self.house.wall(at)
        clock = f"{there.hour % 12 or 12}:{there.minute:02d} {'am' if there.hour < 12 else 'pm'}"
        twice = there.utcoffset() != there.replace(fold=1 - there.fold).utcoffset()
        return f"{self._day(there.date())}, {clock}{f' {there:%Z}' if twice else ''}"

    def _day(self, day: date) -> str:
        ahead = (day - self.house.wall(self.now).date()).days
        return {0: "today", 1: "tomorrow"}.get(ahead) or f"{day:%A} {day.day} {day:%B}"
