"""What is promised to a customer: whoever will not be there to keep it, and what a turn may order about it. Frozen facts."""

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
class NudgeAt:
    """Whoever looks after it is reminded then, unless they have promised something else by that time."""

    at: datetime
