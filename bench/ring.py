"""From a click to a ringing telephone: how long until the carrier has accepted our call.

The stop-watch starts when the website's click is sent (POST /click-to-call), and stops when the carrier's stand-in
accepts the Calls request for the agent's telephone. Everything between them is real: gunicorn, Redis, one worker and the
clock as in the Procfile. Clicks come one after another on an idle house: after each one its case is closed, and nothing is
owed any more when the next one comes. The pauses between them are not all alike, so that the tick meets them at every
moment of its second.

The limits on clicks of one address are raised for it, through the seam that the door has for that;
nothing else of the application differs from what the Procfile serves.

The floor is a budget of 250 ms. Beside it stands the way through RQ alone: from ringing the bell
for a bare job to its running in a work-horse of the same worker.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import timedelta

from flask import Flask
from redis import Redis
from rq import Queue
from sqlalchemy import func, select, update

from bench import knocking, rq_marks, seeding, stand_in
from bench.figures import Figure, Size, percentile
from bench.premises import Premises, free_port, premises
from bench.waiting import wait_until
from voice_gateway import clock, doorbell, gunicorn_conf, limits
from voice_gateway.store.tables import CaseRow, LegRow, OrderRow

BUDGET_MS = 250.0
WITHIN_SECONDS = 30
PAUSE_SECONDS = 0.05
A_BIT_MORE_SECONDS = 0.037
PAST_CASES = 1000


def patient_doors() -> Flask:
    """The doors as the Procfile serves them, but one address may click as often as it likes."""
    app = gunicorn_conf.doors()
    assert isinstance(app, Flask)
    often = (limits.Limit(1_000_000, timedelta(days=1)),)
    app.extensions["limits"] = limits.Limits(often, often, often, often)
    return app


def measure(size: Size) -> Iterator[Figure]:
    """p50 and p99 from the click to the call at the carrier."""
    clicks, warm = size.of(150, 40, 2), size.of(5, 3, 1)
    port = free_port()
    with premises(size.database, f"http://127.0.0.1:{port}") as place:
        seeding.furnish(place.store, agents=clicks + warm)
        with seeding.Seeder(place.store) as seeder:
            seeder.past(PAST_CASES)
            seeder.done()
            seeder.settle()
        stand_in.start(place, port)
        place.start("worker", "-m", "jobs", "worker")
        place.start("clock", "-m", "jobs", "clock")
        web = place.web("web", "bench.ring:patient_doors()")
        place.answers("web", web)
        with knocking.Connection(web) as browser:
            ours = [_click(place, port, browser, n) for n in range(clicks + warm)][warm:]
        bare = _bare(place, size.of(50, 20, 2))
    note = f"{clicks} clicks, one after another"
    yield Figure("ring.p99", percentile(ours, 0.99), BUDGET_MS, "ms", "a budget of 250 ms", 1.0, note)
    yield Figure("ring.p50", percentile(ours, 0.5), BUDGET_MS, "ms", "a budget of 250 ms", note=note)
    yield Figure("ring.beside_a_bare_job.p50", percentile(ours, 0.5), percentile(bare, 0.5), "ms",
                 "a bare job of RQ's, from its bell to its running")


def _click(place: Premises, port: int, browser: knocking.Connection, n: int) -> float:
    """Milliseconds from this click's answer to the call. Afterwards the house is idle again."""
    wish = {"phone": f"+1202555{2000 + n}", "name": "Dana", "about": "a refund", "consent": True, "when": "now"}
    before = len(stand_in.accepted(port))
    clicked = time.monotonic()
    answer = browser.send(knocking.post("/click-to-call", json.dumps(wish).encode(), "application/json"))
    assert answer.status == 202, answer
    end = clicked + WITHIN_SECONDS
    wait_until(lambda: len(stand_in.accepted(port)) > before, end, lambda: f"nobody was rung for click {n}: {place.last_words('worker')}")
    close_everything(place, end)
    time.sleep(PAUSE_SECONDS + A_BIT_MORE_SECONDS * (n % 29))
    return (stand_in.accepted(port)[before].monotonic - clicked) * 1000


def close_everything(place: Premises, end: float) -> None:
    """As soon as the ring is crossed off: the case is over, its leg has ended, nothing is owed."""
    now = clock.now()
    ring_owed = select(func.count()).where(OrderRow.done_at.is_(None), OrderRow.kind == "ring")

    def crossed_off() -> bool:
        with place.store.reading() as memory:
            return not memory.scalar(ring_owed)

    wait_until(crossed_off, end, lambda: f"the ring was not crossed off: {place.last_words('worker')}")
    with place.store.transaction() as memory:
        memory.execute(update(OrderRow).where(OrderRow.done_at.is_(None)).values(done_at=now, result="measured"))
        memory.execute(update(LegRow).where(LegRow.ended_at.is_(None)).values(ended_at=now, settled_at=now, outcome="no-answer"))
        memory.execute(update(CaseRow).where(CaseRow.closed_at.is_(None)).values(closed_at=now, state="solved"))


def _bare(place: Premises, count: int) -> list[float]:
    """Milliseconds from a bell to its bare job's running."""
    milliseconds = []
    with Redis.from_url(place.redis_url) as redis:
        queue = Queue(doorbell.QUEUE, connection=redis, serializer="json")
        for _ in range(count):
            rung = time.monotonic()
            rq_marks.ring(queue, [rq_marks.MARKER])
            milliseconds.append((rq_marks.next_mark(redis) - rung) * 1000)
            time.sleep(PAUSE_SECONDS)
    return milliseconds
