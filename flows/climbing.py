"""A climb: a case on its way up a ladder, to somebody's telephone. Frozen facts, and what a turn may order about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from flows.house import Condition
from flows.own_line import Waiting

if TYPE_CHECKING:
    from flows.facts import Agent

CLIMBING, ACKNOWLEDGED, OVER = "climbing", "acknowledged", "over"
MANAGER_OF = "manager of "
REASONS = {
    "danger": "somebody may be in danger",
    "law": "it is a matter of law",
    "press": "the press is on it",
    "person": "it is about somebody important",
    "money": "much money is at stake",
    "failed": "we have failed them before",
    "other": "whoever sends it will tell",
}

ENDINGS = {
    "solved": "solved",
    "nothing": "nothing for us to do",
    "same": "the same as another case",
    "ours": "a mistake of ours, put right",
}


@dataclass(frozen=True, slots=True)
class Rung:
    """Who is told, how (`ring`, `text` or `ring+text`), how long after the climb began, how often, and at which hours.

    `who` is a name, a role (one of them), `owner`, `manager of owner`, `manager of <name>`, `on-call:<schedule>`,
    `all:<role>`, or `next:<role>` (each in turn).
    `hours` is `always`, or `in hours`: only while they are at work.
    """

    who: str
    how: str
    after: timedelta
    times: int = 1
    hours: str = "always"


@dataclass(frozen=True, slots=True)
class Climb:
    """A case that climbs, or has climbed: why, since when, how far, and who has it.

    `rung` and `round` count from 0; `state` is `climbing`, `acknowledged`, or `over` (it was settled otherwise).
    `also`: what was added while it climbed. `cases`: all that this colleague was told of at once and that still climb,
    the most urgent first; `others` are so many more.
    """

    id: int
    case_id: int
    why: str
    rule: str
    began_at: datetime
    rung: int = 0
    round: int = 0
    state: str = CLIMBING
    urgent: bool = False
    acknowledged_by: Agent | None = None
    acknowledged_at: datetime | None = None
    will_call_by: datetime | None = None
    cases: tuple[Waiting, ...] = ()
    others: int = 0
    also: tuple[str, ...] = ()
    alarmed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.state == CLIMBING

    @property
    def how_many(self) -> int:
        """How many cases they were told of at once."""
        return len(self.cases) + self.others


@dataclass(frozen=True, slots=True)
class Before:
    """How this case has climbed before: because of what, and until when; the last first.

    `reasons` are names of rules and why in words. `held_until`: by when whoever took it last said that they call.
    """

    reasons: tuple[tuple[frozenset[str], datetime | None], ...] = ()
    held_until: datetime | None = None

    def taken_at(self, *why: str) -> datetime | None:
        """When it last was somebody's because of any of these, or settled otherwise; None while it climbs, and if it never did."""
        return next((ended_at for reasons, ended_at in self.reasons if reasons & {*why}), None)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is owed on a case beside what the case itself tells, for the rules that look at the clock.

    `unheard_since`: the oldest message that nobody has heard. `times`: how often they came about this matter within thirty days,
    the last time, at `came_at`, among them. `angry_people`: how many wrote angry posts within the hour. `conditions`: those of the house's own that
    hold, and for which it has not climbed yet. `before`: how it climbed until now.
    """

    unheard_since: datetime | None = None
    times: int = 0
    came_at: datetime | None = None
    angry_people: int = 0
    conditions: tuple[Condition, ...] = ()
    before: Before = Before()


@dataclass(frozen=True, slots=True)
class LookAgain:
    """When the rules look at this case next; None: when something changes."""

    at: datetime | None


@dataclass(frozen=True, slots=True)
class Escalate:
    """This case climbs from now on, because of this rule. If it climbs already the reason is added, and no more.

    `reason`: the code with which somebody sends it, one of `REASONS`.
    """

    rule: str
    why: str
    urgent: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ClimbOn:
    """Whoever is told of it now will not do it: the next rung at once, for all that they were told of; or `alone`, for this."""

    why: str
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """This colleague has it, and all that they were told of at once: nobody else is told of it any more.

    Without `agent` it was settled otherwise, because of `why`. `alone`: they mean this case and no other.
    """

    agent: Agent | None
    will_call_by: datetime | None = None
    why: str = ""
    alone: bool = False


@dataclass(frozen=True, slots=True)
class EndsWith:
    """It needs nobody any more, for a reason that is counted, one of `ENDINGS`; kept with the climb that this case had last."""

    reason: str


@dataclass(frozen=True, slots=True)
class SetShare:
    """This colleague takes so many in a hundred of what climbs to them personally."""

    agent: Agent
    target: int


@dataclass(frozen=True, slots=True)
class ToldOf:
    """A case of which a colleague was told lately because it climbed. `is_open`: it still does."""

    case_id: int
    name: str
    is_open: bool
