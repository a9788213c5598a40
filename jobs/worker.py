"""The worker: does the jobs until told to stop."""

from __future__ import annotations

from types import FrameType

from redis import Redis
from rq.worker import SimpleWorker

from jobs import QUEUES
from jobs.patience import while_redis_lives
from jobs.workshop import workshop
from voice_gateway import log_lines
from voice_gateway.store.schema import must_be_at_head


class PatientWorker(SimpleWorker):
    """RQ's own worker, which looks for a lost Redis every few seconds instead of every minute.

    Jobs are done in this very process: a fork for each took half of the processor in a rush.
    """

    max_connection_wait_time = 4.0
    was_told_to_stop = False

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Remember it: RQ tells an idle worker's wish to stop by an exception alone."""
        self.was_told_to_stop = True
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]


def run() -> None:
    """Work. Raises WrongSettings and OldSchema before it begins."""
    gateway = workshop().gateway
    log_lines.begin(gateway.settings.log_format, gateway.settings.log_level)
    must_be_at_head(gateway.store)

    def work(redis: Redis) -> bool:
        mine = PatientWorker(list(QUEUES), connection=redis, serializer="json", maintenance_interval=60)
        mine.work(logging_level="WARNING")
        return mine.was_told_to_stop

    while_redis_lives(gateway.settings, work)
