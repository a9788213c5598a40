"""The clocks an exchange can run on: one whose hands are turned, one that really ticks.

A clock is a heap of things to do. Things due at the same instant happen in the
order in which they were asked for, so that a played call is the same every time.
"""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from .process import Signal

Deed = Callable[[], None]

DEFAULT_START = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)
"""A Monday, ten in the morning in New York: office hours, so that tests need not say so."""


FASTEST = 10_000.0
"""Virtual seconds in one of the wall's."""


class Clock:
    """What both clocks have in common: the heap, and the lock around the whole core."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._heap: list[tuple[float, int, Deed]] = []
        self._count = 0

    def time(self) -> float:
        """Seconds since 1970 on this clock."""
        raise NotImplementedError

    def now(self) -> datetime:
        """The time on this clock, aware, in UTC."""
        return datetime.fromtimestamp(self.time(), UTC)

    def after(self, seconds: float, deed: Deed) -> None:
        """Do something this many (virtual) seconds from now."""
        self._push(self.time() + max(0.0, seconds), deed)

    def soon(self, deed: Deed) -> None:
        """Do something at this very instant, after all that was asked for before."""
        self._push(self.time(), deed)

    def timer(self, seconds: float) -> Signal:
        """A signal that fires in so many seconds."""
        signal = Signal(self)
        self.after(seconds, signal.fire)
        return signal

    def _push(self, due: float, deed: Deed) -> None:
        with self.lock:
            self._count += 1
            heapq.heappush(self._heap, (due, self._count, deed))

    def wait(self, until: Callable[[], bool], within: float) -> bool:
        """Let (virtual) time go by until something is true; False if it did not come in time."""
        raise NotImplementedError

    def watch(self, until: Callable[[], bool], wall_seconds: float) -> bool:
        """The same, for somebody at a wall clock."""
        return self.wait(until, wall_seconds)

    def stop(self) -> None:
        """End whatever the clock runs on."""


class VirtualClock(Clock):
    """A clock that stands still until somebody turns its hands."""

    def __init__(self, start: datetime = DEFAULT_START) -> None:
        super().__init__()
        self._now = start.timestamp()

    def time(self) -> float:
        return self._now

    def wait(self, until: Callable[[], bool], within: float) -> bool:
        deadline = self._now + within
        while not until():
            if not self._heap or self._heap[0][0] > deadline:
                self._now = max(self._now, deadline)
                return until()
            due, _, deed = heapq.heappop(self._heap)
            self._now = max(self._now, due)
            deed()
        return True


class RealClock(Clock):
    """A ticking clock with a thread of its own; it may run faster than the wall's.

    ``origin`` is the unix time at which it shows the wall's time:
    virtual = origin + (wall - origin) * speed. When the speed is changed the clock goes on from
    where it is: the same formula, from another origin. A clock that others go by is ``shared``: its
    speed stays as it is.
    """

    def __init__(self, speed: float = 1.0, origin: float | None = None, *, shared: bool = False) -> None:
        super().__init__()
        _check(speed)
        self.shared = shared
        start = time.time() if origin is None else origin
        self._rate = (start, start, speed)
        self._turn = threading.Condition(self.lock)
        self._stopped = False
        self.mishaps: list[BaseException] = []
        self._thread = threading.Thread(target=self._tick, name="sandbox-clock", daemon=True)
        self._thread.start()

    @property
    def speed(self) -> float:
        """How many of its seconds go by in one of the wall's."""
        return self._rate[2]

    def time(self) -> float:
        wall, virtual, speed = self._rate
        return virtual + (time.time() - wall) * speed

    def change_speed(self, speed: float) -> None:
        """Run faster or slower from now on, without a jump. Raises ValueError."""
        _check(speed)
        if self.shared:
            raise ValueError("others go by this clock: its speed was set where they were started")
        with self._turn:
            wall, virtual, before = self._rate
            now = time.time()
            self._rate = (now, virtual + (now - wall) * before, speed)
            self._turn.notify_all()

    def _push(self, due: float, deed: Deed) -> None:
        with self._turn:
            super()._push(due, deed)
            self._turn.notify_all()

    def _tick(self) -> None:
        while not self._stopped:
            with self._turn:
                if not self._heap:
                    self._turn.wait()
                    continue
                lead = self._heap[0][0] - self.time()
                if lead > 0:
                    self._turn.wait(min(lead / self.speed, 3600.0))
                    continue
                deed = heapq.heappop(self._heap)[2]
                try:
                    deed()
                except Exception as mishap:  # one broken deed must not stop the exchange
                    self.mishaps.append(mishap)
                self._turn.notify_all()

    def wait(self, until: Callable[[], bool], within: float) -> bool:
        deadline = self.time() + within
        return self._until(until, lambda: (deadline - self.time()) / self.speed)

    def watch(self, until: Callable[[], bool], wall_seconds: float) -> bool:
        deadline = time.monotonic() + wall_seconds
        return self._until(until, lambda: deadline - time.monotonic())

    def _until(self, until: Callable[[], bool], left: Callable[[], float]) -> bool:
        with self._turn:
            while not until():
                patience = left()
                if patience <= 0:
                    return False
                self._turn.wait(min(patience, 0.5))
        return True

    def stop(self) -> None:
        with self._turn:
            self._stopped = True
            self._turn.notify_all()
        if threading.current_thread() is not self._thread:
            self._thread.join(timeout=5)


def _check(speed: float) -> None:
    if not 0 < speed <= FASTEST:
        raise ValueError(f"speed must be above zero and at most {FASTEST:g}, not {speed}")
