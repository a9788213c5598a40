"""Codes and sittings of which no limit and no page knows any more."""

from __future__ import annotations

from flows.facts import HOURS
from jobs.workshop import Workshop, job
from voice_gateway import clock
from voice_gateway.store.identity import challenges, invitations

REMEMBERED = 48 * HOURS


@job("calm")
def forget_codes(shop: Workshop) -> None:
    """Forget them: a code is counted for a day, and a page is open for half an hour."""
    with shop.gateway.store.transaction() as memory:
        challenges.forget(memory, clock.now() - REMEMBERED)
        invitations.forget(memory, clock.now() - REMEMBERED)
