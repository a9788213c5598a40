"""What is written to us and about us on social networks is read, from where we stopped the last time."""

from __future__ import annotations

import logging

from flows import networks
from flows.facts import SECONDS
from jobs.deliver import deliver
from jobs.workshop import Workshop, job
from voice_gateway import clock
from voice_gateway.networks import Network, Trouble
from voice_gateway.post_turns import PostTurns
from voice_gateway.store import Refused, listening, staff

log = logging.getLogger(__name__)

AGAIN_AFTER = 15 * SECONDS


@job("calm")
def listen(shop: Workshop) -> None:
    """Read every network on which the house has an account; one that is in trouble keeps nobody from the others."""
    for network in shop.networks.values():
        read(shop, network)


@job("urgent")
def listen_to(shop: Workshop, name: str) -> None:
    """Read this network at once: something was heard of it."""
    if name in shop.networks:
        read(shop, shop.networks[name])


def read(shop: Workshop, network: Network) -> None:
    """One look: each post takes its turn, and only then is the mark moved on."""
    store = shop.gateway.store
    try:
        with store.transaction() as memory:
            since = listening.take(memory, network.name, clock.now())
            also = staff.subjects(memory, networks.of(network.name).namespace, clock.now())
    except Refused:
        return
    if since is None:
        return
    try:
        us, news = network.us.subject, network.listen(since, also)
    except Trouble as trouble:
        log.warning("%s could not be read: %s", network.name, trouble)
        with store.transaction() as memory:
            listening.could_not_read(memory, network.name, clock.now() + (trouble.again_after or AGAIN_AFTER), str(trouble))
        return
    for post in news.posts:
        if post.author.subject != us:
            PostTurns(shop.gateway.turns).post_came_in(post)
    with store.transaction() as memory:
        listening.give_back(memory, network.name, clock.now(), news.cursor)
    deliver(shop.bell.heard())
