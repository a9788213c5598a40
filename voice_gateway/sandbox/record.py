"""Record: a beep, then what the caller says, until a key, silence or hang-up.

https://www.twilio.com/docs/voice/twiml/record: its action is requested even after the
caller hung up (Digits=hangup); the media may not be ready then.
"""

from __future__ import annotations

from urllib.parse import urljoin

from .calls import Callback, Inbox
from .handsets import speaking_time
from .process import Steps, first_of
from .recordings import Recording
from .run import Run, verb
from .transcriptions import LONGEST, transcribe
from .twiml import Document, Element

BEEP = 0.5
"""Seconds."""


@verb("Record")
def record(run: Run, element: Element) -> Steps[Document | None]:
    """Record the caller and go to the action (by default the current document)."""
    call = run.call
    call.pick_up()
    if element.is_true("playBeep", True):
        yield from _beep(run, element)
    events = element.get("recordingStatusCallbackEvent", "completed").split()
    address = element.get("recordingStatusCallback")
    recording = Recording(
        run.x,
        "RecordVerb",
        call,
        callback=Callback(
            run.resolve(address) if address else "",
            element.get("recordingStatusCallbackMethod", "POST").upper(),
            frozenset(events),
        ),
    )
    inbox = Inbox(call)
    call.listen(inbox, "record")
    ended = False
    try:
        digits, length = yield from _until_silence(run, element, inbox, recording)
        ended = True
    finally:
        call.listen(None)
        if not ended:
            recording.finish()
            _transcribe(run, element, recording)
            if call.over:
                _tell_in_vain(run, element, recording, "hangup")
            elif run.x.unconfirmed.record_action_when_redirected:
                _tell_in_vain(run, element, recording, "")
    if not recording.said and not digits and run.x.unconfirmed.silent_record_falls_through:
        recording.finish(length, absent=True)
        return None
    recording.finish(length)
    _transcribe(run, element, recording)
    method = element.get("method", "POST").upper()
    fields = _fields(run, recording, digits)
    return (yield from run.fetch(run.resolve(element.get("action")), method, fields))


def _beep(run: Run, element: Element) -> Steps[None]:
    call, heard = run.call, False
    call.hear("[beep]")
    try:
        yield run.x.clock.timer(BEEP)
        heard = True
    finally:
        if not heard and call.over and run.x.unconfirmed.record_action_after_hang_up_in_beep:
            nothing = Recording(run.x, "RecordVerb", call)
            nothing.finish(0, absent=True)
            _tell_in_vain(run, element, nothing, "hangup")


def _until_silence(
    run: Run, element: Element, inbox: Inbox, recording: Recording
) -> Steps[tuple[str, float]]:
    clock = run.x.clock
    transcribing = element.is_true("transcribe") or "transcribeCallback" in element.attributes
    most = float(element.number("maxLength", LONGEST if transcribing else 3600))
    silence = float(element.number("timeout", 5)) or most
    keys = element.get("finishOnKey", "1234567890*#")
    trims = element.get("trim", "trim-silence") == "trim-silence"
    began, spoken_until = clock.time(), 0.0
    while True:
        left = most - (clock.time() - began)
        thing = inbox.take()
        if thing is None:
            patience = clock.timer(min(silence, max(0.0, left)))
            first = yield first_of(clock, inbox.arrival(), patience)
            if first is patience:
                length = clock.time() - began
                return "", (spoken_until or length) if trims else length
        elif thing[0] == "key" and thing[1] in keys:
            return thing[1], clock.time() - began
        elif thing[0] == "speech":
            recording.said.append(thing[1])
            yield clock.timer(min(speaking_time(thing[1]), max(0.0, left)))
            spoken_until = clock.time() - began


def _fields(run: Run, recording: Recording, digits: str) -> list[tuple[str, str]]:
    fields = [
        ("RecordingUrl", recording.url),
        ("RecordingDuration", str(recording.duration)),
        ("Digits", digits),
    ]
    if run.x.unconfirmed.record_sid_in_action:
        fields.append(("RecordingSid", recording.sid))
    return fields


def _tell_in_vain(run: Run, element: Element, recording: Recording, digits: str) -> None:
    """Ask the action although nobody hears its answer."""
    url = urljoin(run.document.url, element.get("action"))
    fields = run.call.params() + run.extra + _fields(run, recording, digits)
    method = element.get("method", "POST").upper()
    run.x.postman.ask("voice", url, fields, method, lambda answer, code: _log(run, url, code))


def _log(run: Run, url: str, code: int | None) -> None:
    if code is not None:
        run.x.postman.problem(code, "HTTP retrieval failure of a Record's action", url, run.call.sid)


def _transcribe(run: Run, element: Element, recording: Recording) -> None:
    callback = element.get("transcribeCallback")
    if element.is_true("transcribe") and callback:
        transcribe(run.call, recording, run.resolve(callback))
