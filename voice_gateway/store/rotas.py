"""Which calendars the house follows, as its file says."""

from __future__ import annotations

from sqlalchemy import delete, insert, select, update

from voice_gateway.house_file import HouseFile
from voice_gateway.store.tables import CalendarRow, DutyRow
from voice_gateway.store.van import Van


def wanted(van: Van, house: HouseFile) -> dict[str, int]:
    """The ids of the calendars that the file names, by their names. A new one is looked at soon.

    Their addresses are often secrets, and are not told.
    """
    sources = {each.calendar: (each.calendar, False) for each in house.people if each.calendar}
    sources |= {each.name: (each.calendar, True) for each in house.schedules}
    known = {row.name: row for row in van.run(select(*CalendarRow.__table__.columns))}
    ids = {}
    for name, (source, is_schedule) in sources.items():
        row = known.get(name)
        if row is None:
            ids[name] = van.run(insert(CalendarRow).returning(CalendarRow.id), {
                "name": name, "source": source, "is_schedule": is_schedule, "look_at": van.now}).scalar_one()
            van.tell("add", f"schedule {name}" if is_schedule else "calendar")
            continue
        ids[name] = row.id
        if row.source != source:
            van.run(update(CalendarRow).where(CalendarRow.id == row.id).values(source=source))
            van.tell("change", f"schedule {name}: calendar")
    return ids


def unused(van: Van, needed: dict[str, int]) -> None:
    """Forget the calendars that nobody follows any more. Whatever changed, those that stay are looked at soon."""
    for row in van.run(select(CalendarRow.id, CalendarRow.name, CalendarRow.is_schedule)).all():
        if row.id not in needed.values():
            van.run(delete(DutyRow).where(DutyRow.calendar_id == row.id))
            van.run(delete(CalendarRow).where(CalendarRow.id == row.id))
            van.tell("remove", f"schedule {row.name}" if row.is_schedule else "calendar")
    if van.told:
        van.run(update(CalendarRow).values(look_at=van.now))
