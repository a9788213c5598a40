"""Tests with real processes are played at any hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.daylight import COUNTRIES, NUMBERS, where_it_is_day
from voice_gateway import clock, dialling


@pytest.mark.parametrize("month", [1, 4, 7, 10])
def test_somewhere_it_is_always_day(month: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for minutes in range(0, 24 * 60, 10):
        monkeypatch.setattr(clock, "now", lambda at=datetime(2026, month, 2, tzinfo=UTC) + timedelta(minutes=minutes): at)
        assert where_it_is_day() in NUMBERS


def test_each_of_them_may_be_rung() -> None:
    for number in NUMBERS:
        assert dialling.check(number, COUNTRIES, is_ours=lambda _: False, is_blocked=lambda _: False) == number
