"""What a turn decided about a climb, written down: that it begins, goes on at once, or is somebody's now."""

from __future__ import annotations

from sqlalchemy import ColumnElement, bindparam, func, insert, select, update

from flows import acknowledging, escalation
from flows.climbing import Acknowledge, ClimbOn, EndsWith, Escalate, LookAgain
from flows.facts import SECONDS, Agent
from voice_gateway.store import climbs, ladders
from voice_gateway.store.desk import Desk, hand
from voice_gateway.store.tables import ClimbRow, LegRow, PageRow

MOST_REASONS = 10
WATCHED = frozenset({"state", "wanted_at", "due_at", "unanswered_since", "next_at", "owner_id"})
_last = (
    select(ClimbRow.id, ClimbRow.why, ClimbRow.also, ClimbRow.urgent, ClimbRow.reason, ClimbRow.ended_at)
    .where(ClimbRow.case_id == bindparam("case")).order_by(ClimbRow.id.desc()).limit(1)
)
TALKS_SETTLE = [each.name for each in escalation.rules().values() if each.talk_settles]


@hand.register
def _escalate(order: Escalate, desk: Desk) -> None:
    last = desk.connection.execute(_last, {"case": desk.case_id}).first()
    if last is None or last.ended_at:
        if not _climbed_lately(order, desk):
            _begin(order, desk)
    elif order.why not in (last.why, *last.also) or order.urgent > last.urgent:
        desk.connection.execute(update(ClimbRow).where(ClimbRow.id == last.id).values(
            also=list(dict.fromkeys([*last.also, order.why]))[:MOST_REASONS], urgent=last.urgent or order.urgent,
            reason=last.reason or order.reason))
        if order.urgent > last.urgent:
            _becomes_urgent(last.id, desk)
        desk.note("climbs for one more reason", detail=order.why)


def _climbed_lately(order: Escalate, desk: Desk) -> bool:
    """Because of the same rule, if that is one that looks at what is said; what is late is late once, as the rules say."""
    rule = escalation.rules().get(order.rule)
    if rule is None or rule.due or not rule.once_in:
        return False
    return desk.connection.scalar(select(ClimbRow.id).where(
        ClimbRow.case_id == desk.case_id, ClimbRow.rule == order.rule,
        ClimbRow.ended_at > desk.call.now - rule.once_in).limit(1)) is not None


def _begin(order: Escalate, desk: Desk) -> None:
    now = desk.call.now
    ladder = ladders.ladder_for(desk.connection, order.rule, desk.call.case.skill)
    place = escalation.first(ladder, now)
    desk.connection.execute(insert(ClimbRow), {
        "case_id": desk.case_id, "rule": order.rule, "why": order.why, "urgent": order.urgent, "reason": order.reason,
        "ladder": ladders.kept(ladder), "began_at": now, "counted_from": place.counted_from, "due_at": place.due_at})
    desk.note("begins to climb", detail=order.why)


def _becomes_urgent(climb_id: int, desk: Desk) -> None:
    """The rung on which it stands is climbed once more, now; those after it keep their times."""
    desk.connection.execute(update(ClimbRow).where(ClimbRow.id == climb_id, ClimbRow.at > 0).values(
        at=ClimbRow.at - 1, step=ClimbRow.step + 1, due_at=desk.call.now))


@hand.register
def _climb_on(order: ClimbOn, desk: Desk) -> None:
    climbs.at_once(desk.connection, climbs.open_ones(desk.connection, desk.call, alone=order.alone), desk.call.now)
    desk.note("climbs at once", detail=order.why)


@hand.register
def _acknowledge(order: Acknowledge, desk: Desk) -> None:
    """Whoever comes second changes nothing."""
    ids = climbs.open_ones(desk.connection, desk.call, alone=order.alone) if order.agent else _own(desk)
    taken = climbs.ends(desk.connection, ids, desk.call.now, order.agent, order.will_call_by)
    if order.agent and desk.call.house.escalation.is_on:
        desk.changes["look_at"] = desk.call.now + SECONDS
    for case_id in taken:
        desk.note("acknowledged" if order.agent else "climbs no more", order.agent.first_name if order.agent else "",
                  order.why, case_id)
    if order.agent and desk.call.climb and desk.call.climb.others and not order.alone:
        _brings_along(desk, order.agent, taken)
    _silence(desk)


@hand.register
def _ends_with(order: EndsWith, desk: Desk) -> None:
    """Whoever resolves it first tells why."""
    last = select(func.max(ClimbRow.id)).where(ClimbRow.case_id == desk.case_id).scalar_subquery()
    desk.connection.execute(update(ClimbRow).where(ClimbRow.id == last, ClimbRow.ended_with == "").values(ended_with=order.reason))


def _brings_along(desk: Desk, agent: Agent, taken: list[int]) -> None:
    """So many that the story could not name them all: each is theirs, one after the other."""
    named = {desk.case_id, *(each.case_id for each in desk.call.climb.cases)} if desk.call.climb else set()
    for case_id in taken:
        if case_id not in named:
            desk.owe("follow_up", 2 * SECONDS, case_id=case_id, turn=acknowledging.is_brought_along.address, person_id=agent.id)


@hand.register
def _look_again(order: LookAgain, desk: Desk) -> None:
    desk.changes["look_at"] = order.at


def rules_will_look(desk: Desk) -> None:
    """Something has changed that a rule may look at: they all look in a moment, and say themselves when next."""
    watched = WATCHED & desk.changes.keys() or any(each["kind"] == "fetch" for each in desk.owed)
    if watched and desk.call.house.escalation.is_on and "look_at" not in desk.changes:
        desk.changes["look_at"] = desk.call.now + SECONDS


def they_talk(desk: Desk) -> None:
    """A colleague talks with the customer: what climbed because nobody did climbs no more."""
    if desk.call.house.escalation.is_on:
        leg = desk.call.leg
        _end(desk, ClimbRow.rule.in_(TALKS_SETTLE), (leg.agent if leg else None) or desk.call.case.taken_by, "they talk")


def is_over(desk: Desk) -> None:
    """The case is closed."""
    _end(desk, ClimbRow.id.is_not(None), None, "it is closed")


def _end(desk: Desk, which: ColumnElement[bool], agent: Agent | None, why: str) -> None:
    ids = list(desk.connection.scalars(
        select(ClimbRow.id).where(ClimbRow.case_id == desk.case_id, ClimbRow.ended_at.is_(None), which)))
    if ids:
        climbs.ends(desk.connection, ids, desk.call.now, agent)
        desk.note("climbs no more", agent.first_name if agent else "", why)
        _silence(desk)


def _own(desk: Desk) -> list[int]:
    return list(desk.connection.scalars(select(ClimbRow.id).where(ClimbRow.case_id == desk.case_id, ClimbRow.ended_at.is_(None))))


def _silence(desk: Desk) -> None:
    """Telephones that ring for nothing any more ring no more; whoever has answered hears who has it."""
    still = select(PageRow.id).join(ClimbRow, ClimbRow.id == PageRow.climb_id).where(
        PageRow.leg_id == LegRow.id, ClimbRow.ended_at.is_(None)).exists()
    told = select(PageRow.id).where(PageRow.leg_id == LegRow.id).exists()
    ringing = desk.connection.execute(
        select(LegRow.id, LegRow.case_id)
        .where(LegRow.ended_at.is_(None), LegRow.role == "manager", LegRow.answered_at.is_(None), told, ~still))
    for row in ringing:
        desk.owe("hang_up", leg_id=row.id, case_id=row.case_id)
