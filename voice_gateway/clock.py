"""The only clock.

Everything that asks what time it is asks here, so that tests can turn its hands
and a demo can make them run faster.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

Source = Callable[[], datetime]


def _real() -> datetime:
    return datetime.now(UTC)


_source: Source = _real


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _source()


def follow(source: Source | None) -> None:
    """From now on ask `source` what time it is; None is the real clock again."""
    global _source  # noqa: PLW0603 - one process has one clock
    _source = source or _real


def run(speed: float, data_dir: Path) -> None:
    """Let `speed` seconds pass for the house in one real second.

    All processes that share a data folder must agree on the time, so the moment at which the clock
    began to run fast is kept there.
    """
    if speed != 1:
        follow(accelerated(speed, _origin(data_dir)))


def accelerated(speed: float, origin: float) -> Source:
    """A clock that showed real time at `origin` (seconds since 1970) and has run fast since."""
    return lambda: datetime.fromtimestamp(origin + (time.time() - origin) * speed, UTC)


def _origin(data_dir: Path) -> float:
    kept = data_dir / "clock-origin"
    data_dir.mkdir(parents=True, exist_ok=True)
    try:
        with kept.open("x") as file:
            file.write(repr(time.time()))
    except FileExistsError:
        pass
    return float(kept.read_text())
