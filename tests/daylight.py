"""A telephone somewhere on earth where it is day: nobody is rung at night, and real processes live by the real clock."""

from __future__ import annotations

from datetime import timedelta

from voice_gateway import clock
from voice_gateway.callers import is_day, zones_of

COUNTRIES = ("US", "JP", "GB")
NUMBERS = ("+12025550140", "+819012345140", "+447400123140")
AS_LONG_AS_A_TEST = timedelta(hours=1)


def where_it_is_day() -> str:
    """One of these numbers: it is day there now, and will be in an hour. At every hour of the year there is one."""
    now = clock.now()
    return next(each for each in NUMBERS if all(is_day(at, zones_of(each)) for at in (now, now + AS_LONG_AS_A_TEST)))
