"""Which calendars the house follows, as its file says, and who is on duty, as they say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from flows.coverage import merged
from flows.house import Duty
from voice_gateway.house_file import HouseFile
from voice_gateway.store.search import LONGEST_DUTY
from voice_gateway.store.tables import AnyRow, CalendarRow, DutyRow, HouseRow, PersonRow
from voice_gateway.store.van import Van

REMEMBERED = timedelta(days=60)


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
            _tell_the_house(van.connection, van.now)
    if van.told:
        van.run(update(CalendarRow).values(look_at=van.now))


@dataclass(frozen=True, slots=True)
class Follower:
    """Somebody of the house, and the calendar that is their hours, if any."""

    id: int
    name: str
    calendar_id: int | None


def due(connection: Connection, now: datetime, most: int) -> list[AnyRow]:
    """The calendars that are to be looked at, the longest due first."""
    return list(connection.execute(
        select(*CalendarRow.__table__.columns).where(CalendarRow.look_at <= now)
        .order_by(CalendarRow.look_at, CalendarRow.id).limit(most)).all())


def zone(connection: Connection) -> str:
    """The zone of the house's clock on the wall."""
    return connection.scalar(select(HouseRow.time_zone)) or "UTC"


def followers(connection: Connection) -> list[Follower]:
    """All who are of the house."""
    rows = connection.execute(select(PersonRow.id, PersonRow.name, PersonRow.calendar_id).where(~PersonRow.gone).order_by(PersonRow.name))
    return [Follower(*row) for row in rows]


def claim(connection: Connection, calendar_id: int, look_at: datetime, problem: str) -> None:
    """It is being read: if that never ends, others are not kept waiting, and it is told."""
    connection.execute(update(CalendarRow).where(CalendarRow.id == calendar_id).values(look_at=look_at, problem=problem))


def keep(connection: Connection, calendar_id: int, text: str | None, problem: str, duties: dict[int, list[Duty]] | None,
         now: datetime) -> None:
    """Write down a good copy if there is a new one, what is wrong if anything is, and who is on duty by it from now on.

    What was stays as it was, for those who ask later; of a calendar that is read for the first time, what is under way is
    kept from its beginning. The work is done only when something changed.
    """
    good = {"kept": text, "kept_at": now} if text is not None else {}
    connection.execute(update(CalendarRow).where(CalendarRow.id == calendar_id).values(problem=problem, **good))
    if duties is None or _known(connection, calendar_id, now) == _from(duties, now):
        return
    ours = DutyRow.calendar_id == calendar_id
    connection.execute(delete(DutyRow).where(ours, (DutyRow.begins_at >= now) | (DutyRow.ends_at < now - REMEMBERED)))
    connection.execute(update(DutyRow).where(ours, DutyRow.ends_at > now).values(ends_at=now))
    is_new = connection.scalar(select(DutyRow.id).where(ours).limit(1)) is None
    rows = [{"calendar_id": calendar_id, "person_id": person, "begins_at": begins, "ends_at": ends}
            for person, stretches in (duties if is_new else _from(duties, now)).items() for stretch in stretches for begins, ends in _pieces(stretch)]
    if rows:
        connection.execute(insert(DutyRow), rows)
    _tell_the_house(connection, now)


def _known(connection: Connection, calendar_id: int, now: datetime) -> dict[int, list[Duty]]:
    """Who is on duty by it from now on, as it is written down."""
    found: dict[int, list[Duty]] = {}
    rows = connection.execute(select(DutyRow.person_id, DutyRow.begins_at, DutyRow.ends_at).where(
        DutyRow.calendar_id == calendar_id, DutyRow.ends_at > now))
    for row in rows:
        found.setdefault(row.person_id, []).append(Duty(row.begins_at, row.ends_at))
    return _from(found, now)


def _from(duties: dict[int, list[Duty]], now: datetime) -> dict[int, list[Duty]]:
    """The same from this moment on, in as few stretches as it takes."""
    ahead = {person: merged(Duty(max(each.begins, now), each.ends) for each in theirs) for person, theirs in duties.items()}
    return {person: theirs for person, theirs in ahead.items() if theirs}


def _pieces(duty: Duty) -> Iterator[tuple[datetime, datetime]]:
    """A stretch in pieces of a day at most."""
    begins = duty.begins
    while begins < duty.ends:
        ends = min(begins + LONGEST_DUTY, duty.ends)
        yield begins, ends
        begins = ends


def _tell_the_house(connection: Connection, now: datetime) -> None:
    """When any agent works by a calendar: what callers are told of opening hours."""
    rows = connection.execute(
        select(DutyRow.begins_at, DutyRow.ends_at).distinct()
        .join(PersonRow, (PersonRow.id == DutyRow.person_id) & (PersonRow.calendar_id == DutyRow.calendar_id))
        .where(PersonRow.is_agent, ~PersonRow.gone, DutyRow.ends_at > now))
    stretches = merged(Duty(row.begins_at, row.ends_at) for row in rows)
    connection.execute(update(HouseRow).values(on_call=[[each.begins.isoformat(), each.ends.isoformat()] for each in stretches]))
