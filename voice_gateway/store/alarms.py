"""Alarms that have not been told outside the house yet: taken all at once by the order that tells of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from voice_gateway.store import look_up
from voice_gateway.store.tables import AlarmRow, ClimbRow, MessageRow, OrderRow

NAMED = 100
NAMED_IN_A_TEXT = 5
SERVICE = "alarm text"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm: of which case, why, how often its ladder was climbed, and why it climbed at all."""

    case_id: int
    why: str
    round: int
    rule: str
    at: datetime
    began_at: datetime

    def for_programs(self) -> dict[str, Any]:
        """Nothing of the customer: whoever reads it looks the case up."""
        return {"ticket": f"T{self.case_id}", "why": self.why, "rule": self.rule, "round": self.round + 1,
                "at": self.at.isoformat(), "climbs_since": self.began_at.isoformat()}


def take(connection: Connection, order_id: int, *, by_text: bool = False) -> list[Alarm]:
    """All that nobody has told, and what this order was to tell before it was interrupted."""
    column = AlarmRow.texted_by if by_text else AlarmRow.told_by
    connection.execute(update(AlarmRow).where(column.is_(None)).values({column: order_id}))
    rows = connection.execute(
        select(AlarmRow.case_id, AlarmRow.why, AlarmRow.round, ClimbRow.rule, AlarmRow.at, ClimbRow.began_at)
        .join(ClimbRow, ClimbRow.id == AlarmRow.climb_id).where(column == order_id).order_by(AlarmRow.id))
    return [Alarm(*row) for row in rows]


def texted_at(connection: Connection) -> datetime | None:
    """When whoever looks after the house was texted last."""
    return look_up.last_sign_of_life(connection, SERVICE)


def text(connection: Connection, told: Sequence[Alarm], house: str, number: str, ours: str, now: datetime) -> None:
    """One text for all of them, to be sent as any other."""
    cases = list(dict.fromkeys(f"T{each.case_id}" for each in told))
    more = f" and {len(cases) - NAMED_IN_A_TEXT} more" if len(cases) > NAMED_IN_A_TEXT else ""
    is_one = len(cases) == 1
    body = (f"{house}: ALARM. {'A case climbs' if is_one else f'{len(cases)} cases climb'} and nobody takes "
            f"{'it' if is_one else 'them'}: {', '.join(cases[:NAMED_IN_A_TEXT])}{more}. {told[0].why.capitalize()}.")
    message_id = connection.execute(insert(MessageRow).returning(MessageRow.id), {
        "case_id": told[0].case_id, "role": "agent", "phone": number, "our_number": ours, "body": body, "automatic": True,
        "person_id": None, "ordered_at": now, "pictures": []}).scalar_one()
    connection.execute(insert(OrderRow), {"case_id": told[0].case_id, "kind": "text", "message_id": message_id, "due_at": now})
    look_up.sign_of_life(connection, SERVICE, now)
