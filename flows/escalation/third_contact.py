"""They ask again and again about one matter."""

from __future__ import annotations

from datetime import datetime

from flows.escalation import Rule, by_day
from flows.facts import Call


def due(call: Call) -> datetime | None:
    """At once by day, when they ask so often within thirty days and nobody is talking with them."""
    often = call.standing.times >= call.house.escalation.contacts
    return by_day(call, call.case.opened_at) if often and not (call.case.taken_by or call.case.is_over) else None


rule = Rule("third_contact", "They ask for the third time within thirty days.", due=due, told="they had to ask again and again")
