"""Redis only rings the bell: emptied, restarted or away, nothing is lost, and nobody waits for it."""

from __future__ import annotations

import shutil
import signal
import time

from redis import Redis

from tests.processes.conftest import Accident

PROMPT = 0.3  # real seconds that a visitor waits for the answer to a click


def test_redis_is_flushed_with_a_ring_in_it(accident: Accident) -> None:
    dana = accident.somebody()
    accident.pause("worker")
    accident.asks(dana)
    with Redis.from_url(accident.house.redis_url) as bell:
        bell.flushall()
    accident.house.signal(signal.SIGCONT, "worker")
    accident.says_yes(dana)
    accident.they_talk(dana)
    accident.is_calm()
    assert accident.calls_to(dana) == 1


def test_redis_is_killed_and_comes_back_empty(accident: Accident) -> None:
    dana = accident.somebody()
    accident.pause("worker")
    accident.asks(dana)
    accident.house.kill("redis")
    shutil.rmtree(accident.house.folder / "appendonlydir")
    accident.house.begin("redis")
    accident.house.signal(signal.SIGCONT, "worker")
    accident.says_yes(dana)
    accident.they_talk(dana)
    accident.is_calm()
    assert accident.calls_to(dana) == 1


def test_nobody_waits_for_a_redis_that_is_away(accident: Accident) -> None:
    """Clicks are answered at once, and so is an agent who presses a key; the calls come when it is back."""
    dana, ben = accident.somebody("Dana"), accident.somebody("Ben")
    accident.asks(dana)
    accident.sam.phone.rings().hears("Dana")
    accident.house.kill("redis")
    accident.sam.phone.presses("1").hears("Calling them now", within=5)
    begun = time.monotonic()
    accident.asks(ben)
    assert time.monotonic() - begun < PROMPT
    assert not accident.calls_to(dana)
    accident.house.begin("redis")
    accident.they_talk(dana)
    accident.says_yes(ben)
    accident.they_talk(ben)
    accident.is_calm()
    assert accident.calls_to(dana) == accident.calls_to(ben) == 1
