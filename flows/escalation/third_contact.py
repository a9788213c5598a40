"""They come again and again about one matter."""

from __future__ import annotations

from datetime import datetime

from flows import coming_again
from flows.escalation import Rule, by_day
from flows.facts import Call


def due(call: Call) -> datetime | None:
    """At once by day, when they come so often within thirty days and nobody is talking with them."""
    standing, case = call.standing, call.case
    often = standing.times >= call.house.escalation.contacts
    return by_day(call, standing.came_at) if often and standing.came_at and not (case.taken_by or case.is_over) else None


def tells(call: Call) -> str:
    """How often, and about what."""
    return coming_again.in_words(call.standing.times, call.case.about, call.case.skill)


rule = Rule("third_contact", "They come for the third time about one matter within thirty days.", due=due, tells=tells, happens=True)
