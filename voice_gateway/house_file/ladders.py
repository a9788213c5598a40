"""Who is called when nobody helps. Only the shape is checked; nothing of it is kept yet."""

from __future__ import annotations

import re

from voice_gateway.house_file.description import Person
from voice_gateway.house_file.page import Page, did_you_mean, once
from voice_gateway.house_file.people import ROLES

WAYS = ("ring", "text", "ring+text")
MOST_TIMES = 20

_SPAN = re.compile(r"\d{1,5}[smh]")


def ladders(file: Page, people: tuple[Person, ...]) -> None:
    """Look at every ladder and each of its rungs."""
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
    once(file.problems, "ladders[{}].name", names, "is another ladder's name as well")


def _rung(rung: Page, known: list[str]) -> None:
    who = rung.text("who", 'a name, a role, "owner" or "on-call:<schedule>"')
    if who and who not in known and not re.fullmatch(r"on-call:\S.*", who):
        rung.wrong("who", f'"{who}" is nobody of this file{did_you_mean(who, known)}')
    rung.one_of("how", WAYS)
    after = rung.text("after", 'a length of time such as "5m"')
    if after and not _SPAN.fullmatch(after):
        rung.wrong("after", f'"{after}" is not a length of time such as "0s", "5m" or "2h"')
    rung.count("times", "how often", 1, MOST_TIMES)
    rung.done()
