"""The clock: says when to look. Exactly one of these runs.

It knows the jobs by name only, and neither the database nor the carrier.
"""

from __future__ import annotations

import logging

from redis import Redis
from rq import Queue
from rq.cron import CronJob, CronScheduler
from rq.utils import now

from jobs import PERIODIC
from jobs.patience import while_redis_lives
from voice_gateway import log_lines, settings


class Clock(CronScheduler):
    """RQ's scheduler, ringing with JSON; a tick that no worker hears is forgotten, not piled up."""

    def __init__(self, redis: Redis) -> None:
        super().__init__(redis, logging_level=logging.WARNING)
        self._cron_jobs = [
            CronJob(each.queue, func_name=each.job, interval=each.every, job_timeout=each.within)
            for each in PERIODIC
        ]

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


def run() -> None:
    """Tick. Raises WrongSettings before it begins."""
    chosen = settings.from_environment()
    log_lines.begin(chosen.log_format, chosen.log_level)

    def tick(redis: Redis) -> bool:
        Clock(redis).start()  # type: ignore[no-untyped-call]
        return True

    while_redis_lives(chosen, tick)
