"""Who works when: hours on the wall, heeded through the nights on which clocks are turned."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.facts import House, Opening, Shift
from flows.routing import open_shifts, when_somebody_works

WEEKDAYS = frozenset({1, 2, 3, 4, 5})
NINE_TO_FIVE = Shift(1, (Opening(WEEKDAYS, 9 * 60, 17 * 60),))
NIGHT = Shift(2, (Opening(frozenset({7}), 2 * 60 + 30, 6 * 60),))
NEW_YORK = House("Acme", "America/New_York", (NINE_TO_FIVE,))


def wall(house: House, text: str) -> datetime:
    """An instant given as the house's wall clock shows it."""
    from_wall = datetime.fromisoformat(text)
    return from_wall.replace(tzinfo=house.wall(datetime.now(UTC)).tzinfo).astimezone(UTC)


@pytest.mark.parametrize("at, opens", [
    ("2026-03-04T08:59", "2026-03-04T09:00"),
    ("2026-03-04T09:00", "2026-03-04T09:00"),
    ("2026-03-04T16:59", "2026-03-04T16:59"),
    ("2026-03-04T17:00", "2026-03-05T09:00"),
    ("2026-03-06T18:00", "2026-03-09T09:00"),  # over the weekend on which clocks go forward
    ("2026-10-30T18:00", "2026-11-02T09:00"),  # over the weekend on which they go back
])
def test_the_next_opening(at: str, opens: str) -> None:
    assert when_somebody_works(NEW_YORK, wall(NEW_YORK, at)) == wall(NEW_YORK, opens)


def test_an_opening_in_the_hour_that_does_not_exist_still_opens() -> None:
    """2:30 am on 8 March 2026 is skipped in New York; the shift begins all the same that night."""
    house = House("Acme", "America/New_York", (NIGHT,))
    opens = when_somebody_works(house, wall(house, "2026-03-08T00:00"))
    assert opens == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)


def test_a_house_without_hours_is_always_open() -> None:
    house = House("Acme", "Europe/London", (Shift(1),))
    now = datetime(2026, 1, 1, 3, tzinfo=UTC)
    assert when_somebody_works(house, now) == now
    assert open_shifts(house, now) == [1]


@given(st.integers(0, 2 * 365 * 24 * 60))
def test_what_is_promised_is_open_then_and_soon(minute: int) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    promised = when_somebody_works(NEW_YORK, at)
    assert at <= promised <= at + timedelta(days=4)
    assert open_shifts(NEW_YORK, promised) == [1]
