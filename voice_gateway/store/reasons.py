"""Why cases climbed, and why they needed nobody any more: counted over months, by codes, never by free text."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, select

from voice_gateway.store.tables import ClimbRow

_climbs = (
    select(ClimbRow.began_at, ClimbRow.rule, ClimbRow.reason, ClimbRow.ended_with)
    .where(ClimbRow.began_at >= bindparam("since")).order_by(ClimbRow.began_at)
)


@dataclass(slots=True)
class Counted:
    """The climbs of a month because of one rule: how many, with which codes they were sent, and with which they ended."""

    month: str
    rule: str
    climbs: int = 0
    sent: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)


def by_month(connection: Connection, since: datetime, zone: str) -> list[Counted]:
    """Oldest month first, in it the rule that made most climb."""
    found: dict[tuple[str, str], Counted] = {}
    for row in connection.execute(_climbs, {"since": since}):
        month = f"{row.began_at.astimezone(ZoneInfo(zone)):%Y-%m}"
        counted = found.setdefault((month, row.rule), Counted(month, row.rule))
        counted.climbs += 1
        counted.sent[row.reason] += 1
        counted.ended[row.ended_with] += 1
    return sorted(found.values(), key=lambda each: (each.month, -each.climbs, each.rule))
