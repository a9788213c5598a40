"""How gunicorn serves the doors: `gunicorn --config python:voice_gateway.gunicorn_conf`.

One process with many threads is the most that fits into little memory; whoever
has more of it says so with WEB_CONCURRENCY. The house is built once, before the
workers are forked, so that they share what it takes. What stands on the command
line comes before what stands here.
"""

from __future__ import annotations

import gc
import logging
import os
import re
import sys
from typing import Any

from gunicorn import glogging  # type: ignore[import-untyped]

from voice_gateway.settings import WrongSettings
from voice_gateway.store import MemoryLost
from voice_gateway.store.schema import OldSchema
from voice_gateway.web import create_app

SECONDS = 1


def doors() -> object:
    """The application, with nothing left open that processes must not share.

    A connection to the database would be torn between parent and child, so the look at its shape is
    closed again; each worker opens its own. What has been built is frozen, or else every worker's
    first sweep for garbage would copy it.
    """
    try:
        app = create_app()
    except (WrongSettings, OldSchema, MemoryLost) as error:
        sys.exit(f"voice-gateway: {error}")
    app.extensions["gateway"].store.close()
    gc.collect()
    gc.freeze()
    return app


class HouseLog(glogging.Logger):  # type: ignore[misc]
    """Gunicorn's own messages go the way of all others, where numbers are masked."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.filters[:] = [without_query]
        self.error_log.propagate = True


def without_query(record: logging.LogRecord) -> bool:
    """What stands after the ? of an address is nobody's business."""
    record.msg, record.args = re.sub(r"\?[^\s'\"]*", "?…", record.getMessage()), None
    return True


wsgi_app = "voice_gateway.gunicorn_conf:doors()"
preload_app = True
bind = f"0.0.0.0:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
threads = 16
worker_connections = 1000
timeout = 30 * SECONDS
graceful_timeout = 15 * SECONDS  # the carrier waits no longer: https://www.twilio.com/docs/usage/webhooks
keepalive = 65 * SECONDS  # longer than a proxy in front, which must be the one to hang up
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - heartbeats, not on disk
accesslog = None
logger_class = HouseLog
control_socket_disable = True
