"""The doorbell: tells a worker that something is due. It may fail, and is never trusted.

It rings once per commit, from a thread of its own, so that no webhook ever
waits for Redis. When nobody hears it the tick finds the order within seconds.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import Protocol

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.cron_scheduler_registry import get_registry_key

log = logging.getLogger(__name__)

DELIVER = "jobs.deliver.deliver"
QUEUE = "urgent"
SECONDS_TO_CONNECT = 0.5
SECONDS_A_JOB_MAY_TAKE = 60
SECONDS_A_RING_IS_HEARD = 60
CASES_PER_RING = 50
LINGER_SECONDS = 0.02  # our own reply leaves first, and a rush of webhooks shares one ring


class Ringer(Protocol):
    """Whatever carries the sound: Redis in the house, the scenario's own worker in a test."""

    def __call__(self, case_ids: list[int], /) -> None: ...


class Doorbell:
    """Collects what a transaction owes, and rings when it stands."""

    def __init__(self, ringer: Ringer) -> None:
        self._ringer = ringer
        self._held = threading.local()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the bell while a transaction runs; ring if it stood, be silent if it fell."""
        self._held.cases = []
        yield
        cases, self._held.cases = self._held.cases, []
        if cases:
            self._ringer(cases)

    def after_commit(self, case_id: int) -> None:
        """Something is due on this case as soon as the present transaction stands."""
        self._held.cases.append(case_id)


class OwnBell:
    """A worker's bell: it hears what its own work has made due, and goes on with it without Redis."""

    def __init__(self) -> None:
        self._heard: list[int] = []

    def __call__(self, case_ids: list[int], /) -> None:
        self._heard += case_ids

    def heard(self) -> list[int]:
        """The cases for which it rang since it was asked last."""
        cases, self._heard = self._heard, []
        return list(dict.fromkeys(cases))


def clocks(redis: Redis) -> dict[str, float]:
    """Every clock that has rung here and not said goodbye, and when it was last heard, by its own watch.

    A clock that was killed stays for two minutes: whoever wants to know which of them live looks twice.
    """
    heard: list[tuple[bytes, float]] = redis.zrange(get_registry_key(), 0, -1, withscores=True)  # type: ignore[assignment]  # the library tells every shape at once
    return {name.decode(): float(at) for name, at in heard}


def redis_client(url: str) -> Redis:
    """A client that gives up at once: nobody waits for the bell."""
    return Redis.from_url(url, socket_connect_timeout=SECONDS_TO_CONNECT, socket_timeout=SECONDS_TO_CONNECT,
                          retry=Retry(NoBackoff(), 0))


class RedisRinger:
    """Enqueues the delivery job by its dotted name, from one thread, several cases at a time."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._waiting: SimpleQueue[int] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def __call__(self, case_ids: list[int]) -> None:
        for case_id in case_ids:
            self._waiting.put(case_id)
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._ring, name="doorbell", daemon=True)
                    self._thread.start()

    def _ring(self) -> None:
        queue = Queue(QUEUE, connection=redis_client(self._url), serializer="json")
        while True:
            cases = [self._waiting.get()]
            time.sleep(LINGER_SECONDS)
            while len(cases) < CASES_PER_RING:
                try:
                    cases.append(self._waiting.get_nowait())
                except Empty:
                    break
            try:
                enqueue(queue, sorted(set(cases)))
            except RedisError as error:
                log.warning("the doorbell is silent, the tick will find it: %s", error)


def enqueue(queue: Queue, case_ids: list[int]) -> None:
    """One job for these cases. Raises RedisError when Redis does not answer."""
    with queue.connection.pipeline(transaction=False) as one_trip:
        queue.enqueue_call(DELIVER, args=(case_ids,), timeout=SECONDS_A_JOB_MAY_TAKE, result_ttl=0,
                           ttl=SECONDS_A_RING_IS_HEARD, failure_ttl=3600, pipeline=one_trip)
        one_trip.execute()
