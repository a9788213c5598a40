"""What a check found: well, doubtful, wrong, or not looked at; and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class State(Enum):
    """How it stands, with the mark that people see."""

    OK = "✓"
    WARNING = "!"
    ERROR = "✗"
    NOT_CHECKED = "·"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, in a sentence, and in another what to do."""

    state: State
    found: str
    do: str = ""


def ok(found: str) -> Finding:
    """As it should be."""
    return Finding(State.OK, found)


def warning(found: str, do: str) -> Finding:
    """It works, but not as it should."""
    return Finding(State.WARNING, found, do)


def error(found: str, do: str) -> Finding:
    """The house cannot do its work so."""
    return Finding(State.ERROR, found, do)


def not_checked(why: str, do: str = "") -> Finding:
    """Nobody looked, and why."""
    return Finding(State.NOT_CHECKED, why, do)
