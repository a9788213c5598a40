"""They wrote a text, and nobody has answered it."""

from __future__ import annotations

from datetime import datetime

from flows.escalation import Rule, by_day
from flows.facts import Call


def due(call: Call) -> datetime | None:
    """So long after the first that nobody has answered."""
    since = call.case.unanswered_since
    return by_day(call, since + call.house.escalation.text) if since and not call.mention else None


rule = Rule("text_unanswered", "They wrote to us, and nobody has answered in time.", due=due,
            told="nobody has answered what they wrote")
