"""The hours of the house and its people, as shifts: one for each weekly pattern and the clock by which it is read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from flows.house import Opening
from flows.routing import NEVER
from voice_gateway.store.tables import PersonRow, ShiftRow
from voice_gateway.store.van import Van

HOUSE_SHIFT = "house"
DAYS = "mon tue wed thu fri sat sun".split()

_worked = (
    select(ShiftRow.name, ShiftRow.openings, ShiftRow.zone, PersonRow.home_zone, PersonRow.calendar_id)
    .join(PersonRow, PersonRow.shift_id == ShiftRow.id)
    .where(PersonRow.id == bindparam("person"))
)


@dataclass(slots=True)
class Shifts:
    """Brings the shifts to what a house file needs: the house's, and one for each pattern and zone of its people."""

    van: Van
    house: tuple[Opening, ...]
    _ids: dict[str, int] = field(default_factory=dict)

    def of_the_house(self) -> int:
        return self.of(None, "")

    def of(self, openings: tuple[Opening, ...] | None, zone: str) -> int:
        """The id of the shift for these hours, read by the clock of this zone; None: the house's hours."""
        wanted = self.house if openings is None else openings
        zone = "" if wanted == NEVER else zone
        name = _in_zone(HOUSE_SHIFT if openings is None else pattern(openings), zone)
        if name not in self._ids:
            self._ids[name] = self._brought(name, wanted, zone)
        return self._ids[name]

    def name_of(self, shift_id: int) -> str:
        return next(name for name, each in self._ids.items() if each == shift_id)

    def forget_the_others(self) -> None:
        """A shift that nobody works would let the house promise calls at hours at which nobody is there."""
        for row in self.van.run(select(ShiftRow.id, ShiftRow.name).where(ShiftRow.id.not_in(list(self._ids.values())))).all():
            self.van.run(delete(ShiftRow).where(ShiftRow.id == row.id))
            self.van.tell("remove", f"shift {row.name}")

    def _brought(self, name: str, openings: tuple[Opening, ...], zone: str) -> int:
        kept = [{"days": sorted(each.days), "open": each.open, "close": each.close} for each in openings]
        row = self.van.run(select(ShiftRow.id, ShiftRow.openings).where(ShiftRow.name == name)).first()
        if row is None:
            self.van.tell("add", f"shift {name}: {pattern(openings)}" if name.startswith(HOUSE_SHIFT) else f"shift {name}")
            return _added(self.van.connection, name, kept, zone)
        if row.openings != kept:
            self.van.run(update(ShiftRow).where(ShiftRow.id == row.id).values(openings=kept))
            self.van.tell("change", f"shift {name} to {pattern(openings)}")
        return int(row.id)


def pattern(openings: Iterable[Opening]) -> str:
    """Openings as people write them; equal patterns have equal words."""
    kept = tuple(openings)
    if kept == NEVER:
        return "by calendar"
    words = (
        f"{','.join(DAYS[day - 1] for day in sorted(each.days))} {_clock(each.open)}-{_clock(each.close)}"
        for each in kept
    )
    return "; ".join(words) or "always open"


def moves(connection: Connection, person_id: int, zone: str) -> None:
    """Somebody's hours are read by another clock from now on; none: by that of which the house file told.

    What a calendar says is an instant, and needs no clock.
    """
    row = connection.execute(_worked, {"person": person_id}).one()
    zone = zone or row.home_zone
    changes: dict[str, Any] = {"zone": zone}
    if row.calendar_id is None:
        name = _in_zone(row.name.removesuffix(_in_zone("", row.zone)), zone)
        known = connection.scalar(select(ShiftRow.id).where(ShiftRow.name == name))
        changes["shift_id"] = known or _added(connection, name, row.openings, zone)
    connection.execute(update(PersonRow).where(PersonRow.id == person_id).values(**changes))


def _added(connection: Connection, name: str, openings: list[dict[str, Any]], zone: str) -> int:
    return connection.execute(insert(ShiftRow).returning(ShiftRow.id), {"name": name, "openings": openings, "zone": zone}).scalar_one()


def _in_zone(name: str, zone: str) -> str:
    return f"{name} ({zone})" if zone else name


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
