"""Screened callback.

Someone asked us to call. A colleague hears who, why and since when, and says
yes; only then does the customer's phone ring, and the customer says yes too.
Nobody is ever called by an empty chair.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows import Flow, Step, after_call, second_try
from flows.facts import MINUTES, SECONDS, Agent, Call, spoken
from flows.orders import CallBack, Disband, FollowUp, HangUp, Note, Release, Reserve, Ring, StandDown, Text
from flows.routing import next_colleague
from flows.verbs import Ask, Join, Say

flow = Flow(__name__)

RING = 20
PATIENCE = 30 * SECONDS
TOO_LONG = 50 * SECONDS
TEN_MINUTES = 10 * MINUTES
IN_LINE = 10 * MINUTES
LOOK_AGAIN = MINUTES
CHOICES = "Press 1 to call now, 2 to pass, or 3 to ring them in ten minutes."


@flow.turn_recalling("colleagues", "owners")
def ask_a_colleague(call: Call) -> Iterator[Step]:
    """Ring whoever is idle longest; when nobody is left to ask, the customer is told.

    While everybody is on the phone they keep their place in line: whoever hangs up first is rung.
    """
    if call.case.is_over or call.case.taken_by or call.undecided:
        return
    colleague = next_colleague(call)
    if colleague:
        yield from ring(colleague)
    elif call.everybody_is_on_the_phone and call.now - call.callback.due_at < IN_LINE:
        yield FollowUp(ask_a_colleague, after=LOOK_AGAIN)
    else:
        yield from second_try.nobody_was_free(call)


@flow.turn_recalling("colleagues")
def ask_another_as_well(call: Call) -> Iterator[Step]:
    """The first has not said yes for half a minute: a second one is asked beside them."""
    colleague = next_colleague(call)
    asked = [leg.agent for leg in call.undecided]
    if colleague and asked == [call.meant_for] and not call.case.taken_by:
        yield from ring(colleague)


def ring(colleague: Agent) -> Iterator[Step]:
    yield Ring(colleague, opening=agent_answers, otherwise=agent_missed, seconds=RING)
    yield FollowUp(ask_another_as_well, after=PATIENCE, agent=colleague)


@flow.turn
def agent_answers(call: Call) -> Iterator[Step]:
    """Who is waiting, why, for how long, and what it does to their day."""
    if call.taken_by_a_colleague or call.case.is_over:
        yield from a_colleague_was_quicker(call)
        return
    yield Say(f"{call.house.name}. {call.contact.name} is waiting for a call about {call.case.about}, "
              f"for {spoken(call.waiting)} now.")
    if call.case.impact:
        yield Say(f"They say: {call.case.impact}")
    yield Ask(CHOICES, then=agent_chooses)


@flow.turn
def agent_chooses(call: Call) -> Iterator[Step]:
    """One key decides. The first yes wins; a later one hears that a colleague was quicker."""
    if call.taken_by_a_colleague or call.case.is_over:
        yield from a_colleague_was_quicker(call)
    elif call.digits == "1":
        yield Reserve(call.agent)
        yield StandDown(told=a_colleague_was_quicker)
        yield Ring(call.contact, opening=customer_answers, otherwise=customer_missed, seconds=RING + 5)
        yield FollowUp(customer_is_late, after=TOO_LONG)
        yield Say("Calling them now.")
        yield Join(call.case.room, then=room_closes, otherwise=agent_left)
    elif call.digits == "2":
        yield from agent_passes(call)
    elif call.digits == "3":
        yield from agent_rings_later(call)
    else:
        yield Ask(f"That key does nothing here. {CHOICES}", then=agent_chooses)


def agent_passes(call: Call) -> Iterator[Step]:
    yield Say("Thank you. We ask the next colleague.")
    yield Note("passed", call.agent.first_name)
    yield FollowUp(ask_a_colleague)


def agent_rings_later(call: Call) -> Iterator[Step]:
    at = call.now + TEN_MINUTES
    yield StandDown(told=a_colleague_was_quicker)
    yield CallBack(at, then=ask_a_colleague, by=call.agent)
    yield Text(call.contact, f"{call.agent.first_name} of {call.house.name} will ring you "
                             f"at {call.wall_time(at)}. Where it stands: {call.case.page}")
    yield Say("We told them. We ring you again in ten minutes. Thank you.")


@flow.turn
def a_colleague_was_quicker(call: Call) -> Iterator[Step]:
    """Said to whoever comes second, and at once to whoever is still listening."""
    yield Say("A colleague was quicker. Thank you.")


@flow.turn
def agent_missed(call: Call) -> Iterator[Step]:
    """No answer, busy, a machine, silence: whatever it was, the next colleague is asked."""
    yield FollowUp(ask_a_colleague)


@flow.turn
def customer_answers(call: Call) -> Iterator[Step]:
    """Who calls; not why, for we cannot see who holds the phone."""
    if call.agent_waits_in_the_room:
        yield Ask(f"This is {call.house.name}. You asked us to call. "
                  f"{call.who_took_it} is on the line. Press 1 to talk, or 2 for another time.",
                  then=customer_chooses)
    else:
        yield Say(f"This is {call.house.name}. You asked us to call, and we lost our colleague "
                  "just now. We will ring you again. Sorry.")


@flow.turn_recalling("owners")
def customer_chooses(call: Call) -> Iterator[Step]:
    """The second yes joins the two."""
    if call.digits == "1" and call.agent_waits_in_the_room:
        yield Say("Connecting you.")
        yield Join(call.case.room, otherwise=customer_left)
    elif call.digits == "1":
        yield Say("Sorry, we lost our colleague just now. We will ring you again.")
    elif call.digits == "2":
        yield from second_try.customer_would_rather_later(call)
        yield Say("Of course. We have sent you a text. Goodbye.")
    else:
        yield Ask("Press 1 to talk, or 2 for another time.", then=customer_chooses)


@flow.turn_recalling("owners")
def customer_missed(call: Call) -> Iterator[Step]:
    """They did not answer, or hung up: the colleague hears it at once, they get a text."""
    if call.case.taken_by and not call.case.is_over:
        yield from second_try.customer_did_not_answer(call)


@flow.turn
def customer_is_late(call: Call) -> Iterator[Step]:
    """Their phone should have rung out by now: nobody waits with music for a call that does not come."""
    if any(not leg.answered for leg in call.live("customer")):
        yield HangUp()


@flow.turn
def customer_left(call: Call) -> Iterator[Step]:
    """Whoever waits in the room must not wait for nobody."""
    yield Disband(call.case.room)


@flow.turn
def agent_left(call: Call) -> Iterator[Step]:
    """The colleague hung up first. If nobody had talked yet, another one is asked."""
    yield HangUp()
    if call.they_talked:
        yield from after_call.nothing_told(call)
    else:
        yield Release()
        yield FollowUp(ask_a_colleague)


@flow.turn
def room_closes(call: Call) -> Iterator[Step]:
    """The room is empty again: ask how it went, or say why nobody came."""
    if call.they_talked:
        yield from after_call.how_did_it_go(call)
    else:
        yield from second_try.say_what_happened(call)
