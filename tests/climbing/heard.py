"""What telephones really rang, as the carrier of the sandbox knows it: it, and not our own rows, is asked who was rung too much."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from tests.house import House
from voice_gateway.store.tables import LegRow, PageRow


@dataclass(frozen=True)
class Ring:
    """A call that the carrier placed to somebody's telephone, whether it rang, was busy or off. `cases`: of which it told."""

    begins: datetime
    ends: datetime
    cases: frozenset[int]
    wanted: tuple[datetime, ...]


def rings(house: House, numbers: list[str]) -> dict[str, list[Ring]]:
    """By telephone, in order. Of which cases a ring told only our rows can say."""
    told: dict[str, list[tuple[int, datetime]]] = defaultdict(list)
    for row in house.rows(select(LegRow.call_sid, PageRow.case_id, PageRow.wanted_at).join(PageRow, PageRow.leg_id == LegRow.id)):
        told[row.call_sid].append((row.case_id, row.wanted_at))
    found: dict[str, list[Ring]] = {number: [] for number in numbers}
    for call in house.exchange.calls.values():
        if call.direction == "outbound-api" and call.to in found:
            ends = call.finished or house.time.now()
            found[call.to].append(Ring(call.created, ends, frozenset(case for case, _ in told[call.sid]), tuple(at for _, at in told[call.sid])))
    return {number: sorted(theirs, key=lambda each: each.begins) for number, theirs in found.items()}
