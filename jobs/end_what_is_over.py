"""Links that are less than a proof, and whose time is over."""

from __future__ import annotations

from jobs.workshop import Workshop, job
from voice_gateway import clock
from voice_gateway.store.identity import running_out

BATCHES = 5  # a quarter of a second: a list of 300,000 contacts that runs out at once takes five hours, and delays nobody


@job("calm")
def end_what_is_over(shop: Workshop) -> None:
    """End the first of them; nobody is shown the others meanwhile."""
    for _each in range(BATCHES):
        with shop.gateway.store.transaction() as memory:
            ended = running_out.end(memory, clock.now())
        if not ended:
            return
