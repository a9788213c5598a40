"""What recurs: each job exists, says why, and is bounded."""

from __future__ import annotations

import importlib
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from jobs import PERIODIC, QUEUES
from jobs.clock import Clock
from jobs.forget_knocks import forget_knocks
from tests.house import House
from voice_gateway.doorbell import redis_client
from voice_gateway.store.tables import KnockRow


@pytest.mark.parametrize("line", PERIODIC, ids=lambda line: line.job)
def test_each_line_of_the_table_is_a_job_with_a_reason(line: object) -> None:
    assert line in PERIODIC
    module, _, name = line.job.rpartition(".")  # type: ignore[attr-defined]
    assert callable(getattr(importlib.import_module(module), name))
    assert line.queue in QUEUES  # type: ignore[attr-defined]
    assert line.why  # type: ignore[attr-defined]
    assert 0 < line.within <= 300  # type: ignore[attr-defined]


def test_the_clock_rings_with_names_and_nothing_pickled(redis_url: str) -> None:
    redis = redis_client(redis_url)
    clock = Clock(redis)
    clock.enqueue_jobs()
    waiting = [key for name in QUEUES for key in redis.lrange(f"rq:queue:{name}", 0, -1)]
    assert len(waiting) == len(PERIODIC)
    for key in waiting:
        data = redis.hget(f"rq:job:{key.decode()}", "data")
        assert data is not None
        assert b"jobs." in data or data.startswith(b"x")
    assert clock.enqueue_jobs() == []


@pytest.mark.weather("calm")
def test_knocks_are_forgotten_when_no_limit_counts_them(house: House) -> None:
    now = house.time.now()
    with house.store.transaction() as memory:
        memory.execute(insert(KnockRow), [{"what": "old", "at": now - timedelta(days=3)},
                                          {"what": "new", "at": now - timedelta(hours=1)}])
    forget_knocks()
    assert [row.what for row in house.rows(select(KnockRow.what))] == ["new"]
