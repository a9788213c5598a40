"""A telephone in the terminal: plain lines in, plain lines out, so that it can be piped.

    python -m voice_gateway.sandbox.terminal http://127.0.0.1:5080 +12025550111

Type a to answer, h to hang up, keys such as 1 or 12#, d NUMBER to dial, v NUMBER to dial
so that the carrier vouches for it, t NUMBER words to text, q to leave; anything else is spoken.
By WhatsApp, s NUMBER MINE shares a number by the button that came: WhatsApp vouches for it.
"""

from __future__ import annotations

import contextlib
import re
import sys
import threading
from collections.abc import Iterable
from typing import TextIO

from .handsets import PhoneEvent
from .phones import Phone
from .remote import RemoteExchange
from .whatsapp import is_whatsapp

FULLY_ATTESTED = "TN-Validation-Passed-A"
HELP = "a answer · h hang up · 1 2 # keys · d NUMBER dial · v NUMBER dial, vouched for by the carrier · t NUMBER words · s NUMBER MINE share a number by WhatsApp's button · q leave · else: speak"
QUIET = 3.0
"""Wall seconds of silence after which a piped telephone leaves."""


def line_for(event: PhoneEvent) -> str:
    """What the owner sees of it, or nothing."""
    if event.kind == "ring":
        return f"RINGING from {event.number}   (a to answer)"
    if event.kind == "heard":
        return f"{event.number or 'line'}: {event.text}"
    if event.kind == "text":
        return f"TEXT from {event.number}: {event.text}"
    if event.kind == "with":
        return f"(talking with {event.text.replace(',', ', ')})" if event.text else "(alone)"
    return {
        "ring_stopped": "(it stopped ringing)",
        "connected": "(connected)",
        "hung_up": "(the line is dead)",
    }.get(event.kind, "")


class Terminal:
    """Shows what happens to one telephone and does what is typed."""

    def __init__(self, exchange: RemoteExchange, number: str, out: TextIO) -> None:
        self._watch = RemoteExchange(exchange.url, exchange.token)
        self._phone = exchange.phone(number)
        self._number, self._out = number, out
        self.left = threading.Event()
        self.quiet_rounds = 0

    def show(self, text: str) -> None:
        """One line."""
        print(text, file=self._out, flush=True)

    def watch(self) -> None:
        """Print what happens, until left."""
        self._watch.listen(self._number, 0.0)
        while not self.left.is_set():
            try:
                news = self._watch.listen(self._number, 1.0)
            except OSError:
                self.show("(the exchange is gone)")
                self.left.set()
                return
            self.quiet_rounds = 0 if news else self.quiet_rounds + 1
            for event in news:
                if text := line_for(event):
                    self.show(text)
                if event.kind == "text" and is_whatsapp(self._number):
                    self._watch.act(self._number, "read", {"message": event.call})

    def obey(self, typed: str) -> None:
        """Do what one typed line says."""
        try:
            self._obey(typed, self._phone)
        except AssertionError as error:
            self.show(f"! {str(error).splitlines()[0]}")

    def _obey(self, typed: str, phone: Phone) -> None:
        if typed == "a":
            phone.answers()
        elif typed == "h":
            phone.hangs_up()
        elif re.fullmatch(r"[0-9*#]+", typed):
            phone.presses(typed, patience=10)
        elif match := re.fullmatch(r"d\s+(\S+)", typed):
            phone.dials(match[1])
        elif match := re.fullmatch(r"v\s+(\S+)", typed):
            phone.dials(match[1], verstat=FULLY_ATTESTED)
        elif match := re.fullmatch(r"t\s+(\S+)\s+(.+)", typed):
            phone.texts(match[2], to=match[1])
        elif match := re.fullmatch(r"s\s+(\S+)\s+(\S+)", typed):
            phone.shares_a_contact(match[2], to=match[1])
        else:
            phone.says(typed)

    def run(self, lines: Iterable[str]) -> None:
        """Until q, or the end of a pipe and some silence."""
        watcher = threading.Thread(target=self.watch, daemon=True)
        watcher.start()
        for line in lines:
            typed = line.strip()
            if typed == "q" or self.left.is_set():
                self.left.set()
                return
            if typed in ("?", "help"):
                self.show(HELP)
            elif typed:
                self.obey(typed)
        while not self.left.wait(0.2):
            if self.quiet_rounds >= QUIET and not self._phone.is_off_hook:
                return


def main(argv: list[str] | None = None) -> int:
    """The command: URL NUMBER."""
    words = sys.argv[1:] if argv is None else argv
    if len(words) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    url, number = words
    try:
        exchange = RemoteExchange(url)
    except OSError as error:
        print(f"no exchange answers at {url}: {error}", file=sys.stderr)
        return 1
    terminal = Terminal(exchange, number, sys.stdout)
    terminal.show(f"telephone {number} · {HELP}")
    with contextlib.suppress(KeyboardInterrupt):
        terminal.run(sys.stdin)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
