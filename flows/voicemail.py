"""Voicemail.

Nobody could come, or they would rather speak: what they say is kept, and is work from then on.
It has an owner who is told of it, and it climbs until somebody has heard it. A colleague who is
free may listen while they still speak, and pick up.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows import Flow, Step, queue, reception, screened_callback, second_try
from flows.facts import HOURS, MINUTES, SECONDS, Agent, Call
from flows.orders import (
    CallBack,
    CloseCase,
    Disband,
    FindRecording,
    FollowUp,
    GiveVoicemail,
    HandOver,
    KeepVoicemail,
    Lead,
    MarkVoicemail,
    Note,
    Release,
    Reserve,
    Ring,
    StandDown,
    Text,
)
from flows.routing import when_somebody_works
from flows.verbs import Ask, Join, Record, Say

flow = Flow(__name__)

SHORTEST = 2  # seconds; less is somebody who hung up at the tone
WRITING = 45 * SECONDS
LOST = 2 * MINUTES
CLIMBS_AFTER = (15 * MINUTES, 30 * MINUTES, 24 * HOURS)
RINGS_TO_PICK_UP = 15
EXCERPT = 120


@flow.turn_recalling("owners")
def leave_a_message(call: Call) -> Iterator[Step]:
    """They chose it, or said nothing, or nobody came."""
    yield from take_message(call)


def take_message(call: Call) -> Iterator[Step]:
    """The greeting of whoever it is for, else of the house; then the tone."""
    if call.agent_waits_in_the_room:
        yield from queue.meet(call)
        return
    owner = call.case.owner or call.callback.promised_by
    said = (owner.greeting if owner else "") or call.house.messages.greeting or (
        "Please leave a message after the tone. When you are done, press the hash key or hang up.")
    yield StandDown(told=screened_callback.caller_gave_up)
    yield from belongs_to_somebody(call)
    yield FollowUp(somebody_may_pick_up, after=SECONDS)
    yield Say(said)
    yield record(call)


def record(call: Call, *, beep: bool = True) -> Record:
    return Record(then=message_is_spoken, otherwise=caller_hangs_up, beep=beep,
                  seconds=int(call.house.messages.longest.total_seconds()), transcribe=call.house.messages.transcribe)


def belongs_to_somebody(call: Call) -> Iterator[Step]:
    """Before a word is spoken, so that it cannot be lost with the line."""
    if not call.case.owner:
        yield FollowUp(message_needs_an_owner)


@flow.turn_recalling("owners")
def message_needs_an_owner(call: Call) -> Iterator[Step]:
    if not call.case.owner and not call.case.taken_by and not call.case.is_over:
        yield from reception.somebody_looks_after_it(call)


@flow.turn
def message_is_spoken(call: Call) -> Iterator[Step]:
    """The hash key, silence, or the longest time; or they hung up, and only the carrier hears this."""
    yield FindRecording(after=LOST)
    yield Say("Thank you. A colleague will hear it. Goodbye.")


@flow.turn
def caller_hangs_up(call: Call) -> Iterator[Step]:
    """After the tone, or before it: the carrier knows whether anything was said."""
    yield FindRecording(after=LOST)


@flow.turn_recalling("owners", "colleagues", "manners")
def recording_is_there(call: Call) -> Iterator[Step]:
    """The carrier tells of a recording, or, when asked, that there is none."""
    if call.recording and call.recording.seconds >= SHORTEST:
        owner = next((each for each in (call.case.owner, *call.colleagues, *call.owners) if each), None)
        yield KeepVoicemail(call.recording, owner, then=somebody_is_told, after=WRITING)
        if owner and not call.case.owner and not (call.case.is_over or call.case.taken_by):
            yield from is_theirs(call, owner)
    elif not (call.case.is_over or call.case.taken_by or call.they_talked):
        yield from reception.missed_call(call)


def is_theirs(call: Call, owner: Agent) -> Iterator[Step]:
    next_at = when_somebody_works(call.house, call.now + second_try.OWNER_ACTS_WITHIN)
    yield HandOver(owner, next_at)
    yield FollowUp(second_try.owner_is_reminded, after=next_at - call.now)


@flow.turn
def transcript_is_there(call: Call) -> Iterator[Step]:
    """No need to wait any longer before somebody is told."""
    yield from tell_owner(call)


@flow.turn
def somebody_is_told(call: Call) -> Iterator[Step]:
    """The carrier writes nothing down, or is slow: told all the same."""
    yield from tell_owner(call)


def tell_owner(call: Call) -> Iterator[Step]:
    """One text for one message: who, how long, how it begins, and where it can be heard."""
    message = call.voicemail
    if message is None or message.told or message.state != "new" or message.owner is None:
        return
    if call.case.taken_by:
        yield FollowUp(somebody_is_told, after=CLIMBS_AFTER[0], voicemail=message)
        return
    yield GiveVoicemail(message, message.owner)
    yield Text(message.owner, in_words(call), about=message)
    yield FollowUp(nobody_has_heard_it, after=CLIMBS_AFTER[0], voicemail=message)


def in_words(call: Call) -> str:
    assert call.voicemail is not None, "it is about a message"
    words = call.voicemail.transcript
    begins = f': "{words[:EXCERPT]}{"…" if len(words) > EXCERPT else ""}"' if words else "."
    return f"{call.case.ticket}: {call.contact.name} left a message of {call.voicemail.seconds} seconds{begins} Hear it:"


@flow.turn_recalling("owners", "colleagues")
def nobody_has_heard_it(call: Call) -> Iterator[Step]:
    """It climbs: another colleague, then whoever gets what nobody took, again every day."""
    message = call.voicemail
    if message is None or message.state != "new":
        return
    others = [each for each in call.colleagues if each != message.owner] if message.climbs == 0 else []
    whom = next(iter([*others, *call.owners]), None) or message.owner
    if whom is None:
        yield Note("nobody to hear a message")
        return
    yield GiveVoicemail(message, whom, climbs=True)
    yield Text(whom, f"Nobody has heard this yet. {in_words(call)}", about=message)
    after = CLIMBS_AFTER[min(message.climbs + 1, len(CLIMBS_AFTER) - 1)]
    yield FollowUp(nobody_has_heard_it, voicemail=message,
                   after=when_somebody_works(call.house, call.now + after) - call.now)


# ---- what a colleague does on the message's page ----


@flow.turn
def colleague_hears(call: Call) -> Iterator[Step]:
    if call.voicemail and call.voicemail.state == "new":
        yield MarkVoicemail(call.voicemail, "heard")


@flow.turn
def colleague_is_done(call: Call) -> Iterator[Step]:
    """Nothing is left to do: the ticket is closed with it, unless something else is under way."""
    if call.voicemail and call.voicemail.state != "done":
        yield MarkVoicemail(call.voicemail, "done")
        if call.case.state in ("open", "reception"):
            yield CloseCase("solved")


@flow.turn
def colleague_rings_back(call: Call) -> Iterator[Step]:
    """Their own telephone rings first, then the customer's, under the house's number."""
    if call.voicemail and call.contact.phone and not (call.case.is_over or call.case.taken_by or call.is_in_line):
        if call.voicemail.state == "new":
            yield MarkVoicemail(call.voicemail, "heard")
        yield CallBack(call.now, then=screened_callback.ask_a_colleague, by=call.meant_for, wanted_at=call.now)


# ---- picking up while they speak ----


def is_speaking(call: Call) -> bool:
    """Is a message being left at this moment?"""
    customer = call.customer_on_the_line
    return customer is not None and not customer.in_room and not call.case.taken_by and not call.is_in_line


@flow.turn_recalling("colleagues")
def somebody_may_pick_up(call: Call) -> Iterator[Step]:
    """One colleague is told while it is being left."""
    if is_speaking(call) and call.colleagues:
        yield Ring(call.colleagues[0], opening=colleague_is_told, otherwise=colleague_lets_them_speak,
                   seconds=RINGS_TO_PICK_UP)


@flow.turn
def colleague_is_told(call: Call) -> Iterator[Step]:
    if is_speaking(call):
        about = f" about {call.case.about}" if call.case.about else ""
        yield Ask(f"{call.house.name}. {call.contact.name} is leaving a message{about} right now. Press 1 to listen, "
                  "or 2 to let them speak.", then=colleague_chooses)
    else:
        yield Say("They have just finished. You will get the message. Goodbye.")


@flow.turn
def colleague_chooses(call: Call) -> Iterator[Step]:
    if call.digits == "1" and is_speaking(call):
        yield Reserve(call.agent)
        yield Lead(goes_on_speaking)
        yield Say("Press star to talk with them.")
        yield Join(call.case.message_room, then=colleague_picks_up, otherwise=listener_left, muted=True)
    else:
        yield Say("Thank you. The message will be kept. Goodbye.")


@flow.turn
def colleague_lets_them_speak(call: Call) -> Iterator[Step]:
    """Not there, busy, or would rather not: the message is kept as it is."""
    yield Note("nobody picked up")


@flow.turn
def goes_on_speaking(call: Call) -> Iterator[Step]:
    """They notice nothing: what they say is recorded on, and heard."""
    yield Join(call.case.message_room, then=message_room_closes, otherwise=caller_hangs_up_on_listener, recorded=True)


@flow.turn
def colleague_picks_up(call: Call) -> Iterator[Step]:
    """The star key: from here on it is a talk, and nothing of it is recorded."""
    if call.customer_on_the_line:
        yield Lead(somebody_picks_up)
        yield Join(call.case.room, then=screened_callback.room_closes, otherwise=screened_callback.agent_left)
    else:
        yield Release()
        yield Say("They have hung up. You will get the message. Goodbye.")


@flow.turn
def somebody_picks_up(call: Call) -> Iterator[Step]:
    yield Say(f"{call.who_took_it} is on the line now.")
    yield Join(call.case.room, then=queue.room_closes, otherwise=queue.caller_left, waits=queue.while_waiting)


@flow.turn_recalling("owners")
def listener_left(call: Call) -> Iterator[Step]:
    """They have heard enough: the message goes on as before."""
    yield Release()
    yield from reception.somebody_looks_after_it(call)
    yield Lead(goes_on_alone)


@flow.turn
def goes_on_alone(call: Call) -> Iterator[Step]:
    yield record(call, beep=False)


@flow.turn
def message_room_closes(call: Call) -> Iterator[Step]:
    yield from message_is_spoken(call)


@flow.turn_recalling("owners")
def caller_hangs_up_on_listener(call: Call) -> Iterator[Step]:
    """Whoever listened is told; what was said is kept."""
    yield Disband(call.case.message_room)
    yield Release()
    yield from reception.somebody_looks_after_it(call)
    yield FindRecording(after=LOST)
