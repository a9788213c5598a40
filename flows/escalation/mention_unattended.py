"""They wrote about us on a social network, and nobody has attended to it."""

from __future__ import annotations

from datetime import datetime

from flows.escalation import Rule, by_day
from flows.facts import Call
from flows.listening import urgency


def due(call: Call) -> datetime | None:
    """Sooner the more people read it, and the angrier it is; counted while somebody works, as for whoever is to answer it."""
    since = call.case.unanswered_since
    return by_day(call, by_day(call, since) + urgency.of(call.mention).within) if since and call.mention else None


rule = Rule("mention_unattended", "They wrote about us on a social network, and nobody has attended to it in time.", due=due,
            told="nobody has attended to what they wrote on a social network")
