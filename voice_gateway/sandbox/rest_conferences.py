"""Conferences and participants by REST.

https://www.twilio.com/docs/voice/api/conference-resource and
https://www.twilio.com/docs/voice/api/conference-participant-resource
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from . import shapes
from .calls import Call, Callback
from .dates import within_dates
from .dial_conference import play_document, stay
from .form import Form
from .geography import normal
from .lifecycle import outbound
from .process import Process, Steps
from .recordings import Recording
from .rest_calls import EVENTS, check_numbers, detection, recording_callback
from .rest_errors import bad, not_found
from .results import Created, Page, Result
from .rooms import GROUPS, Participant, Room, Terms

if TYPE_CHECKING:
    from .exchange import Exchange


def find_room(x: Exchange, key: str) -> Room:
    """By SID, or by the name of one that is going on."""
    room = x.rooms.get(key) or x.room_named(key)
    if room is None:
        raise not_found(f"{shapes.home(x)}/Conferences/{key}.json")
    return room


def _seat(x: Exchange, key: str, who: str) -> Participant:
    room = find_room(x, key)
    seat = None if room.over else room.find(who)
    if seat is None:
        raise not_found(f"{shapes.home(x)}/Conferences/{key}/Participants/{who}.json")
    return seat


def every(x: Exchange, form: Form) -> Result:
    """The conferences, newest first."""
    rooms = [
        room
        for room in reversed(x.rooms.values())
        if form.get("FriendlyName", room.name) == room.name
        and form.get("Status", room.status) == room.status
        and within_dates(form, "DateCreated", room.created)
        and within_dates(form, "DateUpdated", room.updated)
    ]
    return Page("conferences", [shapes.conference(room) for room in rooms])


def fetch(x: Exchange, _form: Form, key: str) -> Result:
    """One conference."""
    return shapes.conference(find_room(x, key))


def update(x: Exchange, form: Form, key: str) -> Result:
    """End a conference, or announce something to all in it."""
    room = find_room(x, key)
    status = form.get("Status")
    if status not in ("", "completed"):
        raise bad(20001, f"Invalid Status: {status}")
    if "AnnounceUrl" in form:
        if not room.started:
            raise bad(16022, "Conference does not exist or is completed")
        url, method = form.url("AnnounceUrl"), form.method("AnnounceMethod")
        _announce(room, room.present, url, method)
    if status:
        room.end("conference-ended-via-api", "conference_ended_via_api")
    return shapes.conference(room)


def _announce(room: Room, seats: list[Participant], url: str, method: str) -> None:
    extra = [("ConferenceSid", room.sid), ("FriendlyName", room.name)]
    alone = seats[0] if len(seats) == 1 and len(room.present) > 1 else None

    def play(seat: Participant, tells: bool) -> Steps[None]:
        fine = yield from play_document(seat, url, method, extra)
        if not tells:
            return
        told = [("AnnounceUrl", url)]
        if not fine:
            told.append(("ReasonAnnouncementFailed", "the document could not be played"))
        room.tell("announcement-end" if fine else "announcement-fail", alone, told)

    for seat in seats:
        Process(play(seat, seat is seats[0]), room.x.clock)


def present(x: Exchange, form: Form, key: str) -> Result:
    """Who is in it; nobody once it has ended."""
    room = find_room(x, key)
    seats = [] if room.over else list(room.seats.values())
    for name, field in (("Muted", "muted"), ("Hold", "hold"), ("Coaching", "coaching")):
        if name in form:
            seats = [seat for seat in seats if getattr(seat, field) is form.truth(name)]
    return Page("participants", [shapes.participant(seat) for seat in seats])


def one(x: Exchange, _form: Form, key: str, who: str) -> Result:
    """One participant, by call SID or label."""
    return shapes.participant(_seat(x, key, who))


def _terms(form: Form) -> Terms:
    label = form.maybe("Label")
    if label is not None and not re.fullmatch(r"(?!CA[0-9a-fA-F]{32}$)[^/]{1,128}", label):
        raise bad(16024, f"Invalid participant label: {label}")
    coach = form.get("CallSidToCoach") or None
    if form.truth("Coaching") and not coach:
        raise bad(20001, "CallSidToCoach is required when Coaching is true")
    return Terms(
        label=label,
        muted=form.truth("Muted"),
        beep=form.get("Beep", "true"),
        starts=form.truth("StartConferenceOnEnter", True),
        ends=form.truth("EndConferenceOnExit"),
        wait_url=form.maybe("WaitUrl"),
        wait_method=form.method("WaitMethod"),
        most=form.number("MaxParticipants", 250, 2, 250, 20001),
        coach=coach,
        coaching=bool(coach),
        record=form.get("ConferenceRecord") in ("true", "record-from-start"),
        callback=Callback(
            form.url("ConferenceStatusCallback"),
            form.method("ConferenceStatusCallbackMethod"),
            form.words("ConferenceStatusCallbackEvent", GROUPS, "start end"),
        ),
        recording_callback=recording_callback(form, "Conference"),
        region=form.get("Region", "us1"),
    )


def add(x: Exchange, form: Form, key: str) -> Result:
    """Ring somebody and bring them in."""
    from_, to = check_numbers(x, form)
    terms, detecting = _terms(form), detection(form, "")
    shown = normal(form.get("CallerId")) or from_
    timeout = float(form.number("Timeout", 60, 5, 600, 21208))
    limit = float(form.number("TimeLimit", 14400, 1, 86400, 21208))
    recorded = recording_callback(form)
    callback = Callback(
        form.url("StatusCallback"),
        form.method("StatusCallbackMethod"),
        form.words("StatusCallbackEvent", EVENTS, "completed"),
    )
    room = _room_to_enter(x, key, terms)
    if terms.label and room.find(terms.label):
        raise bad(16025, f"Participant label is in use by another participant: {terms.label}")
    if len(room.seats) >= terms.most:
        raise bad(16020, "Conference is full")
    _check_coached(room, terms.coach)
    call = Call(x, "outbound-api", shown, to)
    own = x.owned(from_)
    call.number_sid = own.sid if own else None
    call.callback, call.detection = callback, detecting
    seat = room.reserve(call, terms)
    seat.by_rest = True
    call.ended.then(lambda _status: room.leave(seat, "participant_add_failed"))

    def then() -> Steps[None]:
        if form.truth("Record"):
            Recording(x, "OutboundAPI", call, None, recorded)
        yield from _be_there(call, seat, limit)

    call.run(outbound(call, timeout, limit, x.turn_to_dial(), then))
    return Created(shapes.participant(seat))


def _check_coached(room: Room, call_sid: str | None) -> None:
    why_not = room.why_not_coached(call_sid) if call_sid else None
    if why_not and room.x.unconfirmed.coached_must_be_there:
        raise bad(*why_not)


def _room_to_enter(x: Exchange, key: str, terms: Terms) -> Room:
    if re.fullmatch(r"CF[0-9a-f]{32}", key):
        room = find_room(x, key)
        if room.over:
            raise bad(16022, "Conference does not exist or is completed")
        return room
    return x.room_named(key) or Room(x, key, terms)


def _be_there(call: Call, seat: Participant, limit: float) -> Steps[None]:
    room = seat.room
    if room.over:
        call.end("completed")
        return
    try:
        room.enter(seat)
        yield from stay(seat, limit)
    finally:
        room.leave(seat, call.leaving)
    call.end("completed")


def change(x: Exchange, form: Form, key: str, who: str) -> Result:
    """Mute, hold, announce, coach, or change what happens when they leave."""
    seat = _seat(x, key, who)
    room = seat.room
    if "AnnounceUrl" in form:
        _announce(room, [seat], form.url("AnnounceUrl"), form.method("AnnounceMethod"))
    changes: dict[str, object] = {}
    for name, field in (
        ("Muted", "muted"),
        ("Hold", "hold"),
        ("EndConferenceOnExit", "ends"),
    ):
        if name in form:
            changes[field] = form.truth(name)
    changes |= _coaching(room, form)
    _set_terms(seat, form)
    held_before = seat.hold
    room.set(seat, **changes)
    if seat.hold and not held_before:
        _hold_music(seat, form)
    return shapes.participant(seat)


def _coaching(room: Room, form: Form) -> dict[str, object]:
    """To coach is to be heard by one; no longer to coach is to barge in, heard by all."""
    whom = form.get("CallSidToCoach")
    wanted = form.truth("Coaching", bool(whom))
    if wanted and not whom:
        raise bad(20001, "CallSidToCoach is required when Coaching is true")
    if wanted:
        _check_coached(room, whom)
        return {"coach": whom, "coaching": True}
    return {"coach": None, "coaching": False} if "Coaching" in form else {}


def _set_terms(seat: Participant, form: Form) -> None:
    modified = False
    if "BeepOnExit" in form:
        seat.terms.beep = "onExit" if form.truth("BeepOnExit") else "false"
        modified = True
    if "WaitUrl" in form:
        seat.terms.wait_url = form.get("WaitUrl")
        modified = True
    if modified:
        seat.room.tell("participant-modify", seat)


def _hold_music(seat: Participant, form: Form) -> None:
    url = form.url("HoldUrl")
    if not url:
        seat.call.hear("[hold music]")
        return
    extra = [("ConferenceSid", seat.room.sid), ("FriendlyName", seat.room.name)]
    method = form.method("HoldMethod", "GET")

    def play() -> Steps[None]:
        yield from play_document(seat, url, method, extra)

    seat.music = Process(play(), seat.room.x.clock)


def kick(x: Exchange, _form: Form, key: str, who: str) -> Result:
    """Put somebody out; their call goes on with its TwiML, if it has any."""
    seat = _seat(x, key, who)
    if not seat.present:
        seat.call.end("canceled")
        return None
    seat.room.leave(seat, "participant_updated_via_api")
    if seat.by_rest and x.unconfirmed.rest_participant_ends_with_room:
        seat.call.end("completed")
    return None
