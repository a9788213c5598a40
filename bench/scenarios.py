"""What a scenario costs: telephone calls of the test suite in the synchronous sandbox, without pytest.

Each is played as the suite plays it, on SQLite in calm weather: the database is emptied, a house is
furnished, people call each other, and at the end nothing may be left over. All of that is counted.
"""

from __future__ import annotations

import inspect
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.figures import Figure, Size, mean
from tests.house import House, empty, house_settings
from tests.scenarios import test_screened_callback
from voice_gateway.gateway import open_store
from voice_gateway.sandbox import weather
from voice_gateway.store import Store, migrate

BUDGET_MS = 50.0
MEMORY = "/dev/shm"

Scenario = Callable[[House], None]


def measure(size: Size) -> Iterator[Figure]:
    """Mean milliseconds of a scenario, with the database in memory where it can be, as in the tests."""
    with tempfile.TemporaryDirectory(prefix="bench-", dir=MEMORY if os.access(MEMORY, os.W_OK) else None) as folder:
        url = f"sqlite:///{Path(folder) / 'house.db'}"
        store = open_store(house_settings(url))
        try:
            migrate.upgrade(store)
            played = _scenarios()[: size.of(8, 4, 2)]
            _play(played[0], store, url)
            ms = [_play(scenario, store, url) for _ in range(size.of(5, 2, 1)) for scenario in played]
        finally:
            store.close()
    yield Figure("scenarios.mean", mean(ms), BUDGET_MS, "ms", "a budget of 50 ms", 1.0,
                 f"{len(played)} scenarios, {len(ms) // len(played)} times each, the slowest {max(ms):.0f} ms")


def _scenarios() -> list[Scenario]:
    """Those that want a house and nothing else, in the order of their file."""
    found = inspect.getmembers(test_screened_callback, inspect.isfunction)
    mine = [each for name, each in found if name.startswith("test_") and list(inspect.signature(each).parameters) == ["house"]]
    return sorted(mine, key=lambda each: each.__code__.co_firstlineno)


def _play(scenario: Scenario, store: Store, url: str) -> float:
    begun = time.perf_counter()
    empty(store)
    house = House(store, weather.calm(), url, Path(url.removeprefix("sqlite:///")).parent / "recordings")
    try:
        scenario(house)
        house.is_silent()
    finally:
        house.leave()
    return (time.perf_counter() - begun) * 1000
