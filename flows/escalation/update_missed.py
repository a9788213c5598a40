"""They were promised to hear from somebody by a time, and did not."""

from __future__ import annotations

from datetime import datetime

from flows.escalation import Rule, by_day
from flows.facts import Call


def due(call: Call) -> datetime | None:
    """A while after the promised time: whoever promised it was reminded then."""
    case = call.case
    if case.next_at is None or case.owner is None or case.taken_by or call.is_in_line:
        return None
    return by_day(call, case.next_at + call.house.escalation.update)


rule = Rule("update_missed", "They were promised to hear from somebody by a time, and did not.", due=due,
            told="they did not get the update that was promised")
