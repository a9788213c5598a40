"""Recordings of talks that nobody told us of, and those whose time is over."""

from __future__ import annotations

from jobs.deliver import deliver
from jobs.workshop import Workshop, job
from voice_gateway import clock
from voice_gateway.store import talks

MOST_AT_ONCE = 50


@job("calm")
def look_after_recordings(shop: Workshop) -> None:
    """Put into the outbox what is due, and carry it out."""
    with shop.gateway.store.transaction() as memory:
        cases = talks.owe_what_is_due(memory, clock.now(), MOST_AT_ONCE)
    if cases:
        deliver(cases)
