"""Who asked for a call is remembered as long as a limit counts it, and no longer."""

from __future__ import annotations

from flows.facts import HOURS
from jobs.workshop import Workshop, job
from voice_gateway import clock
from voice_gateway.store import look_up

REMEMBERED = 48 * HOURS


@job("calm")
def forget_knocks(shop: Workshop) -> None:
    """Forget them."""
    with shop.gateway.store.transaction() as memory:
        look_up.forget_knocks(memory, clock.now() - REMEMBERED)
