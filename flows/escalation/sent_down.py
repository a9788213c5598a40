"""Somebody at the top, or outside, opens it with a reason."""

from __future__ import annotations

from datetime import timedelta

from flows.climbing import REASONS, Escalate
from flows.escalation import Rule, star_key

NAME = "sent_down"


def sent(reason: str, who: str, note: str = "", *, urgent: bool = False, by_manager: bool = True) -> Escalate:
    """Climb because somebody says so; what does not come from the top counts as sent up by a colleague. Raises KeyError for a reason that is not one of `REASONS`."""
    return Escalate(NAME if by_manager else star_key.NAME, f"{who} sends it: {REASONS[reason]}{f', {note}' if note else ''}", urgent, reason)


rule = Rule(NAME, "A manager, or somebody outside whom the house trusts, sends it with a reason.", once_in=timedelta(0))
