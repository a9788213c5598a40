"""The file in which a company describes its house: who we are, our numbers, hours, people, customers.

It is read whole and checked whole: everything that is wrong is told at once,
each with its place, and nothing of a wrong file is loaded.

A handle is a name that its owner can give away, so it is never a key: those of contacts are kept as what is said of them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from voice_gateway.house_file import escalation
from voice_gateway.house_file.description import Customer, HouseFile, Ladder, Number, Person, Schedule, Ways
from voice_gateway.house_file.hours import closed, hours, hours_of_agents
from voice_gateway.house_file.ladders import ladders
from voice_gateway.house_file.on_call import beside, schedules, schedules_are_there
from voice_gateway.house_file.page import Page, did_you_mean, e164, once
from voice_gateway.house_file.people import (
    can_be_called,
    contact,
    nobody_twice,
    person,
    whom_they_name_is_there,
)
from voice_gateway.house_file.ways import house, number, somebody_has, ways

__all__ = ["Customer", "HouseFile", "Ladder", "Number", "Person", "Schedule", "Ways", "WrongHouse", "did_you_mean", "e164", "parse", "read"]


class WrongHouse(ValueError):
    """The file cannot be loaded; `problems` names every place that is wrong."""

    def __init__(self, file: str, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        counted = "\n".join(f"  {problem}" for problem in self.problems)
        first = " ([1] is the first of its kind)" if any("[" in problem for problem in self.problems) else ""
        super().__init__(f"{file} cannot be loaded, nothing was changed{first}:\n{counted}")


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
    described = beside(path, parse(values, problems))
    if problems:
        raise WrongHouse(str(path), problems)
    return described


def parse(values: dict[str, Any], problems: list[str]) -> HouseFile:
    """What the file says; what is wrong with it is added to `problems`."""
    file = Page(problems, "", values)
    name, time_zone, countries, rest = house(file)
    numbers = tuple(number(page) for page in file.pages("numbers"))
    callers = ways(file, rest, closed(file), numbers)
    rest.done()
    openings = hours(file)
    people = tuple(person(page) for page in file.pages("people"))
    rotas = schedules(file)
    schedules_are_there(file, people, rotas)
    climbs = ladders(file, people, rotas)
    thresholds = escalation.rules(file, has_ladders=bool(climbs))
    climbs = escalation.with_own_rules(file, climbs, thresholds.conditions)
    contacts = tuple(contact(page) for page in file.pages("contacts"))
    file.done()
    if not numbers:
        file.wrong("numbers", "is missing; a house needs at least one number of its own")
    somebody_has(file, numbers, people)
    whom_they_name_is_there(file, people)
    can_be_called(file, people, thresholds.alarm_text, countries)
    once(problems, "numbers[{}].number", [[each.number] for each in numbers], "is there twice")
    nobody_twice(file, people, contacts, [each.number for each in numbers])
    openings = openings or hours_of_agents(people)
    return HouseFile(name, time_zone, countries, numbers, openings, people, contacts, callers, rotas, climbs, thresholds)
