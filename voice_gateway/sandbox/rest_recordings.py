"""Recordings by REST, media included. https://www.twilio.com/docs/voice/api/recording"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import rest_calls, shapes
from .dates import within_dates
from .form import Form
from .recordings import Recording
from .rest_conferences import find_room
from .rest_errors import bad, not_found
from .results import Created, Page, Result

if TYPE_CHECKING:
    from .exchange import Exchange
    from .transcriptions import Transcription


def _kept(x: Exchange, form: Form) -> list[Recording]:
    return [
        r
        for r in reversed(x.recordings.values())
        if not r.deleted and within_dates(form, "DateCreated", r.created)
    ]


def find(x: Exchange, sid: str) -> Recording:
    """The recording, or a 404."""
    recording = x.recordings.get(sid)
    if recording is None or recording.deleted:
        raise not_found(f"{shapes.home(x)}/Recordings/{sid}.json")
    return recording


def every(x: Exchange, form: Form) -> Result:
    """The account's recordings, newest first."""

    def wanted(r: Recording) -> bool:
        call, room = form.maybe("CallSid"), form.maybe("ConferenceSid")
        return (call is None or (r.call is not None and r.call.sid == call)) and (
            room in (None, r.conference_sid)
        )

    return Page("recordings", [shapes.recording(r) for r in _kept(x, form) if wanted(r)])


def fetch(x: Exchange, _form: Form, sid: str) -> Result:
    """One recording."""
    return shapes.recording(find(x, sid))


def delete(x: Exchange, _form: Form, sid: str) -> Result:
    """Throw a recording away."""
    recording = find(x, sid)
    if recording.status in ("in-progress", "processing"):
        raise bad(20009, "Cannot delete this resource before it is complete")
    recording.deleted = True
    return None


def media(x: Exchange, _form: Form, sid: str) -> Result:
    """The sound itself: WAV (also where MP3 was asked for), once it is ready."""
    recording = find(x, sid)
    if recording.status != "completed":
        raise not_found(f"{shapes.home(x)}/Recordings/{sid}")
    return recording.wav()


def start(x: Exchange, form: Form, sid: str) -> Result:
    """Begin to record a call that is going on."""
    call = rest_calls.find(x, sid)
    if call.status != "in-progress":
        raise bad(21220, "Requested resource is not eligible for recording")
    channels = 2 if form.get("RecordingChannels") == "dual" else 1
    callback = rest_calls.recording_callback(form)
    track = form.get("RecordingTrack", "both")
    source = "StartCallRecordingAPI"
    return Created(shapes.call_recording(Recording(x, source, call, None, callback, channels, track)))


def of_call(x: Exchange, form: Form, sid: str) -> Result:
    """A call's recordings."""
    call = rest_calls.find(x, sid)
    kept = [r for r in _kept(x, form) if r.call is call]
    return Page("recordings", [shapes.call_recording(r) for r in kept])


def of_room(x: Exchange, form: Form, key: str) -> Result:
    """A conference's recordings."""
    room = find_room(x, key)
    kept = [r for r in _kept(x, form) if r.conference_sid == room.sid]
    return Page("recordings", [shapes.conference_recording(r) for r in kept])


def _shape(recording: Recording) -> dict[str, object]:
    if recording.conference_sid:
        return shapes.conference_recording(recording)
    return shapes.call_recording(recording)


def call_one(x: Exchange, _form: Form, call_sid: str, sid: str) -> Result:
    """One recording of a call."""
    return shapes.call_recording(_member(x, call_sid, sid))


def room_one(x: Exchange, _form: Form, key: str, sid: str) -> Result:
    """One recording of a conference."""
    return shapes.conference_recording(_member(x, key, sid))


CURRENT = "Twilio.CURRENT"


def _member(x: Exchange, owner: str, sid: str) -> Recording:
    current = [r for r in x.recordings.values() if r.goes_on and _is_of(r, owner)] if sid == CURRENT else []
    recording = current[-1] if current else find(x, sid)
    if not _is_of(recording, owner):
        raise not_found(f"{shapes.home(x)}/Recordings/{sid}.json")
    return recording


def _is_of(recording: Recording, owner: str) -> bool:
    return owner in (recording.conference_sid, recording.call.sid if recording.call else "")


def pause(x: Exchange, form: Form, owner: str, sid: str) -> Result:
    """Pause, go on, or stop."""
    recording = _member(x, owner, sid)
    status = form.get("Status")
    if status == "paused":
        recording.pause()
    elif status == "in-progress":
        recording.resume()
    elif status == "stopped":
        recording.finish()
    else:
        raise bad(20001, f"Invalid Status: {status}")
    return _shape(recording)


def delete_one(x: Exchange, form: Form, owner: str, sid: str) -> Result:
    """Throw away a recording of this call or conference."""
    return delete(x, form, _member(x, owner, sid).sid)


def _transcription(x: Exchange, sid: str) -> Transcription:
    if sid not in x.transcriptions:
        raise not_found(f"{shapes.home(x)}/Transcriptions/{sid}.json")
    return x.transcriptions[sid]


def written(x: Exchange, _form: Form) -> Result:
    """The account's transcriptions, newest first."""
    return Page("transcriptions", [shapes.transcription(one) for one in reversed(x.transcriptions.values())])


def written_one(x: Exchange, _form: Form, sid: str) -> Result:
    """One transcription."""
    return shapes.transcription(_transcription(x, sid))


def delete_written(x: Exchange, _form: Form, sid: str) -> Result:
    """Throw a transcription away."""
    del x.transcriptions[_transcription(x, sid).sid]
    return None
