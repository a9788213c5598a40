"""A call: one leg between the carrier and one telephone.

https://www.twilio.com/docs/voice/api/call-resource for its states, and
https://www.twilio.com/docs/voice/twiml#request-parameters for what every request tells.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .geography import apart, country
from .process import Process, Signal, Steps
from .times import rfc2822

if TYPE_CHECKING:
    from .exchange import Exchange
    from .handsets import Handset
    from .recordings import Recording
    from .rooms import Participant

SIP_CODES = {"failed": "404", "busy": "486", "no-answer": "487", "canceled": "487"}
TERMINAL = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


@dataclass
class Callback:
    """Where a status goes, how, and on which events."""

    url: str = ""
    method: str = "POST"
    events: frozenset[str] = frozenset({"completed"})


@dataclass
class Program:
    """Where a call's instructions come from, and from where when that fails."""

    url: str = ""
    method: str = "POST"
    fallback_url: str = ""
    fallback_method: str = "POST"
    twiml: str = ""


@dataclass
class Detection:
    """Answering machine detection as asked for. Times in seconds."""

    mode: str = ""
    wait: float = 30.0
    callback: Callback = field(default_factory=Callback)
    asynchronous: bool = False


class Inbox:
    """Keys and words that arrive while something listens."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._things: list[tuple[str, str]] = []
        self._bell = Signal(call.x.clock)

    def put(self, kind: str, what: str) -> None:
        """Something arrives."""
        self._things.append((kind, what))
        self._bell.fire()

    def take(self) -> tuple[str, str] | None:
        """The next thing, if there is one."""
        return self._things.pop(0) if self._things else None

    def arrival(self) -> Signal:
        """Fires when there is something to take."""
        if self._bell.fired:
            self._bell = Signal(self._call.x.clock)
            if self._things:
                self._bell.fire()
        return self._bell


class Call:
    """One leg. ``handset`` is the telephone at its outer end."""

    def __init__(
        self,
        x: Exchange,
        direction: str,
        from_: str,
        to: str,
        program: Program | None = None,
        parent: Call | None = None,
    ) -> None:
        self.x = x
        self.sid = x.sid("CA")
        self.direction, self.from_ = direction, from_
        self.to, self.told_phone = apart(to)
        self.program = program or Program()
        self.parent = parent
        self.status = "queued" if direction == "outbound-api" else "ringing"
        self.created = self.updated = x.clock.now()
        self.started: datetime | None = None
        self.finished: datetime | None = None
        self.queue_time = 0
        self.answered_by: str | None = None
        self.caller_name: str | None = None
        self.forwarded_from: str | None = None
        self.stir: str | None = None
        self.shaken = "" if direction == "inbound" else x.shaken.get(self.to, "")
        self.callback = Callback()
        self.detection = Detection()
        self.handset: Handset | None = None
        self.number_sid: str | None = None
        self.answered, self.declined, self.ended, self.greeting_over, self.replaced = (
            Signal(x.clock) for _ in range(5)
        )
        self.inbox: Inbox | None = None
        self.partner: Call | None = None
        self.seat: Participant | None = None
        self.recordings: list[Recording] = []
        self.cookies: dict[str, str] = {}
        self.lost_keys = ""
        self.leaving = "participant_hung_up"
        self.deleted = False
        self.set_out = direction != "outbound-api"
        self._sequence = 0
        self._processes: list[Process] = []
        x.calls[self.sid] = self

    # its state

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.finished is not None

    @property
    def duration(self) -> int:
        """Seconds of talk."""
        if self.started is None:
            return 0
        end = self.finished or self.x.clock.now()
        return max(0, round((end - self.started).total_seconds()))

    @property
    def outer(self) -> str:
        """The number of the telephone at its outer end."""
        return self.handset.number if self.handset else self.to

    def move(self, status: str, event: str = "") -> None:
        """Change the state and tell whoever asked to know."""
        self.status = status
        self.updated = self.x.clock.now()
        if status == "in-progress" and self.started is None:
            self.started = self.updated
        if event:
            self.tell(event)

    def pick_up(self) -> None:
        """Answer an inbound call, if that has not been done."""
        if self.direction == "inbound" and self.started is None and not self.over:
            self.move("in-progress")
            if self.handset:
                self.handset.note("connected", call=self.sid)

    def end(self, status: str = "completed", why: str = "", leaving: str = "") -> None:
        """The leg is over: everything on it stops, then the last callback goes out."""
        if self.over:
            return
        self.finished = self.x.clock.now()
        self.leaving = leaving or self.leaving
        self.move(status)
        processes, self._processes = self._processes, []
        for process in reversed(processes):
            process.stop()
        for recording in list(self.recordings):
            recording.finish()
        if self.handset:
            self.handset.release(self, why or status)
        self.ended.fire(status)
        self.tell("completed")

    def hung_up_by_phone(self) -> None:
        """The person put the receiver down."""
        if self.started is None and self.direction == "inbound":
            self.end("canceled" if self.answered.fired else "no-answer")
        else:
            self.end("completed")

    # what runs on it

    def run(self, steps: Steps[Any]) -> Process:
        """Start something on this leg; it stops when the leg ends."""
        process = Process(steps, self.x.clock)
        self._processes.append(process)
        return process

    def replace(self, steps: Steps[Any], leaving: str = "participant_updated_via_api") -> None:
        """Stop whatever runs on this leg and run something else."""
        before, self.leaving = self.leaving, leaving
        processes, self._processes = self._processes, []
        for process in reversed(processes):
            process.stop()
        self.leaving = before
        self.replaced.fire()
        self.run(steps)

    def press(self, keys: str) -> None:
        """Keys arrive from the telephone; they are lost unless something listens."""
        if self.inbox is None:
            self.lost_keys += keys
            return
        for key in keys:
            self.inbox.put("key", key)

    def hear(self, text: str, who: str = "") -> None:
        """The telephone hears something."""
        if self.handset and self.handset.call is self:
            self.handset.hear(text, who)

    def listen(self, inbox: Inbox | None, for_what: str = "") -> None:
        """Begin (or cease) to listen for keys and words."""
        self.inbox = inbox
        if self.handset and self.handset.call is self:
            self.handset.note("listening", for_what, call=self.sid)

    # what is told about it

    def params(self) -> list[tuple[str, str]]:
        """The standard parameters of every voice request."""
        fields = [
            ("CallSid", self.sid),
            ("AccountSid", self.x.account_sid),
            ("From", self.from_),
            ("To", self.to),
            ("CallStatus", self.status),
            ("ApiVersion", "2010-04-01"),
            ("Direction", self.direction),
            ("Called", self.to),
            ("Caller", self.from_),
        ]
        for side, number in (
            ("Called", self.to),
            ("Caller", self.from_),
            ("From", self.from_),
            ("To", self.to),
        ):
            if number.startswith("+"):
                fields += [(f"{side}Country", country(number))]
                fields += [(f"{side}{place}", "") for place in ("City", "State", "Zip")]
        optional: Iterable[tuple[str, str | None]] = (
            ("ForwardedFrom", self.forwarded_from),
            ("CallerName", self.caller_name),
            ("ParentCallSid", self.parent.sid if self.parent else None),
            ("StirVerstat", self.stir),
            ("CallToken", f"token-{self.sid}" if self.direction == "inbound" else None),
        )
        return fields + [(name, value) for name, value in optional if value]

    def tell_as(self, status: str) -> None:
        """Tell an event whose word the REST enum does not know (``initiated``)."""
        kept, self.status, self.set_out = self.status, status, True
        self.tell(status)
        self.status = kept

    def tell(self, event: str) -> None:
        """Send a status callback, if this event was asked for."""
        if not self.callback.url or event not in self.callback.events:
            return
        fields = self.params()
        if self.direction != "inbound":
            fields += [
                ("Timestamp", rfc2822(self.x.clock.now())),
                ("CallbackSource", "call-progress-events"),
                ("SequenceNumber", str(self._sequence)),
            ]
        self._sequence += 1
        if self.shaken and event in ("ringing", "answered"):
            fields.append(("StirStatus", self.shaken))
        if self.answered_by:
            fields.append(("AnsweredBy", self.answered_by))
        if event == "completed":
            fields += self._final()
        self.x.postman.tell("call-status", self.callback.url, fields, self.callback.method, self.sid)

    def _final(self) -> list[tuple[str, str]]:
        fields = [("CallDuration", str(self.duration))]
        if self.status == "completed" and self.direction != "inbound":
            fields.append(("Duration", str(math.ceil(self.duration / 60))))
        if self.direction == "outbound-api":
            fields.append(("SipResponseCode", SIP_CODES.get(self.status, "200")))
        asked_for = [r for r in self.recordings if r.source in ("OutboundAPI", "DialVerb")]
        if asked_for and self.status == "completed":
            last = asked_for[-1]
            fields += [
                ("RecordingUrl", last.url),
                ("RecordingSid", last.sid),
                ("RecordingDuration", str(last.duration)),
            ]
        return fields
