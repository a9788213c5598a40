"""What an iCal feed says: the stretches of time of its events, with recurrences, exceptions and overrides.

The arithmetic of calendars is the knowledge of libraries. Here stand the limits, and what is
refused in words that its owner understands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
import x_wr_timezone
from icalendar import Calendar

from flows.facts import MINUTES
from voice_gateway.on_call.feeds import WrongCalendar

MOST_EVENTS = 5000
MOST_PLANNED = 5000
EARLIEST_YEAR = 1970
TOO_OFTEN = ("SECONDLY", "MINUTELY", "HOURLY")
DATED = ("DTSTART", "DTEND", "RECURRENCE-ID", "EXDATE", "RDATE")


@dataclass(frozen=True, slots=True)
class Planned:
    """One stretch of time, in UTC, and the title under which it stands."""

    begins: datetime
    ends: datetime
    title: str


def planned(text: str, zone: str, since: datetime, until: datetime) -> list[Planned]:
    """What is planned between these moments.

    Times that name no zone, and whole days, are read by the calendar's own clock, or else by that of `zone`.

    Raises WrongCalendar naming what is wrong.
    """
    calendar = _read(text)
    for event in calendar.walk("VEVENT"):
        _check(event)
    here = _clock(calendar, zone)
    try:
        found = recurring_ical_events.of(x_wr_timezone.to_standard(calendar), skip_bad_series=False).between(since, until)
    except Exception as error:
        raise WrongCalendar(f"its recurrences cannot be worked out: {_short(error)}") from None
    if len(found) > MOST_PLANNED:
        raise WrongCalendar(f"it plans more than {MOST_PLANNED} events in the coming weeks")
    stretches = (
        Planned(_instant(each.start, here), _instant(each.end, here), str(each.get("SUMMARY", "")))
        for each in found if str(each.get("STATUS", "")).upper() != "CANCELLED")
    return sorted((each for each in stretches if each.begins < each.ends), key=lambda each: (each.begins, each.ends, each.title))


def is_floating(text: str) -> bool:
    """Are there times in it that name no zone, and does it not name one for them all? Raises WrongCalendar."""
    calendar = _read(text)
    moments = (moment for event in calendar.walk("VEVENT") for moment, _ in _dates(event))
    return not str(calendar.get("X-WR-TIMEZONE", "")).strip() and any(
        isinstance(each, datetime) and each.tzinfo is None for each in moments)


def _read(text: str) -> Any:
    if text.count("BEGIN:VEVENT") > MOST_EVENTS:
        raise WrongCalendar(f"it has more than {MOST_EVENTS} events")
    try:
        calendar = Calendar.from_ical(text)
    except Exception as error:
        raise WrongCalendar(f"it is no calendar that can be read: {_short(error)}") from None
    if not calendar.walk("VEVENT"):
        raise WrongCalendar("it has no events")
    return calendar


def _clock(calendar: Any, zone: str) -> ZoneInfo:
    """The clock by which the calendar is to be read where it names no zone."""
    own = str(calendar.get("X-WR-TIMEZONE", "")).strip()
    try:
        return ZoneInfo(own or zone)
    except (KeyError, ValueError, OSError):
        raise WrongCalendar(f"it is in a time zone that does not exist: {own[:60]}") from None


def _check(event: Any) -> None:
    """Refuse what would be read wrongly, or without end."""
    title = str(event.get("SUMMARY", "without a title"))[:60]
    try:
        dates, often = list(_dates(event)), _how_often(event)
        begins, ends = event["DTSTART"].dt, event["DTEND"].dt if "DTEND" in event else None
        is_backwards = ends is not None and ends < begins
    except Exception as error:
        raise WrongCalendar(f'its event "{title}" cannot be read: {_short(error)}') from None
    for moment, zone in dates:
        if isinstance(moment, datetime) and moment.tzinfo is None and zone:
            raise WrongCalendar(f'its event "{title}" is in a time zone that does not exist: {zone[:60]}')
        if moment.year < EARLIEST_YEAR:
            raise WrongCalendar(f'its event "{title}" begins in the year {moment.year}')
    if is_backwards:
        raise WrongCalendar(f'its event "{title}" ends before it begins')
    if not often.isdisjoint(TOO_OFTEN):
        raise WrongCalendar(f'its event "{title}" repeats more often than daily: no duty does')


def _how_often(event: Any) -> set[str]:
    rules = event.get("RRULE", [])
    return {str(each).upper() for rule in (rules if isinstance(rules, list) else [rules]) for each in rule.get("FREQ", [])}


def _dates(event: Any) -> Iterator[tuple[date, str]]:
    """Every moment of an event that is written with its zone, and that zone's name."""
    for name in DATED:
        values = event.get(name, [])
        for value in values if isinstance(values, list) else [values]:
            zone = str(value.params.get("TZID", "")) if hasattr(value, "params") else ""
            for each in value.dts if hasattr(value, "dts") else [value]:
                moment = each.dt
                yield (moment[0] if isinstance(moment, tuple) else moment), zone


def _instant(moment: date, here: ZoneInfo) -> datetime:
    """A moment of the calendar in UTC. One that the clock shows twice is the first; one that it skips is the skip."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(), here)
    there = moment if moment.tzinfo else moment.replace(tzinfo=here)
    first, last = there.astimezone(UTC), there.replace(fold=1).astimezone(UTC)
    if last >= first:
        return first
    minutes = (last + timedelta(minutes=ahead) for ahead in range(1 + (first - last) // MINUTES))
    return next(each for each in minutes if each.astimezone(there.tzinfo).utcoffset() == first.astimezone(there.tzinfo).utcoffset())


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__
