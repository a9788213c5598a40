"""`python -m jobs worker` and `python -m jobs clock`: the two processes behind the web."""

from __future__ import annotations

import logging
import os
import sys
import time

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.cron import CronScheduler

from jobs import PERIODIC, QUEUES, deliver, look_after_legs, look_for_work, workshop
from voice_gateway import embedded_redis, log_lines, settings
from voice_gateway.store import migrate

log = logging.getLogger("jobs")

LOOKED_FOR = (deliver, look_after_legs, look_for_work)
