"""The second call.

The customer is on hold, with music, while their colleague rings somebody outside under the house's number. These two
talk in a room of their own; then all three are brought together, or the colleague goes back alone. Nobody is shown
another's number, and nobody is left alone in a room.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows import Flow, Step, Turn, after_call, cut_off, in_the_call, recording
from flows.facts import SECONDS, Call, Leg, Outsider
from flows.orders import EndRecording, FollowUp, HangUp, Lead, Remember, Ring, StandDown, Unhold
from flows.verbs import Ask, Join, Say

flow = Flow(__name__)

RING = 30
ALONE = 20 * SECONDS
KEYS = "Press 1 to bring them together, 2 to say goodbye to them and go back, or star to go on."
MAY_WE = "Press 1 to talk, or 2 if it does not suit you now."


def second_room(call: Call) -> str:
    """The conference in which a colleague talks with somebody outside, while the customer is on hold."""
    return f"second-{call.case.id}"


def outsider(call: Call) -> Leg | None:
    """Whoever is rung or talks outside, and has not been bidden goodbye."""
    return next((leg for leg in call.live("guest") if not leg.settled), None)


def asker(call: Call) -> Leg | None:
    """The colleague who rang them, in that room or at its menu."""
    return next((leg for leg in call.live("agent") if leg.owes == colleague_hangs_up.address and not leg.settled), None)


def is_with_them(call: Call) -> bool:
    """Is somebody from outside in the room with the customer?"""
    guest = outsider(call)
    return guest is not None and guest.in_room and guest.owes == leaves_the_room.address


# ---- whom to ring ----


def begins(call: Call) -> Iterator[Step]:
    """One at a time, and nobody else may be on the way into this talk."""
    if outsider(call):
        yield from in_the_call.menu(call, "They are on their way to you. ")
    elif call.undecided:
        yield from in_the_call.menu(call, f"{in_the_call.first_name(call.undecided[0])} is being asked at this moment. ")
    else:
        yield asks_for_number("")


def asks_for_number(said: str) -> Ask:
    return Ask(f"{said} Type the number to ring with its area code, and then the hash key. Star and hash for none.",
               then=number_typed, silent=in_the_call.goes_back, several=True, patience=12)


@flow.turn_recalling("number")
def number_typed(call: Call) -> Iterator[Step]:
    """Read back, digit by digit, before it is rung."""
    if not in_the_call.who_talks(call) or "*" in call.digits:
        yield from in_the_call.goes_back(call)
    elif not call.typed.number:
        yield asks_for_number(call.typed.why)
    elif call.typed.number == call.contact.phone:
        yield asks_for_number("That is the customer whom you talk with.")
    else:
        yield Remember(call.typed.number)
        yield Ask(f"We ring {' '.join(call.typed.number.lstrip('+'))}. Press 1 if that is right, or 2 to type it again.",
                  then=number_confirmed, silent=in_the_call.goes_back)


@flow.turn
def number_confirmed(call: Call) -> Iterator[Step]:
    assert call.leg is not None, "the number was typed on a leg"
    if not in_the_call.who_talks(call) or call.digits == "*":
        yield from in_the_call.goes_back(call)
    elif call.digits == "1" and call.leg.typed and not outsider(call):
        yield Ring(Outsider(call.leg.typed), opening=outsider_is_rung, otherwise=outsider_does_not_come, seconds=RING)
        yield Say("We ring them. Star gives you the keys.")
        yield talks(call)
    else:
        yield asks_for_number("")


def talks(call: Call) -> Join:
    """The colleague's place in that room."""
    return Join(second_room(call), then=comes_out, otherwise=colleague_hangs_up, opens_menu=True)


# ---- whoever was rung ----


@flow.turn
def outsider_is_rung(call: Call) -> Iterator[Step]:
    """Who calls, and nothing of the customer. A mailbox presses nothing."""
    if asker(call):
        yield Ask(f"This is {call.house.name}. {call.who_took_it} would like to talk with you. {MAY_WE}", then=outsider_decides)
    else:
        yield from lost_our_colleague(call)


def lost_our_colleague(call: Call) -> Iterator[Step]:
    yield Say(f"This is {call.house.name}. We lost our colleague just now. Sorry, and goodbye.")


@flow.turn
def outsider_decides(call: Call) -> Iterator[Step]:
    if call.digits == "1":
        yield Say("Connecting you.")
        yield from where_they_belong(call)
    elif call.digits == "2":
        yield from outsider_does_not_come(call)
        yield Say("Of course. Goodbye.")
    else:
        yield Ask(MAY_WE, then=outsider_decides)


@flow.turn
def is_led_on(call: Call) -> Iterator[Step]:
    """Brought to the others, or out of a room by their own star key."""
    yield from where_they_belong(call)


def where_they_belong(call: Call) -> Iterator[Step]:
    """With whoever rang them, or with all; they wait with music, and close no room behind them."""
    if asker(call):
        yield Join(second_room(call), then=is_led_on, otherwise=leaves_the_colleague, waits=in_the_call.on_hold)
    elif in_the_call.who_talks(call):
        yield Join(call.case.room, then=is_led_on, otherwise=leaves_the_room, waits=in_the_call.on_hold)
    elif call.leg and call.leg.joined_at:
        yield from is_bidden_goodbye(call)
    else:
        yield from lost_our_colleague(call)


@flow.turn
def outsider_does_not_come(call: Call) -> Iterator[Step]:
    """No answer, busy, a machine, or they would rather not: the colleague hears it at once."""
    yield from colleague_hears(call, nobody_came)


@flow.turn
def leaves_the_colleague(call: Call) -> Iterator[Step]:
    """They hung up first."""
    yield from colleague_hears(call, they_left)


def colleague_hears(call: Call, how: Turn) -> Iterator[Step]:
    """At once, wherever they are in the second call."""
    if who := asker(call):
        yield Lead(how, who)
        yield FollowUp(nobody_stays_alone, after=ALONE)


@flow.turn
def leaves_the_room(call: Call) -> Iterator[Step]:
    """The talk goes on without them; the customer does not stay behind alone."""
    customer, colleagues = in_the_call.who_talks(call), in_the_call.partners(call)
    for leg in colleagues:
        if not leg.in_room:
            yield Lead(in_the_call.comes_out, leg)
    if customer and not colleagues:
        yield Lead(customer_stays_behind, customer)
        yield FollowUp(cut_off.nobody_is_left_alone, after=ALONE)


@flow.turn
def customer_stays_behind(call: Call) -> Iterator[Step]:
    """Their colleague has gone before, and has the case."""
    yield from recording.ends(call)
    stays = f" It stays with {call.case.owner.first_name}." if call.case.owner else ""
    yield Say(f"They have left the line.{stays} Thank you for calling. Goodbye.")


# ---- the colleague's star key in the second call ----


@flow.turn
def nobody_came(call: Call) -> Iterator[Step]:
    yield from is_alone(call, "They did not come to the phone. ")


@flow.turn
def they_left(call: Call) -> Iterator[Step]:
    yield from is_alone(call, "They have left the line. ")


def is_alone(call: Call, told: str) -> Iterator[Step]:
    """Back at the menu of the talk, if there is one to go back to."""
    if in_the_call.who_talks(call):
        yield from in_the_call.menu(call, told)
    else:
        yield from in_the_call.goes_back(call)


@flow.turn
def comes_out(call: Call) -> Iterator[Step]:
    """The star key, or the end: of that call, or of the customer's patience."""
    if not in_the_call.who_talks(call):
        yield Say("Your customer has left the line.")
        yield from in_the_call.comes_out(call)
    elif outsider(call):
        yield Ask(KEYS, then=chooses, silent=goes_on)
    else:
        yield from in_the_call.menu(call, "They are not on the line any more. ")


@flow.turn
def goes_on(call: Call) -> Iterator[Step]:
    """By the star key, or by saying nothing."""
    if in_the_call.who_talks(call) and outsider(call):
        yield talks(call)
    else:
        yield from comes_out(call)


@flow.turn
def chooses(call: Call) -> Iterator[Step]:
    """Whoever hung up meanwhile changes what there is to choose."""
    guest, customer = outsider(call), in_the_call.who_talks(call)
    if not (guest and customer):
        yield from comes_out(call)
    elif call.digits == "1" and not guest.in_room:
        yield Ask(f"They are not on the line yet. {KEYS}", then=chooses, silent=goes_on)
    elif call.digits == "1":
        yield from brings_together(call, guest, customer)
    elif call.digits == "2":
        yield from says_goodbye(guest)
        yield from in_the_call.talk(call)
    else:
        yield from goes_on(call)


def brings_together(call: Call, guest: Leg, customer: Leg) -> Iterator[Step]:
    """Whoever was rung has not been asked about being recorded: with them there, nothing is."""
    if customer.may_record == "yes":
        yield EndRecording(customer)
        yield Say("It is not recorded any more.")
    yield Lead(is_led_on, guest)
    yield FollowUp(nobody_stays_alone, after=ALONE)
    yield from in_the_call.talk(call)


# ---- all three ----


def menu_of_three(first: str) -> Iterator[Step]:
    """The star key, while whoever was rung is with the customer."""
    yield Ask(f"{first}Press 1 to leave them to each other, 2 to say goodbye to whom you rang, or star to go back.",
              then=chooses_for_three, silent=in_the_call.goes_back)


@flow.turn
def chooses_for_three(call: Call) -> Iterator[Step]:
    guest, customer = outsider(call), in_the_call.who_talks(call)
    if customer is None or call.digits not in ("1", "2"):
        yield from in_the_call.goes_back(call)
    elif guest is None:
        yield from in_the_call.menu(call, "They have left the line. ")
    elif call.digits == "1":
        yield from are_left_together(call, customer)
        yield Say("They go on without you, and it stays with you. Goodbye.")
    else:
        yield from says_goodbye(guest)
        yield from in_the_call.talk(call)


def are_left_together(call: Call, customer: Leg) -> Iterator[Step]:
    """The colleague keeps the case and is free; as soon as either hangs up the other is bidden goodbye."""
    yield StandDown(told=in_the_call.comes_too_late)
    if customer.held:
        yield Unhold(customer)
    yield from after_call.nothing_told(call)


# ---- the end ----


@flow.turn_recalling("owners")
def colleague_hangs_up(call: Call) -> Iterator[Step]:
    """In that room or at its menu: the customer on hold is looked after as after any talk."""
    yield from in_the_call.hangs_up(call)


def ends(call: Call) -> Iterator[Step]:
    """The colleague who rang them is gone."""
    if guest := outsider(call):
        yield HangUp(guest)


def customer_is_gone(call: Call) -> Iterator[Step]:
    """Then nobody outside is needed any more."""
    if guest := outsider(call):
        yield from says_goodbye(guest)


def says_goodbye(guest: Leg) -> Iterator[Step]:
    """In words, to whoever has answered; a telephone that only rings falls silent."""
    if guest.answered:
        yield Lead(is_bidden_goodbye, guest)
        yield FollowUp(nobody_stays_alone, after=ALONE)
    else:
        yield HangUp(guest)


@flow.turn
def is_bidden_goodbye(call: Call) -> Iterator[Step]:
    yield Say(f"{call.house.name} thanks you for your help. Goodbye.")


@flow.turn
def nobody_stays_alone(call: Call) -> Iterator[Step]:
    """Whoever could not be led out of a room, or came too late into one; an outsider's line is better ended then."""
    guest, colleague = outsider(call), asker(call)
    if guest and guest.in_room and not (in_the_call.who_talks(call) if is_with_them(call) else colleague):
        yield HangUp(guest)
    elif colleague and colleague.in_room and not guest:
        yield Lead(they_left, colleague)
