"""People at telephones: the language in which calls are played.

    sam.rings().hears("Dana", "a refund").presses("1")
    assert dana.talks_with(sam)

A phone lives on its diary alone and reaches the exchange by the small ``Line``
protocol, so that the same sentences work in one process, on a virtual clock, and over
a port, in real time. Whatever does not happen is an AssertionError that tells what
happened instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import parse_qsl

from .handsets import PhoneEvent, speaking_time
from .media import Attachment, written
from .whatsapp import is_whatsapp, shared_contact

SECONDS = 1.0
PICKS_UP = ("is_an_answering_machine", "is_a_person")
REACTION = 0.05 * SECONDS
"""Time that goes by with every act, so that what it sets off can begin."""


class Line(Protocol):
    """What a scenario needs of an exchange, near or far."""

    def diary(self, number: str) -> Sequence[PhoneEvent]:
        """All that happened to a telephone, in order."""

    def act(self, number: str, action: str, how: Mapping[str, Any]) -> dict[str, Any]:
        """Do something with a telephone; ValueError if it cannot be done now."""

    def run(self, until: Callable[[], bool], within: float) -> bool:
        """Let time go by until something is true; False if it was not in time."""


class Phone:
    """Somebody's telephone, and the somebody."""

    def __init__(self, number: str, line: Line) -> None:
        self.number = number
        self._line = line
        self._noticed: set[int] = set()
        self._read: set[int] = set()
        self._heard_up_to = 0

    def __repr__(self) -> str:
        return f"Phone({self.number})"

    # what happens to them

    def rings(self, within: float = 60.0) -> Phone:
        """Wait until it rings."""
        self._expect(lambda: self.is_ringing, within, "ring")
        self._noticed.add(self._last("ring").n)
        return self

    def hears(self, *phrases: str, within: float = 60.0) -> Phone:
        """Answer if it rings; wait until all of this was heard, in this order."""
        found = self._line.run(lambda: self._waits_for_a_hand or self._find(phrases) is not None, within)
        self._answer_if_ringing()
        found = found and self._line.run(lambda: self._find(phrases) is not None, within)
        end = self._find(phrases)
        if not found or end is None:
            fresh = self.heard[self._heard_up_to :]
            raise AssertionError(
                f"{self.number} did not hear {phrases} within {within:g} s, only {fresh!r}.\n" + self._story()
            )
        self._heard_up_to = end
        return self

    def reads(self, *phrases: str, within: float = 60.0) -> Phone:
        """Wait for a text that holds all of this."""

        def wanted() -> PhoneEvent | None:
            return next(
                (t for t in self._unread() if all(_plain(p) in _plain(t.text) for p in phrases)),
                None,
            )

        self._expect(lambda: wanted() is not None, within, f"get a text with {phrases}")
        text = wanted()
        assert text is not None
        self._read.add(text.n)
        return self._act("read", message=text.call) if is_whatsapp(self.number) else self

    def is_hung_up(self, within: float = 60.0) -> Phone:
        """Wait until the other side has hung up (or it stopped ringing)."""
        self._expect(lambda: not (self.is_off_hook or self.is_ringing), within, "be hung up")
        return self

    # what they do

    def answers(self) -> Phone:
        """Pick up (waiting for the ring if need be)."""
        if not self.is_ringing:
            self.rings()
        self._answer_if_ringing()
        return self

    def presses(self, keys: str, *, at_once: bool = False, patience: float = 30.0) -> Phone:
        """Press keys, as soon as something listens for keys (or at once)."""
        self._answer_if_ringing()
        if not at_once:
            self._line.run(lambda: self.is_listened_to or not self.is_off_hook, patience)
        return self._act("press", keys=keys)

    def says(self, text: str, *, at_once: bool = False, patience: float = 5.0) -> Phone:
        """Speak, as soon as somebody or something listens (or at once); it takes its time."""
        self._answer_if_ringing()
        if not at_once:
            self._line.run(
                lambda: self.is_listened_to or bool(self.hears_whom) or not self.is_off_hook,
                patience,
            )
        self._act("say", text=text)
        self._pass(speaking_time(text))
        return self

    def hangs_up(self) -> Phone:
        """Put the receiver down."""
        return self._act("hang_up")

    def declines(self) -> Phone:
        """Refuse the call: busy."""
        if not self.is_ringing:
            self.rings()
        self._noticed.add(self._last("ring").n)
        return self._act("decline")

    def lets_it_ring(self) -> Phone:
        """Notice the ring and do nothing."""
        return self.rings()

    def dials(
        self,
        number: str,
        caller_id: str | None = None,
        verstat: str | None = None,
        anonymous: bool = False,
        forwarded_from: str | None = None,
    ) -> Phone:
        """Call a number, perhaps under a false one or none; ``verstat`` as StirVerstat says."""
        return self._act(
            "dial",
            number=number,
            caller_id=caller_id,
            verstat=verstat,
            anonymous=anonymous,
            forwarded_from=forwarded_from,
        )

    def texts(self, body: str, to: str, media: Sequence[str | Attachment] = ()) -> Phone:
        """Send a text, perhaps with pictures: each an ``Attachment``, or an address on the web."""
        return self._act("text", body=body, to=to, media=written(media))

    def shares_a_contact(self, number: str, to: str, *, asked_for: bool = True) -> Phone:
        """By WhatsApp: share a number, by the button that we have sent, or just so."""
        self._act("besides", told=shared_contact(number, asked_for))
        return self.texts("", to)

    def has_another_number(self, to: str, **told: str) -> Phone:
        """By WhatsApp: the account has another number now, and whom it wrote to is told; ``told`` is what it was before."""
        self._act("besides", told={"MessageType": "user_changed_number"} | told)
        return self.texts("", to)

    # what kind of telephone it is

    def is_an_answering_machine(
        self, greeting: str = "Please leave a message.", after: float = 8.0, presses: str = ""
    ) -> Phone:
        """Picks up by itself after so many seconds, greets, listens for a minute."""
        return self._act("machine", greeting=greeting, after=after, presses=presses)

    def is_switched_off(self) -> Phone:
        """Calls to it fail; texts stay undelivered."""
        return self._act("switch_off")

    def is_busy(self) -> Phone:
        """Calls to it meet an engaged tone."""
        return self._act("busy")

    def is_a_landline(self) -> Phone:
        """It gets no texts."""
        return self._act("landline")

    def gets_no_texts(self, code: int = 30008) -> Phone:
        """Texts to it stay undelivered, with this code of the carrier's."""
        return self._act("trouble", code=code)

    def is_called(self, name: str, user_id: str = "", username: str = "") -> Phone:
        """What the owner of a ``whatsapp:`` telephone has typed as a name, and the id by which a business knows them."""
        return self._act("called", name=name, user_id=user_id, username=username)

    def is_a_person(self) -> Phone:
        """As before any of these."""
        return self._act("person")

    def is_taken_for(self, what: str) -> Phone:
        """What machine detection believes (human, machine_start, unknown ...), right or wrong."""
        return self._act("taken_for", what=what)

    # how it stands

    @property
    def is_ringing(self) -> bool:
        """Whether it rings now."""
        last = self._last_of("ring", "ring_stopped", "off_hook", "hung_up")
        return last is not None and last.kind == "ring"

    @property
    def is_off_hook(self) -> bool:
        """Whether somebody is on this telephone now."""
        last = self._last_of("off_hook", "hung_up")
        return last is not None and last.kind == "off_hook"

    @property
    def is_listened_to(self) -> bool:
        """Whether something waits for keys or words now."""
        last = self._last_of("listening", "off_hook", "hung_up")
        return last is not None and last.kind == "listening" and bool(last.text)

    @property
    def hears_whom(self) -> tuple[str, ...]:
        """The numbers of those who can be heard now."""
        last = self._last_of("with", "off_hook", "hung_up")
        return tuple(last.text.split(",")) if last and last.kind == "with" and last.text else ()

    @property
    def heard(self) -> str:
        """Everything heard so far."""
        return " ".join(_spaces(e.text) for e in self._events if e.kind == "heard")

    @property
    def received(self) -> list[str]:
        """Every text so far."""
        return [event.text for event in self._events if event.kind == "text"]

    @property
    def pictures(self) -> list[str]:
        """The addresses of all pictures that came with texts so far."""
        return [address for event in self._events if event.kind == "text" for address in event.media]

    @property
    def rung_with(self) -> dict[str, str]:
        """The custom parameters of the last ring (``client:`` and ``sip:`` telephones)."""
        return dict(parse_qsl(self._last("ring").text, keep_blank_values=True))

    @property
    def rung_by(self) -> str:
        """The number shown at the last ring."""
        return self._last("ring").number

    def is_talking_to(self, other: Phone) -> bool:
        """Whether they hear each other now: same line, nobody muted or on hold."""
        return other.number in self.hears_whom and self.number in other.hears_whom

    def talks_with(self, other: Phone, within: float = 10.0) -> bool:
        """Wait until they hear each other."""
        return self._line.run(lambda: self.is_talking_to(other), within)

    def unheard(self) -> list[str]:
        """Rings that the scenario never noticed and texts it never read."""
        handled = {e.call for e in self._events if e.kind == "did" and e.text in ("answer", "decline")}
        rings = [
            f"{self.number} rang (from {e.number}) and nobody noticed"
            for e in self._events
            if e.kind == "ring" and e.n not in self._noticed and e.call not in handled
        ]
        texts = [f"{self.number} got a text nobody read: {t.text!r}" for t in self._unread()]
        return rings + texts

    # how it is done

    @property
    def _events(self) -> Sequence[PhoneEvent]:
        return self._line.diary(self.number)

    def _last_of(self, *kinds: str) -> PhoneEvent | None:
        return next((e for e in reversed(self._events) if e.kind in kinds), None)

    def _last(self, kind: str) -> PhoneEvent:
        event = self._last_of(kind)
        if event is None:
            raise AssertionError(f"{self.number}: no {kind} so far.\n{self._story()}")
        return event

    def _unread(self) -> list[PhoneEvent]:
        return [e for e in self._events if e.kind == "text" and e.n not in self._read]

    def _find(self, phrases: Sequence[str]) -> int | None:
        heard, position = _plain(self.heard), self._heard_up_to
        for phrase in phrases:
            found = heard.find(_plain(phrase), position)
            if found < 0:
                return None
            position = found + len(_plain(phrase))
        return position

    @property
    def _waits_for_a_hand(self) -> bool:
        """It rings, and no machine will answer it."""
        last = next(
            (e for e in reversed(self._events) if e.kind == "is" and e.text.startswith(PICKS_UP)), None
        )
        return self.is_ringing and not (last and "answering_machine" in last.text)

    def _answer_if_ringing(self) -> None:
        if self._waits_for_a_hand:
            self._noticed.add(self._last("ring").n)
            self._act("answer")

    def _act(self, action: str, **how: Any) -> Phone:
        try:
            self._line.act(self.number, action, how)
        except ValueError as error:
            raise AssertionError(f"{error}.\n{self._story()}") from None
        self._pass(REACTION)
        return self

    def _pass(self, seconds: float) -> None:
        self._line.run(lambda: False, seconds)

    def _expect(self, until: Callable[[], bool], within: float, what: str) -> None:
        if not self._line.run(until, within):
            raise AssertionError(f"{self.number} did not {what} within {within:g} s.\n{self._story()}")

    def _story(self) -> str:
        lines = [f"  {e.kind}: {e.text} {e.number}".rstrip() for e in self._events[-12:]]
        return f"What happened to {self.number}:\n" + ("\n".join(lines) or "  nothing")


def _spaces(text: str) -> str:
    return " ".join(text.split())


def _plain(text: str) -> str:
    return _spaces(text).lower()
