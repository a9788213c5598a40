"""The tick: what is due? The only scheduler.

It finds what has become due, what a silent bell did not announce, and what a
dead worker left claimed.
"""

from __future__ import annotations

from flows.facts import SECONDS
from jobs.deliver import deliver
from jobs.workshop import Workshop, job
from voice_gateway import clock
from voice_gateway.store import look_up, outbox

MOST_AT_ONCE = 200
SIGN_OF_LIFE_EVERY = 15 * SECONDS


@job("urgent")
def look_for_work(shop: Workshop) -> None:
    """Carry out what is due, and leave a sign of life."""
    now = clock.now()
    with shop.gateway.store.reading() as memory:
        cases = outbox.due(memory, now, MOST_AT_ONCE)
        seen = look_up.last_sign_of_life(memory, "worker")
    if seen is None or now - seen > SIGN_OF_LIFE_EVERY:
        with shop.gateway.store.transaction() as memory:
            look_up.sign_of_life(memory, "worker", now)
    if cases:
        deliver(cases)
