"""What a turn decided about a climb, written down: that it begins, goes on at once, or is somebody's now."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import insert, select, update

from flows import escalation
from flows.climbing import Acknowledge, ClimbOn, Escalate
from voice_gateway.store import climbs, ladders
from voice_gateway.store.desk import Desk, hand
from voice_gateway.store.tables import ClimbRow, LegRow, PageRow

MOST_REASONS = 10


@hand.register
def _escalate(order: Escalate, desk: Desk) -> None:
    under_way = desk.connection.execute(select(ClimbRow.id, ClimbRow.why, ClimbRow.also, ClimbRow.urgent).where(
        ClimbRow.case_id == desk.case_id, ClimbRow.ended_at.is_(None))).first()
    if under_way is None:
        _begin(order, desk)
    elif order.why not in (under_way.why, *under_way.also) or order.urgent > under_way.urgent:
        desk.connection.execute(update(ClimbRow).where(ClimbRow.id == under_way.id).values(
            also=[*under_way.also, order.why][:MOST_REASONS], urgent=under_way.urgent or order.urgent))
        desk.note("climbs for one more reason", detail=order.why)


def _begin(order: Escalate, desk: Desk) -> None:
    now = desk.call.now
    ladder = ladders.ladder_for(desk.connection, order.rule, desk.call.case.skill)
    place = escalation.first(ladder, now)
    desk.connection.execute(insert(ClimbRow), {
        "case_id": desk.case_id, "rule": order.rule, "why": order.why, "urgent": order.urgent,
        "ladder": ladders.kept(ladder), "began_at": now, "counted_from": place.counted_from, "due_at": place.due_at})
    desk.note("begins to climb", detail=order.why)


@hand.register
def _climb_on(order: ClimbOn, desk: Desk) -> None:
    climbs.at_once(desk.connection, climbs.open_ones(desk.connection, desk.call, alone=order.alone), desk.call.now)
    desk.note("climbs at once", detail=order.why)


@hand.register
def _acknowledge(order: Acknowledge, desk: Desk) -> None:
    """Whoever comes second changes nothing."""
    ids = climbs.open_ones(desk.connection, desk.call, alone=order.alone) if order.agent else _own(desk)
    taken = climbs.ends(desk.connection, ids, desk.call.now, order.agent, order.will_call_by)
    for case_id in taken:
        desk.note("acknowledged" if order.agent else "climbs no more", order.agent.first_name if order.agent else "",
                  order.why, case_id)
    _silence(desk, ids)


def _own(desk: Desk) -> list[int]:
    return list(desk.connection.scalars(select(ClimbRow.id).where(ClimbRow.case_id == desk.case_id, ClimbRow.ended_at.is_(None))))


def _silence(desk: Desk, climb_ids: Iterable[int]) -> None:
    """Telephones that ring for nothing but these ring no more; whoever has answered hears who has it."""
    still = select(PageRow.leg_id).join(ClimbRow, ClimbRow.id == PageRow.climb_id).where(
        ClimbRow.ended_at.is_(None), PageRow.leg_id == LegRow.id).exists()
    ringing = desk.connection.execute(
        select(LegRow.id, LegRow.case_id).distinct().join(PageRow, PageRow.leg_id == LegRow.id)
        .where(PageRow.climb_id.in_(list(climb_ids)), LegRow.ended_at.is_(None), LegRow.answered_at.is_(None), ~still))
    for row in ringing:
        desk.owe("hang_up", leg_id=row.id, case_id=row.case_id)
