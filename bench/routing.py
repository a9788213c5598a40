"""Who is right: the decision whom to ring, in one transaction with all its queries.

Two houses are measured in turns in this process: one with 10 people on shift and 100 cases that wait, one
with 10,000 and 100,000. Half of the people work by the week, half by a calendar. Each decision is that of
the search itself: the case is locked and recalled, the colleagues are found, the first is chosen. Every case
was promised by somebody, and needs a skill and a language: half of the cases those that few have, half those
that everybody has. No question is spared.

The time of the processor is told as well: it is what another program's load on the machine changes least.
"""

from __future__ import annotations

import gc
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta

from bench import seeding
from bench.figures import Figure, Size, percentile
from bench.premises import Premises, premises
from flows.routing import next_colleagues
from voice_gateway import clock
from voice_gateway.store import recall, search

LIMIT_MS, LIMIT_TIMES = 5.0, 1.3
A_HANDFUL = 20
BY_CALENDAR = 2
FEW = 3


@dataclass
class House:
    """A house in which cases wait, and its people."""

    name: str
    place: Premises
    cases: int

    def decide(self, case_id: int) -> tuple[float, float]:
        """Milliseconds of one decision: on the clock on the wall, and of this process's processor."""
        store = self.place.store
        begun, busy = time.perf_counter(), time.process_time()
        with store.transaction() as memory:
            known = recall.case(memory, store.tickets, self.line.house, clock.now(), case_id=case_id)
            assert known is not None
            call = recall.more(memory, known.call, frozenset(["colleagues"]))
            chosen = next_colleagues(call)
        taken = (time.perf_counter() - begun) * 1000, (time.process_time() - busy) * 1000
        assert [each.id for each in chosen] == [1], chosen
        assert len(call.colleagues) >= min(10, search.LOOKED_AT), call.colleagues
        return taken

    def opens(self) -> None:
        """Look at the house, as a process does every half minute."""
        with self.place.store.reading() as memory:
            line = recall.line(memory)
        assert line is not None
        self.line = line


def measure(size: Size) -> Iterator[Figure]:
    """p99 on the large house, and beside that on the small one."""
    people, cases = size.of(10_000, 2_000, 40), size.of(100_000, 5_000, 120)
    laps = size.of(100, 30, 2)
    with ExitStack() as stack:
        houses = [_house(stack, size, "small", 10, 100), _house(stack, size, "large", people, cases)]
        taken, busy = _interleaved(houses, laps)
    note = f"{len(taken['large'])} decisions among {people} people on shift and {cases} waiting cases"
    yield Figure("routing.large.p99", percentile(taken["large"], 0.99), LIMIT_MS, "ms", "a budget", 1.0, note)
    yield Figure("routing.large.p50", percentile(taken["large"], 0.5), LIMIT_MS, "ms", "a budget", 1.0)
    yield Figure("routing.large.processor", percentile(busy["large"], 0.5), percentile(busy["small"], 0.5), "ms",
                 "ours among 10 people and 100 cases", LIMIT_TIMES, "half of all need less; on SQLite with all of its queries")
    for part in (0.5, 0.99):
        yield Figure(f"routing.large_beside_small.p{part * 100:g}", percentile(taken["large"], part),
                     percentile(taken["small"], part), "ms", "ours among 10 people and 100 cases", LIMIT_TIMES)


def _house(stack: ExitStack, size: Size, name: str, people: int, cases: int) -> House:
    place = stack.enter_context(premises(size.database))
    seeding.furnish(place.store, agents=people)
    with seeding.Seeder(place.store) as seeder:
        now = clock.now()
        seeder.people_and_cases(1, cases, state="'waiting'", closed_at="NULL", disposition="NULL", skill="CASE n % 2 WHEN 0 THEN 'refunds' ELSE 'billing' END",
                                language="CASE n % 2 WHEN 0 THEN 'es' ELSE 'en' END", promised_by_id="1", wanted_at=seeder.instant(now), due_at=seeder.instant(now))
        seeder.rows("skills", 1, FEW, skill="'refunds'", person_id="n")
        seeder.rows("tongues", 2, FEW + 1, language="'es'", person_id="n")
        seeder.rows("skills", 1, people, skill="'billing'", person_id="n")
        seeder.rows("tongues", 1, people, language="'en'", person_id="n")
        seeder.rows("calendars", 1, 1, id="1", name="'half'", source="'half.ics'", is_schedule="FALSE", kept="''",
                    look_at=seeder.instant(now + timedelta(days=1)), problem="''")
        seeder.rows("duties", 1, people, calendar_id="1", person_id="n", begins_at=seeder.instant(now - timedelta(hours=1)),
                    ends_at=seeder.instant(now + timedelta(hours=20)))
        seeder.rows("shifts", 2, 2, id="2", name="'by calendar'", openings="""'[{"days": [], "open": 0, "close": 0}]'""")
        seeder.run(f"UPDATE people SET calendar_id = 1, shift_id = 2 WHERE id % {BY_CALENDAR} = 0")
        seeder.done()
        seeder.settle()
    house = House(name, place, cases)
    house.opens()
    return house


def _interleaved(houses: list[House], laps: int) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Milliseconds of every decision, by house, on the wall and of the processor. The first lap only warms everything up."""
    taken: dict[str, list[float]] = defaultdict(list)
    busy: dict[str, list[float]] = defaultdict(list)
    gc.collect()
    gc.disable()
    try:
        for lap in range(laps + 1):
            for house in houses:
                step = max(1, house.cases // A_HANDFUL)
                ms = [house.decide(1 + (lap * 7 + at * step) % house.cases) for at in range(A_HANDFUL)]
                if lap:
                    taken[house.name] += [wall for wall, _ in ms]
                    busy[house.name] += [processor for _, processor in ms]
    finally:
        gc.enable()
    return taken, busy
