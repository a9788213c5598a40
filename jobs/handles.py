"""Somebody has told a name of theirs on a network: whose it is, is asked there, and they are sent a code that shows it."""

from __future__ import annotations

import logging

from flows import linking, networks
from flows.codes import TO_NUMBER
from flows.networks import NotAHandle
from jobs.later import GIVES_UP_AFTER, Later, back_off
from jobs.workshop import Workshop
from voice_gateway import clock
from voice_gateway.networks import Trouble, for_them
from voice_gateway.proof_turns import ProofTurns
from voice_gateway.store import journal, outbox, posts
from voice_gateway.store import look_up as memories
from voice_gateway.store.identity import evidence, links
from voice_gateway.store.identity.challenges import TooMany
from voice_gateway.store.identity.evidence import Evidence

log = logging.getLogger(__name__)


def look_up(shop: Workshop, order: outbox.Owed) -> str:
    """Their word is kept as what it is; only the code makes a link of it. Whoever has shown it already is not asked again."""
    with shop.gateway.store.reading() as memory:
        told = memories.declared(memory, order.case_id)
    if told is None or told.network not in shop.networks:
        return _told(shop, order, "we have no account there")
    network, manners = shop.networks[told.network], networks.of(told.network)
    try:
        author = network.who_is(manners.handle(told.handle))
        us = network.us.handle
    except NotAHandle as error:
        return _told(shop, order, str(error))
    except Trouble as trouble:
        if trouble.lasting or clock.now() - order.due_at > GIVES_UP_AFTER:
            return _told(shop, order, str(trouble), for_them(trouble, manners.told))
        raise Later(trouble.again_after or back_off(order), str(trouble)) from trouble
    if author is None:
        return _told(shop, order, f"nobody on {manners.told} is called that")
    now = clock.now()
    with shop.gateway.store.transaction() as memory:
        who = posts.author_of(memory, author, manners.namespace, now)
        if who is None:
            return "a blocked account"
        shown = any(claim.is_proof and claim.account_id == who.id for claim in links.of_tel(memory, told.tel_id))
        if not shown:
            evidence.add(memory, Evidence(told.tel_id, who.id, "customer_declared", "customer", f"T{order.case_id}", now,
                                          actor="customer", case_id=order.case_id), now)
    if shown:
        return _told(shop, order, "that is shown already") if order.turn else "shown already"
    try:
        ProofTurns(shop.gateway.turns).asks(order.case_id, told.tel_id, who.id, TO_NUMBER, us=us)
    except TooMany:
        return _told(shop, order, "enough codes were sent for today, so no other goes out")
    return "asked for a code"


def _told(shop: Workshop, order: outbox.Owed, why: str, to_them: str = "") -> str:
    """Nothing comes of it; who looks at the case can read why, and so can they (in other words if need be) if they wrote it in a text."""
    if order.turn:
        log.warning("nothing came of a handle that they told: %s", why)
        ProofTurns(shop.gateway.turns).tells(order.case_id, linking.is_not_found, to_them or why)
    else:
        with shop.gateway.store.transaction() as memory:
            journal.note(memory, order.case_id, "handle not found", "", why, clock.now())
    return why
