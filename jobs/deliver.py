"""Carry out what the outbox owes.

Claimed before it is sent, crossed off after. A claim found stale is looked up
at the carrier before it is repeated, so that no telephone rings twice for one
order, and none stays silent.
"""

from __future__ import annotations

import logging
import os
import socket
from collections import deque
from collections.abc import Callable
from datetime import datetime

from flows.facts import SECONDS
from jobs import (
    alarms,
    answers,
    forgetting,
    handles,
    own_handles,
    pictures,
    private_words,
    recordings,
    rooms,
    texts,
    voicemails,
)
from jobs.later import GIVES_UP_AFTER, Later, back_off, unclear
from jobs.workshop import Workshop, job
from voice_gateway import clock
from voice_gateway.carrier import CarrierError, Do, Unknown, Unreached
from voice_gateway.store import MemoryLost, leave, outbox, telephones

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 8
STAFF = ("agent", "manager")


@job("urgent")
def deliver(shop: Workshop, case_ids: list[int]) -> None:
    """Carry out all that is due on these cases, and on those that this makes due."""
    waiting = deque(case_ids)
    while waiting:
        case_id = waiting.popleft()
        with shop.gateway.store.reading() as memory:
            owed = outbox.of_case(memory, case_id, clock.now())
        for order in owed:
            try:
                carry_out(shop, order)
            except MemoryLost:
                raise
            except Exception:
                log.exception("an order could not be carried out", extra={"order": order.id, "kind": order.kind})
        waiting += shop.bell.heard()


def carry_out(shop: Workshop, order: outbox.Owed) -> None:
    """One order: claim, do, cross off."""
    if order.kind == "follow_up":
        shop.gateway.turns.follow_up(order)
        return
    store = shop.gateway.store
    with store.transaction() as memory:
        if not outbox.claim(memory, order.id, clock.now(), f"{socket.gethostname()}:{os.getpid()}"):
            return
    try:
        result = HANDS[order.kind](shop, order)
    except Later as later:
        with store.transaction() as memory:
            outbox.postpone(memory, order.id, clock.now() + later.after, str(later), given_back=later.surely_not_taken)
        return
    with store.transaction() as memory:
        outbox.done(memory, order.id, clock.now(), result)
    log.info("carried out", extra={"order": order.id, "kind": order.kind, "case": order.case_id, "result": result})


def ring(shop: Workshop, order: outbox.Owed) -> str:
    """Place the call of a leg, once, within the number's limits."""
    assert order.leg_id is not None, "a ring has a leg"
    store, addresses = shop.gateway.store, shop.gateway.addresses
    changed_at = sim_changed_at(shop, order) if order.link_id else None
    with store.transaction() as memory:
        leg = outbox.leg(memory, order.leg_id)
        if leg.ended_at or leg.call_sid:
            return "not wanted any more" if leg.ended_at else "rung already"
        if changed_at:
            leave.sim_was_changed(memory, order, changed_at, clock.now())
        may_be_reached = leave.holds(memory, order, leg.phone, clock.now())
        is_doubtful = leg.role in STAFF and telephones.is_doubtful(memory, leg.phone)
        free_at = outbox.slot(memory, leg.our_number, clock.now())
    if order.attempts and (sid := find_ring(shop, leg)):
        return remember_ring(shop, leg, sid)
    if not may_be_reached:
        shop.gateway.turns.leg_ended(leg.case_id, leg.id, leave.GONE)
        return leave.GONE
    if is_doubtful:
        shop.gateway.turns.leg_ended(leg.case_id, leg.id, "failed")
        return telephones.NOT_SHOWN
    if free_at > clock.now():
        raise Later(free_at - clock.now(), "waiting for a free slot on our number")
    try:
        sid = shop.carrier.ring(
            to=leg.phone, ours=leg.our_number, seconds=leg.seconds,
            url=addresses.turn(leg.opening, leg.case_id, leg.id, 1),
            fallback_url=addresses.fallback(leg.role), ended_url=addresses.ended(leg.case_id, leg.id),
        )
    except CarrierError as error:
        return leg_refused(shop, order, leg, error)
    except (Unknown, Unreached) as error:
        raise unclear(order, error) from error
    return remember_ring(shop, leg, sid)


def sim_changed_at(shop: Workshop, order: outbox.Owed) -> datetime | None:
    """Whoever is rung because of an account is rung at the SIM with which they proved it. None when nobody knows: then
    what was proved counts, and for as long as a number cannot have been passed on."""
    assert order.leg_id is not None, "a ring has a leg"
    with shop.gateway.store.reading() as memory:
        leg = outbox.leg(memory, order.leg_id)
    try:
        return shop.carrier.sim_changed_at(leg.phone)
    except (Unknown, Unreached, CarrierError) as error:
        log.warning("the carrier does not tell when the SIM was changed", extra={"case": leg.case_id, "error": type(error).__name__})
        return None


def find_ring(shop: Workshop, leg: outbox.LegToCarry) -> str | None:
    """The carrier's call for this leg, if an attempt whose outcome we missed got through."""
    try:
        calls = shop.carrier.find_calls(to=leg.phone, ours=leg.our_number, since=leg.ordered_at)
    except (Unknown, Unreached, CarrierError) as error:
        raise Later(5 * SECONDS, f"could not look it up: {error}", surely_not_taken=False) from error
    with shop.gateway.store.reading() as memory:
        taken = outbox.known_calls(memory, [call.sid for call in calls])
    return next((call.sid for call in calls if call.sid not in taken), None)


def remember_ring(shop: Workshop, leg: outbox.LegToCarry, sid: str) -> str:
    """Keep the call's sid; if nobody wants the leg any more, stop it at once."""
    with shop.gateway.store.transaction() as memory:
        outbox.rung(memory, leg.id, sid, clock.now())
        now_known = outbox.leg(memory, leg.id)
    if now_known.ended_at:
        quietly(lambda: shop.carrier.hang_up(sid))
    return sid


def leg_refused(shop: Workshop, order: outbox.Owed, leg: outbox.LegToCarry, error: CarrierError) -> str:
    """The carrier will not ring this number: the leg has ended, and the story goes on."""
    if error.do is Do.LATER and clock.now() - order.due_at < GIVES_UP_AFTER:
        raise Later(back_off(order), str(error))
    if error.do is Do.ALERT:
        log.error("the carrier refuses our calls, an operator must look: %s", error)
    if error.do is Do.INVALID:
        with shop.gateway.store.transaction() as memory:
            outbox.unreachable(memory, leg.phone, f"carrier error {error.code}")
    shop.gateway.turns.leg_ended(leg.case_id, leg.id, "failed")
    return str(error)


def hang_up(shop: Workshop, order: outbox.Owed) -> str:
    """Stop a telephone; one that was never rung is simply not rung."""
    assert order.leg_id is not None, "a hang-up has a leg"
    with shop.gateway.store.reading() as memory:
        leg = outbox.leg(memory, order.leg_id)
        ring_in_hand = outbox.ring_in_hand(memory, leg.id)
    if leg.ended_at:
        return "over already"
    if leg.call_sid is None:
        if ring_in_hand:
            raise Later(SECONDS, "its ring is on the way to the carrier")
        shop.gateway.turns.leg_ended(leg.case_id, leg.id, "canceled")
        return "never rung"
    return control(order, lambda: shop.carrier.hang_up(leg.call_sid or ""))


def move(shop: Workshop, order: outbox.Owed) -> str:
    """Let a telephone go on at another turn, unless it has gone on by itself."""
    assert order.leg_id is not None, "a move has a leg"
    assert order.turn is not None, "a move names its turn"
    with shop.gateway.store.reading() as memory:
        leg = outbox.leg(memory, order.leg_id)
    if leg.ended_at or leg.call_sid is None or leg.step != order.fence:
        return "has gone on"
    url = shop.gateway.addresses.turn(order.turn, leg.case_id, leg.id, leg.step + 1)
    return control(order, lambda: shop.carrier.move(leg.call_sid or "", url))


def control(order: outbox.Owed, request: Callable[[], None]) -> str:
    """Requests about a running call may be repeated: a second one finds it over, and that is well."""
    try:
        request()
    except CarrierError as error:
        if error.do is Do.LATER and order.attempts < MOST_ATTEMPTS:
            raise Later(back_off(order), str(error)) from error
        return str(error)
    except (Unknown, Unreached) as error:
        if order.attempts < MOST_ATTEMPTS:
            raise Later(back_off(order), str(error), surely_not_taken=False) from error
        return f"gave up: {error}"
    return "done"


def quietly(request: Callable[[], None]) -> None:
    """Ask, and leave the rest to the look after unsure legs."""
    try:
        request()
    except (CarrierError, Unknown, Unreached) as error:
        log.warning("could not stop a call that nobody wants: %s", error)


HANDS: dict[str, Callable[[Workshop, outbox.Owed], str]] = {
    "ring": ring, "text": texts.text, "hang_up": hang_up, "move": move,
    "hold": rooms.hold, "unhold": rooms.hold, "announce": rooms.announce,
    "record": recordings.begin, "pause": recordings.pause, "resume": recordings.resume, "stop": recordings.stop,
    "find_talk": recordings.find, "bring": recordings.bring, "wipe": recordings.wipe,
    "fetch": voicemails.fetch, "find": voicemails.find, "erase": voicemails.erase,
    "picture": pictures.fetch, "forget": forgetting.forget, "alarm": alarms.cry_out, "alarm_text": alarms.text,
    "answer": answers.answer, "follow": answers.follow, "read_again": answers.read_again,
    "write": private_words.write, "look_up_handle": handles.look_up, "handles": own_handles.prove,
}
