"""Conditions in words of a small language (CEL): what the house file says a rule of its own looks at.

A condition is read once, when the house file is loaded, and refused in plain words if it cannot be understood, if it
names what nobody knows, or if it could take long: it has no loops, no patterns and no calls but the few that are named
here, so that its cost is that of its length. What belongs together is looked at in `kinds`. What it says of a case is a fact for the stories, never a decision.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from time import perf_counter
from typing import Any

import cel

from voice_gateway import kinds

Facts = Mapping[str, bool | int | str]

LONGEST = 500  # characters
DEEPEST = 16  # brackets within brackets
SLOWEST = timedelta(milliseconds=5)
CALLS = frozenset({"size", "contains", "startsWith", "endsWith"})
WORDS = frozenset({"case", "true", "false", "in"})
KNOWN: dict[str, tuple[type, str]] = {
    "times": (int, "how often they came about this matter within thirty days"),
    "reach": (int, "how many follow whoever wrote about it"),
    "spread": (int, "how often that was passed on"),
    "posts": (int, "how many posts of theirs belong to it"),
    "age": (int, "minutes since it was opened"),
    "waiting": (int, "minutes for which they wait for a call, 0 if they do not"),
    "unanswered": (int, "minutes for which a text has waited for an answer, 0 if none does"),
    "late": (int, "minutes by which a promised update is late, 0 if none is"),
    "tries": (int, "how often we tried to ring them in vain"),
    "messages": (int, "how many of their messages nobody has heard"),
    "rating": (int, "how it was for them, 1 to 5, 0 if they have not said"),
    "about": (str, "what it is about, in small letters"),
    "impact": (str, "what it does to their day, in small letters"),
    "skill": (str, "the skill that it needs"),
    "language": (str, "the language that they speak"),
    "network": (str, "the social network that they came from, empty if none"),
    "urgent": (bool, "whether it goes before others"),
    "marked": (bool, "whether the house has marked them"),
    "owned": (bool, "whether somebody looks after it"),
}

_TEXT = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")
_NAME = re.compile(r"(\.\s*)?(?<![\w])([A-Za-z_]\w*)\s*(\()?")
_SAMPLES: tuple[dict[str, bool | int | str], ...] = tuple(
    {name: kind(text if kind is str else number) for name, (kind, _) in KNOWN.items()}
    for text, number in (("", 0), ("a refund", 1), ("refund " * 1000, 1_000_000)))


def wrong_with(when: str) -> str:
    """Why this cannot be a condition, in words for whoever wrote it; empty when it can."""
    return _wrong_in_writing(when) or _wrong_in_meaning(when) or _wrong_in_trying(when)


def named(when: str) -> set[str]:
    """What of a case it looks at."""
    return {found[2] for found in _NAME.finditer(_TEXT.sub("''", when)) if found[1] and found[2] in KNOWN}


def holds(when: str, facts: Facts) -> bool:
    """Is it so of this case? What cannot be worked out is not so."""
    try:
        return _program(when).execute({"case": dict(facts)}) is True
    except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError):
        return False


@lru_cache(maxsize=256)
def _program(when: str) -> Any:
    return cel.compile(when)


def _wrong_in_writing(when: str) -> str:
    """What can be seen without trying it."""
    if not when.strip():
        return "is empty"
    if len(when) > LONGEST:
        return f"is longer than {LONGEST} characters"
    if "\\" in when or "'''" in when or '"""' in when or not when.replace("\n", " ").isprintable():
        return "has characters that a condition cannot have"
    code = _TEXT.sub("''", when)
    if _depth(code) > DEEPEST:
        return f"has more than {DEEPEST} brackets within brackets"
    return next(filter(None, map(_wrong_name, _NAME.finditer(code))), "")


def _wrong_name(found: re.Match[str]) -> str:
    after_a_dot, name, is_call = found[1] is not None, found[2], found[3] is not None
    if is_call:
        return "" if name in CALLS else f'calls "{name}", and may call only {", ".join(sorted(CALLS))}'
    if after_a_dot:
        return "" if name in KNOWN else f'"case.{name}" is not known{_did_you_mean(name, KNOWN, "case.")}'
    if name in WORDS:
        return ""
    return f'"{name}" is not known{_did_you_mean(name, KNOWN, "case.")}'


def _wrong_in_meaning(when: str) -> str:
    """What cannot be understood, and what does not belong together, also where no case has ever led."""
    try:
        _program(when)
        kind = kinds.of_condition(when, {name: kind for name, (kind, _) in KNOWN.items()})
    except kinds.DoNotFit as error:
        return str(error)
    except ValueError as error:
        return f"cannot be understood: {_where(str(error))}"
    return "" if kind == kinds.TRUTH else "is neither true nor false"


def _wrong_in_trying(when: str) -> str:
    """Whether it takes long, on cases that nobody had."""
    slow = (sample for sample in _SAMPLES if min(_seconds(when, sample) for _try in range(3)) > SLOWEST.total_seconds())
    return f"takes longer than {SLOWEST.microseconds // 1000} ms" if any(slow) else ""


def _seconds(when: str, facts: Facts) -> float:
    began = perf_counter()
    holds(when, facts)
    return perf_counter() - began


def _where(told: str) -> str:
    """Where the reading stopped, as the library tells it."""
    at = re.search(r"<input>:(\d+):(\d+)", told)
    return f"look at its character {at[2]}" if at and at[1] == "1" else f"look at its line {at[1]}" if at else "it is unfinished"


def _depth(code: str) -> int:
    deepest = now = 0
    for letter in code:
        now += (letter in "([{") - (letter in ")]}")
        deepest = max(deepest, now)
    return deepest


def _did_you_mean(word: str, known: Mapping[str, Any], prefix: str) -> str:
    near = difflib.get_close_matches(word, [*known], n=1)
    return f'; did you mean "{prefix}{near[0]}"?' if near else ""
