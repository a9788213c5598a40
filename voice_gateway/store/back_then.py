"""How everybody stood at a moment that has passed, as far as it was written down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, func, or_, select

from voice_gateway.store.tables import AbsenceRow, CaseRow, LegRow

SINCE_EVER = datetime(1970, 1, 1, tzinfo=UTC)

_lately = select(func.max(AbsenceRow.id)).where(AbsenceRow.said_at <= bindparam("at")).group_by(AbsenceRow.person_id)
_absences = select(AbsenceRow.person_id, AbsenceRow.until).where(AbsenceRow.id.in_(_lately), AbsenceRow.until > bindparam("at"))
_rung = (
    select(LegRow.person_id, func.max(LegRow.ended_at)).where(LegRow.person_id.is_not(None), ~LegRow.inbound, LegRow.ended_at <= bindparam("at"))
    .group_by(LegRow.person_id)
)
_owned = (
    select(CaseRow.owner_id, func.count())
    .where(CaseRow.owner_id.is_not(None), CaseRow.opened_at <= bindparam("at"), or_(CaseRow.closed_at.is_(None), CaseRow.closed_at > bindparam("at")))
    .group_by(CaseRow.owner_id)
)


@dataclass(frozen=True, slots=True)
class Then:
    """By the ids of people: until when they had said to be away, since when they had been idle, and how many open cases they had.

    Whoever had not been rung yet had been idle longest. A case counts for whoever looks after it, or did last.
    """

    away_until: dict[int, datetime]
    rung: dict[int, datetime]
    looked_after: dict[int, int]

    def idle_since(self, person_id: int) -> datetime:
        return self.rung.get(person_id, SINCE_EVER)


def stood(connection: Connection, at: datetime) -> Then:
    """How they stood at this moment."""
    away, rung, owned = ({row[0]: row[1] for row in connection.execute(query, {"at": at})} for query in (_absences, _rung, _owned))
    return Then(away, rung, owned)


def absences_known_since(connection: Connection) -> datetime | None:
    """When somebody first said that they go or come; before that nobody is known to have been away."""
    return connection.scalar(select(func.min(AbsenceRow.said_at)))
