"""Tells what happens on telephones, a line for everything that somebody heard or did."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence

import requests

from voice_gateway.sandbox import RemoteExchange
from voice_gateway.sandbox.handsets import PhoneEvent

LONGEST = 120
SILENT_FOR = 1.0  # real seconds that one look waits for something new
HELD_BACK_FOR = 0.08  # real seconds
_DEEDS = {"answer": "answers", "decline": "declines", "hang_up": "hangs up", "dial": "dials"}
_ADDRESS = re.compile(r" ?(Where it stands: )?https?://\S+")


class Narrator:
    """Watches some telephones, each in a thread of its own, and tells their diaries in one voice.

    What is heard of is held back for a moment, so that what happened first is told first. `only` some kinds
    of events may be told; a `hint` is added where a telephone rings.
    """

    def __init__(self, carrier_url: str, names: Mapping[str, str], tell: Callable[[str], None],
                 only: frozenset[str] = frozenset(), hint: Callable[[str], str] = lambda _number: "") -> None:
        self._names = dict(names)
        self._tell = tell
        self._only = only
        self._hint = hint
        self._known = dict.fromkeys(names, 0)
        self._news: list[tuple[int, str, PhoneEvent]] = []
        self._round = 0
        self._lock = threading.Lock()
        self._over = threading.Event()
        for number in names:
            threading.Thread(target=self._watch, args=(carrier_url, number), daemon=True).start()
        threading.Thread(target=self._speak, daemon=True).start()

    def catch_up(self, exchange: RemoteExchange) -> None:
        """Tell all that has happened until now."""
        for number in self._names:
            exchange.listen(number, 0.0)
            self._learn(number, exchange.diary(number))
        self._tell_until(self._round)

    def stop(self) -> None:
        """Be silent from now on."""
        self._over.set()

    def _watch(self, carrier_url: str, number: str) -> None:
        while not self._over.is_set():
            try:
                exchange = RemoteExchange(carrier_url)
                while not self._over.is_set():
                    self._learn(number, exchange.listen(number, SILENT_FOR))
            except requests.RequestException:  # the carrier has gone; a new one remembers nothing
                self._known[number] = 0
                self._over.wait(SILENT_FOR)

    def _learn(self, number: str, events: Sequence[PhoneEvent]) -> None:
        with self._lock:
            fresh = [event for event in events if event.n >= self._known[number]]
            self._news += [(self._round, number, event) for event in fresh]
            self._known[number] += len(fresh)

    def _speak(self) -> None:
        while not self._over.wait(HELD_BACK_FOR):
            self._tell_until(self._round - 1)
            self._round += 1

    def _tell_until(self, round_: int) -> None:
        with self._lock:
            ripe = [each for each in self._news if each[0] <= round_]
            self._news = [each for each in self._news if each[0] > round_]
            for _, number, event in sorted(ripe, key=lambda each: (each[2].at, each[2].kind != "did", each[2].n)):
                if line := self._line(number, event):
                    self._tell(f"  {line}")

    def _line(self, number: str, event: PhoneEvent) -> str:
        name = self._names[number]
        if self._only and event.kind not in self._only:
            return ""
        if event.kind == "ring":
            return f"{name}'s telephone rings{self._hint(number)}"
        if event.kind == "ring_stopped":
            return f"{name}'s telephone is silent again"
        if event.kind == "heard" and not event.text.startswith("["):
            speaker = f"{self._names[event.number]}: " if event.number in self._names else ""
            return f"{name} hears   “{speaker}{_short(event.text)}”"
        if event.kind == "text":
            return f"{name} reads   “{_short(event.text)}”"
        if event.kind == "with" and event.text:
            others = " and ".join(self._names.get(each, each) for each in event.text.split(","))
            return f"{name} is joined with {others}"
        if event.kind == "did":
            return f"{name} {_deed(event.text)}"
        if event.kind == "is" and event.text.startswith("is_an_answering_machine"):
            return f"{name} has gone; an answering machine is at {name}'s telephone"
        return ""


def _deed(did: str) -> str:
    verb, _, what = did.partition(" ")
    if verb == "press":
        return f"presses {what}"
    if verb == "text":
        return f"texts   “{_short(what)}”"
    return f"says    “{what}”" if verb == "say" else f"{_DEEDS.get(verb, verb)} {what}".rstrip()


def _short(text: str) -> str:
    words = _ADDRESS.sub("", " ".join(text.split()))
    return words if len(words) <= LONGEST else f"{words[:LONGEST].rsplit(' ', 1)[0]} …"
