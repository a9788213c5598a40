"""Gather: a prompt that a key stops, then keys or words.

https://www.twilio.com/docs/voice/twiml/gather: the timeout counts from the end of the
prompts and again after each key; an empty input goes to the next verb, without a request.
"""

from __future__ import annotations

from .calls import Inbox
from .handsets import speaking_time
from .process import Process, Signal, Steps, first_of
from .run import Run, verb
from .twiml import Document, Element

AUTO_SILENCE = 1.0
"""Seconds of silence after which ``speechTimeout=auto`` takes speech to be over."""
LONGEST_SPEECH = 60.0


class Input:
    """What has been keyed or said so far."""

    def __init__(self, element: Element) -> None:
        self.wants = element.get("input", "dtmf").split()
        self.finish = element.get("finishOnKey", "#")
        self.most = int(element.get("numDigits", "0"))
        self.timeout = float(element.number("timeout", 5))
        self.auto = element.get("speechTimeout") == "auto"
        spoken = element.get("speechTimeout")
        self.speech_timeout = float(spoken) if spoken.isdigit() else self.timeout
        self.digits = ""
        self.words: list[str] = []
        self.done = False

    def wanted(self, kind: str) -> bool:
        """Keys or words; the kind that comes first wins."""
        if kind == "key":
            return "dtmf" in self.wants and not self.words
        return "speech" in self.wants and not self.digits

    def take(self, kind: str, what: str) -> None:
        """One more key, or something said."""
        if not self.wanted(kind):
            return
        if kind == "speech":
            self.words.append(what)
        elif what == self.finish and self.finish:
            self.done = True
        else:
            self.digits += what
            self.done = bool(self.most) and len(self.digits) >= self.most

    @property
    def patience(self) -> float:
        """Seconds to wait for more."""
        if not self.words:
            return self.timeout
        return AUTO_SILENCE if self.auto else self.speech_timeout


@verb("Gather")
def gather(run: Run, element: Element) -> Steps[Document | None]:
    """Collect input; what was collected goes to the action."""
    run.call.pick_up()
    given = Input(element)
    inbox = Inbox(run.call)
    run.call.listen(inbox, element.get("input", "dtmf"))
    try:
        yield from _prompt(run, element, inbox, given)
        yield from _collect(run, element, inbox, given)
    finally:
        run.call.listen(None)
    empty = not given.digits and not given.words
    if empty and not element.is_true("actionOnEmptyResult"):
        return None
    fields = []
    if given.words:
        fields = [("SpeechResult", " ".join(given.words)), ("Confidence", "0.92")]
    if given.digits or not given.words:
        fields.append(("Digits", given.digits))
    method = element.get("method", "POST").upper()
    return (yield from run.fetch(run.resolve(element.get("action")), method, fields))


def _prompt(run: Run, element: Element, inbox: Inbox, given: Input) -> Steps[None]:
    over = Signal(run.x.clock)
    prompts: Process | None = None
    if not element.children:
        return
    try:
        prompts = Process(run.prompts(element.children), run.x.clock, over.fire)
        while not over.fired:
            yield first_of(run.x.clock, over, inbox.arrival())
            thing = inbox.take()
            if thing is None:
                continue
            given.take(*thing)
            barge = thing[0] == "key" or element.is_true("bargeIn", True)
            if barge and given.wanted(thing[0]):
                return
    finally:
        if prompts is not None:
            prompts.stop()


def _collect(run: Run, element: Element, inbox: Inbox, given: Input) -> Steps[None]:
    partial = element.get("partialResultCallback")
    began = run.x.clock.time()
    while not given.done and run.x.clock.time() - began < LONGEST_SPEECH + given.timeout:
        thing = inbox.take()
        if thing is None:
            silence = run.x.clock.timer(given.patience)
            first = yield first_of(run.x.clock, inbox.arrival(), silence)
            if first is silence and (thing := inbox.take()) is None:
                return
            continue
        given.take(*thing)
        if thing[0] == "speech" and given.wanted("speech"):
            if partial:
                fields = [*run.call.params(), ("UnstableSpeechResult", thing[1])]
                fields += [("Stability", "0.8"), ("SequenceNumber", str(len(given.words) - 1))]
                run.x.postman.tell("gather-partial", run.resolve(partial), fields)
            yield run.x.clock.timer(speaking_time(thing[1]))
