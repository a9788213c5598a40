"""The worker, which does the jobs, and the clock, which says when to look.

Both live without Redis for a while: they wait for it, and start the embedded
one where no other is named.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.cron import CronJob, CronScheduler
from rq.utils import now

from jobs import PERIODIC, QUEUES, Workshop, look_after_legs, look_for_work, workshop
from voice_gateway import embedded_redis, log_lines
from voice_gateway.store import migrate

log = logging.getLogger("jobs")

WAIT_FOR_REDIS_SECONDS = 1
JOBS = {f"{each.__module__}.{each.__name__}": each
        for each in (look_for_work.look_for_work, look_after_legs.look_after_legs)}


class PatientWorker(Worker):
    """RQ's own worker, which looks for a lost Redis every few seconds instead of every minute."""

    max_connection_wait_time = 4.0


class Clock(CronScheduler):
    """RQ's scheduler, ringing with JSON; a tick that no worker hears is forgotten, not piled up."""

    def enqueue_jobs(self) -> list[CronJob]:
        """Enqueue what is due now."""
        due = [each for each in self.get_jobs() if each.should_run()]
        for each in due:
            assert each.interval is not None, "our periodic jobs have intervals"
            queue = Queue(each.queue_name, connection=self.connection, serializer="json")
            queue.enqueue_call(each.func_name, timeout=each.job_options["job_timeout"], result_ttl=0,
                               ttl=2 * each.interval, failure_ttl=3600)
            each.set_enqueue_time(now())
        return due


def worker() -> None:
    """Do jobs until told to stop."""
    shop = _begin()
    migrate.must_be_at_head(shop.gateway.store)
    shop.gateway.store.close()

    def work(redis: Redis) -> bool:
        mine = PatientWorker(list(QUEUES), connection=redis, serializer="json", maintenance_interval=60)
        mine.work(logging_level="WARNING")
        return mine._stop_requested

    _while_redis_lives(shop, work)


def clock() -> None:
    """Say when to look. Exactly one of these runs."""
    shop = _begin()

    def tick(redis: Redis) -> bool:
        scheduler = Clock(redis, logging_level=logging.WARNING)
        for each in PERIODIC:
            job = JOBS[each.job]
            scheduler.register(job, job.queue, interval=each.every, job_timeout=each.within)  # type: ignore[attr-defined]
        scheduler.start()  # type: ignore[no-untyped-call]
        return True

    _while_redis_lives(shop, tick)


def _begin() -> Workshop:
    shop = workshop()
    chosen = shop.gateway.settings
    log_lines.begin(chosen.log_format, chosen.log_level)
    return shop


def _while_redis_lives(shop: Workshop, do: Callable[[Redis], bool]) -> None:
    """Do this with a Redis; when it is lost, wait for it and begin again. `do` tells whether to stop."""
    chosen = shop.gateway.settings
    stopped = False
    while not stopped:
        try:
            url = chosen.redis_url or embedded_redis.ensure(chosen.data_dir)
            stopped = do(Redis.from_url(url, socket_connect_timeout=WAIT_FOR_REDIS_SECONDS))
        except RedisError as error:
            log.warning("waiting for Redis: %s", error)
        if not stopped:
            time.sleep(WAIT_FOR_REDIS_SECONDS)
