"""How PostgreSQL is opened; imported only where it is used, since its driver is an extra."""

from __future__ import annotations

from typing import Any

import psycopg
from sqlalchemy import URL, Engine, create_engine


class Brisk(psycopg.Cursor[Any]):
    """A cursor that tells of each column its name and its type, which is all that is asked for here.

    psycopg makes an object that can tell far more for every column of every answer: a third of all calls
    for a row of twenty columns (docs/decisions/0022).
    """

    @property
    def description(self) -> Any:
        """PEP 249's seven fields a column, of which two are filled; None when there is no row to come."""
        result = self.pgresult
        if result is None or not result.nfields:
            return None
        return [(result.fname(each).decode(), result.ftype(each), None, None, None, None, None)  # type: ignore[union-attr]
                for each in range(result.nfields)]


def engine(parsed: URL, busy_timeout_seconds: int) -> Engine:
    """An engine that has not connected yet."""
    return create_engine(parsed.set(drivername="postgresql+psycopg"), hide_parameters=True, pool_size=20, max_overflow=20,
                         pool_timeout=busy_timeout_seconds, pool_pre_ping=False,
                         connect_args={"connect_timeout": busy_timeout_seconds, "cursor_factory": Brisk,
                                       "options": f"-c lock_timeout={busy_timeout_seconds}s -c timezone=UTC"})
