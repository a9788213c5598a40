"""What we do later, on RQ.

A job carries ids and nothing else. The truth of what is owed stands in the
database; Redis only tells that it is time to look. RQ's own retries and
scheduler are off: after a worker's death they run a job twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from voice_gateway import settings
from voice_gateway.carrier import Carrier
from voice_gateway.gateway import Gateway, open_gateway

QUEUES = ("urgent", "calm")
SECONDS = 1


@dataclass(frozen=True, slots=True)
class Periodic:
    """A line in the table of all that recurs: which job, how often, why, and within what time."""

    job: str
    every: int
    why: str
    within: int


PERIODIC = (
    Periodic("jobs.look_for_work.look_for_work", every=1 * SECONDS, within=30 * SECONDS,
             why="finds what is due, and what a dead worker or a silent bell left behind"),
    Periodic("jobs.look_after_legs.look_after_legs", every=15 * SECONDS, within=60 * SECONDS,
             why="asks the carrier about calls that we should have heard of by now"),
)


@dataclass(frozen=True, slots=True)
class Workshop:
    """What a job works with."""

    gateway: Gateway
    carrier: Carrier


_opened: list[Workshop] = []


def workshop() -> Workshop:
    """This process's workshop, opened from the environment the first time."""
    if not _opened:
        gateway = open_gateway(settings.from_environment())
        _opened.append(Workshop(gateway, Carrier(gateway.settings)))
    return _opened[0]


def work_in(given: Workshop | None) -> None:
    """Work here from now on; None forgets it. For the scenarios, which bring their own."""
    _opened[:] = [given] if given else []


def job(queue: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declare a job: a function of the workshop and of ids."""

    def declare(do: Callable[..., None]) -> Callable[..., None]:
        if queue not in QUEUES:
            raise ValueError(f"there is no queue {queue!r}, only {', '.join(QUEUES)}")

        @wraps(do)
        def run(*ids: Any) -> None:
            do(workshop(), *ids)

        run.queue = queue  # type: ignore[attr-defined]
        return run

    return declare
