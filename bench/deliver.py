"""Carrying out what the outbox owes: how many orders a second, and how late.

**How many.** Each order is a text of a case of its own and has a bell of its own, as webhooks would
ring it: one job of RQ's for each. The floor is the bare job, which does nothing, announced in the same
way to the same queue. One worker (`python -m jobs worker`, on a real Redis) does both, a handful of one
and then a handful of the other; a marker before and after each handful tells how long it took, and the middle one of the handfuls counts. "Delivered"
means that the carrier's stand-in took the text from Twilio's own client library and that the order is crossed
off, which is looked at. No clock runs, so nothing is carried out but by bells. The figure is the time of
one order beside that of one bare job, so that half of the bare rate is a ratio of 2.

**In bulk.** The same with bells that wait for each other, as the doorbell gathers them in a rush: up to
fifty cases a job. Beside the same floor; no limit.

**How late.** The outbox holds 100,000 follow-ups of the future, each of an open case. A stream of
others becomes due while worker and clock run and no bell rings: only the tick finds them. Each asks a
colleague who is free, so that a telephone must be rung. Lateness is from the due time to the order's being
crossed off, in seconds of the house, whose clock runs at the usual speed; and, as a second figure, to
the carrier's accepting the call.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from redis import Redis
from rq import Queue
from sqlalchemy import func, insert, select, update

from bench import rq_marks, seeding, stand_in
from bench.figures import Figure, Size, percentile
from bench.premises import Premises, free_port, premises
from bench.waiting import SELDOM_SECONDS, wait_until
from voice_gateway import clock, doorbell
from voice_gateway.store.tables import IdentifierRow, MessageRow, OrderRow

LIMIT_ORDER = 2.0
LATENESS_BUDGET_SECONDS = 2.0
A_HANDFUL = 50
PATIENCE_SECONDS = 120
LEAD_SECONDS = 1


def measure(size: Size) -> Iterator[Figure]:
    """Time of an order beside a bare job's; lateness among many."""
    yield from _rate(size)
    yield from _lateness(size)


# ---- how many ----


def _rate(size: Size) -> Iterator[Figure]:
    handfuls, handful = size.of(6, 3, 1), size.of(A_HANDFUL, A_HANDFUL, 3)
    port = free_port()
    with premises(size.database, f"http://127.0.0.1:{port}") as place:
        orders = handfuls * handful
        cases = _texts_owed(place, 2 * orders)
        stand_in.start(place, port)
        place.start("worker", "-m", "jobs", "worker")
        with Redis.from_url(place.redis_url) as redis:
            queue = Queue(doorbell.QUEUE, connection=redis, serializer="json")
            seconds: dict[str, list[float]] = {"floor": [], "ours": [], "in bulk": []}
            _timed(queue, redis, "bench.bare_job.nothing", [[0]])  # the worker is there
            for start in range(0, orders, handful):
                some, more = cases[start:start + handful], cases[orders + start:orders + start + handful]
                seconds["floor"].append(_timed(queue, redis, "bench.bare_job.nothing", [[0]] * handful))
                seconds["ours"].append(_timed(queue, redis, doorbell.DELIVER, [[case] for case in some]))
                seconds["in bulk"].append(_timed(queue, redis, doorbell.DELIVER, [more]))
        _all_delivered(place, port, len(cases))
    floor, ours, bulk = (1000 * percentile(seconds[kind], 0.5) / handful for kind in ("floor", "ours", "in bulk"))
    rate = f"{1000 / ours:.0f} orders a second beside {1000 / floor:.0f} bare jobs"
    yield Figure("deliver.order", ours, floor, "ms", "a bare job of RQ's", LIMIT_ORDER, rate)
    yield Figure("deliver.order_in_bulk", bulk, floor, "ms", "a bare job of RQ's",
                 note=f"{1000 / bulk:.0f} orders a second, {handful} cases a bell")


def _texts_owed(place: Premises, count: int) -> list[int]:
    """As many open cases, each of which owes a text to its customer, who wrote just now: by night as by day. Gives their ids."""
    seeding.furnish(place.store, agents=1)
    now = clock.now()
    with seeding.Seeder(place.store) as seeder:
        seeder.people_and_cases(1, count, state="'open'", closed_at="NULL", disposition="NULL", owner_id="1")
        seeder.done()
    cases = list(range(1, count + 1))
    with place.store.transaction() as memory:
        memory.execute(update(IdentifierRow).values(wrote_at=now))
        memory.execute(insert(MessageRow), [
            {"id": case, "case_id": case, "role": "customer", "phone": seeding.customer_phone(case),
             "our_number": seeding.OUR_NUMBER, "body": "We will ring you again.", "ordered_at": now} for case in cases])
        memory.execute(insert(OrderRow), [{"case_id": case, "kind": "text", "message_id": case, "due_at": now} for case in cases])
    return cases


def _timed(queue: Queue, redis: Redis, name: str, bells: list[list[int]]) -> float:
    """Seconds from a marker before these jobs to one after them."""
    rq_marks.ring(queue, [rq_marks.MARKER, *((name, cases) for cases in bells), rq_marks.MARKER])
    begun = rq_marks.next_mark(redis)
    return rq_marks.next_mark(redis) - begun


def _all_delivered(place: Premises, port: int, count: int) -> None:
    with place.store.reading() as memory:
        crossed_off = memory.scalar(select(func.count()).where(OrderRow.done_at.is_not(None), OrderRow.result.like("SM%")))
    texted = {each.to for each in stand_in.accepted(port)}
    assert crossed_off == len(texted) == count, f"{crossed_off} crossed off, {len(texted)} texted, of {count}"


# ---- how late ----


def _lateness(size: Size) -> Iterator[Figure]:
    future, stream, seconds = size.of(100_000, 20_000, 200), size.of(300, 100, 3), size.of(30, 10, 0)
    port = free_port()
    with premises(size.database, f"http://127.0.0.1:{port}") as place:
        seeding.furnish(place.store, agents=stream)
        _cases_of_the_future(place, future, stream)
        stand_in.start(place, port)
        place.start("worker", "-m", "jobs", "worker")
        place.start("clock", "-m", "jobs", "clock")
        with Redis.from_url(place.redis_url) as redis:
            rq_marks.ring(Queue(doorbell.QUEUE, connection=redis, serializer="json"), [rq_marks.MARKER])
            rq_marks.next_mark(redis)  # the worker is there
        first = clock.now() + timedelta(seconds=LEAD_SECONDS)
        due = _stream(place, future, [first + timedelta(seconds=seconds * n / stream) for n in range(stream)])
        _wait_for(place, due, time.monotonic() + LEAD_SECONDS + seconds + PATIENCE_SECONDS)
        with place.store.reading() as memory:
            rows = memory.execute(select(OrderRow.case_id, OrderRow.done_at).where(
                OrderRow.case_id.in_(due), OrderRow.turn == "screened_callback/ask_a_colleague"))
            late = [(row.done_at - due[row.case_id]).total_seconds() for row in rows]
        rings = sorted(each.at for each in stand_in.accepted(port))
    note = f"{stream} became due within {seconds} s, {future} more wait"
    yield Figure("deliver.lateness.p99", percentile(late, 0.99), LATENESS_BUDGET_SECONDS, "s", "a budget of 2 s", 1.0, note)
    yield Figure("deliver.lateness.p50", percentile(late, 0.5), LATENESS_BUDGET_SECONDS, "s", "a budget of 2 s", note=note)
    # Colleagues are interchangeable, so the nth ring is held against the nth due time: never earlier than it should be.
    to_ring = [ring - at.timestamp() for ring, at in zip(rings, sorted(due.values()), strict=True)]
    yield Figure("deliver.due_to_ring.p99", percentile(to_ring, 0.99), LATENESS_BUDGET_SECONDS, "s", "a budget of 2 s", note=note)


def _cases_of_the_future(place: Premises, future: int, stream: int) -> None:
    """Open cases, each with its follow-up: hours ahead for the first ones, none yet for the stream's."""
    with seeding.Seeder(place.store) as seeder:
        seeder.people_and_cases(1, future + stream, state="'waiting'", closed_at="NULL", disposition="NULL",
                                wanted_at=seeder.instant(clock.now()), due_at=seeder.instant(clock.now()))
        for hours in range(1, 11):
            due = seeder.instant(clock.now() + timedelta(hours=hours))
            seeder.rows("orders", 1 + future * (hours - 1) // 10, future * hours // 10, case_id="n", kind="'follow_up'",
                        turn="'screened_callback/ask_a_colleague'", fence="1", due_at=due, attempts="0")
        seeder.done()
        seeder.settle()


def _stream(place: Premises, future: int, times: list[datetime]) -> dict[int, datetime]:
    """Let a case become due at each of these times. Gives the times by case."""
    due = {future + n: at for n, at in enumerate(times, 1)}
    with place.store.transaction() as memory:
        memory.execute(insert(OrderRow), [
            {"case_id": case, "kind": "follow_up", "turn": "screened_callback/ask_a_colleague", "fence": 1, "due_at": at}
            for case, at in due.items()])
    return due


def _wait_for(place: Premises, due: dict[int, datetime], end: float) -> None:
    """Wait until every case of the stream has rung somebody."""
    rung = select(func.count()).where(OrderRow.case_id.in_(due), OrderRow.kind == "ring", OrderRow.done_at.is_not(None))

    def count() -> int:
        with place.store.reading() as memory:
            return memory.scalar(rung) or 0

    wait_until(lambda: count() == len(due), end, lambda: f"{count()} of {len(due)} were rung; {place.last_words('worker')}", SELDOM_SECONDS)
