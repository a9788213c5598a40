"""Dial a Queue: take the call at its front, whisper to it, talk.

https://www.twilio.com/docs/voice/twiml/queue: with nobody in the queue it waits for somebody until the
Dial's timeout.
"""

from __future__ import annotations

from .calls import Program
from .dialled import Outcome, recording, star
from .process import Signal, Steps, first_of
from .queues import LONGEST_NAME, Place, Queue
from .run import Run
from .twiml import Element, TwimlTrouble


def take_from_queue(run: Run, dial: Element, noun: Element) -> Steps[Outcome]:
    """Until the two have talked, or nobody came."""
    call, clock = run.call, run.x.clock
    if not 1 <= len(noun.text) <= LONGEST_NAME:
        code, how = (14213, "long") if noun.text else (14212, "short")
        raise TwimlTrouble(code, f"Dial->Queue: Queue name too {how}")
    call.pick_up()
    url = noun.get("url")
    whisper = Program(run.resolve(url), noun.get("method", "POST").upper()) if url else None
    queue = run.x.queue_named(noun.text)
    if queue is None:
        return Outcome("failed", queue=[("QueueResult", "error")])
    given_up = clock.timer(float(dial.number("timeout", 30)))
    while (place := (yield from _next(queue, given_up))) is not None:
        place.take(call, whisper)
        try:
            yield first_of(clock, place.ready, place.gone)
            if place.ready.fired and not place.gone.fired:
                return (yield from _talk(run, dial, place))
        finally:
            place.parted.fire()
    return Outcome("no-answer", queue=[("QueueSid", queue.sid)])


def _next(queue: Queue, given_up: Signal) -> Steps[Place | None]:
    while queue.front is None and not given_up.fired:
        yield first_of(queue.x.clock, queue.arrival(), given_up)
    return None if given_up.fired else queue.front


def _talk(run: Run, dial: Element, place: Place) -> Steps[Outcome]:
    call, other, clock = run.call, place.call, run.x.clock
    began = clock.time()
    recorded = recording(run, dial, other)
    call.partner, other.partner = other, call
    run.x.sound_changed()
    watch = star(call) if dial.is_true("hangupOnStar") else None
    limit = clock.timer(float(dial.number("timeLimit", 14400)))
    try:
        yield first_of(clock, place.gone, limit, *(watch[1:] if watch else ()))
        lasted = round(clock.time() - began)
        redirected = place.gone.fired and not other.over
        result = place.result_told("redirected-from-bridged" if redirected else "bridged")
        return Outcome("completed", other, True, None if redirected else lasted, recorded, result)
    finally:
        call.partner = other.partner = None
        if watch:
            watch[0].stop()
            call.listen(None)
        if recorded:
            recorded.finish()
            other.recordings.remove(recorded)
        run.x.sound_changed()
