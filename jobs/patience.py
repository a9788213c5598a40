"""Redis may be away: wait for it, and start the embedded one where no other is named."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from redis import Redis
from redis.exceptions import RedisError

from voice_gateway import embedded_redis
from voice_gateway.settings import Settings

log = logging.getLogger(__name__)

WAIT_SECONDS = 1


def while_redis_lives(settings: Settings, do: Callable[[Redis], bool]) -> None:
    """Do this with a Redis; when it is lost, wait for it and begin again. `do` tells whether to stop."""
    stopped = False
    while not stopped:
        try:
            url = settings.redis_url or embedded_redis.ensure(settings.data_dir)
            stopped = do(Redis.from_url(url, socket_connect_timeout=WAIT_SECONDS))
        except RedisError as error:
            log.warning("waiting for Redis: %s", error)
        if not stopped:
            time.sleep(WAIT_SECONDS)
