"""The tick: what is due? The only scheduler.

It finds what has become due, what a silent bell did not announce, and what a
dead worker left claimed.
"""

from __future__ import annotations

from jobs.deliver import deliver
from jobs.workshop import Workshop, job
from voice_gateway import clock
from voice_gateway.store import look_up, outbox

MOST_AT_ONCE = 200


@job("urgent")
def look_for_work(shop: Workshop) -> None:
    """Carry out what is due, and leave a sign of life."""
    with shop.gateway.store.transaction() as memory:
        look_up.sign_of_life(memory, "worker", clock.now())
        cases = outbox.due(memory, clock.now(), MOST_AT_ONCE)
    if cases:
        deliver(cases)
