"""What is written to us and about us on social networks is read, from where we stopped the last time."""

from __future__ import annotations

import logging

from flows import networks
from flows.facts import MINUTES, SECONDS
from flows.posts import Post
from jobs.deliver import deliver
from jobs.workshop import Workshop, job
from voice_gateway import clock
from voice_gateway.networks import Network, Trouble
from voice_gateway.post_turns import PostTurns, stand_in
from voice_gateway.store import Refused, listening, look_up, staff
from voice_gateway.turn import NothingLoaded

log = logging.getLogger(__name__)

LISTENER = "listener"
AGAIN_AFTER = 15 * SECONDS
WHEN_MENDED = 10 * MINUTES
"""Only a person can mend a lasting trouble; to ask a thousand times a day with a wrong password would lock the account."""
SIGN_OF_LIFE = 20 * SECONDS
MOST_TRIES, TRIED_WITHIN = 5, 60 * MINUTES


@job("calm")
def listen(shop: Workshop) -> None:
    """Read every network, unless a listener does (`jobs/listener.py`); one in trouble keeps nobody from the others."""
    if shop.networks and not _somebody_listens(shop):
        for network in shop.networks.values():
            read(shop, network)


def _somebody_listens(shop: Workshop) -> bool:
    with shop.gateway.store.reading() as memory:
        seen = look_up.last_sign_of_life(memory, LISTENER)
    return seen is not None and clock.now() - seen < SIGN_OF_LIFE * shop.gateway.settings.clock_speed


def read(shop: Workshop, network: Network) -> int:
    """One look: each post takes its turn, and only then is the mark moved on. Tells how many there were."""
    store = shop.gateway.store
    try:
        with store.transaction() as memory:
            since = listening.take(memory, network.name, clock.now())
            also = staff.subjects(memory, networks.of(network.name).namespace, clock.now())
    except Refused:
        return 0
    if since is None:
        return 0
    try:
        us, news, longest = network.us.subject, network.listen(since, also), getattr(network, "longest_answer", None)
    except Exception as error:
        trouble = error if isinstance(error, Trouble) else Trouble("it answers in a way that nobody foresaw; the log tells more")
        log.warning("%s could not be read: %s", network.name, trouble, exc_info=trouble is not error)
        wait = trouble.again_after or (WHEN_MENDED if trouble.lasting else AGAIN_AFTER)
        with store.transaction() as memory:
            listening.could_not_read(memory, network.name, clock.now() + wait, str(trouble))
        return 0
    not_taken = [post.id for post in news.posts if post.author.subject != us and not _taken_in(shop, post)]
    with store.transaction() as memory:
        if not_taken:
            told = f"{len(not_taken)} of the posts could not be taken in, such as {not_taken[0]}"
            listening.could_not_read(memory, network.name, clock.now() + AGAIN_AFTER, told)
        else:
            listening.give_back(memory, network.name, clock.now(), news.cursor, longest)
    deliver(shop.bell.heard())
    return len(news.posts)


def _taken_in(shop: Workshop, post: Post) -> bool:
    """Whatever is wrong with one post, the others take their turns; the mark stays, so it is tried again a few times."""
    try:
        PostTurns(shop.gateway.turns).post_came_in(post)
    except NothingLoaded:
        log.exception("a post could not be taken in: %s", post.id)
        return False
    except Exception:
        log.exception("a post could not be taken in: %s", post.id)
        return _is_given_to_a_human(shop, post)
    return True


def _is_given_to_a_human(shop: Workshop, post: Post) -> bool:
    """After the last try somebody gets a case that leads to it, and it keeps nobody from reading on: some networks are paid by the look."""
    what, now = f"post:{post.network}:{post.id}", clock.now()
    with shop.gateway.store.transaction() as memory:
        look_up.knock(memory, [what], now)
        tries = look_up.knocks(memory, what, now - TRIED_WITHIN)[0]
    if tries < MOST_TRIES:
        return False
    try:
        PostTurns(shop.gateway.turns).post_came_in(stand_in(post))
    except Exception:
        log.exception("nor could it be told that there is one: %s", post.id)
    return True
