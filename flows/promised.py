"""What is promised to a customer, what a message takes for granted, and what a turn may order about it. Frozen facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flows.facts import Agent


@dataclass(frozen=True, slots=True)
class Absence:
    """Whoever looks after a case will not be there when its update is due: why, and who stands in, if they named somebody."""

    first_name: str
    why: str
    delegate: Agent | None = None


@dataclass(frozen=True, slots=True)
class Assumes:
    """What a message takes for granted beyond that its case is open, looked at again when it leaves.

    `elsewhere`: it is about the very address to which it goes, and tells nothing of the case.
    `arranged`: what was arranged with it still stands, and the call was not made yet. `owner`: the id of the colleague
    who looks after the case; `due`: by when they hear from us. `unanswered`: nobody has answered them. `climbs`: of all that a colleague is told of with it
    something still climbs.
    """

    arranged: bool = False
    owner: int | None = None
    due: datetime | None = None
    unanswered: bool = False
    elsewhere: bool = False
    climbs: bool = False


NOTHING = Assumes()


@dataclass(frozen=True, slots=True)
class MakeAmends:
    """What the house says for good where all could read of it: an apology, what comes next, and who sees to that."""

    apology: str
    next_step: str
    owner: Agent
    by: Agent


@dataclass(frozen=True, slots=True)
class NudgeAt:
    """Whoever looks after it is reminded then, unless they have promised something else by that time."""

    at: datetime
