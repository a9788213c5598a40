"""Cases that climb: which are due, one step on for all of them at once, and what a turn is told of a climb.

A step is fenced by its number: one that comes late, or twice, changes nothing. It needs no case's lock, for it only
says who is to be told; whoever is then told takes a turn on the case, under its lock.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Text, bindparam, cast, func, insert, select, update

from flows import escalation
from flows.climbing import ACKNOWLEDGED, CLIMBING, OVER, Before, Climb, Standing, ToldOf
from flows.facts import Agent, Call
from flows.house import Condition, House
from flows.listening import tone
from flows.own_line import Waiting
from voice_gateway import conditions
from voice_gateway.store import circumstances, ladders, pages, shares
from voice_gateway.store.tables import (
    AlarmRow,
    AnyRow,
    CaseRow,
    ClimbRow,
    JournalRow,
    OrderRow,
    PageRow,
    PersonRow,
    PostRow,
    VoicemailRow,
)

MOST_AT_ONCE = 500
TOLD_BY_NAME = 20
LOOKED_AT = 200
OUTSIDE = ("alarm", "alarm_text")
LATELY = timedelta(hours=24)

_ladder = cast(ClimbRow.ladder, Text).label("ladder")
_due = (
    select(ClimbRow.id, ClimbRow.case_id, ClimbRow.urgent, ClimbRow.rule, _ladder, ClimbRow.at, ClimbRow.round, ClimbRow.step,
           ClimbRow.counted_from, ClimbRow.due_at, ClimbRow.alarmed_at, CaseRow.owner_id)
    .join(CaseRow, CaseRow.id == ClimbRow.case_id)
    .where(ClimbRow.ended_at.is_(None), ClimbRow.due_at <= bindparam("now"))
    .order_by(ClimbRow.due_at, ClimbRow.id).limit(bindparam("most"))
    .with_for_update(of=ClimbRow, skip_locked=True)
)
_move = update(ClimbRow).where(ClimbRow.step == bindparam("fence"), ClimbRow.ended_at.is_(None))
_move_one = _move.where(ClimbRow.id == bindparam("which"))
_move_alike = _move.where(ClimbRow.id.in_(bindparam("these", expanding=True)))
_places = select(ClimbRow.id, _ladder, ClimbRow.at, ClimbRow.round, ClimbRow.step, ClimbRow.counted_from, ClimbRow.due_at).where(
    ClimbRow.id.in_(bindparam("these", expanding=True)), ClimbRow.ended_at.is_(None))
_of_case = (
    select(*ClimbRow.__table__.columns, PersonRow.name.label("who"), PersonRow.phone.label("phone"))
    .outerjoin(PersonRow, PersonRow.id == ClimbRow.acknowledged_by_id)
    .where(ClimbRow.case_id == bindparam("case")).order_by(ClimbRow.id.desc()).limit(1)
)
_alone = select(ClimbRow.id).where(ClimbRow.id == bindparam("which")).with_for_update()
_still_climbing = select(ClimbRow.id).join(PageRow, PageRow.climb_id == ClimbRow.id).where(ClimbRow.ended_at.is_(None))
_unheard = select(func.min(VoicemailRow.left_at)).where(VoicemailRow.case_id == bindparam("case"), VoicemailRow.state == "new")
_came = select(CaseRow.times, func.coalesce(CaseRow.came_at, CaseRow.opened_at).label("at")).where(CaseRow.id == bindparam("case"))
_posts = (
    select(PostRow.account_id, PostRow.words).where(PostRow.inbound, PostRow.heard_at > bindparam("since"))
    .order_by(PostRow.id.desc()).limit(300)
)
_before = (
    select(ClimbRow.rule, ClimbRow.why, ClimbRow.also, ClimbRow.ended_at, ClimbRow.will_call_by)
    .where(ClimbRow.case_id == bindparam("case")).order_by(ClimbRow.id.desc())
)
_to_look_at = (
    select(CaseRow.id).where(CaseRow.closed_at.is_(None), CaseRow.look_at.is_not(None), CaseRow.look_at <= bindparam("now"))
    .order_by(CaseRow.look_at).limit(LOOKED_AT)
)
_listed = (
    select(CaseRow.id, CaseRow.caller_name, CaseRow.about, ClimbRow.began_at)
    .join(ClimbRow, ClimbRow.case_id == CaseRow.id)
    .where(ClimbRow.ended_at.is_(None)).order_by(ClimbRow.urgent.desc(), ClimbRow.began_at, ClimbRow.id)
)
_told_before = select(PageRow.climb_id, PageRow.person_id).where(PageRow.climb_id.in_(bindparam("climbs", expanding=True)))
_told_of = (
    select(ClimbRow.case_id, CaseRow.caller_name, ClimbRow.ended_at)
    .join(CaseRow, CaseRow.id == ClimbRow.case_id)
    .where(ClimbRow.id.in_(select(PageRow.climb_id).where(
        PageRow.person_id == bindparam("person"), PageRow.sent_at > bindparam("since"))))
    .order_by(ClimbRow.id.desc()).limit(TOLD_BY_NAME)
)


def step(connection: Connection, house: House, now: datetime) -> int:
    """Take the step of every climb that is due, as many as fit into one go; gives how many there were."""
    due = connection.execute(_due, {"now": now, "most": MOST_AT_ONCE}).all()
    crew = ladders.Crew(connection, house, now)
    sharing = shares.Sharing.of(connection, now, [each.id for each in crew.people], [row.id for row in due]) if due else None
    moves, told, journal, alarms = [], [], [], []
    for row in due:
        ladder = ladders.as_written(row.ladder)
        place = escalation.Place(row.at, row.round, row.counted_from, row.due_at)
        rung = ladder[place.at] if place.at < len(ladder) else None
        people = sharing.instead(row, crew.on(rung, row.owner_id)) if rung and sharing else []
        passed_over = rung is not None and not people and crew.is_for_other_hours(rung, row.owner_id)
        climbed = escalation.climb(ladder, place, now, somebody=bool(people) or passed_over)
        moves.append(_moved(row, climbed, now))
        told += [{"climb_id": row.id, "case_id": row.case_id, "person_id": person, "how": how, "wanted_at": now}
                 for person in people for how in (rung.how.split("+") if rung else ())]
        if climbed.alarm:
            alarms.append({"climb_id": row.id, "case_id": row.case_id, "at": now, "round": row.round, "why": climbed.alarm})
        journal.append({"case_id": row.case_id, "at": now, "what": "alarm" if climbed.alarm else "climbs",
                        "who": crew.named(people), "detail": climbed.alarm or (rung.who if rung else "")})
    if moves:
        _move_all(connection, moves)
        connection.execute(insert(JournalRow), journal)
        urgent = [row.id for row in due if row.urgent]
        pages.want(connection, [*told, *_desk(connection, crew, alarms, now)], now, urgent)
        if sharing:
            sharing.keep()
        _cry_out(connection, alarms, now)
    return len(due)


def _moved(row: AnyRow, climbed: escalation.Climbed, now: datetime) -> dict[str, Any]:
    place = climbed.place
    return {"which": row.id, "fence": row.step, "step": row.step + 1, "at": place.at, "round": place.round,
            "counted_from": place.counted_from, "due_at": place.due_at, "alarmed_at": now if climbed.alarm else row.alarmed_at}


def _desk(connection: Connection, crew: ladders.Crew, alarms: list[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """Of an alarm everybody reads who is at work, and was not told of this climb before."""
    if not alarms:
        return []
    known = {(row.climb_id, row.person_id) for row in connection.execute(
        _told_before, {"climbs": [each["climb_id"] for each in alarms]})}
    return [{"climb_id": each["climb_id"], "case_id": each["case_id"], "person_id": person, "how": "text", "wanted_at": now}
            for each in alarms for person in crew.desk if (each["climb_id"], person) not in known]


def _cry_out(connection: Connection, alarms: list[dict[str, Any]], now: datetime) -> None:
    """The alarms of one go are told of together."""
    if not alarms:
        return
    connection.execute(insert(AlarmRow), alarms)
    connection.execute(insert(OrderRow), [{"case_id": alarms[0]["case_id"], "kind": kind, "due_at": now} for kind in OUTSIDE])


def is_due(connection: Connection, now: datetime) -> bool:
    """Is there anything to do for a climb at this moment?"""
    return bool(connection.execute(_due, {"now": now, "most": 1}).first() or pages.due(connection, now)
                or to_look_at(connection, now))


def with_climb(connection: Connection, call: Call) -> Call:
    """The climb of this case: under way, or the last there was; and all that this colleague was told of with it."""
    row = connection.execute(_of_case, {"case": call.case.id}).first()
    if row is None:
        return call
    if row.ended_at is None and connection.dialect.name == "postgresql":
        connection.execute(_alone, {"which": row.id})
        row = connection.execute(_of_case, {"case": call.case.id}).one()
    return replace(call, climb=_with_others(connection, call, _climb(row)))


def _climb(row: AnyRow) -> Climb:
    who = Agent(row.acknowledged_by_id, row.who, row.phone) if row.acknowledged_by_id else None
    state = CLIMBING if row.ended_at is None else ACKNOWLEDGED if who else OVER
    return Climb(
        row.id, row.case_id, row.why, row.rule, row.began_at, rung=row.at, round=row.round, state=state, urgent=row.urgent,
        acknowledged_by=who, acknowledged_at=row.ended_at if who else None, will_call_by=row.will_call_by,
        also=tuple(row.also), alarmed_at=row.alarmed_at)


def _with_others(connection: Connection, call: Call, climb: Climb) -> Climb:
    if not (mine := bundle_of(call)):
        return climb
    ids = select(ClimbRow.case_id).where(ClimbRow.id.in_(_still_climbing.where(*mine)))
    count = connection.scalar(select(func.count()).select_from(ids.subquery())) or 0
    rows = connection.execute(_listed.where(CaseRow.id.in_(ids)).limit(TOLD_BY_NAME)).all()
    return replace(climb, cases=tuple(Waiting(*row) for row in rows), others=count - len(rows))


def standing(connection: Connection, call: Call) -> Standing:
    """What is owed on this case beside what it tells itself."""
    case = {"case": call.case.id}
    unheard = connection.scalar(_unheard, case)
    came = connection.execute(_came, case).one()
    angry = {row.account_id for row in connection.execute(_posts, {"since": call.now - timedelta(hours=1)})
             if tone.of(row.words).is_sore} if call.mention else set()
    rows = connection.execute(_before, case).all()
    before = Before(tuple((frozenset((row.rule, row.why, *row.also)), row.ended_at) for row in rows),
                    next((row.will_call_by for row in rows), None))
    return Standing(unheard, came.times, came.at, len(angry), _own_rules(connection, call, before), before)


def _own_rules(connection: Connection, call: Call, before: Before) -> tuple[Condition, ...]:
    """The house's own rules that hold for this case; for each it climbs once."""
    if call.case.is_over or not call.house.escalation.conditions:
        return ()
    facts = circumstances.of_case(connection, call.case.id, call.now)
    told = frozenset[str]().union(*(reasons for reasons, _ in before.reasons))
    return tuple(each for each in call.house.escalation.conditions
                 if not {each.name, each.why} & told and conditions.holds(each.when, facts))


def to_look_at(connection: Connection, now: datetime) -> list[int]:
    """The cases at which the rules look now."""
    return list(connection.scalars(_to_look_at, {"now": now}))


def look_at(connection: Connection, case_id: int, at: datetime) -> None:
    """The rules look at this case then."""
    connection.execute(update(CaseRow).where(CaseRow.id == case_id).values(look_at=at))


def under_way(connection: Connection) -> list[AnyRow]:
    """The cases that climb, for people to read: those of which an alarm tells first."""
    return list(connection.execute(
        select(ClimbRow.case_id, ClimbRow.rule, ClimbRow.began_at, ClimbRow.round, ClimbRow.at, ClimbRow.due_at, ClimbRow.urgent,
               ClimbRow.alarmed_at)
        .where(ClimbRow.ended_at.is_(None)).order_by(ClimbRow.alarmed_at.is_(None), ClimbRow.due_at).limit(500)))


def bundle_of(call: Call) -> list[Any]:
    """Which pages are those of which this colleague was told at once: on this telephone, or so far, or is to be."""
    if call.leg and call.leg.agent:
        return [PageRow.leg_id == call.leg.id]
    if call.meant_for:
        return [PageRow.person_id == call.meant_for.id, PageRow.dropped_at.is_(None)]
    return []


def told_of(connection: Connection, person_id: int, now: datetime) -> tuple[ToldOf, ...]:
    """The cases of which this colleague was told lately, by ring or text, the last one first."""
    rows = connection.execute(_told_of, {"person": person_id, "since": now - LATELY})
    return tuple(ToldOf(row.case_id, row.caller_name, row.ended_at is None) for row in rows)


def ends(connection: Connection, climb_ids: Iterable[int], now: datetime, agent: Agent | None = None,
         will_call_by: datetime | None = None) -> list[int]:
    """These climb no more; gives the cases of those that still did. Nobody is told of them any more."""
    ids = list(climb_ids)
    cases: list[int] = []
    for some in (ids[at:at + MOST_AT_ONCE] for at in range(0, len(ids), MOST_AT_ONCE)):
        cases += connection.scalars(
            update(ClimbRow).where(ClimbRow.id.in_(some), ClimbRow.ended_at.is_(None))
            .values(ended_at=now, acknowledged_by_id=agent.id if agent else None, will_call_by=will_call_by)
            .returning(ClimbRow.case_id)).all()
    return sorted(cases)


def open_ones(connection: Connection, call: Call, *, alone: bool = False) -> list[int]:
    """The climbs that this turn is about: all of which its colleague was told at once, and this case's own, or only that."""
    own = select(ClimbRow.id).where(ClimbRow.case_id == call.case.id, ClimbRow.ended_at.is_(None))
    mine = [] if alone else bundle_of(call)
    more = connection.scalars(_still_climbing.where(*mine)).all() if mine else []
    return sorted({*connection.scalars(own), *more})


def at_once(connection: Connection, climb_ids: Iterable[int], now: datetime) -> None:
    """The next step of these now."""
    ids = list(climb_ids)
    found: list[AnyRow] = []
    for some in (ids[at:at + MOST_AT_ONCE] for at in range(0, len(ids), MOST_AT_ONCE)):
        found += connection.execute(_places, {"these": some})
    moves = []
    for row in found:
        place = escalation.at_once(ladders.as_written(row.ladder), escalation.Place(row.at, row.round, row.counted_from, row.due_at), now)
        moves.append({"which": row.id, "fence": row.step, "step": row.step + 1, "counted_from": place.counted_from,
                      "due_at": place.due_at})
    _move_all(connection, moves)


def _move_all(connection: Connection, moves: list[dict[str, Any]]) -> None:
    """Those that move alike, as all do of which somebody was told at once, are written by one statement."""
    alike: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for each in moves:
        alike.setdefault(tuple(value for key, value in each.items() if key != "which"), []).append(each)
    ones = [some[0] for some in alike.values() if len(some) == 1]
    if ones:
        connection.execute(_move_one, ones)
    for some in alike.values():
        for part in (some[at:at + MOST_AT_ONCE] for at in range(0, len(some) if len(some) > 1 else 0, MOST_AT_ONCE)):
            how = {key: value for key, value in part[0].items() if key != "which"}
            connection.execute(_move_alike, how | {"these": [each["which"] for each in part]})

