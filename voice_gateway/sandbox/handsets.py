"""Telephones as the network sees them: they ring, hear, speak and press keys.

A handset writes down everything that happens to it and everything its owner does.
The scenario language, the terminal and the repro tests live on that diary alone, so
that they work the same in one process and over a port.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from .media import Attachment
from .process import Process, Steps
from .webhooks import is_url
from .whatsapp import Profile

if TYPE_CHECKING:
    from .calls import Call
    from .exchange import Exchange
    from .messages import Message

VERSTAT = re.compile(
    r"TN-Validation-(Passed|Failed)-[ABC](-Diverted|-Passthrough)?|TN-Validation-Failed|No-TN-Validation"
)
"""What the network found of the number shown: https://www.twilio.com/docs/voice/trusted-calling-with-shakenstir"""
SPEECH_RATE = 15.0
"""Characters a second."""


def speaking_time(text: str) -> float:
    """Seconds it takes to say this: about 15 characters a second, at least one second."""
    return max(1.0, len(text) / SPEECH_RATE)


@dataclass(frozen=True)
class PhoneEvent:
    """One line of a telephone's diary.

    kind: ring (``text``: custom parameters, as a query), ring_stopped, off_hook, connected, heard, listening, with, hung_up,
    text, auto_text (the carrier's own), did (what its owner does), is (what kind of
    telephone it is); ``text`` says what.
    """

    n: int
    at: float
    kind: str
    text: str = ""
    number: str = ""
    call: str = ""
    media: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """For the wire."""
        return asdict(self)


@dataclass(frozen=True)
class Machine:
    """An answering machine: seconds until it picks up, what it says, keys it sends."""

    greeting: str
    after: float = 8.0
    presses: str = ""
    listens: float = 60.0


class Handset:
    """One telephone somewhere outside. Its state is what is on the line now."""

    def __init__(self, number: str, exchange: Exchange) -> None:
        self.number = number
        self.events: list[PhoneEvent] = []
        self.call: Call | None = None
        self.ringing = False
        self.switched_off = False
        self.engaged = False
        self.textable = True
        self.text_trouble = 0
        self.profile = Profile()
        self.tells_besides: dict[str, str] = {}
        self.waiting: list[Message] = []
        self.machine: Machine | None = None
        self.taken_for = ""
        self._x = exchange
        self._heard_from: tuple[str, ...] = ()

    def note(
        self, kind: str, text: str = "", number: str = "", call: str = "", media: tuple[str, ...] = ()
    ) -> None:
        """Write a line in the diary."""
        event = PhoneEvent(len(self.events), self._x.clock.time(), kind, text, number, call, media)
        self.events.append(event)
        self._x.feed.add((self.number, event))

    # what the network does to it

    def offer(self, call: Call) -> str:
        """A call comes in: ``ringing``, ``busy`` or ``failed``."""
        if self.switched_off:
            return "failed"
        if self.engaged or self.call is not None:
            return "busy"
        self.call, self.ringing = call, True
        self.note("ring", urlencode(call.told_phone), call.from_, call.sid)
        if self.machine:
            Process(self._answer_by_itself(call, self.machine), self._x.clock)
        return "ringing"

    def release(self, call: Call, why: str) -> None:
        """The network takes the call away."""
        if self.call is not call:
            return
        self.call = None
        self.note("ring_stopped" if self.ringing else "hung_up", why, call=call.sid)
        self.ringing = False
        self._heard_from = ()

    def hear(self, text: str, who: str = "") -> None:
        """Something sounds in the earpiece."""
        self.note("heard", text, who, self.call.sid if self.call else "")

    def hears_people(self, numbers: tuple[str, ...]) -> None:
        """Whom this telephone can hear now."""
        if numbers != self._heard_from:
            self._heard_from = numbers
            self.note("with", ",".join(numbers), call=self.call.sid if self.call else "")

    def receive(self, body: str, sender: str, sid: str, media: tuple[str, ...] = ()) -> None:
        """A text message arrives."""
        self.note("text", body, sender, sid, media)

    def _answer_by_itself(self, call: Call, machine: Machine) -> Steps[None]:
        clock = self._x.clock
        yield clock.timer(machine.after)
        if self.call is not call or not self.ringing:
            return
        self.act("answer")
        yield clock.timer(0.5)
        if self.call is call:
            self._x.spoken(call, machine.greeting)
        yield clock.timer(speaking_time(machine.greeting))
        if self.call is not call:
            return
        call.greeting_over.fire()
        if machine.presses:
            call.press(machine.presses)
        yield clock.timer(machine.listens)
        if self.call is call:
            self.act("hang_up")

    # what its owner does

    def act(self, action: str, **how: Any) -> dict[str, Any]:
        """Do something: answer, press, say, hang_up, decline, dial, text, or a setting.

        Raises ValueError for what cannot be done now.
        """
        deed = getattr(self, f"_do_{action}", None)
        if deed is None:
            raise ValueError(f"a telephone cannot {action!r}")
        done: dict[str, Any] | None = deed(**how)
        return done or {}

    def _do_answer(self) -> None:
        if self.call is None or not self.ringing:
            raise ValueError(f"{self.number} is not ringing")
        self.ringing = False
        self.note("did", "answer", call=self.call.sid)
        self.note("off_hook", call=self.call.sid)
        self.call.answered.fire()

    def _do_decline(self) -> None:
        if self.call is None or not self.ringing:
            raise ValueError(f"{self.number} is not ringing")
        self.note("did", "decline", call=self.call.sid)
        self.call.declined.fire()

    def _do_press(self, keys: str) -> None:
        self.note("did", f"press {keys}", call=self._line().sid)
        self._line().press(keys)

    def _do_say(self, text: str) -> None:
        self.note("did", f"say {text}", call=self._line().sid)
        self._x.spoken(self._line(), text)

    def _do_hang_up(self) -> None:
        call = self._line()
        self.note("did", "hang_up", call=call.sid)
        self.call = None
        self._heard_from = ()
        self.note("hung_up", "by us", call=call.sid)
        call.hung_up_by_phone()

    def _do_dial(
        self,
        number: str,
        caller_id: str | None = None,
        verstat: str | None = None,
        anonymous: bool = False,
        forwarded_from: str | None = None,
    ) -> dict[str, Any]:
        if self.call is not None:
            raise ValueError(f"{self.number} is on the telephone already")
        if verstat and not VERSTAT.fullmatch(verstat):
            raise ValueError(f"{verstat!r} is no StirVerstat of Twilio's")
        told = {"caller_id": caller_id, "verstat": verstat, "forwarded_from": forwarded_from}
        extra = [f"{name}={value!r}" for name, value in told.items() if value]
        extra += ["anonymous=True"] if anonymous else []
        self.note("did", " ".join(["dial", ", ".join(extra)]).rstrip(), number)
        shown = "anonymous" if anonymous else caller_id or self.number
        call = self._x.comes_in(self, number, shown, verstat, forwarded_from)
        if call is None:
            self.hear("The number you have dialed is not in service.")
            return {"call_sid": None}
        self.call = call
        self.note("off_hook", number=number, call=call.sid)
        return {"call_sid": call.sid}

    def _do_text(self, body: str, to: str, media: tuple[str, ...] = ()) -> dict[str, Any]:
        for given in media:
            if not is_url(given):
                Attachment.of(given)
        self.note("did", f"text {body}", to, media=tuple(media))
        return {"message_sid": self._x.text_comes_in(self, to, body, tuple(media))}

    def _do_machine(
        self, greeting: str, after: float = 8.0, presses: str = "", listens: float = 60.0
    ) -> None:
        self.machine = Machine(greeting, after, presses, listens)
        keys = f", presses={presses!r}" if presses else ""
        self.note("is", f"is_an_answering_machine({greeting!r}, after={after:g}{keys})")

    def _do_person(self) -> None:
        self.machine, self.switched_off, self.engaged, self.textable = None, False, False, True
        self.taken_for, self.text_trouble = "", 0
        self.note("is", "is_a_person()")
        waiting, self.waiting = self.waiting, []
        for message in waiting:
            message.deliver()

    def _do_switch_off(self) -> None:
        self.switched_off = True
        self.note("is", "is_switched_off()")

    def _do_busy(self) -> None:
        self.engaged = True
        self.note("is", "is_busy()")

    def _do_landline(self) -> None:
        self.textable = False
        self.note("is", "is_a_landline()")

    def _do_read(self, message: str) -> None:
        if message in self._x.messages:
            self._x.messages[message].read()

    def _do_trouble(self, code: int) -> None:
        self.text_trouble = code
        self.note("is", f"gets_no_texts({code})")

    def _do_called(self, name: str, user_id: str = "", username: str = "") -> None:
        self.profile = Profile(name, user_id, username)
        said = [repr(name)] + [f"{key}={value!r}" for key, value in (("user_id", user_id), ("username", username)) if value]
        self.note("is", f"is_called({', '.join(said)})")

    def _do_besides(self, told: dict[str, str]) -> None:
        self.tells_besides = dict(told)

    def _do_taken_for(self, what: str) -> None:
        self.taken_for = what
        self.note("is", f"is_taken_for({what!r})")

    def _line(self) -> Call:
        if self.call is None or self.ringing:
            raise ValueError(f"{self.number} is not on the telephone")
        return self.call
