"""They left a message, and nobody has heard it."""

from __future__ import annotations

from datetime import datetime

from flows.escalation import Rule, by_day
from flows.facts import Call


def due(call: Call) -> datetime | None:
    """So long after the oldest that nobody has heard."""
    since = call.standing.unheard_since
    return by_day(call, since + call.house.escalation.voicemail) if since else None


rule = Rule("voicemail_unheard", "They left a message, and nobody has heard it in time.", due=due,
            told="nobody has heard the message that they left")
