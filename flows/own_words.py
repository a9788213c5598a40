"""Words of the house's own: what its customers say in their languages, beside what a rule hears anyhow.

A word stands alone, save for an ending where it is written with a star (`krank*`); several words are one saying. Chinese,
Japanese and Thai put no blanks between words, so theirs are found anywhere.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from flows.house import House

ANY_ENDING = "*"
LISTENED_TO = 2000  # letters
_WITHOUT_BLANKS = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def heard(house: House, rule: str, said: str) -> str:
    """The first of the house's words for this rule that they say, in small letters; empty if there is none."""
    words = next((words for name, words in house.escalation.words if name == rule), ())
    found = _pattern(words).search(_plain(beginning(said))) if words and said else None
    return found[0] if found else ""


def beginning(said: str) -> str:
    """As much as anybody listens to."""
    return said[:LISTENED_TO]


def is_written_without_blanks(word: str) -> bool:
    """Is it of a language in which one word runs into the next?"""
    return _WITHOUT_BLANKS.search(word) is not None


def _plain(said: str) -> str:
    return unicodedata.normalize("NFC", said).casefold().replace("\u2019", "'")


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(_one, words)))


def _one(word: str) -> str:
    plain = _plain(word.removesuffix(ANY_ENDING))
    letters = r"\s+".join(map(re.escape, plain.split()))
    before = "" if is_written_without_blanks(plain[0]) else r"(?<!\w)"
    after = r"\w*" if word.endswith(ANY_ENDING) else "" if is_written_without_blanks(plain[-1]) else r"(?!\w)"
    return before + letters + after
