"""Public holidays and the house's own days: what a caller is told, on which day."""

from __future__ import annotations

import logging
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from flows.house import Closing
from voice_gateway import calendars

ROOT = Path(__file__).parent.parent
NOVEMBER = date(2026, 11, 22)
EVE = Closing(date(2026, 12, 24), "Christmas Eve")


def why(calendar, day, own=()):
    return [closing.why for closing in calendars.closings(calendar, own, day) if closing.day == day]


@pytest.mark.parametrize("calendar,day,reason", [
    ("US", date(2026, 11, 26), "Thanksgiving Day"),
    ("US", date(2026, 7, 3), "Independence Day"),  # the fourth is a Saturday
    ("GB-SCT", date(2026, 11, 30), "Saint Andrew's Day"),
    ("GB-ENG", date(2026, 12, 28), "Boxing Day"),  # the 26th is a Saturday
    ("DE-BY", date(2026, 1, 6), "Epiphany"),
    ("US-NY", date(2027, 2, 15), "Susan B. Anthony Day and Washington's Birthday"),
])
def test_a_holiday_has_the_name_that_people_say(calendar, day, reason):
    assert why(calendar, day) == [reason]


@pytest.mark.parametrize("calendar", ["GB-ENG", "DE-BE", None])
def test_elsewhere_it_is_an_ordinary_day(calendar):
    assert why(calendar, date(2026, 1, 6)) == why(calendar, date(2026, 11, 30)) == []


def test_a_day_is_told_once_with_the_houses_own_reason():
    own = Closing(date(2026, 11, 26), "our anniversary")
    assert why("US", own.day, [own]) == ["our anniversary"]


def test_they_come_in_order_from_yesterday_for_more_than_a_year():
    own = (EVE, Closing(NOVEMBER - timedelta(days=1), "a move"), Closing(NOVEMBER - timedelta(days=2), "long ago"))
    found = calendars.closings("US", own, NOVEMBER)
    days = [closing.day for closing in found]
    assert days == sorted(set(days))
    assert (found[0].why, found[1].why) == ("a move", "Thanksgiving Day")
    assert EVE in found
    assert days[-1] == date(2027, 12, 25)
    assert days[-1] <= NOVEMBER + timedelta(days=calendars.DAYS_AHEAD)


def test_a_day_far_ahead_of_the_houses_own_is_kept():
    far = Closing(date(2029, 1, 2), "a move")
    assert calendars.closings(None, [far], NOVEMBER) == (far,)


def test_what_is_known_is_named_by_country_and_part():
    assert {"US", "GB", "DE"} <= set(calendars.countries())
    assert "GB-SCT" in calendars.parts("GB")
    assert calendars.parts("XX") == ()
    assert calendars.is_known("US-NY")
    assert not any(map(calendars.is_known, ("", "UK", "us", "US-XX", "US-", "-NY", "USA")))


def test_every_calendar_can_be_spoken():
    for country in calendars.countries():
        for closing in calendars.closings(country, (), NOVEMBER):
            assert closing.why.isprintable(), country
            assert closing.why.strip() == closing.why != "", country
            assert "(" not in closing.why, country


def test_a_calendar_that_is_known_no_more_closes_nothing_and_is_reported(caplog):
    calendars._public.cache_clear()
    with caplog.at_level(logging.ERROR):
        assert calendars.closings("XX", [EVE], NOVEMBER) == (EVE,)
    assert "the public holidays of XX are not known any more" in caplog.text


def test_a_house_without_a_calendar_loads_no_library():
    tell = ("import sys, datetime; from voice_gateway import calendars;"
            "calendars.closings(None, (), datetime.date(2026, 1, 1)); print('holidays' in sys.modules)")
    assert subprocess.run([sys.executable, "-c", tell], cwd=ROOT, capture_output=True, text=True, check=True).stdout == "False\n"
