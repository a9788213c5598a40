"""Who is to be told of what climbs: what waits for somebody goes out at once, as soon as they may be told again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, exists, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from flows import escalation
from flows.facts import MINUTES, SECONDS
from voice_gateway.store.tables import ClimbRow, LegRow, PageRow, PagerRow, PersonRow

MOST_AT_ONCE = 100
WRITTEN_AT_ONCE = 500
SET_OUT_WITHIN = 15 * MINUTES  # of the decision, however many calls are placed before this one
LINE_BUSY_FOR = 5 * SECONDS
WRITTEN_WITHIN = 10 * SECONDS  # of the order for their text: all that goes out at once

_waits = PageRow.sent_at.is_(None) & PageRow.dropped_at.is_(None)
_due = (
    select(PagerRow.person_id, PagerRow.how).where(PagerRow.due_at.is_not(None), PagerRow.due_at <= bindparam("now"))
    .order_by(PagerRow.due_at).limit(bindparam("most"))
)
_pager = (
    select(PagerRow.due_at, PersonRow.phone, PersonRow.gone, PersonRow.away_until)
    .join(PersonRow, PersonRow.id == PagerRow.person_id)
    .where(PagerRow.person_id == bindparam("person"), PagerRow.how == bindparam("how")).with_for_update(of=PagerRow)
)
_waiting = (
    select(PageRow.id, PageRow.case_id, ClimbRow.urgent)
    .join(ClimbRow, ClimbRow.id == PageRow.climb_id)
    .where(_waits, PageRow.person_id == bindparam("person"), PageRow.how == bindparam("how"), ClimbRow.ended_at.is_(None))
    .order_by(ClimbRow.urgent.desc(), ClimbRow.began_at, ClimbRow.id)
)
_before = (
    select(func.coalesce(LegRow.rung_at, PageRow.sent_at)).select_from(PageRow).outerjoin(LegRow, LegRow.id == PageRow.leg_id)
    .where(PageRow.is_first, PageRow.person_id == bindparam("person"), PageRow.how == bindparam("how"),
           PageRow.sent_at > bindparam("since"))
)
_on_the_line = select(LegRow.id).where(LegRow.phone == bindparam("phone"), LegRow.ended_at.is_(None), LegRow.attested).limit(1)
_sent = update(PageRow).where(PageRow.id.in_(bindparam("these", expanding=True)), PageRow.sent_at.is_(None))
_set_pager = update(PagerRow).where(PagerRow.person_id == bindparam("person"), PagerRow.how == bindparam("by"))
_hurry = (
    update(PagerRow).where(PagerRow.due_at > bindparam("now"))
    .where(exists().where(_waits, PageRow.climb_id.in_(bindparam("these", expanding=True)),
                          PageRow.person_id == PagerRow.person_id, PageRow.how == PagerRow.how))
    .values(due_at=bindparam("now"))
)
_over = (
    update(PageRow).where(_waits, PageRow.person_id == bindparam("person"), PageRow.how == bindparam("by"))
    .where(~exists().where(ClimbRow.id == PageRow.climb_id, ClimbRow.ended_at.is_(None)))
    .values(dropped_at=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class Bundle:
    """All that waits for somebody and may go out now: the first of it, and the pages."""

    person_id: int
    how: str
    case_id: int
    pages: tuple[int, ...]


def want(connection: Connection, told: Sequence[dict[str, Any]], now: datetime, urgent: Sequence[int] = ()) -> None:
    """These people are to be told of these climbs. Whoever waits for their throttle is looked at now because of `urgent` ones."""
    if not told:
        return
    connection.execute(insert(PageRow), list(told))
    whom = sorted({(each["person_id"], each["how"]) for each in told})
    upsert: Any = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(PagerRow)
    upsert = upsert.on_conflict_do_update(index_elements=["person_id", "how"], set_={"due_at": now},
                                          where=PagerRow.due_at.is_(None))
    connection.execute(upsert, [{"person_id": person, "how": how, "due_at": now} for person, how in whom])
    for at in range(0, len(urgent), WRITTEN_AT_ONCE):
        connection.execute(_hurry, {"these": urgent[at:at + WRITTEN_AT_ONCE], "now": now})


def due(connection: Connection, now: datetime) -> list[tuple[int, str]]:
    """Those for whom something waits and who may be told of it now, and in which way."""
    return [(row.person_id, row.how) for row in connection.execute(_due, {"now": now, "most": MOST_AT_ONCE})]


def bundle(connection: Connection, person_id: int, how: str, now: datetime) -> Bundle | None:
    """What goes out to this person now. None: not now, or nothing; then it stands written when to look again.

    What is urgent does not wait for the throttle, and takes all else with it. Nobody is rung who is on the telephone. A ring
    counts from when the carrier was told of it: where many calls are placed at once that may be long after it was decided.
    """
    asked = {"person": person_id, "how": how}
    pager = connection.execute(_pager, asked).first()
    if pager is None or pager.due_at is None or pager.due_at > now:
        return None
    waiting = connection.execute(_waiting, asked).all()
    if not waiting or pager.gone or (pager.away_until and pager.away_until > now):
        connection.execute(_over, {"person": person_id, "by": how, "now": now})
        again(connection, person_id, how, None)
        return None
    before = connection.scalars(_before, asked | {"since": now - escalation.LOOKED_BACK - SET_OUT_WITHIN}).all()
    at = now if waiting[0].urgent else escalation.free_at(how, before, now)
    if how == "ring" and at <= now and connection.scalar(_on_the_line, {"phone": pager.phone}):
        at = now + LINE_BUSY_FOR
    if at > now:
        again(connection, person_id, how, at)
        return None
    return Bundle(person_id, how, waiting[0].case_id, tuple(each.id for each in waiting))


def again(connection: Connection, person_id: int, how: str, at: datetime | None) -> None:
    """When to look at this person again; None: when something new waits for them."""
    connection.execute(_set_pager, {"person": person_id, "by": how, "due_at": at})


def went_out(connection: Connection, sent: Bundle, now: datetime) -> None:
    """They are being told of all of it."""
    leg_id = connection.scalar(select(LegRow.id).where(
        LegRow.person_id == sent.person_id, LegRow.case_id == sent.case_id, LegRow.role == "manager",
        LegRow.ended_at.is_(None)).order_by(LegRow.id.desc()).limit(1)) if sent.how == "ring" else None
    first, *others = sent.pages
    connection.execute(_sent, {"these": [first], "sent_at": now, "leg_id": leg_id, "is_first": True})
    for at in range(0, len(others), WRITTEN_AT_ONCE):
        connection.execute(_sent, {"these": others[at:at + WRITTEN_AT_ONCE], "sent_at": now, "leg_id": leg_id})
    again(connection, sent.person_id, sent.how, None)
