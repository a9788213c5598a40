"""Ringing out.

A colleague has asked on their own line to ring somebody. When they have hung up their telephone rings, then the
customer's; both see the house's number, and neither the other's.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows import Flow, Step, in_the_call, screened_callback, voicemail
from flows.facts import MINUTES, SECONDS, Agent, Call
from flows.orders import CallBack, Disband, FollowUp, HangUp, Release, Reserve, Ring, Text
from flows.verbs import Ask, Join, Say

flow = Flow(__name__)

RING = 25
TOO_LONG = 50 * SECONDS
A_MOMENT = 4 * SECONDS
STILL_ON_THE_LINE = 5 * MINUTES
KEYS = "Press 1 to ring them now, or 2 to leave it."


@flow.turn
def colleague_wants_them(call: Call) -> Iterator[Step]:
    """They have taken a callback, or ring back about a message."""
    who = call.meant_for
    if who and is_free(call):
        yield CallBack(call.now, then=asker_is_rung, by=who, wanted_at=None if call.is_in_line else call.now)
    elif who:
        yield from it_is_taken(call, who)


def is_free(call: Call) -> bool:
    """Can somebody begin to ring them at this moment?"""
    can_be_met = call.contact.phone or call.customer_on_the_line
    return bool(can_be_met) and not (call.case.is_over or call.case.taken_by or call.undecided)


def it_is_taken(call: Call, who: Agent) -> Iterator[Step]:
    yield Text(who, f"{call.case.ticket}: {call.contact.name} cannot be rung by you now: a colleague was quicker, or it is "
                    "over.")


@flow.turn_recalling("colleagues", "owners")
def asker_is_rung(call: Call) -> Iterator[Step]:
    """As soon as their telephone is free again."""
    if is_still_on_the_line(call):
        yield FollowUp(asker_is_rung, after=A_MOMENT)
    else:
        yield from voicemail.whoever_asked_is_rung(call)


def is_still_on_the_line(call: Call) -> bool:
    return call.awaited_is_on_the_phone and call.now - call.callback.due_at < STILL_ON_THE_LINE


# ---- somebody who did not ask for it ----


@flow.turn
def colleague_rings_out(call: Call) -> Iterator[Step]:
    """On the case of the number that they typed. Whoever waits for our call anyway gets that one."""
    who = call.meant_for
    if who is None or call.is_in_line or not is_free(call):
        yield from colleague_wants_them(call)
    else:
        yield CallBack(call.now, then=caller_is_rung, by=who, wanted_at=call.now)


@flow.turn_recalling("colleagues")
def caller_is_rung(call: Call) -> Iterator[Step]:
    """The colleague's telephone, as soon as it is free again."""
    who = call.callback.promised_by
    if is_still_on_the_line(call):
        yield FollowUp(caller_is_rung, after=A_MOMENT)
    elif who and is_free(call):
        yield Ring(who, opening=colleague_is_back, otherwise=colleague_is_not_back, seconds=RING)


@flow.turn
def colleague_is_back(call: Call) -> Iterator[Step]:
    if call.taken_by_a_colleague or call.case.is_over:
        yield from screened_callback.a_colleague_was_quicker(call)
    else:
        yield Ask(f"{call.house.name}. You wanted to ring {whom(call)}. {KEYS}", then=colleague_decides)


def whom(call: Call) -> str:
    return call.contact.name if call.contact.is_known else " ".join(call.contact.phone.lstrip("+"))


@flow.turn
def colleague_decides(call: Call) -> Iterator[Step]:
    if call.taken_by_a_colleague or call.case.is_over:
        yield from screened_callback.a_colleague_was_quicker(call)
    elif call.digits == "1" and call.customer_on_the_line:
        yield from screened_callback.agent_takes_it(call)
    elif call.digits == "1":
        yield Reserve(call.agent)
        yield Ring(call.contact, opening=customer_is_rung, otherwise=customer_does_not_come, seconds=RING)
        yield FollowUp(screened_callback.customer_is_late, after=TOO_LONG)
        yield Say("Calling them now.")
        yield from in_the_call.talk(call, then=room_closes, otherwise=colleague_left)
    elif call.digits == "2":
        yield from voicemail.is_theirs(call, call.agent)
        yield Say("It stays with you. Goodbye.")
    else:
        yield Ask(f"That key does nothing here. {KEYS}", then=colleague_decides)


@flow.turn
def colleague_is_not_back(call: Call) -> Iterator[Step]:
    """They asked for it, so it is theirs, and they are reminded."""
    if not (call.case.taken_by or call.case.is_over):
        yield from voicemail.is_theirs(call, call.agent)


@flow.turn
def customer_is_rung(call: Call) -> Iterator[Step]:
    """Who calls; not why, for we cannot see who holds the phone."""
    if call.agent_waits_in_the_room:
        yield Ask(f"This is {call.house.name}. {call.who_took_it} would like to talk with you. Press 1 to talk, or 2 if it "
                  "does not suit you now.", then=customer_decides)
    else:
        yield Say(f"This is {call.house.name}. We lost our colleague just now. Sorry, and goodbye.")


@flow.turn
def customer_decides(call: Call) -> Iterator[Step]:
    if call.digits == "1" and call.agent_waits_in_the_room:
        yield Say("Connecting you.")
        yield Join(call.case.room, otherwise=screened_callback.customer_left)
    elif call.digits == "1":
        yield Say("Sorry, we lost our colleague just now. Goodbye.")
    elif call.digits == "2":
        yield from nobody_talks(call)
        yield Say("Of course. Goodbye.")
    else:
        yield Ask("Press 1 to talk, or 2 if it does not suit you now.", then=customer_decides)


@flow.turn
def customer_does_not_come(call: Call) -> Iterator[Step]:
    """They did not answer, or hung up. They did not ask for it, so they get no text."""
    if not (call.case.is_over or call.customer_on_the_line):
        yield from nobody_talks(call)


def nobody_talks(call: Call) -> Iterator[Step]:
    """The colleague hears it at once, and it stays theirs."""
    if call.case.taken_by:
        yield Disband(call.case.room)
        yield Release()
        yield from voicemail.is_theirs(call, call.case.taken_by)


@flow.turn
def room_closes(call: Call) -> Iterator[Step]:
    if call.they_talked or call.case.taken_by == call.agent:
        yield from in_the_call.comes_out(call)
    else:
        yield Say(f"{whom(call)} does not come to the phone. It stays with you. Goodbye.")


@flow.turn
def colleague_left(call: Call) -> Iterator[Step]:
    """They hung up first: after a talk, or before there was one."""
    if call.they_talked:
        yield from screened_callback.agent_left(call)
    else:
        yield HangUp()
        yield Release()
        yield from voicemail.is_theirs(call, call.agent)
