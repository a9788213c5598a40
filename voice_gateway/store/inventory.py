"""What was loaded of the house, counted: for those who ask whether it is ready."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from voice_gateway.store import telephones
from voice_gateway.store.hours import HOUSE_SHIFT
from voice_gateway.store.recall import openings
from voice_gateway.store.tables import HouseRow, PersonRow, ShiftRow


@dataclass(frozen=True, slots=True)
class Inventory:
    """The house in numbers. `open_minutes` is how long it is open in a week; None: always. `doubtful`: whose telephone has not
    said yet that it is theirs, or has said that it is not."""

    name: str
    countries: tuple[str, ...]
    agents: int
    managers: int
    open_minutes: int | None
    doubtful: tuple[str, ...] = ()


def inventory(connection: Connection) -> Inventory | None:
    """What there is; None when no house was loaded."""
    house = connection.execute(select(HouseRow.name, HouseRow.countries)).first()
    if house is None:
        return None
    agents = connection.scalar(select(func.count()).where(PersonRow.is_agent, ~PersonRow.gone))
    roles = connection.scalars(select(PersonRow.roles).where(~PersonRow.gone)).all()
    kept = connection.scalar(select(ShiftRow.openings).where(ShiftRow.name == HOUSE_SHIFT))
    hours = openings(kept or [])
    minutes = sum((each.close - each.open) * len(each.days) for each in hours)
    return Inventory(house.name, tuple(house.countries), int(agents or 0), sum("manager" in each for each in roles),
                     minutes if hours else None,
                     tuple(f"{each.name} (wrong number)" if each.telephone == telephones.WRONG else each.name
                           for each in telephones.doubtful(connection)))
