"""Listening in.

While a message is being left one colleague who is free is rung. They may listen as it is spoken,
and pick up with the star key; from then on it is a talk, and nothing of it is recorded.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows import Flow, Step, Turn, in_the_call, queue, screened_callback, voicemail
from flows.facts import SECONDS, Call, Leg
from flows.orders import (
    Disband,
    FollowUp,
    Lead,
    Note,
    Release,
    Reserve,
    Ring,
    StandDown,
)
from flows.verbs import Ask, Join, Say

flow = Flow(__name__)

RINGS_TO_PICK_UP = 15
ALONE = 20 * SECONDS


def message_room(case_id: int) -> str:
    """The conference in which a colleague listens to a message while it is spoken."""
    return f"message-{case_id}"


def speaker(call: Call) -> Leg | None:
    """Whoever leaves a message at this moment, or hears what to say before it."""
    places = (voicemail.caller_hangs_up.address, caller_hangs_up_on_listener.address)
    caller = call.customer_on_the_line
    return caller if caller and caller.owes in places else None


def somebody(call: Call, owes: Turn) -> Leg | None:
    """The colleague on whose leg this turn is owed: by that it is known where they are."""
    return next((leg for leg in call.live("agent") if leg.owes == owes.address), None)


def is_under_way(call: Call) -> bool:
    """Does a colleague listen at this moment, or wait to talk with them?"""
    return bool(somebody(call, listener_left) or somebody(call, picker_left))


def somebody_listened(call: Call) -> bool:
    """Then the message was recorded in parts: on the tape, in the room, and perhaps on the tape again."""
    return any(leg.owes in (listener_left.address, picker_left.address) for leg in call.legs)


@flow.turn_recalling("colleagues")
def somebody_may_pick_up(call: Call) -> Iterator[Step]:
    """One colleague is told while it is being left: whose work it is, or else the first who is free."""
    if speaker(call) and call.case.owner and call.colleagues and not call.case.taken_by:
        mine = call.case.owner in call.colleagues
        yield Ring(call.case.owner if mine else call.colleagues[0], opening=colleague_is_told,
                   otherwise=colleague_lets_them_speak, seconds=RINGS_TO_PICK_UP)


@flow.turn
def colleague_is_told(call: Call) -> Iterator[Step]:
    if speaker(call) and not call.case.taken_by:
        about = f" about {call.case.about}" if call.case.about else ""
        yield Ask(f"{call.house.name}. {call.contact.name} is leaving a message{about} right now. Press 1 to listen, "
                  "and then star to talk with them. Press 2 to let them speak.", then=colleague_chooses)
    else:
        yield from message_is_over(call)


@flow.turn
def message_is_over(call: Call) -> Iterator[Step]:
    """Said to whoever comes too late, and at once to whoever is still being asked."""
    yield Say("They have just finished. Their message is kept. Goodbye.")
    yield from whoever_rang_again_gets_somebody(call)


def whoever_rang_again_gets_somebody(call: Call) -> Iterator[Step]:
    """They may have rung again meanwhile, and nobody else was asked while this telephone was."""
    if call.is_in_line:
        yield FollowUp(screened_callback.ask_a_colleague)


@flow.turn
def colleague_chooses(call: Call) -> Iterator[Step]:
    speaks = speaker(call)
    if call.digits == "1" and speaks and not call.case.taken_by:
        yield Reserve(call.agent)
        yield Lead(goes_on)
        yield FollowUp(nobody_stays_alone, after=ALONE)
        yield Join(message_room(call.case.id), then=colleague_picks_up, otherwise=listener_left, muted=True, records=speaks)
    else:
        yield Say("Thank you. The message is kept. Goodbye.")
        yield from whoever_rang_again_gets_somebody(call)


@flow.turn
def colleague_lets_them_speak(call: Call) -> Iterator[Step]:
    """Not there, busy, or would rather not: the message is kept as it is."""
    yield Note("nobody picked up")
    yield from whoever_rang_again_gets_somebody(call)


@flow.turn
def goes_on(call: Call) -> Iterator[Step]:
    """Wherever the caller's words lead now: to whoever picks up, to whoever listens, or on to the tape."""
    if somebody(call, listener_left) and not somebody(call, picker_left):
        yield Join(message_room(call.case.id), then=goes_on_without_listener, otherwise=caller_hangs_up_on_listener,
                   records=call.leg)
    else:
        yield from goes_on_without_listener(call)


@flow.turn
def goes_on_without_listener(call: Call) -> Iterator[Step]:
    """The listener has left the room: to talk with them, or because they have heard enough."""
    if somebody(call, picker_left):
        yield Say(f"{call.who_took_it} is on the line now.")
        yield Join(call.case.room, then=queue.room_closes, otherwise=queue.caller_left, waits=queue.while_waiting)
    else:
        yield voicemail.record(call, beep=False)


@flow.turn
def colleague_picks_up(call: Call) -> Iterator[Step]:
    """The star key: from here on it is a talk, and nothing of it is recorded."""
    if call.case.taken_by == call.agent and speaker(call):
        yield Lead(goes_on)
        yield FollowUp(nobody_stays_alone, after=ALONE)
        yield from in_the_call.talk(call, otherwise=picker_left)
    else:
        yield from they_have_finished(call)


@flow.turn
def they_have_finished(call: Call) -> Iterator[Step]:
    yield Say("They have hung up. Their message is kept. Goodbye." if not speaker(call)
              else "We could not let you listen. Their message is kept. Goodbye.")


@flow.turn_recalling("owners")
def listener_left(call: Call) -> Iterator[Step]:
    """They have heard enough: the message goes on as before."""
    yield from is_free_again(call)
    speaks = speaker(call)
    if speaks and speaks.owes == caller_hangs_up_on_listener.address:
        yield Lead(goes_on)


@flow.turn_recalling("owners")
def picker_left(call: Call) -> Iterator[Step]:
    """They hung up on a talk, or before there was one."""
    if call.they_talked:
        yield from screened_callback.agent_left(call)
    else:
        yield from listener_left(call)


@flow.turn_recalling("owners")
def caller_hangs_up_on_listener(call: Call) -> Iterator[Step]:
    """Whoever listened is told; what was said is kept."""
    yield from voicemail.caller_hangs_up(call)


@flow.turn_recalling("owners")
def nobody_stays_alone(call: Call) -> Iterator[Step]:
    """The caller should be with them by now: nobody listens to silence, whatever became of our request."""
    speaks = speaker(call)
    listened_to = speaks is not None and speaks.owes == caller_hangs_up_on_listener.address
    if not listened_to and not call.customer_waits_in_the_room:
        yield from nobody_listens_any_more(call)


def message_ends(call: Call) -> Iterator[Step]:
    """A telephone that still rings for it falls silent, and whoever listens is told."""
    if somebody(call, colleague_lets_them_speak):
        yield StandDown(told=message_is_over)
    yield from nobody_listens_any_more(call)


def nobody_listens_any_more(call: Call) -> Iterator[Step]:
    """Whoever listened, or was about to talk, is told and free again."""
    listener, picker = somebody(call, listener_left), somebody(call, picker_left)
    if listener:
        yield Lead(they_have_finished, listener)
    if picker:
        yield Disband(call.case.room)
    if listener or picker:
        yield from is_free_again(call)


def is_free_again(call: Call) -> Iterator[Step]:
    """The case goes back to its owner."""
    yield Release()
    owner = next((each for each in (call.case.owner, call.case.taken_by, *call.owners) if each), None)
    if owner:
        yield from voicemail.is_theirs(call, owner)
