"""Who is on duty in a schedule, the one who counts first: asked by ladders, and by whoever wants to know who would be rung."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from flows.coverage import standing_in
from flows.house import Duty
from voice_gateway.store.tables import CalendarRow, DutyRow, PersonRow

_duties = (
    select(DutyRow.person_id, DutyRow.begins_at, DutyRow.ends_at)
    .join(CalendarRow, CalendarRow.id == DutyRow.calendar_id).join(PersonRow, PersonRow.id == DutyRow.person_id)
    .where(CalendarRow.name == bindparam("schedule"), CalendarRow.is_schedule, ~PersonRow.gone)
)


def of_schedule(connection: Connection, schedule: str, at: datetime) -> list[int]:
    """The ids of those who are on duty then. They are kept in pieces of a day, and make whole duties again here."""
    duties: dict[int, list[Duty]] = defaultdict(list)
    for row in connection.execute(_duties, {"schedule": schedule}):
        duties[row.person_id].append(Duty(row.begins_at, row.ends_at))
    return standing_in(duties, at)
