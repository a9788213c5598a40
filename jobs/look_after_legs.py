"""Legs that fell silent: a status may be late, lost, or never sent. Ask the carrier."""

from __future__ import annotations

import logging

from flows.facts import MINUTES
from jobs.deliver import deliver
from jobs.workshop import Workshop, job
from voice_gateway import clock
from voice_gateway.carrier import CarrierError, Do, Unknown, Unreached
from voice_gateway.store import outbox
from voice_gateway.wire import ENDED

log = logging.getLogger(__name__)

MOST_AT_ONCE = 20


@job("calm")
def look_after_legs(shop: Workshop) -> None:
    """End what has ended at the carrier, and look at the rest again later."""
    with shop.gateway.store.reading() as memory:
        unsure = outbox.unsure(memory, clock.now(), MOST_AT_ONCE)
    if not unsure:
        return
    with shop.gateway.store.transaction() as memory:
        outbox.check_later(memory, [leg.id for leg in unsure], clock.now() + MINUTES)
    for leg in unsure:
        if leg.call_sid is None:
            continue
        try:
            state = shop.carrier.state_of(leg.call_sid)
        except CarrierError as error:
            if error.do is not Do.GONE:
                log.warning("could not ask about a leg: %s", error, extra={"leg": leg.id})
                continue
            state = "failed"
        except (Unknown, Unreached) as error:
            log.warning("could not ask about a leg: %s", error, extra={"leg": leg.id})
            continue
        if state in ENDED:
            shop.gateway.turns.leg_ended(leg.case_id, leg.id, state)
    deliver(shop.bell.heard())
