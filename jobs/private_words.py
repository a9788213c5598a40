"""Write privately to somebody's account what the outbox owes: each once, and the code is put in only now."""

from __future__ import annotations

from flows import networks
from flows.codes import CODE
from jobs import still_there
from jobs.later import GIVES_UP_AFTER, Later, back_off
from jobs.workshop import Workshop
from voice_gateway import clock
from voice_gateway.networks import FindsItsWords, Trouble
from voice_gateway.store import conversations, outbox
from voice_gateway.store.identity import challenges


def write(shop: Workshop, order: outbox.Owed) -> str:
    """Write it. The same key is written once, however often it is asked for."""
    assert order.post_id is not None, "what is written has a row"
    now = clock.now()
    with shop.gateway.store.reading() as memory:
        ours = conversations.to_write(memory, order.post_id)
    network = shop.networks.get(ours.to.network)
    if ours.said_as or network is None:
        return "said already" if ours.said_as else _failed(shop, ours.id, f"no account on {networks.of(ours.to.network).told}")
    words = ours.words
    if CODE in words:
        if ours.code_holds_until is None or ours.code_holds_until <= now:
            return _failed(shop, ours.id, "its code holds no more")
        key = shop.gateway.settings.secret_key.get_secret_value()
        words = words.replace(CODE, challenges.code_of(key, ours.code_salt or "", ours.code_way or ""))
    try:
        said_as = network.written(ours.to, words, ours.ordered_at) if order.attempts and isinstance(network, FindsItsWords) else ""
        said_as = said_as or network.write(ours.to, words, f"write-{ours.id}")
    except Trouble as trouble:
        if trouble.lasting or now - order.due_at > GIVES_UP_AFTER:
            still_there.look(shop, ours.to)
            return _failed(shop, ours.id, str(trouble))
        raise Later(trouble.again_after or back_off(order), str(trouble), surely_not_taken=not trouble.maybe_done) from trouble
    with shop.gateway.store.transaction() as memory:
        conversations.written(memory, ours.id, said_as, now)
    return said_as


def _failed(shop: Workshop, kept: int, why: str) -> str:
    with shop.gateway.store.transaction() as memory:
        conversations.not_said(memory, kept, why)
    return why
