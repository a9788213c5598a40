"""Both clocks: what is due at one instant happens in order; the real one keeps its formula."""

from __future__ import annotations

import threading
import time

from voice_gateway.sandbox import RealClock, VirtualClock


def test_what_is_due_at_once_happens_in_order():
    clock, done = VirtualClock(), []
    for n in range(5):
        clock.after(1.0, lambda n=n: done.append(n))
    clock.after(0.5, lambda: clock.soon(lambda: done.append("first")))
    assert clock.wait(lambda: len(done) == 6, 10)
    assert done == ["first", 0, 1, 2, 3, 4]


def test_time_stands_where_the_wait_ended():
    clock = VirtualClock()
    start = clock.time()
    assert not clock.wait(lambda: False, 30)
    assert clock.time() == start + 30


def test_the_real_clock_runs_from_its_origin():
    origin = time.time() - 10
    clock = RealClock(speed=60, origin=origin)
    assert abs(clock.time() - (origin + (time.time() - origin) * 60)) < 1
    rung = threading.Event()
    clock.after(6.0, rung.set)
    assert rung.wait(2)
    clock.stop()


def test_one_broken_deed_does_not_stop_it():
    clock, rung = RealClock(speed=100), threading.Event()
    clock.soon(lambda: 1 / 0)
    clock.after(1.0, rung.set)
    assert rung.wait(2)
    assert isinstance(clock.mishaps[0], ZeroDivisionError)
    clock.stop()
