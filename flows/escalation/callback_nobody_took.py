"""They were promised to be rung, and nobody has rung them."""

from __future__ import annotations

from datetime import datetime

from flows.escalation import Rule, by_day
from flows.facts import Call


def due(call: Call) -> datetime | None:
    """So long after it was due; after a try that failed, so long after they asked."""
    if not call.is_in_line or call.customer_on_the_line or call.case.taken_by:
        return None
    late, callback = call.house.escalation.callback, call.callback
    return by_day(call, late + (callback.wanted_at if callback.tries else callback.due_at))


rule = Rule("callback_nobody_took", "They were promised to be rung, and nobody has rung them in time.", due=due,
            told="nobody has rung them as we promised", talk_settles=True)
