"""The plain verbs: Say, Play, Pause, Redirect, Reject, Hangup.

https://www.twilio.com/docs/voice/twiml/say and its sister pages.
"""

from __future__ import annotations

from itertools import count

from .handsets import speaking_time
from .process import Steps
from .run import HangUp, Run, verb
from .twiml import Document, Element

PLAYING = 3.0
"""Seconds that a sound plays whose length (``exchange.lengths``, by file name) is not known."""
TURNING = 0.01
"""Seconds that a Redirect takes, so that one that leads to itself does not stop the clock."""


@verb("Say")
def say(run: Run, element: Element) -> Steps[Document | None]:
    """About 15 characters a second; loop 0 goes on until the call ends."""
    run.call.pick_up()
    for _ in _times(element):
        run.call.hear(element.text)
        yield run.x.clock.timer(speaking_time(element.text))
    return None


@verb("Play")
def play(run: Run, element: Element) -> Steps[Document | None]:
    """A recording is heard as ``[play url]``, digits as ``[keys 12]``."""
    run.call.pick_up()
    digits = element.get("digits")
    for _ in _times(element):
        if digits:
            run.call.hear(f"[keys {digits}]")
            yield run.x.clock.timer(0.5 * len(digits))
        else:
            sound = run.resolve(element.text)
            run.call.hear(f"[play {sound}]")
            yield run.x.clock.timer(run.x.lengths.get(sound.rpartition("/")[2], PLAYING))
    return None


@verb("Pause")
def pause(run: Run, element: Element) -> Steps[Document | None]:
    """As the first verb it waits before the call is answered."""
    if not run.first_verb:
        run.call.pick_up()
    yield run.x.clock.timer(float(element.number("length", 1)))
    return None


@verb("Redirect")
def redirect(run: Run, element: Element) -> Steps[Document | None]:
    """Control passes to another document; an empty one means the current document again."""
    method = element.get("method", "POST").upper()
    yield run.x.clock.timer(TURNING)
    return (yield from run.fetch(run.resolve(element.text), method, []))


@verb("Reject")
def reject(run: Run, element: Element) -> Steps[Document | None]:
    """As the first verb the call is neither answered nor billed; later it is an exit."""
    yield run.x.clock.timer(0)
    if run.call.direction == "inbound" and run.call.started is None:
        raise HangUp("busy" if element.get("reason") == "busy" else "no-answer")
    raise HangUp


@verb("Hangup")
def hangup(run: Run, _element: Element) -> Steps[Document | None]:
    """The call ends. As the first verb it does not keep it from being answered."""
    run.call.pick_up()
    yield run.x.clock.timer(0)
    raise HangUp


def _times(element: Element) -> range | count[int]:
    loop = element.number("loop", 1)
    return count() if loop == 0 else range(loop)
