"""Who works: the workers, what they have left undone, and the one clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from voice_gateway import clock
from voice_gateway.doctor.finding import Finding, error, ok, warning
from voice_gateway.doctor.patient import Patient
from voice_gateway.doorbell import clocks
from voice_gateway.store import look_up

WORKER_IS_LATE = timedelta(seconds=60)
ORDER_IS_LATE = timedelta(seconds=120)
A_BEAT_SECONDS = 2.5
"""A clock beats every second."""


def worker(patient: Patient) -> Iterator[Finding]:
    """Was a worker seen lately?"""
    with patient.store.reading() as memory:
        seen = look_up.last_sign_of_life(memory, "worker")
    speed, mend = patient.settings.clock_speed, "run at least one worker and exactly one clock, as the Procfile says"
    if seen is None:
        yield error("no worker was ever seen", mend)
    elif clock.now() - seen > WORKER_IS_LATE * speed:
        yield error(f"no worker was seen since {seen:%Y-%m-%d %H:%M} UTC", mend)
    else:
        yield ok(f"seen {max(0, round((clock.now() - seen).total_seconds() / speed))} s ago")


def backlog(patient: Patient) -> Iterator[Finding]:
    """Is what was due done?"""
    with patient.store.reading() as memory:
        since = look_up.oldest_owed(memory, clock.now())
    if since is not None and clock.now() - since > ORDER_IS_LATE * patient.settings.clock_speed:
        yield warning(f"something has been due since {since:%Y-%m-%d %H:%M} UTC", "voice-gateway owed")
    else:
        yield ok("nothing is overdue")


def one_clock(patient: Patient) -> Iterator[Finding]:
    """Does exactly one clock run? Looked at twice: one that was killed cannot say goodbye, but beats no more."""
    before = clocks(patient.redis)
    patient.seams.wait(A_BEAT_SECONDS)
    beating = sorted(name for name, at in clocks(patient.redis).items() if before.get(name) != at)
    if not beating:
        yield error("no clock runs: nobody looks for work", "run `python -m jobs clock`, exactly once")
    elif len(beating) > 1:
        yield warning(f"{len(beating)} clocks run: {', '.join(map(_whose, beating))}", "stop all but one: each looks for all the work")
    else:
        yield ok(f"exactly one, {_whose(beating[0])}")


def _whose(name: str) -> str:
    """RQ names a clock for its machine, its process and a random word."""
    host, _, rest = name.partition(":")
    return f"process {rest.partition(':')[0]} on {host}"
