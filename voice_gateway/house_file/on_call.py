"""Where a house file says that a calendar tells who works when: feeds of single people, and schedules."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from voice_gateway.house_file.description import HouseFile, Person, Schedule
from voice_gateway.house_file.page import Page, did_you_mean, once

LONGEST_SOURCE = 2000
WHAT = 'the address of an iCal feed, beginning with https://, or a file ending in .ics'

_ADDRESS = re.compile(r"(https|webcal)://[^\s/@]+(:\d{1,5})?(/\S*)?")


def feed(page: Page, *, optional: bool = False) -> str:
    """The source of a calendar: an address, or the name of a file. What is wrong is told without it: it is often secret."""
    given: str = page.take("calendar", str, WHAT, "" if optional else None) or ""
    source = given.strip()
    if not source:
        if given:
            page.wrong("calendar", "is empty")
        return ""
    if len(source) > LONGEST_SOURCE or not source.isprintable():
        page.wrong("calendar", f"must be {WHAT}")
    elif source.startswith("http://"):
        page.wrong("calendar", "must begin with https://, so that nobody on the way reads or changes it")
    elif _ADDRESS.fullmatch(source):
        return source.replace("webcal://", "https://", 1)
    elif "://" in source or not source.endswith(".ics"):
        page.wrong("calendar", f"must be {WHAT}")
    else:
        return source
    return ""


def schedules(file: Page) -> tuple[Schedule, ...]:
    """The [[schedules]] of the file."""
    found = []
    for page in file.pages("schedules"):
        found.append(Schedule(page.text("name", "the schedule's name"), feed(page)))
        page.done()
    once(file.problems, "schedules[{}].name", [[each.name] for each in found], "is another schedule's name as well")
    return tuple(found)


def schedules_are_there(file: Page, people: tuple[Person, ...], found: tuple[Schedule, ...]) -> None:
    """Whoever works by a schedule works by one that there is."""
    known = [each.name for each in found]
    for at, person in enumerate(people, 1):
        if person.schedule and person.schedule not in known:
            file.wrong(f"people[{at}].schedule", f'there is no schedule "{person.schedule}"{did_you_mean(person.schedule, known)}')


def beside(file: Path, house: HouseFile) -> HouseFile:
    """The same with the files of its calendars found beside the house file."""

    def found(source: str) -> str:
        return source if not source or source.startswith("https://") else str(file.absolute().parent / source)

    return replace(
        house, people=tuple(replace(each, calendar=found(each.calendar)) for each in house.people),
        schedules=tuple(replace(each, calendar=found(each.calendar)) for each in house.schedules))
