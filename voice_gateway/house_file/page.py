"""One table of a house file, read key by key."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import phonenumbers

from flows.facts import HOURS, MINUTES, SECONDS

LONGEST_NAME = 80
LONGEST_SPOKEN = 500
UNITS = {"s": SECONDS, "m": MINUTES, "h": HOURS, "d": 24 * HOURS}

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SPAN = re.compile(r"(\d{1,5})([smhd])")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The nearest known word as the end of a sentence, or nothing."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f'; did you mean "{near[0]}"?' if near else ""


def e164(text: str) -> str:
    """A telephone number in its one form, even one that nobody could have; empty when it is none at all."""
    known = _parsed(text)
    return phonenumbers.format_number(known, phonenumbers.PhoneNumberFormat.E164) if known else ""


def _parsed(text: str) -> phonenumbers.PhoneNumber | None:
    try:
        known = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return None
    return None if known.extension else known


class Page:
    """One table of the file. Whatever is wrong is written down, and reading goes on."""

    def __init__(self, problems: list[str], place: str, values: Any) -> None:
        self.problems = problems
        self.place = place
        self.asked: list[str] = []
        self.is_table = isinstance(values, dict)
        self.values: dict[str, Any] = values if self.is_table else {}
        if not self.is_table:
            problems.append(f"{place}: must be a table")

    def wrong(self, key: str, why: str) -> None:
        self.problems.append(f"{self.at(key)}: {why}")

    def at(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key

    def take(self, key: str, kind: type[Any] | tuple[type[Any], ...], what: str, otherwise: Any = None) -> Any:
        """The value of `key` if it is of this kind, else `otherwise`; without that it must be there."""
        self.asked.append(key)
        value = self.values.get(key)
        if value is None:
            if otherwise is None and self.is_table:
                self.wrong(key, f"is missing; it must be {what}")
            return otherwise
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.wrong(key, f"must be {what}")
            return otherwise
        return value

    def text(self, key: str, what: str = "a text", otherwise: str | None = None, longest: int = LONGEST_NAME) -> str:
        """One line for people's eyes and ears, surplus blanks removed; empty when it is wrong."""
        value = self.take(key, str, what, otherwise) or ""
        return self._clean(key, value, longest) if isinstance(self.values.get(key), str) else value

    def spoken(self, key: str) -> str:
        """What is said to a caller; empty when the file does not say."""
        return self.text(key, "a text that is said to callers", "", LONGEST_SPOKEN)

    def texts(self, key: str, what: str) -> tuple[str, ...]:
        values = self.take(key, list, what, [])
        if not all(isinstance(value, str) for value in values):
            self.wrong(key, f"must be {what}")
            return ()
        return tuple(dict.fromkeys(self._clean(key, value, LONGEST_NAME) for value in values))

    def one_of(self, key: str, known: Iterable[str], otherwise: str | None = None) -> str:
        """One of the words that are known here."""
        words = tuple(known)
        value = self.text(key, f"one of {', '.join(words)}", otherwise)
        if value and value not in words:
            self.wrong(key, f'"{value}" is not one of {", ".join(words)}{did_you_mean(value, words)}')
        return value

    def yes(self, key: str, otherwise: bool = False) -> bool:
        return bool(self.take(key, bool, "true or false", otherwise))

    def count(self, key: str, what: str, otherwise: int, most: int) -> int:
        """A whole number from 1 to `most`."""
        value: int = self.take(key, int, what, otherwise)
        if not 1 <= value <= most:
            self.wrong(key, f"must be from 1 to {most}")
        return value

    def span(self, key: str, otherwise: timedelta, least: timedelta, most: timedelta) -> timedelta:
        """A length of time such as "20m"."""
        what = 'a length of time such as "30s", "20m" or "2h"'
        given = self.take(key, str, what, "")
        if not isinstance(self.values.get(key), str):
            return otherwise
        found = _SPAN.fullmatch(given)
        if not found:
            self.wrong(key, f'"{given}" is not {what}')
            return otherwise
        length = int(found[1]) * UNITS[found[2]]
        if not least <= length <= most:
            self.wrong(key, f'must be from "{_shortest(least)}" to "{_shortest(most)}"')
        return length

    def day(self, key: str) -> date | None:
        """A day of the calendar, as TOML writes it or as a text."""
        value = self.take(key, (date, str), "a day such as 2026-12-24")
        if isinstance(value, str) and _DAY.fullmatch(value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                self.wrong(key, f"{value} is not in the calendar")
                return None
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if value is not None:
            self.wrong(key, f'"{value}" is not a day such as 2026-12-24')
        return None

    def zone(self, key: str, otherwise: str | None = None) -> str:
        """A time zone by its name."""
        name = self.text(key, 'a time zone such as "America/New_York"', otherwise)
        if name and not _is_zone(name):
            self.wrong(key, f'"{name}" is not a time zone{did_you_mean(name, available_timezones())}')
        return name

    def number(self, key: str) -> str:
        """A telephone number in E.164; empty when it is wrong."""
        value = self.take(key, str, "a telephone number such as +12025550100")
        return self.e164(key, value) if value is not None else ""

    def e164(self, key: str, value: Any) -> str:
        known = _parsed(value) if isinstance(value, str) else None
        if known is None or not phonenumbers.is_valid_number(known):
            hint = "" if str(value).strip().startswith("+") else "; it begins with + and the country's code"
            self.wrong(key, f"{value} is not a telephone number{hint}")
            return ""
        return phonenumbers.format_number(known, phonenumbers.PhoneNumberFormat.E164)

    def table(self, key: str, what: str) -> Page:
        """The table that is written [key]; an empty one when it is not there."""
        return Page(self.problems, self.at(key), self.take(key, dict, what, {}))

    def pages(self, key: str) -> list[Page]:
        """The tables that are written [[key]]."""
        what = f"tables, each written [[{self.at(key)}]]"
        values = self.take(key, list, what, [])
        return [Page(self.problems, f"{self.at(key)}[{at}]", value) for at, value in enumerate(values, 1)]

    def handles(self) -> tuple[tuple[str, str], ...]:
        what = 'a table such as { bluesky = "@sam.acme.example" }'
        values = self.take("handles", dict, what, {})
        for network, handle in values.items():
            if not isinstance(handle, str) or not handle.strip():
                self.wrong(f"handles.{network}", "must be a text")
        return tuple((network, str(handle)) for network, handle in values.items())

    def done(self) -> None:
        """Every key has been asked for: whatever else is there is not known."""
        for key in self.values:
            if key not in self.asked:
                self.wrong(key, f"is not known{did_you_mean(key, self.asked)}")

    def _clean(self, key: str, value: str, longest: int) -> str:
        words = " ".join(value.split())
        if not words:
            self.wrong(key, "is empty")
        elif len(words) > longest:
            self.wrong(key, f"is longer than {longest} characters")
        elif not words.isprintable():
            self.wrong(key, "has characters that cannot be printed")
        return words


def once(problems: list[str], place: str, found: list[Any], why: str, ours: Iterable[str] = ()) -> None:
    """Nothing may be there twice; nothing but a number of ours may be a number of ours."""
    seen = dict.fromkeys(ours, "is a number of our own")
    for at, values in enumerate(found, 1):
        twice = [value for value in values if value and value in seen]
        problems += [f"{place.format(at)}: {value} {seen[value]}" for value in twice]
        seen |= {value: why for value in values if value not in seen}


def _shortest(length: timedelta) -> str:
    """A length of time as the file writes it, in its largest unit."""
    unit = next(unit for unit in ("d", "h", "m", "s") if length >= UNITS[unit])
    return f"{length // UNITS[unit]}{unit}"


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
