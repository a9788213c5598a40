"""What recurs: each job exists, says why, and is bounded."""

from __future__ import annotations

import importlib
import json
import zlib
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from jobs import PERIODIC, QUEUES, Periodic
from jobs.clock import Clock
from jobs.forget_knocks import forget_knocks
from tests.house import House
from voice_gateway.doorbell import redis_client
from voice_gateway.store.tables import KnockRow


@pytest.mark.parametrize("line", PERIODIC, ids=lambda line: line.job)
def test_each_line_of_the_table_is_a_job_with_a_reason(line: Periodic) -> None:
    module, _, name = line.job.rpartition(".")
    assert callable(getattr(importlib.import_module(module), name))
    assert line.queue in QUEUES
    assert line.why
    assert 0 < line.within <= 300


def test_the_clock_rings_with_names_and_nothing_pickled(redis_url: str) -> None:
    redis = redis_client(redis_url)
    clock = Clock(redis)
    clock.enqueue_jobs()
    waiting = [key for name in QUEUES for key in redis.lrange(f"rq:queue:{name}", 0, -1)]
    assert len(waiting) == len(PERIODIC)
    for key in waiting:
        packed: Any = redis.hget(f"rq:job:{key.decode()}", "data")
        called, *_rest = json.loads(zlib.decompress(packed))
        assert called in {line.job for line in PERIODIC}
    assert clock.enqueue_jobs() == []


@pytest.mark.weather("calm")
def test_knocks_are_forgotten_when_no_limit_counts_them(house: House) -> None:
    now = house.time.now()
    with house.store.transaction() as memory:
        memory.execute(insert(KnockRow), [{"what": "old", "at": now - timedelta(days=3)},
                                          {"what": "new", "at": now - timedelta(hours=1)}])
    forget_knocks()
    assert [row.what for row in house.rows(select(KnockRow.what))] == ["new"]
