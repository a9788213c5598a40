"""What a Record's transcription says: the words that were spoken, a little later.

https://www.twilio.com/docs/voice/twiml/record#transcribe: recordings of 2 to 120 seconds; a transcript may
fail, and none is made of a recording that is not there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .calls import Call
    from .recordings import Recording

SHORTEST, LONGEST = 2, 120
"""Seconds between which a recording can be transcribed."""
WRITING = 10.0
"""Seconds that it takes."""
TOLD_OF_THE_CALL = frozenset(
    "CallSid AccountSid From To CallStatus ApiVersion Direction ForwardedFrom".split()
)


@dataclass
class Transcription:
    """The written words of one recording."""

    sid: str
    recording: Recording
    created: datetime
    updated: datetime
    status: str = "in-progress"
    text: str = ""


def transcribe(call: Call, recording: Recording, callback: str) -> None:
    """Write down what was said, and tell of it."""
    x = call.x
    if recording.status == "absent":
        return
    if not SHORTEST <= recording.duration <= LONGEST:
        x.postman.problem(13617, "Recording length is out of range for transcription", "", call.sid)
        return
    made = Transcription(x.sid("TR"), recording, x.clock.now(), x.clock.now())
    x.transcriptions[made.sid] = made

    def written() -> None:
        fine = bool(recording.said) and not x.transcripts_fail
        made.updated = x.clock.now()
        made.status = "completed" if fine else "failed"
        made.text = " ".join(recording.said) if fine else ""
        base = f"{x.public_base_url}/2010-04-01/Accounts/{x.account_sid}"
        fields = [pair for pair in call.params() if pair[0] in TOLD_OF_THE_CALL] + [
            ("TranscriptionSid", made.sid),
            ("TranscriptionText", made.text),
            ("TranscriptionStatus", made.status),
            ("TranscriptionUrl", f"{base}/Transcriptions/{made.sid}"),
            ("RecordingSid", recording.sid),
            ("RecordingUrl", recording.url),
        ]
        x.postman.tell("transcription", callback, fields, call_sid=call.sid)

    x.clock.after(WRITING, written)
