"""Something that was wanted of an account cannot be done for good: is it still there? If not, no proof of it holds."""

from __future__ import annotations

from flows.posts import Author
from jobs.workshop import Workshop
from voice_gateway import clock
from voice_gateway.networks import TellsWhoLeft, Trouble
from voice_gateway.store.identity import has_left


def look(shop: Workshop, whom: Author) -> None:
    """Ask the network. One that has trouble itself, or tells nothing of the kind, ends nothing."""
    network = shop.networks.get(whom.network)
    if not isinstance(network, TellsWhoLeft):
        return
    try:
        left = network.has_left(whom)
    except Trouble:
        return
    if left:
        with shop.gateway.store.transaction() as memory:
            has_left.account(memory, whom, clock.now())
