"""What every Dial has in common, whomever it reaches: how it went, its recording, its star key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .calls import Call, Callback, Inbox
from .process import Process, Signal, Steps
from .recordings import Recording
from .run import Run
from .twiml import Element
from .webhooks import Params


@dataclass
class Outcome:
    """How a Dial went."""

    status: str
    child: Call | None = None
    bridged: bool = False
    duration: int | None = None
    recording: Recording | None = None
    queue: Sequence[tuple[str, str]] = ()


def told(outcome: Outcome) -> Params:
    """What the action is told of it."""
    fields = [("DialCallStatus", outcome.status)]
    if outcome.child:
        fields.append(("DialCallSid", outcome.child.sid))
    if outcome.duration is not None:
        fields.append(("DialCallDuration", str(outcome.duration)))
    fields.append(("DialBridged", "true" if outcome.bridged else "false"))
    if outcome.recording:
        fields.append(("RecordingUrl", outcome.recording.url))
    return [*fields, *outcome.queue]


def star(call: Call) -> tuple[Process, Signal]:
    """Watch for the * key; the signal fires when it is pressed."""
    pressed, inbox = Signal(call.x.clock), Inbox(call)
    call.listen(inbox, "star")

    def watch() -> Steps[None]:
        while True:
            yield inbox.arrival()
            if inbox.take() == ("key", "*"):
                pressed.fire()
                return

    return Process(watch(), call.x.clock), pressed


def recording(run: Run, element: Element, other: Call) -> Recording | None:
    """The recording of both legs, if the Dial asks for one; it belongs to the dialling leg."""
    how = element.get("record", "do-not-record")
    if how in ("do-not-record", "false"):
        return None
    address = element.get("recordingStatusCallback")
    callback = Callback(
        run.resolve(address) if address else "",
        element.get("recordingStatusCallbackMethod", "POST").upper(),
        frozenset(element.get("recordingStatusCallbackEvent", "completed").split()),
    )
    made = Recording(
        run.x, "DialVerb", run.call, callback=callback, channels=2 if how.endswith("-dual") else 1
    )
    other.recordings.append(made)
    return made
