"""Dial: ring others from a call, screen them, bridge, and tell how it went.

https://www.twilio.com/docs/voice/twiml/dial and https://www.twilio.com/docs/voice/twiml/number
"""

from __future__ import annotations

from .calls import Call, Callback, Detection, Program
from .dial_conference import join
from .dial_queue import take_from_queue
from .dialled import Outcome, recording, star, told
from .geography import normal
from .grammar import SCREENING_VERBS
from .lifecycle import detect_and_tell, ring, screen
from .process import Signal, Steps, first_of
from .run import Run, verb
from .twiml import Document, Element, TwimlTrouble


@verb("Dial")
def dial(run: Run, element: Element) -> Steps[Document | None]:
    """With an action the flow goes there; without one, to the next verb."""
    alone = next((noun for noun in element.children if noun.name in ("Conference", "Queue")), None)
    if alone and len(element.children) > 1:
        raise TwimlTrouble(13000, f"{alone.name} Noun cannot be mixed with other nouns")
    if alone and alone.name == "Conference":
        status = yield from join(run, element, alone)
        if status is None:
            return None
        outcome = Outcome(status, bridged=status == "answered")
    elif alone:
        outcome = yield from take_from_queue(run, element, alone)
    else:
        outcome = yield from _numbers(run, element)
    if "action" not in element.attributes:
        return None
    method = element.get("method", "POST").upper()
    return (yield from run.fetch(run.resolve(element.get("action")), method, told(outcome)))


def _nouns(element: Element) -> list[Element]:
    if element.children:
        return list(element.children)
    return [Element("Number", text=element.text)] if element.text else []


def _numbers(run: Run, element: Element) -> Steps[Outcome]:
    call = run.call
    nouns = _nouns(element)
    if not nouns:
        raise TwimlTrouble(13223, "Dial: nobody to dial")
    if len(nouns) > 10:
        raise TwimlTrouble(13250, "Dial: Too many URIs passed")
    caller_id = element.get("callerId") or call.from_
    if element.get("callerId") and not run.x.may_show(element.get("callerId"), call):
        raise TwimlTrouble(13214, f"Dial: Invalid callerId value {element.get('callerId')}")
    if not element.is_true("answerOnBridge"):
        call.pick_up()
    if element.is_true("sequential"):
        outcome = Outcome("no-answer")
        for noun in nouns:
            outcome = yield from _together(run, element, [noun], caller_id)
            if outcome.bridged or outcome.status == "completed":
                break
        return outcome
    return (yield from _together(run, element, nouns, caller_id))


class Leg:
    """One number being rung; ``settled`` fires with answered, busy, no-answer, failed."""

    def __init__(self, run: Run, noun: Element, caller_id: str, timeout: float) -> None:
        self.noun = noun
        self.call = child_call(run, noun, caller_id)
        self.settled = Signal(run.x.clock)
        self._process = self.call.run(self._ring(timeout))

    def _ring(self, timeout: float) -> Steps[None]:
        refusal = self.call.x.dial_refusal(self.call.to, self.call)
        if refusal:
            self.call.x.postman.problem(*refusal, call_sid=self.call.sid)
            outcome = "failed"
        else:
            outcome = yield from ring(self.call, timeout)
        if outcome == "answered":
            self.call.move("in-progress", "answered")
        else:
            self.call.end(outcome)
        self.settled.fire(outcome)


def address_of(noun: Element) -> str:
    """A number, ``client:name`` or ``sip:...``."""
    identity = next((part.text for part in noun.children if part.name == "Identity"), noun.text)
    scheme = {"Client": "client:", "Sip": "sip:"}.get(noun.name, "")
    return normal(identity if not scheme or identity.startswith((scheme, "sips:")) else scheme + identity)


def child_call(run: Run, noun: Element, caller_id: str) -> Call:
    """The leg that a noun asks for."""
    child = Call(run.x, "outbound-dial", caller_id, address_of(noun), parent=run.call)
    child.told_phone |= {
        part.get("name"): part.get("value") for part in noun.children if part.name == "Parameter"
    }
    address = noun.get("statusCallback")
    child.callback = Callback(
        run.resolve(address) if address else "",
        noun.get("statusCallbackMethod", "POST").upper(),
        frozenset(noun.get("statusCallbackEvent", "completed").split()),
    )
    verdict = noun.get("amdStatusCallback")
    child.detection = Detection(
        noun.get("machineDetection"),
        float(noun.number("machineDetectionTimeout", 30)),
        Callback(
            run.resolve(verdict) if verdict else "",
            noun.get("amdStatusCallbackMethod", "POST").upper(),
        ),
        asynchronous=True,
    )
    return child


def _together(run: Run, element: Element, nouns: list[Element], caller_id: str) -> Steps[Outcome]:
    call, clock = run.call, run.x.clock
    timeout = float(max(5, element.number("timeout", 30)))
    call.hear("[ringing]")
    legs = [Leg(run, noun, caller_id, timeout) for noun in nouns]
    try:
        waiting = list(legs)
        winner: Leg | None = None
        while waiting and winner is None:
            yield first_of(clock, *(leg.settled for leg in waiting))
            winner = next((leg for leg in waiting if leg.settled.value == "answered"), None)
            waiting = [leg for leg in waiting if not leg.settled.fired]
        for leg in legs:
            if leg is not winner:
                leg.call.end("canceled" if not leg.call.over else leg.call.status)
        if winner is None:
            said = [str(leg.settled.value) for leg in legs]
            status = said[-1] if len(said) == 1 else _worst(said)
            return Outcome(status, legs[-1].call)
        return (yield from _talk(run, element, winner))
    finally:
        for leg in [leg for leg in legs if not leg.call.replaced.fired]:
            leg.call.end("completed" if leg.call.started else "canceled", "the caller is gone")


def _worst(said: list[str]) -> str:
    return next((word for word in ("no-answer", "busy", "failed") if word in said), "no-answer")


def _talk(run: Run, element: Element, leg: Leg) -> Steps[Outcome]:
    child = leg.call
    if child.detection.mode:
        child.run(detect_and_tell(child))
    url = leg.noun.get("url")
    if url:
        program = Program(run.resolve(url), leg.noun.get("method", "POST").upper())
        accepted = Signal(run.x.clock)
        child.run(_screening(child, program, accepted))
        yield first_of(run.x.clock, accepted, child.ended, child.replaced)
        if child.replaced.fired:
            return Outcome("completed", child)
        if not (accepted.fired and accepted.value) or child.over:
            child.end("completed")
            return Outcome(run.x.unconfirmed.screened_out_status, child, duration=child.duration)
    run.call.pick_up()
    return (yield from _bridge(run, element, child))


def _screening(child: Call, program: Program, accepted: Signal) -> Steps[None]:
    accepted.fire((yield from screen(child, program, SCREENING_VERBS)))


def _bridge(run: Run, element: Element, child: Call) -> Steps[Outcome]:
    call, clock = run.call, run.x.clock
    recorded = recording(run, element, child)
    call.partner, child.partner = child, call
    run.x.sound_changed()
    watch = star(call) if element.is_true("hangupOnStar") else None
    limit = clock.timer(float(element.number("timeLimit", 14400)))
    try:
        yield first_of(clock, child.ended, child.replaced, limit, *(watch[1:] if watch else ()))
        redirected = child.replaced.fired and not child.over
        return Outcome("completed", child, True, None if redirected else child.duration, recorded)
    finally:
        call.partner = child.partner = None
        if watch:
            watch[0].stop()
            call.listen(None)
        if recorded:
            recorded.finish()
        if not child.replaced.fired:
            child.end("completed")
        run.x.sound_changed()
