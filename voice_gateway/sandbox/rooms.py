"""Conferences: who is in the room, who hears whom, and what the callback is told.

https://www.twilio.com/docs/voice/twiml/conference and
https://www.twilio.com/docs/voice/api/conference-participant-resource
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .calls import Callback
from .process import Process, Signal
from .recordings import Recording
from .times import rfc2822

if TYPE_CHECKING:
    from .calls import Call
    from .exchange import Exchange

WORDS = {
    "conference-start": "start",
    "conference-end": "end",
    "participant-join": "join",
    "participant-leave": "leave",
    "participant-mute": "mute",
    "participant-unmute": "mute",
    "participant-hold": "hold",
    "participant-unhold": "hold",
    "participant-modify": "modify",
    "participant-speech-start": "speaker",
    "participant-speech-stop": "speaker",
    "announcement-end": "announcement",
    "announcement-fail": "announcement",
}
GROUPS = frozenset(WORDS.values())
DEFAULT_MUSIC = "http://twimlets.com/holdmusic?Bucket=com.twilio.music.classical"


@dataclass
class Terms:
    """On which terms somebody enters; a participant's own settings."""

    label: str | None = None
    muted: bool = False
    beep: str = "true"
    starts: bool = True
    ends: bool = False
    wait_url: str | None = None
    wait_method: str = "POST"
    most: int = 250
    coach: str | None = None
    coaching: bool = False
    record: bool = False
    callback: Callback = field(default_factory=lambda: Callback(events=frozenset()))
    recording_callback: Callback = field(default_factory=Callback)
    region: str = "us1"


class Participant:
    """One call in one room. ``left`` fires with the reason when it is out."""

    def __init__(self, room: Room, call: Call, terms: Terms) -> None:
        self.room, self.call, self.terms = room, call, terms
        self.label, self.muted, self.hold = terms.label, terms.muted, False
        self.ends, self.starts = terms.ends, terms.starts
        self.coaching, self.coach = terms.coaching or bool(terms.coach), terms.coach
        self.present = False
        self.by_rest = False
        self.music: Process | None = None
        self.left = Signal(room.x.clock)
        self.created = self.updated = room.x.clock.now()

    @property
    def status(self) -> str:
        """The word of the Participants API."""
        if self.present:
            return "connected"
        return {
            "queued": "queued", "ringing": "ringing", "in-progress": "connecting",
            "completed": "complete",
        }.get(self.call.status, "failed")  # fmt: skip

    def hears(self, other: Participant) -> bool:
        """Whether this one can hear the other now."""
        if self is other or not (self.present and other.present):
            return False
        if not self.room.started or self.hold or other.hold or other.muted:
            return False
        return not other.coaching or other.coach == self.call.sid


class Room:
    """A conference. The first participant fixes its callback."""

    def __init__(self, x: Exchange, name: str, terms: Terms) -> None:
        self.x, self.name = x, name
        self.sid = x.sid("CF")
        self.status = "init"
        self.created = self.updated = x.clock.now()
        self.region, self.callback = terms.region, terms.callback
        self.recording_callback, self.record = terms.recording_callback, terms.record
        self.seats: dict[str, Participant] = {}
        self.begun = Signal(x.clock)
        self.reason: str | None = None
        self.ended_by: Call | None = None
        self.recording: Recording | None = None
        self._sequence = x.unconfirmed.conference_sequence_from
        x.rooms[self.sid] = self

    @property
    def started(self) -> bool:
        """Whether people can talk."""
        return self.status == "in-progress"

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.status == "completed"

    @property
    def present(self) -> list[Participant]:
        """Who is in the room now."""
        return [seat for seat in self.seats.values() if seat.present]

    def find(self, key: str) -> Participant | None:
        """By call SID or label."""
        if key in self.seats:
            return self.seats[key]
        return next((seat for seat in self.seats.values() if seat.label == key), None)

    def why_not_coached(self, call_sid: str) -> tuple[int, str] | None:
        """Why nobody can be this one's coach now (Twilio's code and message)."""
        seat = self.seats.get(call_sid)
        if seat is None or not seat.present:
            return 16028, "Participant to be whispered is not present in the conference"
        return (16027, "Participant to be whispered is on hold") if seat.hold else None

    def reserve(self, call: Call, terms: Terms) -> Participant:
        """Somebody is on the way (added by REST, still ringing)."""
        seat = Participant(self, call, terms)
        self.seats[call.sid] = seat
        call.seat = seat
        return seat

    def enter(self, seat: Participant) -> None:
        """Somebody comes in."""
        seat.present = True
        seat.updated = self.x.clock.now()
        join_first = self.x.unconfirmed.join_before_start
        if join_first:
            self.tell("participant-join", seat)
        if not self.started and len(self.present) > 1 and any(p.starts for p in self.present):
            self._start()
        if not join_first:
            self.tell("participant-join", seat)
        if seat.terms.beep in ("true", "onEnter") and self.started:
            self._sound("[beep]", seat)
        self.x.sound_changed()

    def _start(self) -> None:
        self.status, self.updated = "in-progress", self.x.clock.now()
        self.tell("conference-start")
        self.begun.fire()
        if self.record:
            self.recording = Recording(self.x, "Conference", None, self.sid, self.recording_callback)

    def leave(self, seat: Participant, reason: str) -> None:
        """Somebody is out; the room may end with them."""
        if self.seats.pop(seat.call.sid, None) is None:
            return
        was_present, seat.present = seat.present, False
        self._hush(seat)
        if seat.call.seat is seat:
            seat.call.seat = None
        if seat.terms.beep in ("true", "onExit") and self.started and was_present:
            self._sound("[beep]", seat)
        told = [("ParticipantCallStatus", seat.call.status), ("ReasonParticipantLeft", reason)]
        kicked = reason == "participant_updated_via_api"
        ends = not self.over and was_present and (seat.ends or not self.present)
        ends = ends and not (not seat.ends and self._expected)
        by_mouth = self.x.unconfirmed.leave_before_conference_end
        if by_mouth or not ends:
            self.tell("participant-leave", seat, told)
        if ends:
            how = "kicked" if kicked else "left"
            why = f"participant-with-end-conference-on-exit-{how}" if seat.ends else f"last-participant-{how}"
            self.end(why, "moderator_ended_conference", seat)
        elif not self.over and not self.seats and not self.started:
            self.status = "completed"
        if ends and not by_mouth:
            self.tell("participant-leave", seat, told)
        seat.left.fire(reason)
        self.x.sound_changed()

    @property
    def _expected(self) -> bool:
        return bool(self.seats) and not self.started

    def end(self, why: str, to_others: str, by: Participant | None = None) -> None:
        """The conference is over; whoever is inside is put out."""
        if self.over:
            return
        self.status, self.updated, self.reason = "completed", self.x.clock.now(), why
        self.ended_by = by.call if by else None
        for seat in list(self.seats.values()):
            if seat.present:
                self.leave(seat, to_others)
            elif seat.by_rest:
                seat.call.end("canceled")
        if self.recording:
            self.recording.finish()
        told = [("ReasonConferenceEnded", why), ("Reason", why)]
        if by:
            told.append(("CallSidEndingConference", by.call.sid))
            if by.label:
                told.append(("ParticipantLabelEndingConference", by.label))
        self.tell("conference-end", None, told)

    def set(self, seat: Participant, **changes: object) -> None:
        """Mute, hold or change somebody by REST, and tell of it."""
        seat.updated = self.x.clock.now()
        modified = False
        for name, value in changes.items():
            if getattr(seat, name) == value:
                continue
            setattr(seat, name, value)
            if name == "hold" and not value:
                self._hush(seat)
            if name in ("muted", "hold"):
                word = {"muted": "mute", "hold": "hold"}[name]
                self.tell(f"participant-{'' if value else 'un'}{word}", seat)
            else:
                modified = True
        if modified:
            self.tell("participant-modify", seat)
        self.x.sound_changed()

    def tell(
        self, event: str, seat: Participant | None = None, extra: list[tuple[str, str]] | None = None
    ) -> None:
        """Send a conference callback, if the first participant asked for it."""
        if not self.callback.url or WORDS[event] not in self.callback.events:
            return
        fields = [
            ("ConferenceSid", self.sid),
            ("FriendlyName", self.name),
            ("AccountSid", self.x.account_sid),
            ("SequenceNumber", str(self._sequence)),
            ("Timestamp", rfc2822(self.x.clock.now())),
            ("StatusCallbackEvent", event),
        ]
        self._sequence += 1
        if seat is not None:
            fields += [
                ("CallSid", seat.call.sid),
                ("Muted", _word(seat.muted)),
                ("Hold", _word(seat.hold)),
                ("Coaching", _word(seat.coaching)),
                ("EndConferenceOnExit", _word(seat.ends)),
                ("StartConferenceOnEnter", _word(seat.starts)),
            ]
            if seat.label:
                fields.append(("ParticipantLabel", seat.label))
        self.x.postman.tell(
            "conference-status", self.callback.url, fields + (extra or []), self.callback.method
        )

    def announce(self, text: str, to: Participant | None = None) -> None:
        """Everybody (or one) hears it."""
        for seat in [to] if to else self.present:
            seat.call.hear(text)

    @staticmethod
    def _hush(seat: Participant) -> None:
        if seat.music is not None:
            seat.music.stop()
            seat.music = None

    def _sound(self, text: str, beside: Participant) -> None:
        for seat in self.present:
            if seat is not beside:
                seat.call.hear(text)


def _word(truth: bool) -> str:
    return "true" if truth else "false"
