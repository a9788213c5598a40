"""Enqueue and Leave: wait in a queue until somebody comes, one leaves, or hangs up.

https://www.twilio.com/docs/voice/twiml/enqueue: the wait document is asked for again whenever it has run
out; the action is requested once, when all is over: at once after Leave or a dequeue by REST, after the
bridge when somebody took the call.
"""

from __future__ import annotations

from .calls import Program
from .grammar import QUEUE_VERBS, WAITING_VERBS
from .process import Process, Signal, Steps, first_of
from .queues import LONGEST_NAME, Place, Queue
from .rooms import DEFAULT_MUSIC
from .run import HangUp, Run, verb
from .twiml import Document, Element, TwimlTrouble

AT_LEAST = 1.0
"""Seconds from one request for the wait document to the next."""
LOST = {
    ("waiting", True): "hangup",
    ("waiting", False): "redirected",
    ("whisper", True): "bridging-in-process",
    ("whisper", False): "redirected",
    ("bridged", True): "bridged",
    ("bridged", False): "redirected-from-bridged",
}
"""The QueueResult of a call that was lost in a phase: because it hung up, or because it was redirected."""


@verb("Enqueue")
def enqueue(run: Run, element: Element) -> Steps[Document | None]:
    """Wait; then the action, or the next verb."""
    call = run.call
    call.pick_up()
    if not 1 <= len(element.text) <= LONGEST_NAME:
        code, how = (14205, "long") if element.text else (14204, "short")
        raise TwimlTrouble(code, f"Enqueue: Queue name too {how}")
    url = element.attributes.get("waitUrl")
    music = Program(run.resolve(url) if url else "", element.get("waitUrlMethod", "POST").upper())
    queue = run.x.queue_named(element.text) or Queue(run.x, element.text)
    if queue.is_full:
        full = Place(queue, call)
        return (yield from _after(run, element, full, "queue-full"))
    place, result = queue.join(call), ""
    try:
        result = yield from _be_there(place, music, silent=url == "")
    finally:
        queue.leave(place)
        place.gone.fire()
        if not result:
            _tell(run, element, place, LOST[place.phase, call.over])
    if result == "hangup":
        call.ended.then(lambda _status: _tell(run, element, place, "hangup"))
        raise HangUp
    return (yield from _after(run, element, place, result))


def _after(run: Run, element: Element, place: Place, result: str) -> Steps[Document | None]:
    if "action" not in element.attributes:
        return None
    method = element.get("method", "POST").upper()
    return (yield from run.fetch(run.resolve(element.get("action")), method, place.result_told(result)))


def _tell(run: Run, element: Element, place: Place, result: str) -> None:
    """The call is elsewhere or over: the action is requested, its answer leads nowhere."""
    if "action" not in element.attributes or not run.x.unconfirmed.enqueue_action_when_lost:
        return
    url = run.resolve(element.get("action"))
    fields = run.call.params() + run.extra + place.result_told(result)

    def answered(_answer: object, code: int | None) -> None:
        if code is not None:
            run.x.postman.problem(code, "HTTP retrieval failure after the queue", url, run.call.sid)

    run.x.postman.ask("voice", url, fields, element.get("method", "POST").upper(), answered)


def _be_there(place: Place, music: Program, *, silent: bool) -> Steps[str]:
    clock = place.call.x.clock
    ended = Signal(clock)
    waiting = Process(_wait(place, music, silent=silent), clock, ended.fire)
    try:
        yield first_of(clock, place.taken, ended)
    finally:
        waiting.stop()
    if not place.taken.fired:
        return str(ended.value)
    if place.whisper is not None:
        whispered = Signal(clock)
        whisper = Process(_whisper(place, place.whisper), clock, whispered.fire)
        try:
            yield first_of(clock, whispered, place.parted)
        finally:
            whisper.stop()
        if whispered.fired and not whispered.value:
            return "error"
    if place.parted.fired:
        return "bridging-in-process"
    place.phase = "bridged"
    place.ready.fire()
    yield place.parted
    return "bridged"


def _wait(place: Place, music: Program, *, silent: bool) -> Steps[str]:
    call = place.call
    clock = call.x.clock
    if music.url in ("", DEFAULT_MUSIC):
        if not silent:
            call.hear("[music]")
        yield Signal(clock)  # until somebody comes
    while True:
        began = clock.time()
        how = yield from Run(call, music, QUEUE_VERBS, place.waiting_told, kind="queue-wait").whole()
        if how is not None:
            return {"leave": "leave", "failed": "error"}.get(how, "hangup")
        yield clock.timer(max(0.0, AT_LEAST - (clock.time() - began)))


def _whisper(place: Place, program: Program) -> Steps[bool]:
    told = [("QueueSid", place.queue.sid), ("QueueTime", str(place.seconds))]
    if place.by is not None:
        told.append(("DequeingCallSid", place.by.sid))
    run = Run(place.call, program, WAITING_VERBS, told, kind="queue-whisper")
    return (yield from run.whole()) is None


@verb("Leave")
def leave(run: Run, _element: Element) -> Steps[Document | None]:
    """Out of the queue, on to the verb after the Enqueue or to its action."""
    yield run.x.clock.timer(0)
    if run.kind == "queue-wait":
        raise HangUp("leave")
    if run.x.unconfirmed.leave_outside_a_queue_hangs_up:
        raise HangUp
    return None
