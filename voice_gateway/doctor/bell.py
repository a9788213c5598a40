"""What tells workers that there is work: Redis. Nothing is owed there that the database does not know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from redis.exceptions import RedisError

from voice_gateway.doctor.finding import Finding, error, ok, warning
from voice_gateway.doctor.patient import Patient
from voice_gateway.embedded_redis import RedisUnavailable

NEVER_FORGETS = "noeviction"


def redis(patient: Patient) -> Iterator[Finding]:
    """Does Redis answer?"""
    try:
        told = _info(patient)
    except (RedisError, RedisUnavailable, ValueError) as lost:
        mend = "start it, or correct REDIS_URL" if patient.settings.redis_url else \
            "start the worker or the clock: they bring the Redis of DATA_DIR with them"
        yield error(f"it does not answer: {lost}", mend)
    else:
        yield ok(f"{told.get('server_name', 'redis')} {told.get('valkey_version') or told.get('redis_version', '')}".strip())


def room(patient: Patient) -> Iterator[Finding]:
    """What does it do when its memory is full?"""
    told = _info(patient)
    policy, limit = told.get("maxmemory_policy", "unknown"), int(told.get("maxmemory", 0))
    mend = f"set maxmemory-policy {NEVER_FORGETS}"
    if policy == NEVER_FORGETS:
        yield ok(NEVER_FORGETS)
    elif limit:
        yield error(f"when it is full it forgets jobs: {policy}", mend)
    else:
        yield warning(f"it has no limit today, with one it would forget jobs: {policy}", mend)


def persistence(patient: Patient) -> Iterator[Finding]:
    """Does it still know its jobs after a restart?"""
    told = _info(patient)
    if told.get("aof_enabled"):
        yield ok("append-only file")
    elif _snapshots(patient):
        yield ok("snapshots")
    else:
        yield warning("it forgets everything in a restart; what is owed is found again within seconds, by the clock",
                      "set appendonly yes")


def _info(patient: Patient) -> dict[str, Any]:
    return dict(patient.redis.info())


def _snapshots(patient: Patient) -> bool:
    try:
        return bool(patient.redis.config_get("save").get("save"))
    except RedisError:  # many who rent out a Redis do not tell, but keep it
        return True
