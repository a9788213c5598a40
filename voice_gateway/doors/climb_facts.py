"""What the page of a climb tells the manager who opens it: whose it is, why it came to them, and what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flows import acknowledging, briefing, share
from flows.facts import Agent, Call, spoken
from flows.share import Brought, Share
from voice_gateway.store.tables import AnyRow

REASONS = ("1", "2", "3", "4")


@dataclass(frozen=True, slots=True)
class ClimbFacts:
    """One look at a climb. `call` is what the stories know; `steps` are the lines of the case's journal."""

    call: Call
    me: Agent
    steps: Sequence[AnyRow]
    sharing: tuple[str, Share, list[Brought]] | None

    @property
    def is_open(self) -> bool:
        """Can it still be taken?"""
        return acknowledging.open_climb(self.call) is not None

    @property
    def headline(self) -> str:
        """How it stands, in a sentence."""
        return briefing.somebody_has_it(self.call, self.me).rstrip(".") or "Nobody has it yet"

    @property
    def by_when(self) -> str:
        """When whoever has it calls them, if they said so."""
        climb = self.call.climb
        return self.clock_time(climb.will_call_by) if climb and climb.will_call_by and not self.call.case.is_over else ""

    @property
    def why(self) -> tuple[str, ...]:
        """Every reason for which it came to them."""
        climb = self.call.climb
        return (climb.why, *climb.also) if climb else ()

    @property
    def waiting(self) -> str:
        return spoken(self.call.waiting)

    @property
    def how_often(self) -> str:
        return next(iter(briefing.how_often(self.call)), "")

    @property
    def promised(self) -> str:
        return briefing.promise(self.call)

    @property
    def may_be_joined(self) -> bool:
        return bool(self.call.contact.phone or self.call.customer_on_the_line)

    @property
    def where(self) -> str:
        """What happens with their telephone at this moment, so that nobody rings them twice."""
        if self.call.case.taken_by:
            return f"{self.call.case.taken_by.first_name} is with them now."
        return "They are on the telephone with us now." if self.call.customer_on_the_line else ""

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """Why it may be resolved: the key, and its words."""
        return [(key, acknowledging.reason(key)) for key in REASONS]

    @property
    def shared(self) -> str:
        """Target and truth of what they take personally."""
        return share.in_words(*self.sharing) if self.sharing else ""

    @property
    def target(self) -> int:
        return self.sharing[1].target if self.sharing else 100

    @property
    def zone(self) -> str:
        return self.me.zone or self.call.house.time_zone

    def clock_time(self, at: datetime) -> str:
        """An instant on their own clock."""
        return self.call.wall_time(at, self.zone)

    def step_time(self, at: datetime) -> str:
        """When something happened: today only the time."""
        there, now = at.astimezone(ZoneInfo(self.zone)), self.call.now.astimezone(ZoneInfo(self.zone))
        time = f"{there.hour % 12 or 12}:{there:%M} {'am' if there.hour < 12 else 'pm'}"
        return time if there.date() == now.date() else f"{there:%a} {there.day} {there:%b}, {time}"
