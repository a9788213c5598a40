"""When the house has something to do next: a scenario has many idle seconds, and each would cost queries to find nothing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, event, func, select

from voice_gateway.store import Store
from voice_gateway.store.tables import CaseRow, ClimbRow, OrderRow, PagerRow

EARLIEST = select(
    select(func.min(OrderRow.due_at)).where(OrderRow.done_at.is_(None)).scalar_subquery(),
    select(func.min(ClimbRow.due_at)).where(ClimbRow.ended_at.is_(None)).scalar_subquery(),
    select(func.min(PagerRow.due_at)).scalar_subquery(),
    select(func.min(CaseRow.look_at)).where(CaseRow.closed_at.is_(None)).scalar_subquery(),
)


class NextDue:
    """The earliest moment at which anything can be due; read anew only after something was written."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._is_known = False
        self._earliest: datetime | None = None
        event.listen(store.engine, "commit", self._was_written)

    def is_reached(self, now: datetime) -> bool:
        """May there be something to do? Where this says no there is nothing."""
        if not self._is_known:
            self._is_known = True  # first, for whoever writes meanwhile makes it unknown again
            with self._store.reading() as memory:
                self._earliest = min((each for each in memory.execute(EARLIEST).one() if each), default=None)
        return self._earliest is not None and self._earliest <= now

    def _was_written(self, _connection: Connection) -> None:
        self._is_known = False
