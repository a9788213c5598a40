"""Voicemail.

Nobody could come, or they would rather speak: what they say is kept, and is work from then on.
It has an owner who is told of it, and it climbs until somebody has heard it.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows import (
    Flow,
    Step,
    asking_for,
    escalation,
    listening_in,
    queue,
    reception,
    recording,
    screened_callback,
)
from flows.escalation import big_effect
from flows.facts import HOURS, MINUTES, SECONDS, Agent, Call, Voicemail
from flows.orders import (
    CallBack,
    CloseCase,
    FindRecording,
    FollowUp,
    GiveVoicemail,
    HandOver,
    KeepVoicemail,
    MarkVoicemail,
    Note,
    StandDown,
    Text,
)
from flows.routing import when_somebody_works
from flows.verbs import Record, Say

flow = Flow(__name__)

SHORTEST = 2  # seconds; less is somebody who hung up at the tone
WRITING = 45 * SECONDS
LOST = 2 * MINUTES
OWNER_ACTS_WITHIN = 2 * HOURS
LOOK_AGAIN = 2 * MINUTES
CLIMBS_AFTER = (15 * MINUTES, 30 * MINUTES, 24 * HOURS)
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
    yield from recording.ends(call)
    owner = call.case.owner or call.callback.promised_by
    said = (owner.greeting if owner else "") or call.house.messages.greeting or (
        "Please leave a message after the tone. When you are done, press the hash key or hang up.")
    yield StandDown(told=screened_callback.caller_gave_up)
    yield FollowUp(message_needs_an_owner)
    yield FollowUp(listening_in.somebody_may_pick_up, after=SECONDS)
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
    yield HandOver(owner, when_somebody_works(call.house, call.now + OWNER_ACTS_WITHIN))


@flow.turn_recalling("owners")
def message_is_spoken(call: Call) -> Iterator[Step]:
    """The hash key, silence, or the longest time; or they hung up, and only the carrier hears this.

    It may also be that we led them on to whoever listens, and the carrier asks here as well.
    """
    if call.digits not in FINISHED and listening_in.is_under_way(call):
        yield from listening_in.goes_on(call)
    else:
        yield from caller_hangs_up(call)
        yield Say("Thank you. A colleague will hear it. Goodbye.")


@flow.turn_recalling("owners")
def caller_hangs_up(call: Call) -> Iterator[Step]:
    """After the tone, or before it: the carrier knows whether anything was said."""
    yield FindRecording(after=LOST)
    yield from listening_in.message_ends(call)


@flow.turn
def word_is_left(call: Call) -> Iterator[Step]:
    """They spoke where we could not answer: nobody may ever tell us of it."""
    yield FindRecording(after=LOST)


@flow.turn_recalling("owners", "colleagues", "manners")
def recording_is_there(call: Call) -> Iterator[Step]:
    """The carrier tells of a recording, or, when asked at the end, that there is none worth hearing."""
    needs_an_owner = not (call.case.owner or call.case.is_over or call.case.taken_by or call.is_in_line)
    if call.recording is None:
        assert call.leg is not None, "it was asked about a leg"
        told_already = call.leg.owes == reception.caller_left.address or call.leg.talked_at
        if not (told_already or call.case.is_over or call.case.taken_by or call.is_in_line):
            yield from reception.missed_call(call)
    elif call.recording.seconds is None or call.recording.seconds >= SHORTEST:
        owner = next((each for each in (call.case.owner, *call.colleagues, *call.owners) if each), None)
        yield KeepVoicemail(call.recording, owner, then=somebody_is_told, after=WRITING)
        if owner and needs_an_owner:
            yield from is_theirs(call, owner)


@flow.turn_recalling("colleagues", "owners", "namesakes")
def transcript_is_there(call: Call) -> Iterator[Step]:
    """No need to wait any longer before its owner is told, once it is known how long it is."""
    yield from asking_for.is_kept(call)
    yield from big_effect.hurries(call)
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
    in_parts = listening_in.somebody_listened(call)
    long = f" of {message.seconds} seconds" if message.seconds and not in_parts else ""
    begins = f': "{words[:EXCERPT]}{"…" if len(words) > EXCERPT else ""}"' if words else "."
    return f"{call.case.ticket}: {call.contact.name} left a message{long}{begins} Hear it:"


@flow.turn_recalling("owners", "colleagues")
def nobody_has_heard_it(call: Call) -> Iterator[Step]:
    """It climbs: another colleague, then whoever gets what nobody took, again every day; or the ladder of the house."""
    message = call.voicemail
    if message is None or message.state != "new":
        return
    if message.spoken_for or call.case.taken_by:
        yield climbs_later(call, message, message.climbs)
        return
    others = [each for each in call.colleagues if each != message.owner] if message.climbs == 0 else []
    by_ladder = escalation.judges(call, "voicemail_unheard")
    whom = next(iter(others if by_ladder else [*others, *call.owners, message.owner]), None)
    if whom:
        yield GiveVoicemail(message, whom, climbs=True)
        yield Text(whom, f"Nobody has heard this yet. {in_words(call, message)}", about=message)
    elif not by_ladder:
        yield Note("nobody to hear a message")
    if not by_ladder:
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
def colleague_notes(call: Call) -> Iterator[Step]:
    """For whoever deals with it next; the customer never reads it."""
    if call.meant_for and call.speech:
        yield Note("note", call.meant_for.first_name, call.speech)


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
    if reader and not (call.awaited_is_on_the_phone or call.undecided or call.case.taken_by or call.case.is_over):
        yield from screened_callback.ring(reader)
    else:
        yield from screened_callback.ask_a_colleague(call)
