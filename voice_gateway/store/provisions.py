"""Where our numbers led before we changed them at the carrier: kept, so that it can be put back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from voice_gateway.store.tables import NumberRow, ProvisionRow


@dataclass(frozen=True, slots=True)
class Kept:
    """What one number had at the carrier, before it was changed at this time."""

    id: int
    number: str
    fields: Mapping[str, str]
    at: datetime


def numbers(connection: Connection) -> list[str]:
    """The numbers of the house, E.164, in order."""
    return list(connection.scalars(select(NumberRow.number).order_by(NumberRow.number)))


def keep(connection: Connection, number: str, fields: Mapping[str, str], at: datetime) -> int:
    """Keep what this number has now; gives what it is kept under."""
    row = {"number": number, "fields": dict(fields), "at": at}
    return int(connection.execute(insert(ProvisionRow).returning(ProvisionRow.id), row).scalar_one())


def last(connection: Connection, number: str) -> Kept | None:
    """What was kept of this number last; None when nothing is."""
    row = connection.execute(
        select(ProvisionRow.id, ProvisionRow.number, ProvisionRow.fields, ProvisionRow.at)
        .where(ProvisionRow.number == number).order_by(ProvisionRow.id.desc()).limit(1)
    ).first()
    return Kept(*row) if row else None


def forget(connection: Connection, kept_id: int) -> None:
    """It has been put back, or was never changed: it is kept no longer."""
    connection.execute(delete(ProvisionRow).where(ProvisionRow.id == kept_id))
