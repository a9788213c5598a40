"""How calls live: an API call from queue to goodbye, an inbound call from ring to goodbye.

https://www.twilio.com/docs/voice/api/call-resource and
https://www.twilio.com/docs/voice/answering-machine-detection
"""

from __future__ import annotations

from collections.abc import Callable

from .calls import Call, Program
from .grammar import VOICE_VERBS
from .process import Steps, first_of
from .run import Run

SETTING_UP = 0.5
"""Seconds between the first signal to the network and the first ring."""
RING_GRACE = 5.0
"""Seconds that Twilio adds to every ring timeout."""
DETECTING = 4.0
"""Seconds of silence that machine detection takes."""


def inbound(call: Call) -> Steps[None]:
    """Somebody rings one of our numbers."""
    status = yield from Run(call).whole()
    call.end(status or "completed")


def converse(call: Call, program: Program) -> Steps[None]:
    """Carry out instructions on an answered leg, and hang up when they run out."""
    status = yield from Run(call, program).whole()
    call.end(status or "completed")


def outbound(
    call: Call, timeout: float, limit: float, wait: float, then: Callable[[], Steps[None]]
) -> Steps[None]:
    """A call by REST: it waits its turn, rings, is answered, and ``then`` goes on."""
    if wait > 0:
        yield call.x.clock.timer(wait)
    call.queue_time = round(wait * 1000)
    outcome = yield from ring(call, timeout)
    if outcome != "answered":
        call.end(outcome)
        return
    call.move("in-progress", "answered")
    call.x.clock.after(limit, lambda: call.end("completed", "time limit"))
    if call.detection.mode:
        if call.detection.asynchronous:
            call.run(detect_and_tell(call))
        else:
            call.answered_by = yield from detect(call)
    yield from then()


def ring(call: Call, timeout: float) -> Steps[str]:
    """Ring the telephone: ``answered``, or the status in which the call ends."""
    clock = call.x.clock
    call.tell_as("initiated")
    yield clock.timer(SETTING_UP)
    handset = call.x.handset(call.to)
    call.handset = handset
    offered = handset.offer(call)
    if offered != "ringing":
        return offered
    call.move("ringing", "ringing")
    given_up = clock.timer(timeout + RING_GRACE)
    first = yield first_of(clock, call.answered, call.declined, given_up)
    if first is call.answered:
        return "answered"
    return "busy" if first is call.declined else "no-answer"


def detect(call: Call) -> Steps[str]:
    """Machine detection: what Twilio believes has answered."""
    clock, handset = call.x.clock, call.handset
    yield clock.timer(DETECTING)
    if handset and handset.taken_for:
        return handset.taken_for
    if not handset or not handset.machine:
        return "human"
    if call.detection.mode == "Enable":
        return "machine_start"
    given_up = clock.timer(max(0.0, call.detection.wait - DETECTING))
    first = yield first_of(clock, call.greeting_over, given_up)
    return "machine_end_beep" if first is call.greeting_over else "unknown"


def detect_and_tell(call: Call) -> Steps[None]:
    """Asynchronous detection: the TwiML runs at once, the verdict comes by itself."""
    began = call.x.clock.time()
    callback = call.detection.callback
    if not callback.url:
        call.x.postman.problem(21262, "No AMD status callback URL provided", "", call.sid)
    call.answered_by = yield from detect(call)
    fields = [
        ("CallSid", call.sid),
        ("AccountSid", call.x.account_sid),
        ("AnsweredBy", call.answered_by),
    ]
    if call.x.unconfirmed.amd_duration_in_body:
        took = round((call.x.clock.time() - began) * 1000)
        fields.append(("MachineDetectionDuration", str(took)))
    call.x.postman.tell("amd", callback.url, fields, callback.method, call.sid)


def screen(call: Call, program: Program, verbs: frozenset[str] = VOICE_VERBS) -> Steps[bool]:
    """Run a Number's ``url`` on the callee before the bridge; True if it may be bridged."""
    hang_up = yield from Run(call, program, verbs, kind="screening").whole()
    return hang_up is None
