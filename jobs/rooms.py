"""What the outbox owes to people in a room: whoever shall be held is held and nobody else, and all hear who comes."""

from __future__ import annotations

from flows import in_the_call
from flows.facts import SECONDS, room_of
from jobs.later import Later, back_off
from jobs.workshop import Workshop
from voice_gateway.carrier import CarrierError, Do, Unknown, Unreached
from voice_gateway.store import outbox
from voice_gateway.wire import ENDED

MOST_ATTEMPTS = 8
MOST_LOOKS = 3  # whoever is alive and not in the room by then was led elsewhere


def hold(shop: Workshop, order: outbox.Owed) -> str:
    """Let the carrier hold them, or no longer, as our book says now.

    What the book says is read anew after each request: an order that was overtaken by its opposite does
    no harm, however often either comes.
    """
    assert order.leg_id is not None, "somebody is held on a leg"
    leg, told = _leg(shop, order.leg_id), None
    while leg.held != told:
        if leg.ended_at or leg.call_sid is None:
            return "over already"
        told = leg.held
        if not (leg.in_room or told):
            return "has gone on"
        gone = _set(shop, order, leg, leg.call_sid, held=told)
        if gone:
            return gone
        leg = _leg(shop, order.leg_id)
    return "held" if told else "talks"


def announce(shop: Workshop, order: outbox.Owed) -> str:
    """Tell everybody in the room who comes, soon or not at all. It is better heard twice than never."""
    assert order.leg_id is not None and order.turn is not None, "an announcement is about a leg"
    leg = _leg(shop, order.leg_id)
    try:
        shop.carrier.announce(room_of(leg.case_id), shop.gateway.addresses.turn(order.turn, leg.case_id, leg.id, leg.step))
    except (CarrierError, Unknown, Unreached) as error:
        is_gone = isinstance(error, CarrierError) and error.do is not Do.LATER
        if is_gone or order.attempts >= MOST_LOOKS:
            return f"not said: {error}"
        raise Later(SECONDS, str(error), surely_not_taken=False) from error
    return "said"


def _set(shop: Workshop, order: outbox.Owed, leg: outbox.LegToCarry, call_sid: str, *, held: bool) -> str:
    """Ask once; gives why it makes no sense any more, if so."""
    music = shop.gateway.addresses.turn(in_the_call.on_hold.address, leg.case_id, leg.id, leg.step)
    try:
        shop.carrier.hold(room_of(leg.case_id), call_sid, held=held, music_url=music)
    except CarrierError as error:
        if error.do is Do.GONE:
            return _not_there(shop, order, leg, call_sid)
        if error.do is Do.LATER and order.attempts < MOST_ATTEMPTS:
            raise Later(back_off(order), str(error)) from error
        return str(error)
    except (Unknown, Unreached) as error:
        if order.attempts < MOST_ATTEMPTS:
            raise Later(back_off(order), str(error), surely_not_taken=False) from error
        return f"gave up: {error}"
    return ""


def _not_there(shop: Workshop, order: outbox.Owed, leg: outbox.LegToCarry, call_sid: str) -> str:
    """They have hung up and we were not told yet, or they are only on their way into the room."""
    try:
        state = shop.carrier.state_of(call_sid)
    except CarrierError as error:
        state = "failed" if error.do is Do.GONE else ""
    except (Unknown, Unreached):
        state = ""
    if state in ENDED:
        shop.gateway.turns.leg_ended(leg.case_id, leg.id, state)
        return "they have hung up"
    if order.attempts < MOST_LOOKS:
        raise Later(SECONDS, "they are not in the room", surely_not_taken=False)
    return "they are not in the room"


def _leg(shop: Workshop, leg_id: int) -> outbox.LegToCarry:
    with shop.gateway.store.reading() as memory:
        return outbox.leg(memory, leg_id)
