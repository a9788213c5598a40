"""A telephone in a terminal, as `voice-gateway phone` shows it: what is shown is read there, and what is to be done is typed."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from tests.bluesky.people import until

WITHIN_SECONDS = 120.0


class TerminalPhone:
    """Whoever sits there reads on from where they have read to."""

    def __init__(self, keyboard: IO[str], screen: IO[str]) -> None:
        self._keyboard, self._screen = keyboard, screen
        self._shown, self._read_to = "", 0
        threading.Thread(target=self._watch, daemon=True).start()

    def types(self, *lines: str) -> None:
        for line in lines:
            self._keyboard.write(f"{line}\n")
            self._keyboard.flush()

    def sees(self, *phrases: str) -> str:
        """Wait until all of this was shown, in this order; gives everything up to its end."""
        assert until(lambda: self._end_of(phrases), WITHIN_SECONDS), f"{phrases} was not shown, only:\n{self._shown[self._read_to:]}"
        before, self._read_to = self._read_to, self._end_of(phrases)
        return self._shown[before:self._read_to]

    def _end_of(self, phrases: tuple[str, ...]) -> int:
        """Where the last of them ends; 0 while one is missing."""
        end = self._read_to
        for phrase in phrases:
            found = self._shown.find(phrase, end)
            if found < 0:
                return 0
            end = found + len(phrase)
        return end

    def _watch(self) -> None:
        for line in self._screen:
            self._shown += line


@contextmanager
def terminal_phone(carrier_url: str, number: str) -> Iterator[TerminalPhone]:
    """It stands there for the length of the block."""
    command = [sys.executable, "-m", "voice_gateway.sandbox.terminal", carrier_url, number]
    with subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as terminal:
        assert terminal.stdin
        assert terminal.stdout
        phone = TerminalPhone(terminal.stdin, terminal.stdout)
        try:
            phone.sees("telephone")
            yield phone
        finally:
            terminal.kill()
