"""Voicemail.

Nobody could come, or they would rather speak: what they say is kept, and is work from then on.
It has an owner who is told of it, and it climbs until somebody has heard it. A colleague who is
free may listen while they still speak, and pick up.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows import Flow, Step, Turn, queue, reception, screened_callback, second_try
from flows.facts import HOURS, MINUTES, SECONDS, Agent, Call, Leg, Voicemail
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
OWNER_ACTS_WITHIN = 2 * HOURS
LOOK_AGAIN = 2 * MINUTES
CLIMBS_AFTER = (15 * MINUTES, 30 * MINUTES, 24 * HOURS)
RINGS_TO_PICK_UP = 15
ALONE = 20 * SECONDS
EXCERPT = 120
FINISHED = ("#", "hangup")  # what the carrier says was pressed, when they have finished and nobody else ended it


@flow.turn
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
    yield FollowUp(message_needs_an_owner)
    yield FollowUp(somebody_may_pick_up, after=SECONDS)
    yield Say(said)
    yield record(call)


def record(call: Call, *, beep: bool = True) -> Record:
    return Record(then=message_is_spoken, otherwise=caller_hangs_up, beep=beep,
                  seconds=int(call.house.messages.longest.total_seconds()), transcribe=call.house.messages.transcribe)


@flow.turn_recalling("colleagues", "owners")
def message_needs_an_owner(call: Call) -> Iterator[Step]:
    """Before a word is spoken, so that it cannot be lost with the line: whoever is at work, else who gets the rest."""
    if call.case.owner or call.case.taken_by or call.case.is_over:
        return
    owner = next((each for each in (call.callback.promised_by, *call.colleagues, *call.owners) if each), None)
    if owner:
        yield from is_theirs(call, owner)
    else:
        yield Note("nobody to own it")


def is_theirs(call: Call, owner: Agent) -> Iterator[Step]:
    next_at = when_somebody_works(call.house, call.now + OWNER_ACTS_WITHIN)
    yield HandOver(owner, next_at)
    if owner != call.case.owner:
        yield FollowUp(second_try.owner_is_reminded, after=next_at - call.now)


@flow.turn_recalling("owners")
def message_is_spoken(call: Call) -> Iterator[Step]:
    """The hash key, silence, or the longest time; or they hung up, and only the carrier hears this.

    It may also be that we led them on to whoever listens, and the carrier asks here as well.
    """
    if call.digits not in FINISHED and (somebody(call, listener_left) or somebody(call, picker_left)):
        yield from goes_on(call)
    else:
        yield from caller_hangs_up(call)
        yield Say("Thank you. A colleague will hear it. Goodbye.")


@flow.turn_recalling("owners")
def caller_hangs_up(call: Call) -> Iterator[Step]:
    """After the tone, or before it: the carrier knows whether anything was said."""
    yield FindRecording(after=LOST)
    if somebody(call, colleague_lets_them_speak):
        yield StandDown(told=message_is_over)
    yield from nobody_listens_any_more(call)


@flow.turn_recalling("owners", "colleagues", "manners")
def recording_is_there(call: Call) -> Iterator[Step]:
    """The carrier tells of a recording, or, when asked at the end, that there is none worth hearing."""
    needs_an_owner = not (call.case.owner or call.case.is_over or call.case.taken_by or call.is_in_line)
    if call.recording is None:
        assert call.leg is not None, "it was asked about a leg"
        if not (call.case.is_over or call.case.taken_by or call.is_in_line or call.leg.talked_at):
            yield from reception.missed_call(call)
    elif call.recording.seconds is None or call.recording.seconds >= SHORTEST:
        owner = next((each for each in (call.case.owner, *call.colleagues, *call.owners) if each), None)
        yield KeepVoicemail(call.recording, owner, then=somebody_is_told, after=WRITING)
        if owner and needs_an_owner:
            yield from is_theirs(call, owner)


@flow.turn_recalling("colleagues", "owners")
def transcript_is_there(call: Call) -> Iterator[Step]:
    """No need to wait any longer before its owner is told, once it is known how long it is."""
    if call.voicemail and call.voicemail.seconds and call.voicemail.owner and not call.case.taken_by:
        yield from tell_owner(call, call.voicemail)


@flow.turn_recalling("colleagues", "owners")
def somebody_is_told(call: Call) -> Iterator[Step]:
    """The carrier writes nothing down, or is slow: told all the same, but nobody who is talking with them."""
    if call.voicemail and call.case.taken_by:
        yield FollowUp(somebody_is_told, after=LOOK_AGAIN, voicemail=call.voicemail)
    elif call.voicemail:
        yield from tell_owner(call, call.voicemail)


def tell_owner(call: Call, message: Voicemail) -> Iterator[Step]:
    """One text for one message: who, how long, how it begins, and where it can be heard."""
    if message.told or message.state != "new":
        return
    if call.case.is_over and call.they_talked:
        yield MarkVoicemail(message, "done")
        return
    owner = next((each for each in (message.owner, *call.colleagues, *call.owners) if each), None)
    if owner is None:
        yield Note("nobody to hear a message")
    else:
        yield GiveVoicemail(message, owner)
    if owner and not message.spoken_for:
        yield Text(owner, in_words(call, message), about=message)
    yield climbs_later(call, message, 0)


def in_words(call: Call, message: Voicemail) -> str:
    words = message.transcript
    long = f" of {message.seconds} seconds" if message.seconds else ""
    begins = f': "{words[:EXCERPT]}{"…" if len(words) > EXCERPT else ""}"' if words else "."
    return f"{call.case.ticket}: {call.contact.name} left a message{long}{begins} Hear it:"


@flow.turn_recalling("owners", "colleagues")
def nobody_has_heard_it(call: Call) -> Iterator[Step]:
    """It climbs: another colleague, then whoever gets what nobody took, again every day."""
    message = call.voicemail
    if message is None or message.state != "new":
        return
    if message.spoken_for or call.case.taken_by:
        yield climbs_later(call, message, message.climbs)
        return
    others = [each for each in call.colleagues if each != message.owner] if message.climbs == 0 else []
    whom = next(iter([*others, *call.owners]), None) or message.owner
    if whom is None:
        yield Note("nobody to hear a message")
    else:
        yield GiveVoicemail(message, whom, climbs=True)
        yield Text(whom, f"Nobody has heard this yet. {in_words(call, message)}", about=message)
    yield climbs_later(call, message, message.climbs + 1)


def climbs_later(call: Call, message: Voicemail, climbs: int) -> FollowUp:
    """When it climbs next: in time, but never at night."""
    at = when_somebody_works(call.house, call.now + CLIMBS_AFTER[min(climbs, len(CLIMBS_AFTER) - 1)])
    return FollowUp(nobody_has_heard_it, after=at - call.now, voicemail=message)


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
        if call.case.state in ("open", "reception") and not (call.voicemail.others_are_new or call.customer_on_the_line):
            yield CloseCase("solved")


@flow.turn
def colleague_rings_back(call: Call) -> Iterator[Step]:
    """Their own telephone rings first, then the customer's, under the house's number."""
    if call.voicemail and call.contact.phone and not (call.case.is_over or call.case.taken_by or call.is_in_line):
        if call.voicemail.state == "new":
            yield MarkVoicemail(call.voicemail, "heard")
        yield CallBack(call.now, then=whoever_asked_is_rung, by=call.meant_for, wanted_at=call.now)


@flow.turn_recalling("colleagues", "owners")
def whoever_asked_is_rung(call: Call) -> Iterator[Step]:
    """They pressed the button, so they are there, whatever their hours say."""
    reader = call.callback.promised_by
    if reader and not (call.promised_is_on_the_phone or call.undecided or call.case.taken_by or call.case.is_over):
        yield from screened_callback.ring(reader)
    else:
        yield from screened_callback.ask_a_colleague(call)


# ---- picking up while they speak ----


def message_room(case_id: int) -> str:
    """The conference in which a colleague listens to a message while it is spoken."""
    return f"message-{case_id}"


def speaker(call: Call) -> Leg | None:
    """Whoever leaves a message at this moment, or hears what to say before it."""
    places = (caller_hangs_up.address, caller_hangs_up_on_listener.address)
    caller = call.customer_on_the_line
    return caller if caller and caller.owes in places else None


def somebody(call: Call, owes: Turn) -> Leg | None:
    """The colleague on whose leg this turn is owed: by that it is known where they are."""
    return next((leg for leg in call.live("agent") if leg.owes == owes.address), None)


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
        yield record(call, beep=False)


@flow.turn
def colleague_picks_up(call: Call) -> Iterator[Step]:
    """The star key: from here on it is a talk, and nothing of it is recorded."""
    if call.case.taken_by == call.agent and speaker(call):
        yield Lead(goes_on)
        yield FollowUp(nobody_stays_alone, after=ALONE)
        yield Join(call.case.room, then=screened_callback.room_closes, otherwise=picker_left)
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
    yield from caller_hangs_up(call)


@flow.turn_recalling("owners")
def nobody_stays_alone(call: Call) -> Iterator[Step]:
    """The caller should be with them by now: nobody listens to silence, whatever became of our request."""
    speaks = speaker(call)
    listened_to = speaks is not None and speaks.owes == caller_hangs_up_on_listener.address
    if not listened_to and not call.customer_waits_in_the_room:
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
        yield from is_theirs(call, owner)
