"""How long people wait: reads for the line in which they stand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from voice_gateway.store.tables import CaseRow, JournalRow

LINES_LOOKED_AT = 5000
_ASKED = ("asked for a call", "joined the line")
_WORDS = (*_ASKED, "will ring", "looks after it", "talking")
_IN_LINE = ("waiting", "asking")


def recent(connection: Connection) -> list[timedelta]:
    """From asking for a call, or ringing us, to talking, for those lately who wanted it at once, shortest first.

    Who chose a time, or asked while the house was closed, or whose case became somebody's work, did not
    wait in line and is not counted.
    Looks at the newest lines of the journal only, so it costs the same however long that is.
    """
    newest = connection.scalar(select(func.max(JournalRow.id))) or 0
    asked: dict[int, datetime] = {}
    waits: dict[int, timedelta] = {}
    for case_id, at, what in connection.execute(
        select(JournalRow.case_id, JournalRow.at, JournalRow.what)
        .where(JournalRow.id > newest - LINES_LOOKED_AT, JournalRow.what.in_(_WORDS)).order_by(JournalRow.id)
    ):
        if what in _ASKED:
            asked.setdefault(case_id, at)
        elif what == "looks after it" or (what == "will ring" and asked.get(case_id) == at):
            asked.pop(case_id, None)
        elif what == "talking" and case_id in asked:
            waits[case_id] = at - asked.pop(case_id)
    return sorted(waits.values())


def place(connection: Connection, case_id: int, now: datetime) -> int:
    """The place in the line of those who wait to be rung now; 0 for who does not stand in it."""
    mine = connection.execute(
        select(CaseRow.wanted_at, CaseRow.due_at, CaseRow.state, CaseRow.urgent).where(CaseRow.id == case_id)
    ).one()
    if mine.state not in _IN_LINE or mine.due_at > now:
        return 0
    ahead = connection.scalar(
        select(func.count()).select_from(CaseRow)
        .where(CaseRow.closed_at.is_(None), CaseRow.owner_id.is_(None), CaseRow.state.in_(_IN_LINE),
               CaseRow.due_at <= now,
               _before(mine.urgent, mine.wanted_at, case_id))
    )
    return 1 + int(ahead or 0)


def _before(urgent: bool, wanted_at: datetime, case_id: int) -> Any:
    """Who goes first: the important, then who has waited longest."""
    earlier = (CaseRow.wanted_at < wanted_at) | ((CaseRow.wanted_at == wanted_at) & (CaseRow.id < case_id))
    return CaseRow.urgent & earlier if urgent else CaseRow.urgent | earlier


def length(connection: Connection, now: datetime) -> int:
    """How many stand in the line now."""
    return int(connection.scalar(
        select(func.count()).select_from(CaseRow)
        .where(CaseRow.closed_at.is_(None), CaseRow.owner_id.is_(None), CaseRow.state.in_(_IN_LINE),
               CaseRow.due_at <= now)) or 0)
