"""Who could be rung now, found by indexes: it does not grow with the number of people or of cases.

The same order stands in flows/routing.py, which can say of everybody why; a test holds the two together.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any

from sqlalchemy import Connection, bindparam, exists, func, literal, select, union_all

from flows.facts import Agent, Call
from flows.routing import OWNERS_ASKED, Search, open_shifts
from voice_gateway.store.before import CASES_LOOKED_AT
from voice_gateway.store.tables import CaseRow, DutyRow, LegRow, PersonRow, SkillRow, TongueRow
from voice_gateway.store.telephones import THEIRS

LOOKED_AT = 12
FEW, MANY = "few", "many"
MOST_FEW = 200
LONGEST_DUTY = timedelta(days=1)

is_on_the_phone = (LegRow.phone == PersonRow.phone) & LegRow.ended_at.is_(None) & LegRow.attested
is_on_duty = exists().where(
    DutyRow.person_id == PersonRow.id, DutyRow.calendar_id == PersonRow.calendar_id,
    DutyRow.begins_at.between(bindparam("a_day_before"), bindparam("now")), DutyRow.ends_at > bindparam("now"))
is_at_work = PersonRow.shift_id.in_(bindparam("shifts", expanding=True)) | (PersonRow.calendar_id.is_not(None) & is_on_duty)
looks_after = (
    select(func.count(CaseRow.id)).where(CaseRow.owner_id == PersonRow.id, CaseRow.closed_at.is_(None))
    .correlate(PersonRow).scalar_subquery()
)
_has_room = PersonRow.most_cases.is_(None) | (looks_after < PersonRow.most_cases)


def _who_is_free(*only: Any) -> Any:
    """Those of them who are here and idle, were not asked in this round, and do not ring us now."""
    return (
        select(PersonRow.id, PersonRow.name, PersonRow.phone, PersonRow.idle_since)
        .outerjoin(LegRow, is_on_the_phone)
        .where(*only, ~PersonRow.gone, LegRow.id.is_(None), PersonRow.phone != bindparam("theirs"),
               PersonRow.telephone == THEIRS)
        .where(PersonRow.away_until.is_(None) | (PersonRow.away_until <= bindparam("now")))
        .where(PersonRow.id.not_in(bindparam("asked", expanding=True)))
    )


def _who_could_be_rung(*only: Any) -> Any:
    """Those of them who are free, at work, and want such calls."""
    return _who_is_free(*only, is_at_work, PersonRow.takes.in_(bindparam("takes", expanding=True)))


def _the_one(whose: str, *only: Any) -> Any:
    """The colleague of this name in the search, if they could be rung."""
    return _who_could_be_rung(PersonRow.id == bindparam(whose), *only).limit(1)


def _has(table: Any, what: Any, wanted: str, holders: str) -> tuple[list[Any], bool]:
    """The condition that somebody has this skill or language, and whether to begin with those who have it.

    Of many who have it, those idle longest are looked through until there are enough; few are all looked at.
    """
    if holders == FEW:
        return [PersonRow.id.in_(select(table.person_id).where(what == bindparam(wanted)))], True
    one = select(table.person_id).where(what == bindparam(wanted), table.person_id == PersonRow.id).correlate(PersonRow)
    return [one.scalar_subquery().is_not(None)], False


def _agents(*only: Any, in_order: bool, few: bool = False) -> Any:
    """The next agents of these who could be rung. Of few, no index of all who are idle is needed, nor wanted."""
    idle = func.coalesce(PersonRow.idle_since, PersonRow.idle_since) if few else PersonRow.idle_since
    order = [PersonRow.id] if in_order else [idle, PersonRow.id]
    return _who_could_be_rung(PersonRow.is_agent, _has_room, *only).order_by(*order).limit(LOOKED_AT)


def _the_nearest(skill: str, language: str, in_order: bool) -> Any:
    """All kinds of nearness in one question, each with its rank: the beginning of each list is enough."""
    kinds = [_the_one("promised"), _the_one("asked_for", _has_room), _the_one("met", _has_room)]
    skilled, few_skilled = _has(SkillRow, SkillRow.skill, "skill", skill)
    speaking, few_speak = _has(TongueRow, TongueRow.language, "language", language)
    if skill and language:
        kinds.append(_agents(*skilled, *speaking, in_order=in_order, few=few_skilled or few_speak))
    if skill:
        kinds.append(_agents(*skilled, in_order=in_order, few=few_skilled))
    if language:
        kinds.append(_agents(*speaking, in_order=in_order, few=few_speak))
    kinds.append(_agents(in_order=in_order))
    return union_all(*(select(kind.subquery(), literal(rank).label("rank")) for rank, kind in enumerate(kinds)))


_nearest = {key: _the_nearest(*key) for key in product(("", FEW, MANY), ("", FEW, MANY), (False, True))}
_holders = {table: select(func.count()).select_from(select(table.person_id).where(what == bindparam("wanted")).limit(MOST_FEW).subquery())
            for table, what in ((SkillRow, SkillRow.skill), (TongueRow, TongueRow.language))}
_free_owners = _who_is_free().order_by(PersonRow.owner_rank, PersonRow.name).limit(OWNERS_ASKED)
_busy = (
    select(LegRow.id).join(PersonRow, is_on_the_phone)
    .where(PersonRow.is_agent, ~PersonRow.gone)
    .where(PersonRow.id.not_in(bindparam("asked", expanding=True))).limit(1)
)
_awaited_is_busy = (
    select(LegRow.id).join(PersonRow, is_on_the_phone)
    .where(PersonRow.id == bindparam("awaited"), LegRow.case_id != bindparam("case")).limit(1)
)
_their_other_cases = (
    select(CaseRow.id).where(CaseRow.identifier_id == bindparam("whose"), CaseRow.id != bindparam("case"))
    .order_by(CaseRow.id.desc()).limit(CASES_LOOKED_AT).scalar_subquery()
)
_met = (
    select(LegRow.person_id).join(PersonRow, PersonRow.id == LegRow.person_id)
    .where(LegRow.case_id.in_(_their_other_cases), LegRow.talked_at.is_not(None), PersonRow.is_agent, ~PersonRow.gone)
    .order_by(LegRow.id.desc()).limit(1).scalar_subquery()
)
_looked_after = (
    select(CaseRow.owner_id).join(PersonRow, PersonRow.id == CaseRow.owner_id)
    .where(CaseRow.identifier_id == bindparam("whose"), CaseRow.id != bindparam("case"), PersonRow.is_agent, ~PersonRow.gone)
    .order_by(CaseRow.id.desc()).limit(1).scalar_subquery()
)
_wishes = select(CaseRow.language, CaseRow.asked_for_id, func.coalesce(_met, _looked_after).label("met")).where(CaseRow.id == bindparam("case"))


def search_of(connection: Connection, call: Call) -> Search:
    """Whom this case looks for."""
    customer = call.customer_on_the_line
    insider = call.contact.insider and (customer is None or customer.attested)
    wishes = connection.execute(_wishes, {"case": call.case.id, "whose": call.case.whose}).first()
    return Search(
        skill=call.case.skill, language=wishes.language if wishes else "", urgent=call.case.urgent,
        takes=frozenset(["everyone", *(["known"] if call.contact.is_known or call.case.urgent else []),
                         *(["insiders"] if call.case.urgent or insider else [])]),
        promised=call.callback.promised_by.id if call.callback.promised_by else None,
        asked_for=wishes.asked_for_id if wishes else None, met=wishes.met if wishes else None,
        asked=call.asked_this_round, theirs=call.contact.phone, in_order=call.house.line.strategy == "in order",
    )


def with_colleagues(connection: Connection, call: Call) -> Call:
    """Whoever promised it, is asked for or was met, then who is good at it or speaks their language, then all others.

    For what is important, those who own what nobody took are asked when no colleague is there.
    """
    search = search_of(connection, call)
    asked = since_a_day_before(call.now) | {
        "shifts": open_shifts(call.house, call.now), "takes": sorted(search.takes), "asked": sorted(search.asked),
        "theirs": search.theirs, "skill": search.skill, "language": search.language,
        "promised": search.promised, "asked_for": search.asked_for, "met": search.met}
    holders = _who_has_it(connection, SkillRow, search.skill), _who_has_it(connection, TongueRow, search.language)
    nearest = connection.execute(_nearest[*holders, search.in_order], asked).all()
    found = sorted(nearest, key=lambda row: (row.rank, 0 if search.in_order else row.idle_since.timestamp(), row.id))
    if search.urgent and not found:
        found = sorted(connection.execute(_free_owners, asked), key=lambda row: (row.id != search.promised, row.id != search.asked_for))
    call = replace(call, colleagues=tuple(dict.fromkeys(Agent(row.id, row.name, row.phone) for row in found)))
    if search.awaited and search.awaited not in {each.id for each in call.colleagues}:
        elsewhere = connection.scalar(_awaited_is_busy, {"awaited": search.awaited, "case": call.case.id})
        call = replace(call, awaited_is_on_the_phone=elsewhere is not None)
    if call.colleagues:
        return call
    busy = connection.execute(_busy, {"asked": asked["asked"]}).first()
    return replace(call, everybody_is_on_the_phone=busy is not None)


def _who_has_it(connection: Connection, table: Any, wanted: str) -> str:
    """Have few this skill or language, or many?"""
    if not wanted:
        return ""
    return FEW if (connection.scalar(_holders[table], {"wanted": wanted}) or 0) < MOST_FEW else MANY


def since_a_day_before(now: datetime) -> dict[str, Any]:
    """What `is_at_work` asks of the clock."""
    return {"now": now, "a_day_before": now - LONGEST_DUTY}
