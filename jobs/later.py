"""Not now: when an order comes back."""

from __future__ import annotations

from datetime import timedelta

from flows.facts import MINUTES, SECONDS
from voice_gateway.refusals import Unknown, Unreached
from voice_gateway.store import outbox

GIVES_UP_AFTER = 15 * MINUTES
BACK_OFF = (2 * SECONDS, 5 * SECONDS, 15 * SECONDS, 30 * SECONDS, MINUTES)


class Later(Exception):
    """Not now: `after` says when to come back. `surely_not_taken`: the carrier has not got it."""

    def __init__(self, after: timedelta, why: str, *, surely_not_taken: bool = True) -> None:
        super().__init__(why)
        self.after = after
        self.surely_not_taken = surely_not_taken


def back_off(order: outbox.Owed) -> timedelta:
    """How long to wait before the next attempt: the longer, the more there were."""
    return BACK_OFF[min(order.attempts, len(BACK_OFF) - 1)]


def unclear(order: outbox.Owed, error: Unknown | Unreached) -> Later:
    """Not heard back from the carrier: come back, and look it up first unless it surely was not taken."""
    return Later(back_off(order), str(error), surely_not_taken=isinstance(error, Unreached))
