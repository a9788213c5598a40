"""One line in a case's journal, of what no story did."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert

from voice_gateway.store.tables import JournalRow


def note(connection: Connection, case_id: int, what: str, who: str, detail: str, now: datetime) -> None:
    """What was done, by whom, and why."""
    connection.execute(insert(JournalRow), {"case_id": case_id, "at": now, "what": what, "who": who, "detail": detail})
