"""The calendars that say who is on duty are read again, now and then."""

from __future__ import annotations

import logging

from jobs.workshop import Workshop, job
from voice_gateway import clock, on_call

log = logging.getLogger(__name__)


@job("calm")
def look_at_calendars(shop: Workshop) -> None:
    """Read those whose time has come; what is wrong with one is told, and its last good copy holds."""
    for trouble in on_call.look(shop.gateway.store, clock.now()):
        log.warning("a calendar cannot be used: %s", trouble)
