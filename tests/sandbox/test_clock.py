"""Both clocks: what is due at one instant happens in order; the real one keeps its formula."""

from __future__ import annotations

import threading
import time
from functools import partial
from typing import Any

import pytest

from voice_gateway.sandbox import RealClock, VirtualClock


def test_what_is_due_at_once_happens_in_order():
    clock = VirtualClock()
    done: list[Any] = []
    for n in range(5):
        clock.after(1.0, partial(done.append, n))
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
    clock.soon(lambda: print(1 / 0))
    clock.after(1.0, rung.set)
    assert rung.wait(2)
    assert isinstance(clock.mishaps[0], ZeroDivisionError)
    clock.stop()


def test_another_speed_is_no_jump():
    clock = RealClock(speed=1)
    before = clock.time()
    clock.change_speed(600)
    assert 0 <= clock.time() - before < 60, "it goes on from where it was"
    assert not clock.watch(lambda: False, wall_seconds=0.1)
    fast = clock.time()
    assert fast - before >= 60
    clock.change_speed(1)
    assert 0 <= clock.time() - fast < 60
    clock.stop()


def test_what_is_due_comes_sooner_at_a_higher_speed():
    clock, rung = RealClock(speed=1), threading.Event()
    clock.after(60, rung.set)
    assert not rung.wait(0.05)
    clock.change_speed(1000)
    assert rung.wait(2)
    clock.stop()


def test_a_wait_keeps_to_its_own_clock():
    clock = RealClock(speed=1)
    threading.Timer(0.05, clock.change_speed, (1000,)).start()
    began = time.monotonic()
    assert not clock.wait(lambda: False, within=100)
    assert time.monotonic() - began < 5
    began = time.monotonic()
    assert not clock.watch(lambda: False, wall_seconds=0.2)
    assert time.monotonic() - began >= 0.2
    clock.stop()


@pytest.mark.parametrize("speed", [0, -1, 1e9])
def test_a_speed_that_is_none(speed):
    with pytest.raises(ValueError, match="speed"):
        RealClock(speed)


def test_a_clock_that_others_go_by_keeps_its_speed():
    clock = RealClock(speed=1, shared=True)
    with pytest.raises(ValueError, match="others go by this clock"):
        clock.change_speed(10)
    assert clock.speed == 1
    clock.stop()
