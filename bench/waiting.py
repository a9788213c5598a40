"""To wait for what real processes do, and to tell what kept it away."""

from __future__ import annotations

import time
from collections.abc import Callable

OFTEN_SECONDS = 0.005
SELDOM_SECONDS = 0.25


def wait_until(it_is_so: Callable[[], object], end: float, otherwise: Callable[[], str], every: float = OFTEN_SECONDS) -> None:
    """Look again and again, at intervals of so many seconds. Raises AssertionError when it is not so by `end` (of `time.monotonic`)."""
    while not it_is_so():
        assert time.monotonic() < end, otherwise()
        time.sleep(every)
