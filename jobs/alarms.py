"""The alarm that cannot be silent: told outside the house until it was heard, and texted to whoever looks after it.

All alarms that wait are told at once, so that a storm of them is a handful of messages.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from flows.facts import HOURS, MINUTES
from jobs.later import Later, back_off
from jobs.workshop import Workshop
from voice_gateway import clock
from voice_gateway.siren import Unheard
from voice_gateway.store import alarms, outbox

log = logging.getLogger(__name__)

GIVES_UP_AFTER = 24 * HOURS
BETWEEN_TEXTS = 5 * MINUTES


def cry_out(shop: Workshop, order: outbox.Owed) -> str:
    """Tell the operator's address of all that nobody has told yet; again and again, under one id, until it was heard."""
    if not shop.siren.url:
        return "there is no address for it"
    with shop.gateway.store.transaction() as memory:
        told = alarms.take(memory, order.id)
    if not told:
        return "told with others"
    data = {"count": len(told), "house": shop.gateway.addresses.base, "cases": [each.for_programs() for each in told[:alarms.NAMED]]}
    try:
        shop.siren.sounds(f"alarm_{order.id}", clock.now(), "escalation.alarm", data)
    except Unheard as error:
        if clock.now() - order.due_at > GIVES_UP_AFTER:
            log.error("nobody hears our alarms at their address: %s", error)
            return f"gave up: {error}"
        raise Later(back_off(order), f"not heard: {error}", surely_not_taken=False) from error
    return f"told of {len(told)}"


def text(shop: Workshop, order: outbox.Owed) -> str:
    """Text whoever looks after the house: not more often than every five minutes, and then of all at once."""
    now = clock.now()
    with shop.gateway.turns.deciding() as (memory, line):
        number, last = line.house.escalation.alarm_text, alarms.texted_at(memory)
        if not number:
            return "there is no number for it"
        wait = last + BETWEEN_TEXTS - now if last else timedelta(0)
        if wait <= timedelta(0):
            told = alarms.take(memory, order.id, by_text=True)
            if told:
                alarms.text(memory, told, line.house.name, number, line.numbers[0], now)
                shop.gateway.turns.doorbell.after_commit(told[0].case_id)
            return f"told of {len(told)}" if told else "told with others"
    raise Later(wait, "they were texted a moment ago")
