"""Is the house well? For operators and their machines."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, current_app, jsonify
from redis.exceptions import RedisError

from voice_gateway import clock
from voice_gateway.doorbell import redis_client
from voice_gateway.gateway import Gateway, redis_url
from voice_gateway.store import MemoryLost, look_up, schema

door = Blueprint("health", __name__)

WORKER_IS_LATE = timedelta(seconds=60)
ORDER_IS_LATE = timedelta(seconds=120)


@door.get("/healthz")
def healthz() -> Response:
    """This process answers."""
    return jsonify(status="ok")


@door.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Everything that a call needs answers; 503 naming each thing that does not."""
    gateway: Gateway = current_app.extensions["gateway"]
    issues = [*_memory(gateway), *_redis(gateway)]
    return jsonify(status="ready" if not issues else "not ready", issues=issues), 503 if issues else 200


def _memory(gateway: Gateway) -> list[str]:
    now = clock.now()
    speed = gateway.settings.clock_speed
    try:
        schema.must_be_at_head(gateway.store)
        with gateway.store.reading() as memory:
            seen = look_up.last_sign_of_life(memory, "worker")
            owed = look_up.oldest_owed(memory, now)
    except schema.OldSchema as error:
        return [str(error)]
    except MemoryLost:
        return ["the database does not answer"]
    issues = []
    if seen is None or now - seen > WORKER_IS_LATE * speed:
        issues.append("no worker has looked for work for a minute: are worker and clock running?")
    if owed is not None and now - owed > ORDER_IS_LATE * speed:
        issues.append("something has been due for two minutes: see voice-gateway owed")
    return issues


def _redis(gateway: Gateway) -> list[str]:
    try:
        redis_client(redis_url(gateway.settings)).ping()
    except RedisError:
        return ["Redis does not answer"]
    return []
