"""They wait on the line, longer than others do."""

from __future__ import annotations

from datetime import datetime

from flows.escalation import Rule
from flows.facts import Call


def due(call: Call) -> datetime | None:
    """So long after they joined the line, while they are still in it."""
    if not (call.is_in_line and call.customer_on_the_line) or call.case.taken_by:
        return None
    return call.callback.wanted_at + call.house.escalation.line


rule = Rule("waiting_too_long", "They wait on the line longer than the house promises.", due=due,
            told="they still wait on the line", talk_settles=True)
