"""How alike two names are, or what two cases are about, from 0 to 1. It may help an agent; it never tells the house who somebody is.

The letters are compared by rapidfuzz, in whatever order the parts of a name stand. What cannot be seen (marks of no
width, marks of direction) counts for nothing, and look-alike letters of other alphabets stay different letters.
"""

from __future__ import annotations

import unicodedata

from rapidfuzz import fuzz, utils

LONGEST = 100
UNSEEN = frozenset({"Cf", "Cc", "Mn", "Me"})


def plain(name: str) -> str:
    """A name as it is compared: small letters, no accents, nothing that cannot be seen, one space between parts."""
    letters = unicodedata.normalize("NFKD", name[:LONGEST])
    seen = "".join(letter for letter in letters if unicodedata.category(letter) not in UNSEEN)
    return " ".join(utils.default_process(seen).split())


def of_names(one: str, other: str) -> float:
    """1 when they are the same in any order of their parts; 0 when either is empty."""
    first, second = plain(one), plain(other)
    return fuzz.token_sort_ratio(first, second) / 100 if first and second else 0.0


def of_matters(one: str, other: str) -> float:
    """How alike the words are that tell what two cases are about; 0 when there are none. Who says more says the same."""
    return fuzz.token_set_ratio(plain(one), plain(other)) / 100 if one and other else 0.0
