"""What networks that want money were paid, month by month."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, select, update

from voice_gateway.store import look_up
from voice_gateway.store.tables import SpendingRow

_of_month = select(SpendingRow.calls, SpendingRow.millionths).where(
    SpendingRow.network == bindparam("network"), SpendingRow.month == bindparam("month"))


@dataclass(frozen=True, slots=True)
class Spent:
    """How much in a month, in millionths of a dollar, and for how many calls."""

    millionths: int = 0
    calls: int = 0


def spent(connection: Connection, network: str, month: str) -> Spent:
    """What this network was paid in this month (`2026-11`)."""
    row = connection.execute(_of_month, {"network": network, "month": month}).first()
    return Spent(row.millionths, row.calls) if row else Spent()


def pay(connection: Connection, network: str, month: str, millionths: int, most: int) -> bool:
    """Count one call of this price; False, and nothing is counted, where it would be more than `most` in the month."""
    look_up.one_at_a_time(connection, f"purse {network}")
    before = spent(connection, network, month)
    if before.millionths + millionths > most:
        return False
    if not before.calls:
        connection.execute(insert(SpendingRow), {"network": network, "month": month, "calls": 0, "millionths": 0})
    connection.execute(
        update(SpendingRow).where(SpendingRow.network == network, SpendingRow.month == month)
        .values(calls=SpendingRow.calls + 1, millionths=SpendingRow.millionths + millionths))
    return True
