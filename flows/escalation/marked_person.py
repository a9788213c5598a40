"""Somebody whom the house has marked waits."""

from __future__ import annotations

from datetime import datetime

from flows.escalation import Rule
from flows.facts import Call


def due(call: Call) -> datetime | None:
    """Much sooner than for others, whatever it is that they wait for."""
    since = _since(call) if call.contact.insider and not call.case.taken_by else []
    return min(since) + call.house.escalation.marked if since else None


def _since(call: Call) -> list[datetime]:
    """For a call, for an answer, for somebody to hear their message, for an update that was promised."""
    callback, case = call.callback, call.case
    rung = (callback.wanted_at if callback.tries else callback.due_at) if call.is_in_line else None
    update = case.next_at if case.owner and not call.is_in_line else None
    return [at for at in (rung, case.unanswered_since, call.standing.unheard_since, update) if at]


rule = Rule("marked_person", "Somebody whom the house has marked as important waits.", due=due,
            told="somebody important to the house waits", talk_settles=True)
