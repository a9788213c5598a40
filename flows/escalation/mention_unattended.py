"""They wrote about us on a social network, and nobody has attended to it."""

from __future__ import annotations

from datetime import datetime

from flows.escalation import Rule
from flows.facts import Call
from flows.listening import urgency


def due(call: Call) -> datetime | None:
    """Sooner the more people read it, and the angrier it is: what stands in the open stands there at night as well."""
    since = call.case.unanswered_since
    return since + urgency.of(call.mention).within if since and call.mention else None


rule = Rule("mention_unattended", "They wrote about us on a social network, and nobody has attended to it in time.", due=due,
            told="nobody has attended to what they wrote on a social network")
