"""Whatever the ladders, the calendars and the people: each climb ends with a person, or in the alarm; nobody is rung too much.

`CLIMBS=3000 FIRST_CLIMB=1000 python -m pytest -n0 tests/climbing` plays so many houses, from this one on; each is known by its seed.
"""

from __future__ import annotations

import os
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from tests.climbing.world import World
from tests.conftest import _stores
from tests.house import House, empty
from voice_gateway.sandbox import weather
from voice_gateway.store import Store

LIMITS = ((timedelta(minutes=1), 1), (timedelta(minutes=15), 3), (timedelta(hours=1), 7), (timedelta(hours=3), 15))
FEW, MANY = 3, 15


def test_each_climb_ends_with_a_person_or_in_the_alarm(store: Store, database: str, memory_folder: Path,
                                                       request: pytest.FixtureRequest) -> None:
    """Nobody is rung beyond the throttle, save for what is urgent; and nobody for two things at once."""
    first = int(os.environ.get("FIRST_CLIMB", "0"))
    for seed in range(first, first + int(os.environ.get("CLIMBS", MANY if request.config.getoption("whole") else FEW))):
        empty(store)
        house = House(store, weather.calm(), _stores[database][0], memory_folder / "recordings")
        try:
            world = World(house, Random(seed))
            world.furnish()
            world.play()
            look_at(world, seed)
        finally:
            house.leave()


def look_at(world: World, seed: int) -> None:
    assert not world.unfinished(), f"seed {seed}: {world.unfinished()}"
    for person, rings in world.rings().items():
        for (_, ends, _), (begins, _, _) in pairwise(rings):
            assert ends <= begins, f"seed {seed}: person {person} is rung for two things at once"
        for at, (begins, _, is_urgent) in enumerate(rings):
            for span, most in LIMITS:
                lately = [each for each, _, _ in rings[:at] if each > begins - span]
                assert is_urgent or len(lately) < most, f"seed {seed}: person {person} is rung {len(lately) + 1} times in {span}"
