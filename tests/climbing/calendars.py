"""Calendars as chance has them: recurrences, exceptions, evenings that a colleague takes over, in whatever zone or none."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

ZONES = ("America/New_York", "Europe/Berlin", "Asia/Tokyo", "Australia/Lord_Howe")
HALF_HOUR = timedelta(minutes=30)


def text(chance: Random, names: list[str], now: datetime) -> str:
    """A feed of duties about now, each of one of these; never empty, for what is empty is not believed."""
    events = [line for at in range(chance.randint(1, 4)) for line in _duties(chance, at, names, now)]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:chance", *events, "END:VCALENDAR", ""])


def _duties(chance: Random, at: int, names: list[str], now: datetime) -> list[str]:
    zone = chance.choice(["", "UTC", *ZONES])
    here = now.astimezone(ZoneInfo(zone or "America/New_York")).replace(minute=0, second=0, microsecond=0, tzinfo=None)
    today, long = here + chance.randint(-8, 4) * HALF_HOUR, chance.randint(1, 16) * HALF_HOUR
    since = today - timedelta(days=chance.choice([0, 1, 7]))
    recurs = chance.choice(["", "RRULE:FREQ=DAILY", "RRULE:FREQ=DAILY;COUNT=9", "RRULE:FREQ=WEEKLY"])
    series = _event(at, zone, since if recurs else today, long, chance.choice(names), recurs)
    if not recurs or chance.random() < 0.5:
        return series
    if chance.random() < 0.4:
        return [*series[:-1], _when("EXDATE", zone, today), series[-1]]
    moved = _event(at, zone, today + chance.randint(-3, 3) * HALF_HOUR, chance.randint(1, 8) * HALF_HOUR, chance.choice(names))
    return [*series, *moved[:-1], _when("RECURRENCE-ID", zone, today), moved[-1]]


def _event(at: int, zone: str, begins: datetime, long: timedelta, name: str, recurs: str = "") -> list[str]:
    return ["BEGIN:VEVENT", f"UID:{at}", "DTSTAMP:20260101T000000Z", _when("DTSTART", zone, begins), _when("DTEND", zone, begins + long),
            f"SUMMARY:On call: {name}", *filter(None, [recurs]), "END:VEVENT"]


def _when(key: str, zone: str, wall: datetime) -> str:
    """By the clock of a zone, in UTC, or without saying by whose."""
    if zone == "UTC":
        return f"{key}:{wall:%Y%m%dT%H%M%S}Z"
    return f"{key}{f';TZID={zone}' if zone else ''}:{wall:%Y%m%dT%H%M%S}"
