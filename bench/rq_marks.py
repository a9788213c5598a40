"""Marks that a worker leaves on its way through a queue: jobs that say when they ran."""

from __future__ import annotations

import time

from redis import Redis
from rq import Queue

from voice_gateway import doorbell, settings

MARKS = "bench:marks"
MARKER: tuple[str, list[int]] = ("bench.rq_marks.mark", [0])
PATIENCE_SECONDS = 120


def mark(_case_ids: list[int]) -> None:
    """The job: leave a mark, with the seconds since boot."""
    with Redis.from_url(settings.from_environment().redis_url or "") as redis:
        redis.rpush(MARKS, time.monotonic())


def ring(queue: Queue, jobs: list[tuple[str, list[int]]]) -> None:
    """Enqueue these jobs at once, each as the doorbell does it."""
    with queue.connection.pipeline() as pipeline:
        for name, cases in jobs:
            queue.enqueue_call(name, args=(cases,), timeout=doorbell.SECONDS_A_JOB_MAY_TAKE, result_ttl=0,
                               ttl=doorbell.SECONDS_A_RING_IS_HEARD, failure_ttl=3600, pipeline=pipeline)
        pipeline.execute()


def next_mark(redis: Redis) -> float:
    """When the next marker ran, in seconds since boot. Raises TimeoutError."""
    for _second in range(PATIENCE_SECONDS):
        found = redis.blpop([MARKS], timeout=1)
        if found:
            return float(found[1])
    raise TimeoutError(f"the worker did not come so far within {PATIENCE_SECONDS} s")
