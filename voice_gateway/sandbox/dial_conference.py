"""Dial into a Conference: enter on the verb's terms, wait with music, leave, go on.

https://www.twilio.com/docs/voice/twiml/conference
"""

from __future__ import annotations

from .calls import Callback, Inbox, Program
from .grammar import WAITING_VERBS
from .process import Process, Signal, Steps, first_of
from .rooms import DEFAULT_MUSIC, Participant, Room, Terms
from .run import Run
from .twiml import Element, TwimlTrouble


def terms_of(run: Run, noun: Element) -> Terms:
    """The noun's attributes as terms."""
    wait = noun.attributes.get("waitUrl")
    address = noun.get("statusCallback")
    recorded = noun.get("recordingStatusCallback")
    method = run.x.unconfirmed.conference_callback_method
    return Terms(
        label=noun.attributes.get("participantLabel"),
        muted=noun.is_true("muted"),
        beep=noun.get("beep", "true"),
        starts=noun.is_true("startConferenceOnEnter", True),
        ends=noun.is_true("endConferenceOnExit"),
        wait_url=run.resolve(wait) if wait else wait,
        wait_method=noun.get("waitMethod", "POST").upper(),
        most=noun.number("maxParticipants", 250),
        coach=noun.attributes.get("coach"),
        record=noun.get("record") in ("record-from-start", "true"),
        callback=Callback(
            run.resolve(address) if address else "",
            noun.get("statusCallbackMethod", method).upper(),
            frozenset(noun.get("statusCallbackEvent").split()),
        ),
        recording_callback=Callback(
            run.resolve(recorded) if recorded else "",
            noun.get("recordingStatusCallbackMethod", "POST").upper(),
            frozenset(noun.get("recordingStatusCallbackEvent", "completed").split()),
        ),
        region=noun.get("region", "us1"),
    )


def join(run: Run, dial: Element, noun: Element) -> Steps[str | None]:
    """Be in the conference until one leaves it: the DialCallStatus, or None for the next verb."""
    call, x = run.call, run.x
    call.pick_up()
    terms = terms_of(run, noun)
    if not 1 <= len(noun.text) <= 128:
        raise TwimlTrouble(13237, "Dial->Conference: Invalid Conference Name")
    room = x.room_named(noun.text) or Room(x, noun.text, terms)
    if terms.label and room.find(terms.label):
        x.postman.problem(16025, f"Participant label is in use: {terms.label}", "", call.sid)
        return None
    if len(room.present) >= min(terms.most, 250):
        x.postman.problem(16020, f"Conference is full: {noun.text}", "", call.sid)
        return "failed"
    if terms.coach is not None and terms.coach not in room.seats:
        x.postman.problem(13240, f"Invalid Whisper SID {terms.coach}", "", call.sid)
        return "failed"
    seat = room.reserve(call, terms)
    limit = float(dial.number("timeLimit", 14400))
    try:
        room.enter(seat)
        yield from stay(seat, limit, dial.is_true("hangupOnStar"))
    finally:
        room.leave(seat, call.leaving)
    return "answered"


def stay(seat: Participant, limit: float, hangup_on_star: bool = False) -> Steps[None]:
    """Wait with music until it begins, then until this one is out, perhaps by the star key."""
    x = seat.room.x
    over, star = x.clock.timer(limit), Signal(x.clock)
    ear = Process(_listens_for_star(seat, star), x.clock) if hangup_on_star else None
    music: Process | None = None
    if not seat.room.started:
        music = Process(wait_with_music(seat), x.clock, lambda fine: _music_over(seat, fine))
    try:
        first: Signal | None = None
        if music is not None:
            first = yield first_of(x.clock, seat.room.begun, seat.left, over, star)
            music.stop()
        if first is None or first is seat.room.begun:
            yield first_of(x.clock, seat.left, over, star)
    finally:
        if music is not None:
            music.stop()
        if ear is not None:
            ear.stop()
            seat.call.listen(None)


def _music_over(seat: Participant, fine: bool) -> None:
    if not fine:
        seat.room.leave(seat, "participant_add_failed")


def _listens_for_star(seat: Participant, star: Signal) -> Steps[None]:
    """Fires when the star key is pressed; whether that is heard before the others come is not confirmed."""
    inbox, x = Inbox(seat.call), seat.room.x
    seat.call.listen(inbox, "star")
    if not (seat.room.started or x.unconfirmed.star_while_waiting):
        yield seat.room.begun
        while inbox.take():
            pass
    while True:
        yield inbox.arrival()
        if inbox.take() == ("key", "*"):
            star.fire()
            return


def wait_with_music(seat: Participant) -> Steps[bool]:
    """What somebody hears who waits: Twilio's playlist, silence, or a document of ours.

    The document is not asked for again when it has run out, unless it ends in an empty
    Redirect. False if it could not be had: then there is no conference for this one.
    """
    url = seat.terms.wait_url
    if url is None:
        seat.call.hear("[music]")
    if not url:
        return True
    extra = [("ConferenceSid", seat.room.sid), ("FriendlyName", seat.room.name)]
    return (yield from play_document(seat, url, seat.terms.wait_method, extra))


def play_document(seat: Participant, url: str, method: str, extra: list[tuple[str, str]]) -> Steps[bool]:
    """Play a wait, hold or announcement document to one participant; False if it failed."""
    if url == DEFAULT_MUSIC:
        seat.call.hear("[music]")
        return True
    run = Run(seat.call, Program(url, method), WAITING_VERBS, extra, kind="conference-wait")
    return (yield from run.whole()) is None
