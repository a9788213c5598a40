"""The file in which a company describes its house: who we are, our numbers, hours, people, customers.

It is read whole and checked whole: everything that is wrong is told at once,
each with its place, and nothing of a wrong file is loaded.

Two things are checked and not kept yet. Ladders (who is called when nobody
helps) wait for the stories that climb them. The handles of contacts wait for
evidence: a handle is a name that its owner can give away, so it is never a key.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import phonenumbers

from flows.facts import Opening

ROLES = ("agent", "supervisor", "manager")
WAYS = ("ring", "text", "ring+text")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIDNIGHT = 24 * 60
LONGEST_NAME = 80
MOST_TIMES = 20
OTHER_NAMES = {"UK": "GB", "ENGLAND": "GB", "USA": "US"}

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")
_SPAN = re.compile(r"\d{1,5}[smh]")


class WrongHouse(ValueError):
    """The file cannot be loaded; `problems` names every place that is wrong."""

    def __init__(self, file: str, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        counted = "\n".join(f"  {problem}" for problem in self.problems)
        first = " ([1] is the first of its kind)" if any("[" in problem for problem in self.problems) else ""
        super().__init__(f"{file} cannot be loaded, nothing was changed{first}:\n{counted}")


@dataclass(frozen=True, slots=True)
class Number:
    """A number of ours at the carrier, and how much it may carry."""

    number: str
    calls_per_second: float = 1.0
    concurrent_calls: int = 100


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the house. `openings` are their own hours; None: they work the house's."""

    name: str
    phone: str
    roles: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    handles: tuple[tuple[str, str], ...] = ()
    openings: tuple[Opening, ...] | None = None

    @property
    def is_agent(self) -> bool:
        return "agent" in self.roles

    @property
    def owner_rank(self) -> int:
        """Who gets what nobody took: managers (0) before supervisors, agents, and all others (3)."""
        ranks = {"manager": 0, "supervisor": 1, "agent": 2}
        return min((ranks[role] for role in self.roles), default=3)


@dataclass(frozen=True, slots=True)
class Customer:
    """A person we serve, and the numbers that are theirs."""

    name: str
    phones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HouseFile:
    """A file that was read and found right. Numbers are E.164; no openings: always open."""

    name: str
    time_zone: str
    countries: tuple[str, ...]
    numbers: tuple[Number, ...]
    openings: tuple[Opening, ...] = ()
    people: tuple[Person, ...] = ()
    contacts: tuple[Customer, ...] = ()


class Page:
    """One table of the file, read key by key. Whatever is wrong is written down, and reading goes on."""

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
        if not isinstance(value, kind) or isinstance(value, bool):
            self.wrong(key, f"must be {what}")
            return otherwise
        return value

    def text(self, key: str, what: str = "a text", otherwise: str | None = None) -> str:
        """One line for people's eyes and ears, surplus blanks removed; empty when it is wrong."""
        value = self.take(key, str, what, otherwise) or ""
        return self._clean(key, value) if value or key in self.values else value

    def texts(self, key: str, what: str) -> tuple[str, ...]:
        values = self.take(key, list, what, [])
        if not all(isinstance(value, str) for value in values):
            self.wrong(key, f"must be {what}")
            return ()
        return tuple(dict.fromkeys(self._clean(key, value) for value in values))

    def number(self, key: str) -> str:
        """A telephone number in E.164; empty when it is wrong."""
        value = self.take(key, str, "a telephone number such as +12025550100")
        return self.e164(key, value) if value is not None else ""

    def e164(self, key: str, value: Any) -> str:
        try:
            known = phonenumbers.parse(value if isinstance(value, str) else "", None)
        except phonenumbers.NumberParseException:
            known = None
        if known is None or not phonenumbers.is_valid_number(known) or known.extension:
            hint = "" if str(value).strip().startswith("+") else "; it begins with + and the country's code"
            self.wrong(key, f"{value} is not a telephone number{hint}")
            return ""
        return phonenumbers.format_number(known, phonenumbers.PhoneNumberFormat.E164)

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

    def _clean(self, key: str, value: str) -> str:
        words = " ".join(value.split())
        if not words:
            self.wrong(key, "is empty")
        elif len(words) > LONGEST_NAME:
            self.wrong(key, f"is longer than {LONGEST_NAME} characters")
        elif not words.isprintable():
            self.wrong(key, "has characters that cannot be printed")
        return words


def read(path: Path) -> HouseFile:
    """Read and check a house file.

    Raises WrongHouse naming every place that is wrong.
    """
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise WrongHouse(str(path), [f"it cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise WrongHouse(str(path), ["it is not written in UTF-8"]) from None
    except tomllib.TOMLDecodeError as error:
        raise WrongHouse(str(path), [f"it is not TOML: {error}"]) from None
    problems: list[str] = []
    house = parse(values, problems)
    if problems:
        raise WrongHouse(str(path), problems)
    return house


def parse(values: dict[str, Any], problems: list[str]) -> HouseFile:
    """What the file says; what is wrong with it is added to `problems`."""
    file = Page(problems, "", values)
    name, time_zone, countries = _house(file)
    numbers = tuple(_number(page) for page in file.pages("numbers"))
    openings = _hours(file)
    people = tuple(_person(page) for page in file.pages("people"))
    _ladders(file, people)
    contacts = tuple(_contact(page) for page in file.pages("contacts"))
    file.done()
    if not numbers:
        file.wrong("numbers", "is missing; a house needs at least one number of its own")
    _once(problems, "people[{}].name", [[person.name] for person in people], "is somebody else's name as well")
    _once(problems, "numbers[{}].number", [[number.number] for number in numbers], "is there twice")
    ours = [number.number for number in numbers]
    _once(problems, "people[{}].phone", [[person.phone] for person in people], "is somebody else's as well", ours)
    _once(problems, "contacts[{}].phones", [each.phones for each in contacts], "is somebody else's as well", ours)
    return HouseFile(name, time_zone, countries, numbers, openings or _hours_of_agents(people), people, contacts)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The nearest known word as the end of a sentence, or nothing."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f'; did you mean "{near[0]}"?' if near else ""


def _house(file: Page) -> tuple[str, str, tuple[str, ...]]:
    values = file.take("house", dict, "a table, written [house], with name, time_zone and countries")
    if values is None:
        return "", "", ()
    page = Page(file.problems, "house", values)
    name = page.text("name", "the company's name")
    time_zone = page.text("time_zone", 'a time zone such as "America/New_York"')
    if time_zone and not _is_zone(time_zone):
        page.wrong("time_zone", f'"{time_zone}" is not a time zone{did_you_mean(time_zone, available_timezones())}')
    countries = page.texts("countries", 'a list of countries such as ["US", "CA"]')
    if not countries:
        page.wrong("countries", "names no country in which we may call and text")
    for country in countries:
        if country not in phonenumbers.SUPPORTED_REGIONS:
            known = OTHER_NAMES.get(country.upper(), country.upper())
            hint = f'; did you mean "{known}"?' if known in phonenumbers.SUPPORTED_REGIONS else ""
            page.wrong("countries", f'"{country}" is not the two letters of a country{hint}')
    page.done()
    return name, time_zone, countries


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _number(page: Page) -> Number:
    number = page.number("number")
    per_second = page.take("calls_per_second", (int, float), "how many calls a second it may place", 1.0)
    at_once = page.take("concurrent_calls", int, "how many calls it may have at once", 100)
    if not 0 < per_second <= 1000:
        page.wrong("calls_per_second", "must be more than 0 and at most 1000")
    if not 0 < at_once <= 100_000:
        page.wrong("concurrent_calls", "must be from 1 to 100000")
    page.done()
    return Number(number, float(per_second), at_once)


def _person(page: Page) -> Person:
    name, phone = page.text("name", "their name"), page.number("phone")
    roles = page.texts("roles", "a list of " + ", ".join(ROLES))
    for role in roles:
        if role not in ROLES:
            page.wrong("roles", f'"{role}" is not one of {", ".join(ROLES)}{did_you_mean(role, ROLES)}')
    skills, languages = page.texts("skills", "a list of texts"), page.texts("languages", "a list of texts")
    handles = page.handles()
    openings = _hours(page) if "hours" in page.values else None
    page.asked.append("hours")
    page.done()
    return Person(name, phone, tuple(role for role in roles if role in ROLES), skills, languages, handles, openings)


def _contact(page: Page) -> Customer:
    name = page.text("name", "their name")
    given = page.take("phones", list, "a list of telephone numbers", [])
    phones = tuple(dict.fromkeys(page.e164(f"phones[{at}]", phone) for at, phone in enumerate(given, 1)))
    if not given:
        page.wrong("phones", "is missing; we know a contact by their numbers")
    page.handles()
    page.done()
    return Customer(name, phones)


def _hours(page: Page) -> tuple[Opening, ...]:
    """The [[hours]] of a page. What goes on after midnight becomes two openings."""
    found = [opening for each in page.pages("hours") for opening in _openings(each)]
    return tuple(sorted(set(found), key=lambda each: (sorted(each.days), each.open, each.close)))


def _openings(page: Page) -> list[Opening]:
    days = _days(page, page.take("days", str, 'days such as "mon-fri" or "mon,wed"'))
    opens = _minute(page, "open")
    closes = _minute(page, "close")
    page.done()
    if opens == MIDNIGHT:
        page.wrong("open", 'a day ends at 24:00; write "00:00"')
    if not days or opens is None or closes is None:
        return []
    if closes > opens:
        return [Opening(days, opens, closes)]
    evening = Opening(days, opens, MIDNIGHT)
    morning = Opening(frozenset(day % 7 + 1 for day in days), 0, closes)
    return [evening, morning] if closes else [evening]


def _days(page: Page, value: str | None) -> frozenset[int]:
    """ISO weekdays of "mon-fri", "mon,wed", "sat"; a range may go round the week's end."""
    days: set[int] = set()
    for part in (value or "").lower().split(",") if value is not None else ():
        first, dash, last = (word.strip() for word in part.partition("-"))
        ends = (first, last if dash else first)
        unknown = next((word for word in ends if word not in DAYS), None)
        if unknown is not None:
            page.wrong("days", f'"{unknown}" is not one of {", ".join(DAYS)}{did_you_mean(unknown, DAYS)}')
            continue
        start, end = (DAYS.index(word) for word in ends)
        days |= {(start + step) % 7 + 1 for step in range((end - start) % 7 + 1)}
    return frozenset(days)


def _minute(page: Page, key: str) -> int | None:
    """Minutes since midnight of "09:00"."""
    value = page.take(key, str, 'a time such as "09:00"')
    if value is None:
        return None
    if not _CLOCK.fullmatch(value):
        page.wrong(key, f'"{value}" is not a time such as "09:00"')
        return None
    return int(value[:2]) * 60 + int(value[3:])


def _hours_of_agents(people: tuple[Person, ...]) -> tuple[Opening, ...]:
    """A house that gives no hours is open when its agents are, if each of them has their own."""
    agents = [person for person in people if person.is_agent]
    if not agents or not all(agent.openings for agent in agents):
        return ()
    found = {opening for agent in agents for opening in agent.openings or ()}
    return tuple(sorted(found, key=lambda each: (sorted(each.days), each.open, each.close)))


def _ladders(file: Page, people: tuple[Person, ...]) -> None:
    """Only the shape is checked; nothing of it is kept yet."""
    known = ["owner", *ROLES, *(person.name for person in people)]
    names = []
    for ladder in file.pages("ladders"):
        names.append([ladder.text("name", "the ladder's name")])
        rungs = ladder.pages("rungs")
        if not rungs:
            ladder.wrong("rungs", f"a ladder needs at least one [[{ladder.at('rungs')}]]")
        for rung in rungs:
            _rung(rung, known)
        ladder.done()
    _once(file.problems, "ladders[{}].name", names, "is another ladder's name as well")


def _rung(rung: Page, known: list[str]) -> None:
    who = rung.text("who", 'a name, a role, "owner" or "on-call:<schedule>"')
    if who and who not in known and not re.fullmatch(r"on-call:\S.*", who):
        rung.wrong("who", f'"{who}" is nobody of this file{did_you_mean(who, known)}')
    how = rung.text("how", "one of " + ", ".join(WAYS))
    if how and how not in WAYS:
        rung.wrong("how", f'"{how}" is not one of {", ".join(WAYS)}{did_you_mean(how, WAYS)}')
    after = rung.text("after", 'a length of time such as "5m"')
    if after and not _SPAN.fullmatch(after):
        rung.wrong("after", f'"{after}" is not a length of time such as "0s", "5m" or "2h"')
    times = rung.take("times", int, "how often", 1)
    if not 1 <= times <= MOST_TIMES:
        rung.wrong("times", f"must be from 1 to {MOST_TIMES}")
    rung.done()


def _once(problems: list[str], place: str, found: list[Any], why: str, ours: Iterable[str] = ()) -> None:
    """Nothing may be there twice; nothing but a number of ours may be a number of ours."""
    seen = dict.fromkeys(ours, "is a number of our own")
    for at, values in enumerate(found, 1):
        twice = [value for value in values if value and value in seen]
        problems += [f"{place.format(at)}: {value} {seen[value]}" for value in twice]
        seen |= {value: why for value in values if value not in seen}
