"""Climbs: is each rung climbed in time, and what does a manager get of a storm?

*Running*: so many cases climb at once a ladder of three rungs, their steps due at any moment of the next half minute or so. The job is
run every second on the clock on the wall, as the clock process has it, with the real database and all that a step and a ring
write; only the carrier is not asked. Of every step the time is taken at which it was written, beside the one at which it was
due, each rung for itself.

*Storm*: as many cases are sent up within one minute, by the function by which the office sends one, all to two managers. Time is turned by hand, a second a tick; the first
manager lets two rings go by and then takes what they hear of, the other never answers. Counted are rings, and what had waited longer than it should.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import insert, select

from bench import seeding
from bench.figures import Figure, Size, percentile
from bench.premises import Premises, premises
from flows import escalation
from flows.climbing import Acknowledge, Rung
from flows.escalation import sent_down
from voice_gateway import clock
from voice_gateway.climbing import Climbing
from voice_gateway.doorbell import Doorbell
from voice_gateway.gateway import open_gateway
from voice_gateway.store import climbs, keep, ladders, recall
from voice_gateway.store.tables import ClimbRow, JournalRow, LadderRow, LegRow, PageRow
from voice_gateway.turn import Turns

LIMIT_SECONDS = 2.0
TICK = 1.0
STORM_LASTS = 60
RINGS_OUT_AFTER = 25
LONGEST = 3600
APART = timedelta(seconds=4)
LADDER = (Rung("next:agent", "ring+text", timedelta(0)), Rung("next:agent", "ring", APART), Rung("next:agent", "text", 2 * APART))
TO_TWO = (Rung("Sam 1", "ring", timedelta(0), times=3), Rung("Sam 2", "ring", timedelta(minutes=3)))


def measure(size: Size) -> Iterator[Figure]:
    """How late steps are, then the storm."""
    count = size.of(10_000, 2_000, 60)
    yield from _running(size, count, size.of(12, 10, 3))
    yield from _storm(size, count)


def _running(size: Size, count: int, seconds: int) -> Iterator[Figure]:
    with premises(size.database) as place:
        seeding.furnish(place.store, agents=200)
        _cases(place, LADDER, count)
        begins = clock.now() + timedelta(seconds=size.of(3, 3, 2))
        due = [begins + timedelta(seconds=seconds * n / count) for n in range(count)]
        _climbs(place, due)
        climbing, ended_at = Climbing(_turns(place)), due[-1] + LADDER[-1].after + timedelta(seconds=2)
        while clock.now() < ended_at:
            started = time.perf_counter()
            climbing.climb()
            time.sleep(max(0.0, TICK - (time.perf_counter() - started)))
        late = _lateness(place, due)
    rungs = ", ".join(f"rung {at}: {percentile(each, 0.99):.2f} s" for at, each in enumerate(late, 1))
    every = [each for some in late for each in some]
    note = (f"{len(every)} steps of {count} climbs in {seconds + LADDER[-1].after.seconds} s, looked for every second by one process; "
            f"{rungs}")
    yield Figure("climb.step_late.p99", max(percentile(each, 0.99) for each in late), LIMIT_SECONDS, "s", "a budget", 1.0, note)
    yield Figure("climb.step_late.p50", percentile(every, 0.5), LIMIT_SECONDS, "s", "a budget", 1.0)


def _lateness(place: Premises, due: list[datetime]) -> list[list[float]]:
    """Of every step of each climb, by rung: how long after its time it was written."""
    written: dict[int, list[datetime]] = {n: [] for n in range(1, len(due) + 1)}
    with place.store.reading() as memory:
        for row in memory.execute(select(JournalRow.case_id, JournalRow.at).where(JournalRow.what == "climbs").order_by(JournalRow.id)):
            written[row.case_id].append(row.at)
    missed = sum(len(LADDER) - len(each) for each in written.values())
    assert not missed, f"{missed} steps were not taken"
    return [[(written[n][at] - begins - rung.after).total_seconds() for n, begins in enumerate(due, 1)] for at, rung in enumerate(LADDER)]


def _storm(size: Size, count: int) -> Iterator[Figure]:
    now = clock.now()
    hands = [now]
    with premises(size.database) as place:
        seeding.furnish(place.store, agents=2)
        _cases(place, TO_TWO, count)
        turns = _turns(place)
        climbing, ticks, sent = Climbing(turns), [], 0
        clock.follow(lambda: hands[0])
        try:
            while (hands[0] - now).total_seconds() < LONGEST and (sent < count or _unfinished(place)):
                with turns.deciding() as (memory, line):
                    for case_id in range(sent + 1, _sent_by(hands[0] - now, count) + 1):
                        assert climbing.begins(memory, line, case_id, sent_down.sent("press", "The office")), f"T{case_id} was not sent"
                        sent = case_id
                started = time.perf_counter()
                climbing.climb()
                ticks.append(time.perf_counter() - started)
                _managers_live(place, turns)
                hands[0] += timedelta(seconds=TICK)
            yield from _what_came_of_it(place, count, ticks)
        finally:
            clock.follow(None)


def _sent_by(passed: timedelta, count: int) -> int:
    """How many of the storm have been sent up so long after it began."""
    return min(count, int(count * (passed.total_seconds() + TICK) / STORM_LASTS))


def _what_came_of_it(place: Premises, count: int, ticks: list[float]) -> Iterator[Figure]:
    with place.store.reading() as memory:
        rings = memory.execute(select(LegRow.person_id, LegRow.ordered_at).order_by(LegRow.id)).all()
        ended = memory.execute(select(ClimbRow.acknowledged_by_id, ClimbRow.alarmed_at)).all()
        bundles = memory.execute(select(PageRow.leg_id).where(PageRow.leg_id.is_not(None))).all()
    by_person = {person: [row.ordered_at for row in rings if row.person_id == person] for person in (1, 2)}
    for times in by_person.values():
        for span, most in escalation.RINGS:
            assert all(sum(at - span < each <= at for each in times) <= most for at in times), "rung beyond the throttle"
        assert all(earlier < later for earlier, later in pairwise(times))
    open_still = sum(1 for each in ended if each.acknowledged_by_id is None and each.alarmed_at is None)
    taken = sum(1 for each in ended if each.acknowledged_by_id)
    note = f"{count} cases in {STORM_LASTS} s: {len(rings)} rings, {taken} taken, {count - taken - open_still} alarmed"
    if open_still:
        raise RuntimeError(f"{open_still} cases were neither taken nor alarmed: {note}")
    yield Figure("climb.storm.rings", float(len(rings)), 15.0, "rings", "what the throttle allows two people in the time", 2.0,
                 f"{note}; {len(bundles) / max(1, len(rings)):.0f} cases a ring")
    yield Figure("climb.storm.tick.p99", percentile(ticks, 0.99), LIMIT_SECONDS, "s", "a budget", 1.0,
                 f"{len(ticks)} ticks, the slowest {max(ticks):.2f} s")


def _managers_live(place: Premises, turns: Turns) -> None:
    """The first lets two rings go by, and takes the third; the second never answers."""
    now = clock.now()
    with place.store.reading() as memory:
        ringing = memory.execute(select(LegRow.id, LegRow.case_id, LegRow.person_id, LegRow.ordered_at).where(LegRow.ended_at.is_(None))).all()
        before = len(memory.execute(select(LegRow.id).where(LegRow.person_id == 1)).all())
    for leg in ringing:
        if leg.person_id == 1 and before % 3 == 0:
            with turns.deciding() as (memory, line):
                known = recall.case(memory, turns.store.tickets, line.house, now, case_id=leg.case_id, leg_id=leg.id)
                assert known is not None
                call = climbs.with_climb(memory, known.call)
                keep.keep(memory, call, (), [Acknowledge(call.agent)], our_number=line.numbers[0], tickets=turns.store.tickets)
            turns.leg_ended(leg.case_id, leg.id, "completed")
        elif now - leg.ordered_at >= timedelta(seconds=RINGS_OUT_AFTER):
            turns.leg_ended(leg.case_id, leg.id, "no-answer")


def _unfinished(place: Premises) -> bool:
    with place.store.reading() as memory:
        return memory.scalar(select(ClimbRow.id).where(ClimbRow.ended_at.is_(None), ClimbRow.alarmed_at.is_(None)).limit(1)) is not None


def _turns(place: Premises) -> Turns:
    return open_gateway(place.settings, Doorbell(lambda _cases: None), place.store).turns


def _cases(place: Premises, rungs: tuple[Rung, ...], count: int) -> None:
    """So many open cases, in a house that has this ladder."""
    with seeding.Seeder(place.store) as seeder:
        now = seeder.instant(clock.now())
        seeder.people_and_cases(1, count, state="'open'", closed_at="NULL", disposition="NULL", owner_id="1", wanted_at=now, due_at=now)
        seeder.done()
        seeder.settle()
    with place.store.transaction() as memory:
        memory.execute(insert(LadderRow), {"name": "default", "rungs": ladders.kept(rungs), "skills": [], "rules": []})


def _climbs(place: Premises, due: list[datetime]) -> None:
    """Each of them climbs from its time on."""
    kept = ladders.kept(escalation.steps(LADDER))
    with place.store.transaction() as memory:
        memory.execute(insert(ClimbRow), [{"case_id": n, "rule": "sent_down", "why": "a storm", "ladder": kept, "began_at": at,
                                           "counted_from": at, "due_at": at} for n, at in enumerate(due, 1)])
