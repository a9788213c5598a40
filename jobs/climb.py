"""Cases climb: who stands on the next rung is told of them, in time."""

from __future__ import annotations

from jobs.deliver import deliver
from jobs.workshop import Workshop, job
from voice_gateway.climbing import Climbing


@job("urgent")
def climb(shop: Workshop) -> None:
    """Take the steps that are due, and ring or text whoever may be told now."""
    Climbing(shop.gateway.turns).climb()
    if cases := shop.bell.heard():
        deliver(list(cases))
