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

from flows.house import Duty
from tests.climbing.world import NIGHTS, World
from tests.conftest import _stores
from tests.house import MORNING, House, empty
from voice_gateway import on_call
from voice_gateway.on_call import ical
from voice_gateway.sandbox import weather
from voice_gateway.store import Store

LIMITS = ((timedelta(minutes=1), 1), (timedelta(minutes=15), 3), (timedelta(hours=1), 7), (timedelta(hours=3), 15))
FEW, MANY = 2, 12
SETTING_OUT = timedelta(seconds=2)  # between deciding to ring and the carrier's being told


@pytest.fixture(autouse=True)
def read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calendars are read in this process: there are many, and they are small."""
    monkeypatch.setattr(on_call, "read", lambda *told: [(Duty(each.begins, each.ends), each.title) for each in ical.planned(*told)])


def test_each_climb_ends_with_a_person_or_in_the_alarm(store: Store, database: str, memory_folder: Path,
                                                       request: pytest.FixtureRequest) -> None:
    """Nobody is rung beyond the throttle, save for what is urgent; and nobody for two things at once."""
    first = int(os.environ.get("FIRST_CLIMB", "0"))
    for seed in range(first, first + int(os.environ.get("CLIMBS", MANY if request.config.getoption("whole") else FEW))):
        empty(store)
        chance = Random(seed)
        house = House(store, weather.calm(), _stores[database][0], memory_folder / "recordings",
                      chance.choice([MORNING, MORNING, *NIGHTS]))
        try:
            world = World(house, chance)
            world.furnish()
            world.play()
            look_at(world, seed)
        finally:
            house.leave()


def look_at(world: World, seed: int) -> None:
    assert not world.unfinished(), f"seed {seed}: {world.unfinished()}"
    for person, rings in world.rings():
        for earlier, later in pairwise(rings):
            assert earlier.ends <= later.begins, f"seed {seed}: {person.name} is rung for two things at once"
        for at, ring in enumerate(rings):
            for span, most in LIMITS:
                lately = [each for each in rings[:at] if each.begins > ring.begins - span + SETTING_OUT]
                assert ring.cases & world.urgent or len(lately) < most, f"seed {seed}: {person.name} is rung {len(lately) + 1} times in {span}"
            assert not world.is_for_hours_only or any(world.works(person, wanted) for wanted in ring.wanted), (
                f"seed {seed}: {person.name} is rung when they do not work: {ring}")
