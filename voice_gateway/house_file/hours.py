"""When a house file says that somebody works, and on which days nobody does."""

from __future__ import annotations

import re
from collections.abc import Iterable

from flows.house import Closing, Opening
from flows.routing import NEVER
from voice_gateway.house_file.description import Person
from voice_gateway.house_file.page import Page, did_you_mean, once

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIDNIGHT = 24 * 60

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")


def hours(page: Page) -> tuple[Opening, ...]:
    """The [[hours]] of a page. What goes on after midnight becomes two openings."""
    return _sorted(opening for each in page.pages("hours") for opening in _openings(each))


def hours_of_agents(people: tuple[Person, ...]) -> tuple[Opening, ...]:
    """A house that gives no hours is open when its agents are, if each of them has their own.

    Who works by a calendar opens it when the calendar says so, and never by the week; who lives by another clock when that
    one says so.
    """
    agents = [person for person in people if person.is_agent]
    if not agents or not all(agent.openings or agent.follows for agent in agents):
        return ()
    return _sorted(opening for agent in agents if not agent.zone for opening in agent.openings or ()) or NEVER


def closed(file: Page) -> tuple[Closing, ...]:
    """The [[closed]] days of the house's own, each with the reason that callers hear."""
    found = []
    days = []
    for page in file.pages("closed"):
        day = page.day("day")
        why = page.text("why", "the reason that callers hear")
        page.done()
        days.append([day])
        if day:
            found.append(Closing(day, why))
    once(file.problems, "closed[{}].day", days, "is there twice")
    return tuple(sorted(found, key=lambda each: each.day))


def _sorted(found: Iterable[Opening]) -> tuple[Opening, ...]:
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
