"""Say on social networks what the outbox owes: each once, and only where it is owed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flows import answering, networks
from jobs import still_there
from jobs.later import GIVES_UP_AFTER, Later, back_off
from jobs.workshop import Workshop
from voice_gateway import clock
from voice_gateway.networks import FindsItsWords, Network, Trouble
from voice_gateway.post_turns import PostTurns
from voice_gateway.store import conversations, outbox, posts, saying
from voice_gateway.store.conversations import ToSay
from voice_gateway.thread_turns import ThreadTurns

log = logging.getLogger(__name__)


def answer(shop: Workshop, order: outbox.Owed) -> str:
    """Answer a post, unless what we know by now is against it. In doubt whether it was said, the network is asked first."""
    assert order.post_id is not None, "an answer has a post"
    with shop.gateway.store.transaction() as memory:
        why_not = saying.why_not(memory, order)
        ours = conversations.to_say(memory, order.post_id)
    if ours.said_as:
        return "said already"
    network = shop.networks.get(ours.post.network)
    if network is None:
        return _failed(shop, ours, f"the house has no account on {networks.of(ours.post.network).told}")
    try:
        said_as = _said_before(network, ours) if order.attempts else ""
        if why_not and not said_as:
            return _held_back(shop, ours, why_not)
        if not said_as:
            _waits_for_the_day(shop, ours)
            said_as = _say(network, ours)
    except Trouble as trouble:
        if trouble.lasting or clock.now() - order.due_at > GIVES_UP_AFTER:
            still_there.look(shop, ours.post.author)
            return _failed(shop, ours, str(trouble))
        raise _later(order, trouble) from trouble
    with shop.gateway.store.transaction() as memory:
        conversations.said(memory, ours, said_as, clock.now())
    return said_as


def follow(shop: Workshop, order: outbox.Owed) -> str:
    """Follow whoever wrote; to follow them twice is to follow them once. A colleague who wished it is told if it cannot be."""
    def refused(why: str) -> None:
        if order.person_id is not None:
            ThreadTurns(shop.gateway.turns).does(answering.was_not_followed, order.case_id, order.person_id, why)

    def ask(network: Network, kept: int) -> None:
        with shop.gateway.store.reading() as memory:
            whom = posts.one(memory, kept).author
        network.follow(whom)
    return _asked(shop, order, ask, refused)


def read_again(shop: Workshop, order: outbox.Owed) -> str:
    """Is what they wrote still there, and how many have read it by now? When it is gone, the others about it are looked at too."""
    def look(network: Network, kept: int) -> None:
        which: int | None = kept
        while which is not None and not _is_there(shop, network, which):
            with shop.gateway.store.reading() as memory:
                which = conversations.another_post(memory, kept)
    return _asked(shop, order, look)


def _is_there(shop: Workshop, network: Network, kept: int) -> bool:
    with shop.gateway.store.reading() as memory:
        known = posts.one(memory, kept)
    now_there = network.read(known.id)
    if now_there is None:
        PostTurns(shop.gateway.turns).post_is_gone(known.network, known.id)
        still_there.look(shop, known.author)
        return False
    with shop.gateway.store.transaction() as memory:
        conversations.is_as(memory, kept, now_there, clock.now())
    return True


def _nobody_is_told(_why: str) -> None:
    """Nobody waits for it."""


def _asked(shop: Workshop, order: outbox.Owed, ask: Callable[[Network, int], None],
           refused: Callable[[str], None] = _nobody_is_told) -> str:
    """What does no harm when it is done twice; `refused` is told why it is not done at last."""
    assert order.post_id is not None, "it is about a post"
    with shop.gateway.store.reading() as memory:
        name = posts.one(memory, order.post_id).network
    if name not in shop.networks:
        refused("the house has no account there")
        return "the house has no account there"
    try:
        ask(shop.networks[name], order.post_id)
    except Trouble as trouble:
        if trouble.lasting or clock.now() - order.due_at > GIVES_UP_AFTER:
            refused(str(trouble))
            return str(trouble)
        raise _later(order, trouble) from trouble
    return "done"


def _said_before(network: Network, ours: ToSay) -> str:
    """Its id there, if an attempt whose outcome we missed got through. Where what is written privately under the same key
    is written once, this is how one looks.
    """
    if ours.private and isinstance(network, FindsItsWords):
        return network.written(ours.post.author, ours.words, ours.ordered_at)
    key = f"answer-{ours.id}"
    return network.write(ours.post.author, ours.words, key) if ours.private else network.answered(ours.post, ours.words, key)


def _say(network: Network, ours: ToSay) -> str:
    key = f"answer-{ours.id}"
    return network.write(ours.post.author, ours.words, key) if ours.private else network.answer(ours.post, ours.words, key)


def _held_back(shop: Workshop, ours: ToSay, why: str) -> str:
    """What we know by now is against it: it is kept with the reason."""
    with shop.gateway.store.transaction() as memory:
        saying.hold_back(memory, ours.id, why, clock.now())
    return f"not said: {why}"


def _later(order: outbox.Owed, trouble: Trouble) -> Later:
    """When the network said to come back, or after a while; as unsure as it was."""
    return Later(trouble.again_after or back_off(order), str(trouble), surely_not_taken=not trouble.maybe_done)


def _waits_for_the_day(shop: Workshop, ours: ToSay) -> None:
    """Raises Later while the network's manners ask for quiet; a colleague's own words are no machine's.

    Nor does a link wait that a colleague sends to whoever wrote just now: they are awake.
    """
    quiet = networks.of(ours.post.network).quiet
    is_awake = ours.person_id is not None and clock.now() - ours.post.at <= outbox.ANSWERED_AT_ONCE
    if not ours.automatic or is_awake or quiet is None:
        return
    until = quiet_until(quiet, clock.now(), shop.gateway.turns.time_zone())
    if until > clock.now():
        raise Later(until - clock.now(), "nothing is posted by itself at this hour")


def quiet_until(quiet: tuple[int, int], at: datetime, zone: str) -> datetime:
    """When the quiet hours end in which this moment is, on the house's clock; the moment itself when it is in none."""
    begins, ends = quiet
    wall = at.astimezone(ZoneInfo(zone))
    late = wall.hour >= begins
    is_quiet = (late or wall.hour < ends) if begins > ends else begins <= wall.hour < ends
    if not is_quiet:
        return at
    day = wall + timedelta(days=1) if late and begins > ends else wall
    return day.replace(hour=ends, minute=0, second=0, microsecond=0)


def _failed(shop: Workshop, ours: ToSay, why: str) -> str:
    PostTurns(shop.gateway.turns).answer_failed(ours.id, why)
    return why
