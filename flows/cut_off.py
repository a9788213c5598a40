"""Cut off.

A telephone fell out of a talk. Whoever is still there may have the other rung back, once.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows import Flow, Step, after_call, in_the_call, queue, recording, screened_callback
from flows.facts import MINUTES, Call
from flows.orders import Disband, FollowUp, HangUp, Lead, Reserve, Ring, StandDown
from flows.verbs import Ask, Join, Say

flow = Flow(__name__)

RING = 20
ALONE = MINUTES


def was_tried(call: Call) -> bool:
    """Somebody was rung back already: once is enough."""
    ways = (colleague_is_back.address, customer_is_back.address)
    return any(leg.opening in ways and leg.round == call.callback.round for leg in call.legs)


# ---- the colleague is gone ----


def colleague_is_gone(call: Call) -> Iterator[Step]:
    """After a talk: the case stays with them, and the customer may have them rung back."""
    customer = call.customer_on_the_line
    yield StandDown(told=in_the_call.comes_too_late)
    yield from after_call.nothing_told(call)
    if customer and customer.in_room and not was_tried(call):
        yield Lead(customer_is_asked, customer)
        yield FollowUp(nobody_is_left_alone, after=ALONE)
    else:
        yield HangUp()


@flow.turn
def nobody_is_left_alone(call: Call) -> Iterator[Step]:
    """They could not be led out of the empty room: then the line is better ended."""
    if call.customer_waits_in_the_room and not call.live("agent"):
        yield HangUp()


@flow.turn
def customer_is_asked(call: Call) -> Iterator[Step]:
    who = call.case.owner.first_name if call.case.owner else "Your colleague"
    yield from recording.ends(call)
    yield Ask(f"{who} has left the line. If you were cut off, press 1 and we ring them back. "
              "Otherwise you may hang up. Thank you for calling.", then=customer_wants_them_back, patience=3)


@flow.turn_recalling("company")
def customer_wants_them_back(call: Call) -> Iterator[Step]:
    """They wait with music. Whoever is on the phone again already gets in touch later."""
    colleague = call.case.owner
    if call.digits != "1" or was_tried(call):
        yield Say("Thank you for calling. Goodbye.")
    elif colleague and colleague.id in call.free and not call.case.taken_by:
        yield Ring(colleague, opening=colleague_is_back, otherwise=colleague_cannot, seconds=RING)
        yield Say(f"One moment please. We ring {colleague.first_name}.")
        yield from queue.wait(call)
    else:
        yield from they_get_in_touch(call)


@flow.turn
def they_get_in_touch(call: Call) -> Iterator[Step]:
    who = call.case.owner.first_name if call.case.owner else "Your colleague"
    yield Say(f"{who} cannot come to the phone just now. It stays with {who}, who will get in touch. Goodbye.")


@flow.turn
def colleague_is_back(call: Call) -> Iterator[Step]:
    if call.customer_waits_in_the_room:
        yield Ask(f"{call.house.name}. You and {call.contact.name} were cut off. Press 1 to go on.",
                  then=colleague_goes_on)
    else:
        yield from screened_callback.caller_gave_up(call)


@flow.turn
def colleague_goes_on(call: Call) -> Iterator[Step]:
    """Any other key: they cannot, and the customer hears it."""
    if not call.customer_waits_in_the_room or call.taken_by_a_colleague:
        yield from screened_callback.caller_gave_up(call)
    elif call.digits == "1":
        yield Reserve(call.agent)
        yield from recording.begins(call)
        yield Say(f"Connecting you.{recording.whisper(call)}")
        yield from in_the_call.talk(call)
    else:
        yield from colleague_cannot(call)
        yield Say("We tell them. It stays with you. Goodbye.")


@flow.turn
def colleague_cannot(call: Call) -> Iterator[Step]:
    """Not there, busy, or cannot: they are told, and it stays with them."""
    if call.customer_waits_in_the_room and not call.case.taken_by:
        yield Lead(they_get_in_touch)


# ---- the customer is gone ----


def may_be_rung(call: Call) -> bool:
    """Is there a number at which they could be rung, and was it not tried already?"""
    return bool(call.contact.phone) and not was_tried(call) and not call.live("customer")


def nobody_answered(call: Call) -> str:
    """What became of ringing them back, if nothing did."""
    rung = [leg for leg in call.legs if leg.opening == customer_is_back.address and leg.round == call.callback.round]
    return "They did not answer. " if rung and not rung[-1].talked_at else ""


def ring_them(call: Call) -> Iterator[Step]:
    """Straight into the room: they have talked a moment ago."""
    yield Ring(call.contact, opening=customer_is_back, otherwise=customer_cannot, seconds=RING + 5)
    yield FollowUp(screened_callback.customer_is_late, after=ALONE)
    yield Say("We ring them.")
    yield from in_the_call.talk(call)


@flow.turn
def customer_is_back(call: Call) -> Iterator[Step]:
    if call.agent_waits_in_the_room:
        yield Say(f"This is {call.house.name}. We were cut off. {call.who_took_it} is on the line.")
        yield Join(call.case.room, otherwise=screened_callback.customer_left)
    else:
        yield Say(f"This is {call.house.name}. We were cut off, and our colleague has just left. "
                  "They will get in touch. Goodbye.")


@flow.turn
def customer_cannot(call: Call) -> Iterator[Step]:
    """They do not answer: whoever waits for them is asked again how it went."""
    if call.case.taken_by and not call.customer_on_the_line:
        yield Disband(call.case.room)
