"""Somebody whom the house has marked waits."""

from __future__ import annotations

from datetime import datetime

from flows.escalation import Rule
from flows.facts import Call


def due(call: Call) -> datetime | None:
    """Much sooner than for others."""
    if not (call.contact.insider and call.is_in_line) or call.case.taken_by:
        return None
    return call.house.escalation.marked + (call.callback.wanted_at if call.callback.tries else call.callback.due_at)


rule = Rule("marked_person", "Somebody whom the house has marked as important waits.", due=due,
            told="somebody important to the house waits", talk_settles=True)
