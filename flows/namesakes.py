"""Whom of the house somebody's words ask for. Frozen facts, what a turn may order about it, and arithmetic over letters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flows.facts import Agent

_NAME = r"(?P<name>[^\W\d_])"
_CALLS = r" (?:please )?(?:to )?(?:call|ring|phone|text|write|answer|help)\b"
_IS_THERE = r" (?:there|in|around|available|free|working|at work|on duty)\b"
_WISHES = tuple((re.compile(wish + _NAME, re.IGNORECASE), re.compile(goes_on, re.IGNORECASE)) for wish, goes_on in (
    (r"\b(?:talk|speak|chat)(?: again| directly)? (?:to|with) ", ""),
    (r"\bask(?:ing)? for ", ""),
    (r"\b(?:put|connect|transfer) me (?:through )?(?:to|with) ", ""),
    (r"\b(?:get|give) me ", ""),
    (r"\b(?:can|could|will|would|please let|please have|please ask) ", _CALLS),
    (r"(?:^|[,;] ?|\b(?:hi|hello|hey) )is ", _IS_THERE),
    (r"^\W*", r",? please\W*$"),
))
_NOT = re.compile(r"\b(?:not|never|no longer|instead of|other than|except|anyone but|anybody but)\b|n't\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Namesake:
    """A colleague who bears the name that was said. `back_at`: when they are at work, now or next; None: not for long."""

    agent: Agent
    back_at: datetime | None


@dataclass(frozen=True, slots=True)
class AskFor:
    """The customer asked for this colleague by name."""

    agent: Agent


def asks_for(words: str, names: tuple[str, ...]) -> frozenset[str]:
    """Which of these names are asked for: a whole name, or the first one of several people. Nothing is guessed.

    Whoever is asked for with a surname is nobody else of that first name; and who is not wanted is not asked for.
    """
    for sentence in re.split(r"[.!?]+\s", " ".join(words.replace("\u2019", "'").split())):
        for wish, goes_on in _WISHES:
            for found in wish.finditer(sentence):
                before, said = sentence[:found.start("name")], sentence[found.start("name"):]
                if not _NOT.search(re.split(r",| but ", before)[-1]) and (named := _named(said, names, goes_on)):
                    return named
    return frozenset(name for name in names if " " in name and name.casefold() == words.casefold().strip(" .!?"))


def _named(said: str, names: tuple[str, ...], goes_on: re.Pattern[str]) -> frozenset[str]:
    """Whose name it begins with, if what follows fits."""
    whole = max((each for each in names if " " in each and re.match(rf"{re.escape(each)}(?![\w'])", said, re.IGNORECASE)),
                key=len, default="")
    first = whole or re.split(r"[^\w'-]", said, maxsplit=1)[0]
    rest = said[len(first):]
    word = rest.removeprefix(" ").partition(" ")[0]
    has_another_surname = not whole and word[:1].isupper() and not (word.isupper() or first.isupper())
    if has_another_surname or not goes_on.match(rest):
        return frozenset()
    return frozenset([whole] if whole else [each for each in names if each.split()[0].casefold() == first.casefold()])
