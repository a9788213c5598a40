"""Several people are angry about us at once."""

from __future__ import annotations

from datetime import datetime

from flows.escalation import Rule
from flows.facts import Call
from flows.listening import tone


def due(call: Call) -> datetime | None:
    """At once, when this is a post of an angry person, and others wrote such posts within the hour."""
    if call.mention is None or not tone.of(call.mention.post.words).is_sore:
        return None
    several = call.standing.angry_people >= call.house.escalation.angry_people
    return call.mention.post.at if several and call.case.unanswered_since else None


rule = Rule("angry_people", "Several people write angrily about us within an hour.", due=due,
            told="several people are angry about us at once", urgent=True)
