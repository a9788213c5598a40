"""Recordings: made while people talk, ready a little later, kept until deleted.

https://www.twilio.com/docs/voice/api/recording
"""

from __future__ import annotations

import io
import math
import wave
from datetime import datetime
from typing import TYPE_CHECKING

from .calls import Callback
from .times import rfc2822

if TYPE_CHECKING:
    from .calls import Call
    from .exchange import Exchange

PROCESSING = 2.0
"""Seconds from the end of a recording until its media can be fetched."""
RATE = 8000


class Recording:
    """What is kept of a call or a conference."""

    def __init__(
        self,
        x: Exchange,
        source: str,
        call: Call | None = None,
        conference_sid: str | None = None,
        callback: Callback | None = None,
        channels: int = 1,
        track: str = "both",
    ) -> None:
        self.x, self.source = x, source
        self.sid = x.sid("RE")
        self.call, self.conference_sid = call, conference_sid
        self.callback = callback or Callback()
        self.channels, self.track = channels, track
        self.status = "in-progress"
        self.created = self.updated = self.started = x.clock.now()
        self.duration = -1
        self.said: list[str] = []
        self._stopped: datetime | None = None
        self._paused_at: datetime | None = None
        self._paused = 0.0
        self.deleted = False
        x.recordings[self.sid] = self
        if call is not None and source != "RecordVerb":
            call.recordings.append(self)
        self._tell("in-progress")

    @property
    def url(self) -> str:
        """Where the WAV can be fetched; the same with .mp3 for MP3."""
        x = self.x
        return f"{x.public_base_url}/2010-04-01/Accounts/{x.account_sid}/Recordings/{self.sid}"

    @property
    def goes_on(self) -> bool:
        """Is it being made, or has a gap?"""
        return self.status in ("in-progress", "paused")

    @property
    def seconds(self) -> float:
        """How long it is by now."""
        end = self._stopped or self.x.clock.now()
        pause = (end - self._paused_at).total_seconds() if self._paused_at else 0.0
        return max(0.0, (end - self.started).total_seconds() - self._paused - pause)

    def hears(self, text: str, side: str) -> None:
        """Somebody speaks: what comes ``inbound`` from the telephone, or ``outbound`` to it, of its track."""
        if self.status == "in-progress" and self.track in ("both", side):
            self.said.append(text)

    def pause(self) -> None:
        """Leave a gap."""
        if self.status == "in-progress":
            self.status, self._paused_at = "paused", self.x.clock.now()

    def resume(self) -> None:
        """Go on after a gap."""
        if self._paused_at is not None:
            self._paused += (self.x.clock.now() - self._paused_at).total_seconds()
            self._paused_at, self.status = None, "in-progress"

    def finish(self, seconds: float | None = None, *, absent: bool = False) -> None:
        """Stop. The media are ready a little later; ``absent`` means there are none."""
        if self._stopped is not None:
            return
        length = self.seconds if seconds is None else seconds
        self._stopped = self.x.clock.now()
        self.duration = max(0 if absent else 1, math.ceil(length))
        self.status = "processing"
        ready_after = self.x.recordings_ready_after
        if ready_after is not None:
            self.x.clock.after(ready_after, lambda: self._ready("absent" if absent else "completed"))

    def _ready(self, status: str) -> None:
        self.status, self.updated = status, self.x.clock.now()
        self._tell(status)

    def _tell(self, event: str) -> None:
        if not self.callback.url or event not in self.callback.events:
            return
        fields = [("AccountSid", self.x.account_sid)]
        if self.source == "Conference" and self.conference_sid:
            fields.append(("ConferenceSid", self.conference_sid))
        elif self.call is not None:
            fields.append(("CallSid", self.call.sid))
        fields += [
            ("RecordingSid", self.sid),
            ("RecordingUrl", self.url),
            ("RecordingStatus", event),
            ("RecordingDuration", str(self.duration)),
            ("RecordingChannels", str(self.channels)),
            ("RecordingStartTime", rfc2822(self.started)),
            ("RecordingSource", self.source),
        ]
        if self.source != "Conference":
            fields.append(("ErrorCode", "0"))
        self.x.postman.tell("recording-status", self.callback.url, fields, self.callback.method)

    def wav(self) -> bytes:
        """A real WAV of the right length: a soft tone where somebody spoke."""
        tone = bytes(128 + round(20 * math.sin(2 * math.pi * 440 * n / RATE)) for n in range(RATE))
        frames = tone * max(1, self.duration) if self.said else b"\x80" * RATE * max(1, self.duration)
        file = io.BytesIO()
        with wave.open(file, "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(1)
            sound.setframerate(RATE)
            sound.writeframes(frames)
        return file.getvalue()
