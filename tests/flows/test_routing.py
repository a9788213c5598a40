"""Who works when: hours on the wall, heeded through the nights on which clocks are turned."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.house import Closing, House, Opening, Shift
from flows.routing import closed_because, is_open, open_shifts, when_somebody_works

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


# ---- elsewhere ----

BERLIN = "Europe/Berlin"
THERE = Shift(3, NINE_TO_FIVE.openings, BERLIN)
NIGHTS_THERE = Shift(4, (Opening(frozenset({6}), 22 * 60, 24 * 60), Opening(frozenset({7}), 0, 6 * 60)), BERLIN)


@pytest.mark.parametrize("at, opens", [
    ("2026-03-04T17:30", "2026-03-05T08:00"),
    ("2026-03-06T17:30", "2026-03-09T08:00"),  # New York has gone forward, and Berlin has not
    ("2026-03-27T17:30", "2026-03-30T07:00"),
    ("2026-10-23T17:30", "2026-10-26T08:00"),  # Berlin has gone back, and New York has not
])
def test_hours_are_read_by_the_clock_where_they_are_worked(at: str, opens: str) -> None:
    """All of these are UTC. At nine in Berlin it is three in New York, but for some weeks of a year it is four."""
    house = House("Acme", "America/New_York", (THERE,))
    instants = [datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (at, opens)]
    assert when_somebody_works(house, instants[0]) == instants[1]
    assert when_somebody_works(replace(house, shifts=(NINE_TO_FIVE, THERE)), instants[1]) == instants[1]


@pytest.mark.parametrize("noon, hours", [(datetime(2026, 3, 28, 12, tzinfo=UTC), 7), (datetime(2026, 10, 24, 12, tzinfo=UTC), 9),
                                         (datetime(2026, 3, 7, 12, tzinfo=UTC), 8), (datetime(2026, 10, 31, 12, tzinfo=UTC), 8)])
def test_a_night_is_as_long_as_the_clock_makes_it_where_it_is_worked(noon: datetime, hours: int) -> None:
    """An hour shorter in spring and longer in autumn, on the nights of Berlin, and not on those of New York."""
    house = House("Acme", "America/New_York", (NIGHTS_THERE,))
    quarters = (noon + timedelta(minutes=minutes) for minutes in range(0, 24 * 60, 15))
    assert sum(is_open(house, NIGHTS_THERE, each) for each in quarters) == hours * 4


def test_whoever_answers_nobody_opens_no_house() -> None:
    at = datetime(2026, 3, 4, 9, tzinfo=UTC)
    house = House("Acme", "America/New_York", (NINE_TO_FIVE, replace(THERE, answers=False)))
    assert open_shifts(house, at) == [3]
    assert when_somebody_works(house, at) == datetime(2026, 3, 4, 14, tzinfo=UTC)


# ---- closed days ----

CHRISTMAS = (Closing(date(2026, 12, 24), "Christmas Eve"), Closing(date(2026, 12, 25), "Christmas"))


def closed(*days: date, shifts: tuple[Shift, ...] = (NINE_TO_FIVE,)) -> House:
    return House("Acme", "America/New_York", shifts, tuple(Closing(day, "a holiday") for day in days))


@pytest.mark.parametrize("shifts", [(NINE_TO_FIVE,), (Shift(1),)])
def test_nobody_works_on_a_closed_day(shifts: tuple[Shift, ...]) -> None:
    house = House("Acme", "America/New_York", shifts, CHRISTMAS)
    assert open_shifts(house, wall(house, "2026-12-23T12:00")) == [1]
    assert open_shifts(house, wall(house, "2026-12-24T12:00")) == []


@pytest.mark.parametrize("at, why", [
    ("2026-12-23T23:59", ""), ("2026-12-24T00:00", "Christmas Eve"), ("2026-12-25T23:59", "Christmas"),
    ("2026-12-26T00:00", ""),
])
def test_why_the_house_is_closed_today(at: str, why: str) -> None:
    house = House("Acme", "America/New_York", (NINE_TO_FIVE,), CHRISTMAS)
    assert closed_because(house, wall(house, at)) == why


@pytest.mark.parametrize("shifts, opens", [
    ((NINE_TO_FIVE,), "2026-12-28T09:00"),  # Christmas is a Friday
    ((Shift(1),), "2026-12-26T00:00"),
])
def test_after_the_holidays_it_opens(shifts: tuple[Shift, ...], opens: str) -> None:
    house = House("Acme", "America/New_York", shifts, CHRISTMAS)
    assert when_somebody_works(house, wall(house, "2026-12-24T10:00")) == wall(house, opens)


def test_a_night_before_a_closed_day_ends_at_midnight_and_no_morning_follows() -> None:
    night = Shift(1, (Opening(frozenset({3}), 22 * 60, 24 * 60), Opening(frozenset({4}), 0, 6 * 60)))
    house = House("Acme", "America/New_York", (night,), CHRISTMAS)
    assert open_shifts(house, wall(house, "2026-12-23T23:59")) == [1]
    assert open_shifts(house, wall(house, "2026-12-24T00:00")) == []
    assert when_somebody_works(house, wall(house, "2026-12-24T00:00")) == wall(house, "2026-12-30T22:00")


def test_a_long_run_of_closed_days_is_looked_past() -> None:
    summer = [date(2026, 6, 1) + timedelta(days=ahead) for ahead in range(92)]
    assert when_somebody_works(closed(*summer), wall(NEW_YORK, "2026-05-29T17:00")) == wall(NEW_YORK, "2026-09-01T09:00")


def test_who_works_on_one_weekday_only_is_found_behind_many_closed_ones() -> None:
    mondays = [date(2026, 6, 1) + timedelta(weeks=ahead) for ahead in range(60)]
    house = closed(*mondays, shifts=(Shift(1, (Opening(frozenset({1}), 9 * 60, 17 * 60),)),))
    assert when_somebody_works(house, wall(house, "2026-06-01T09:00")) == wall(house, "2027-07-26T09:00")


def test_an_hour_that_comes_twice_opens_twice() -> None:
    """On 1 November 2026 it is half past one twice in New York."""
    house = House("Acme", "America/New_York", (Shift(1, (Opening(frozenset({7}), 90, 105),)),))
    assert when_somebody_works(house, datetime(2026, 11, 1, 5, 45, tzinfo=UTC)) == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


def test_an_opening_lost_with_a_skipped_hour_is_not_promised() -> None:
    house = House("Acme", "America/New_York", (Shift(1, (Opening(frozenset({7}), 135, 150),)),))
    assert when_somebody_works(house, wall(house, "2026-03-07T12:00")) == wall(house, "2026-03-15T02:15")


# ---- whatever the hours are ----

minutes = st.integers(0, 24 * 60 - 1)
openings = st.builds(
    lambda days, first, last: Opening(frozenset(days), min(first, last), max(first, last) + 1),
    st.sets(st.integers(1, 7), min_size=1), minutes, minutes,
)
zones = st.sampled_from(["America/New_York", "Europe/London", "Australia/Lord_Howe", "UTC"])
shifts = st.lists(st.builds(Shift, st.integers(1, 99), st.lists(openings, max_size=3).map(tuple), zones | st.just("")), max_size=3).map(tuple)
days = st.integers(0, 40).map(lambda ahead: date(2026, 10, 15) + timedelta(days=ahead))
houses = st.builds(
    House, st.just("Acme"), zones, shifts,
    st.lists(st.builds(Closing, days, st.just("a holiday")), max_size=20).map(tuple),
)
instants = st.integers(0, 40 * 24 * 60).map(lambda minute: datetime(2026, 10, 15, tzinfo=UTC) + timedelta(minutes=minute))


@given(houses, instants)
def test_a_promise_is_kept_by_somebody_on_no_closed_day(house: House, at: datetime) -> None:
    """In weeks in which clocks go back in New York and London, and forward on Lord Howe."""
    promised = when_somebody_works(house, at)
    assert promised >= at
    assert not house.shifts or open_shifts(house, promised)
    assert not closed_because(house, promised) or any(each.zone for each in house.shifts) or not house.shifts


@given(houses, instants, st.floats(0, 1))
def test_nobody_works_before_the_time_that_was_promised(house: House, at: datetime, share: float) -> None:
    promised = when_somebody_works(house, at)
    between = at + (promised - at) * share
    clocks = {each.zone for each in house.shifts}
    skipped = any(house.wall(between, each).utcoffset() != house.wall(between - timedelta(hours=2), each).utcoffset() for each in clocks)
    assert between == promised or skipped or not open_shifts(house, between)


@given(st.integers(0, 2 * 365 * 24 * 60))
def test_what_is_promised_is_open_then_and_soon(minute: int) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    promised = when_somebody_works(NEW_YORK, at)
    assert at <= promised <= at + timedelta(days=4)
    assert open_shifts(NEW_YORK, promised) == [1]
