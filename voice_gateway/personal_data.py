"""What is in somebody's words that is nobody else's business: looked for before they are said where all can read them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any

import phonenumbers

from voice_gateway.store import closings
from voice_gateway.store.recall import Line

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
LONG_NUMBER = re.compile(r"(?<![\w+])(?:[A-Z]{2}\d{2}[ ]?)?\d(?:[ -]?\d){7,}(?!\w)")
TICKET = re.compile(r"/[tvw]/[\w-]{8,}")


LONGEST = 300  # runs of words that are looked for among names


def in_words(memory: Any, line: Line, words: str) -> str:
    """What must not be said in public, in words for whoever wrote it; empty when nothing is."""
    names = sorted(possible_names(words))[:LONGEST]
    return found_in(words, line.countries, line.numbers) or ("the name of somebody" if closings.is_somebodys_name(memory, names) else "")


def found_in(words: str, countries: Iterable[str], ours: Collection[str] = ()) -> str:
    """The first thing of that kind, in words for whoever wrote it; empty when there is none. Numbers of ours are all the world's."""
    if EMAIL.search(words):
        return "an e-mail address"
    for country in (None, *countries):
        for match in phonenumbers.PhoneNumberMatcher(words, country):
            if phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164) not in ours:
                return "a telephone number"
    if TICKET.search(words):
        return "the address of a ticket"
    without_ours = [number for number in LONG_NUMBER.findall(words) if not any(re.sub(r"\D", "", number) in each for each in ours)]
    return "a long number, such as one of an account or a card" if without_ours else ""


def possible_names(words: str) -> set[str]:
    """Runs of two words or more that could be somebody's full name, in small letters, to be looked for among contacts."""
    parts = re.findall(r"[^\W\d_][\w'-]*", words)
    return {" ".join(parts[at:at + length]).casefold() for length in (2, 3) for at in range(len(parts) - length + 1)}
