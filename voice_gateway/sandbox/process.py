"""Small processes: generators that wait for signals, on a clock.

What happens on one telephone line is written as a generator from top to bottom.
It yields the signal it waits for. Stopping the process closes the generator, so
that ``finally`` clears up, whatever the line was just doing.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, Protocol, TypeVar

T = TypeVar("T")
Steps = Generator["Signal", Any, T]


class Soon(Protocol):
    """All that is needed of a clock here."""

    def soon(self, deed: Callable[[], None]) -> None:
        """Do something at this instant, after all that was asked for before."""


class Signal:
    """Something that happens once. Whoever waits for it is told, in order."""

    __slots__ = ("_clock", "_listeners", "fired", "value")

    def __init__(self, clock: Soon) -> None:
        self._clock = clock
        self._listeners: list[Callable[[Any], None]] = []
        self.fired = False
        self.value: Any = None

    def fire(self, value: Any = None) -> None:
        """Let it happen; a second time is not heard."""
        if self.fired:
            return
        self.fired, self.value = True, value
        for listener in self._listeners:
            self._tell(listener)
        self._listeners.clear()

    def then(self, listener: Callable[[Any], None]) -> None:
        """Call the listener when it happens, or soon if it has happened."""
        if self.fired:
            self._tell(listener)
        else:
            self._listeners.append(listener)

    def _tell(self, listener: Callable[[Any], None]) -> None:
        self._clock.soon(lambda: listener(self.value))


def first_of(clock: Soon, *signals: Signal) -> Signal:
    """A signal that fires with whichever of these fires first (the signal itself)."""
    first = Signal(clock)

    def watch(signal: Signal) -> None:
        signal.then(lambda _value: first.fire(signal))

    for signal in signals:
        watch(signal)
    return first


class Process:
    """A generator that is running: it is resumed whenever its signal fires."""

    def __init__(self, steps: Steps[Any], clock: Soon, ended: Callable[[Any], None] | None = None) -> None:
        self._steps = steps
        self._ended = ended
        self._running = False
        self.alive = True
        clock.soon(lambda: self._resume(None))

    def _resume(self, value: Any) -> None:
        if not self.alive:
            return
        self._running = True
        try:
            signal = self._steps.send(value)
        except StopIteration as end:
            self._running = False
            if self.alive:
                self.alive = False
                if self._ended:
                    self._ended(end.value)
            return
        finally:
            self._running = False
        if self.alive:
            signal.then(self._resume)
        else:
            self._steps.close()

    def stop(self) -> None:
        """Close the generator (its ``finally`` runs now, or when it next waits)."""
        if not self.alive:
            return
        self.alive = False
        if not self._running:
            self._steps.close()
