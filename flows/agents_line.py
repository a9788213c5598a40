"""The agent's line.

Somebody of the house rings it from their own telephone, and gets a menu of their own: whether they are there,
who waits, their messages, and ringing somebody under the house's number. Hanging up is always allowed.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows import Flow, Step, my_messages, my_promises, ringing_out, supervising
from flows.facts import HOURS, Call, spoken
from flows.orders import Away, Elsewhere, Recognise, Remember, RingOut
from flows.verbs import Ask, Say, StartAnew

flow = Flow(__name__)

CALLBACK, MESSAGES, TALKS, PROMISES = "3", "4", "6", "7"  # keys of the menu
LONGEST_AWAY = 14 * 24  # hours
FOR_EVER = 3650 * 24 * HOURS


@flow.turn
def colleague_rings(call: Call) -> Iterator[Step]:
    """Their number is surely theirs."""
    yield asks(call, f"Hello {call.agent.first_name}.")


@flow.turn
def colleague_shows_a_pin(call: Call) -> Iterator[Step]:
    """Anybody can show this number, and only they know the PIN."""
    yield asks_for_pin("Please type your PIN, and then the hash key. To reach reception, press star and hash.")


def asks_for_pin(words: str) -> Ask:
    return Ask(words, then=pin_typed, several=True, silent=rings_as_a_caller)


@flow.turn_recalling("pin")
def pin_typed(call: Call) -> Iterator[Step]:
    """Five tries, then a pause. How many are left is not told."""
    if call.code.right:
        yield Recognise()
        yield from colleague_rings(call)
    elif call.digits == "*" or call.code.too_many:
        yield from rings_as_a_caller(call)
    else:
        yield asks_for_pin("That is not right. Please type your PIN, and then the hash key.")


@flow.turn
def rings_as_a_caller(call: Call) -> Iterator[Step]:
    """They want something of the house themselves, or are not whom their number shows."""
    yield Say("One moment please.")
    yield StartAnew()


def asks(call: Call, said: str) -> Ask:
    """The menu, after whatever there is to say first."""
    talks = f"{TALKS} for the talks that are going on, " if call.agent.supervises else ""
    return Ask(f"{said} Press 1 if you are available, 2 if you are away, {CALLBACK} for the next callback, {MESSAGES} for "
               f"your messages, 5 to ring a customer, {talks}{PROMISES} for the updates that you owe, or 0 for reception.",
               then=colleague_chooses, otherwise=colleague_left, silent=says_nothing)


@flow.turn
def menu(call: Call) -> Iterator[Step]:
    """Once more from the beginning."""
    yield asks(call, "")


@flow.turn_recalling("menu")
def colleague_chooses(call: Call) -> Iterator[Step]:
    """One key. One that does nothing hangs up on nobody."""
    if call.digits == "1":
        yield Away(call.agent, None)
        yield asks(call, "You are available: you will be rung.")
    elif call.digits == "2":
        yield asks_for_hours("")
    elif call.digits == CALLBACK:
        yield from next_callback(call)
    elif call.digits == MESSAGES:
        yield from my_messages.first(call)
    elif call.digits == "5":
        yield asks_for_number("")
    elif call.digits == TALKS and call.agent.supervises:
        yield from supervising.reads_talks(call)
    elif call.digits == PROMISES:
        yield from my_promises.first(call)
    elif call.digits == "0":
        yield from rings_as_a_caller(call)
    else:
        yield asks(call, "That key does nothing here.")


@flow.turn
def says_nothing(call: Call) -> Iterator[Step]:
    yield Say("Goodbye.")


@flow.turn
def colleague_left(call: Call) -> Iterator[Step]:
    """They hung up. What they had chosen stands, and nothing else was begun."""
    yield from ()


# ---- away ----


def asks_for_hours(said: str) -> Ask:
    return Ask(f"{said} For how many hours? Type the number, and then the hash key. Zero is until you ring or text again.",
               then=hours_typed, several=True, silent=menu)


@flow.turn
def hours_typed(call: Call) -> Iterator[Step]:
    hours = int(call.digits) if call.digits.isdecimal() and len(call.digits) < 4 else -1
    until = call.now + (hours * HOURS or FOR_EVER)
    if not 0 <= hours <= LONGEST_AWAY:
        yield asks_for_hours(f"At most {LONGEST_AWAY} hours.")
        return
    yield Away(call.agent, until)
    told = f"until {call.wall_time(until)}" if hours else "until you ring or text again"
    yield asks(call, f"You are away {told}: you will not be rung.")


# ---- the next callback ----


def next_callback(call: Call) -> Iterator[Step]:
    """Who has waited longest and is not being asked for just now."""
    if not call.callbacks:
        yield asks(call, "Nobody waits to be rung.")
        return
    first = call.callbacks[0]
    about = f" about {first.about}" if first.about else ""
    yield Remember(str(first.case_id))
    yield Ask(f"{first.name} is waiting for a call{about}, for {spoken(call.now - first.since)} now. Press 1 to take it, or "
              "2 for the menu.", then=callback_chosen, silent=says_nothing)


@flow.turn
def callback_chosen(call: Call) -> Iterator[Step]:
    """Whether it is still to be had is seen there, when its turn comes."""
    assert call.leg is not None, "a colleague is on the line"
    if call.digits == "1":
        yield Elsewhere(int(call.leg.typed), ringing_out.colleague_wants_them, call.agent)
        yield hang_up_now()
    else:
        yield asks(call, "")


def hang_up_now() -> Say:
    """The line is needed: their own telephone rings next."""
    return Say("Hang up now. We ring you, and then them.")


# ---- ringing a customer ----


def asks_for_number(said: str) -> Ask:
    return Ask(f"{said} Type the number of the customer with its area code, and then the hash key.", then=number_typed,
               several=True, patience=12, silent=menu)


@flow.turn_recalling("number")
def number_typed(call: Call) -> Iterator[Step]:
    """Read back, digit by digit, before it is rung."""
    if call.typed.number:
        yield Remember(call.typed.number)
        yield Ask(f"We ring {' '.join(call.typed.number.lstrip('+'))}. Press 1 if that is right, or 2 to type it again.",
                  then=number_confirmed, silent=menu)
    else:
        yield asks_for_number(call.typed.why)


@flow.turn
def number_confirmed(call: Call) -> Iterator[Step]:
    assert call.leg is not None, "the number was typed on a leg"
    if call.digits == "1":
        yield RingOut(call.leg.typed, ringing_out.colleague_rings_out, call.agent)
        yield hang_up_now()
    else:
        yield asks_for_number("")
