"""Who could be rung now, found by indexes: it does not grow with the number of people or of cases.

The same order stands in flows/routing.py, which can say of everybody why; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, exists, func, select

from flows.facts import Agent, Call
from flows.routing import OWNERS_ASKED, Search, open_shifts
from voice_gateway.store.before import CASES_LOOKED_AT
from voice_gateway.store.tables import AnyRow, CaseRow, DutyRow, LegRow, PersonRow, SkillRow, TongueRow

LOOKED_AT = 12
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
        select(PersonRow.id, PersonRow.name, PersonRow.phone)
        .outerjoin(LegRow, is_on_the_phone)
        .where(*only, ~PersonRow.gone, LegRow.id.is_(None), PersonRow.phone != bindparam("theirs"))
        .where(PersonRow.away_until.is_(None) | (PersonRow.away_until <= bindparam("now")))
        .where(PersonRow.id.not_in(bindparam("asked", expanding=True)))
    )


def _who_could_be_rung(*only: Any) -> Any:
    """Those of them who are free, at work, and want such calls."""
    return _who_is_free(*only, is_at_work, PersonRow.takes.in_(bindparam("takes", expanding=True)))


def _agents(*order: Any, skilled: bool = False, speaking: bool = False) -> Any:
    """The next agents who could be rung, of all, or of those with the skill or the language that is needed."""
    found = _who_could_be_rung(PersonRow.is_agent, _has_room).order_by(*order, PersonRow.id).limit(LOOKED_AT)
    if skilled:
        found = found.join(SkillRow, (SkillRow.person_id == PersonRow.id) & (SkillRow.skill == bindparam("skill")))
    if speaking:
        found = found.join(TongueRow, (TongueRow.person_id == PersonRow.id) & (TongueRow.language == bindparam("language")))
    return found


_wanted = [(True, True), (True, False), (False, True), (False, False)]
_by_idleness = [_agents(PersonRow.idle_since, skilled=skilled, speaking=speaking) for skilled, speaking in _wanted]
_in_order = [_agents(skilled=skilled, speaking=speaking) for skilled, speaking in _wanted]
_named = _who_could_be_rung(PersonRow.id == bindparam("named"))
_named_with_room = _named.where(_has_room)
_free_owners = _who_is_free().order_by(PersonRow.owner_rank, PersonRow.name).limit(OWNERS_ASKED)
_busy = (
    select(LegRow.id).join(PersonRow, is_on_the_phone)
    .where(PersonRow.is_agent, ~PersonRow.gone)
    .where(PersonRow.id.not_in(bindparam("asked", expanding=True))).limit(1)
)
_promised_is_busy = (
    select(LegRow.id).join(PersonRow, is_on_the_phone)
    .where(PersonRow.id == bindparam("promised"), LegRow.case_id != bindparam("case")).limit(1)
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
_wishes = select(CaseRow.language, CaseRow.asked_for_id, _met.label("met")).where(CaseRow.id == bindparam("case"))


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
    asked = {"now": call.now, "a_day_before": call.now - LONGEST_DUTY, "shifts": open_shifts(call.house, call.now),
             "takes": sorted(search.takes), "asked": sorted(search.asked), "theirs": search.theirs,
             "skill": search.skill, "language": search.language}
    found = dict.fromkeys(Agent(row.id, row.name, row.phone) for row in _found(connection, search, asked))
    if search.promised and search.promised not in {each.id for each in found}:
        elsewhere = connection.scalar(_promised_is_busy, {"promised": search.promised, "case": call.case.id})
        call = replace(call, promised_is_on_the_phone=elsewhere is not None)
    call = replace(call, colleagues=tuple(found))
    if call.colleagues:
        return call
    busy = connection.execute(_busy, {"asked": asked["asked"]}).first()
    return replace(call, everybody_is_on_the_phone=busy is not None)


def _found(connection: Connection, search: Search, asked: dict[str, Any]) -> Iterator[AnyRow]:
    """The nearest first. One query for each kind of nearness that this case knows."""
    nobody = True
    for each in _queries(search):
        named = {"named": each[1]} if each[1] else {}
        for row in connection.execute(each[0], asked | named):
            nobody = False
            yield row
    if nobody and search.urgent:
        yield from connection.execute(_free_owners, asked)


def _queries(search: Search) -> Iterator[tuple[Any, int | None]]:
    """What is asked of the memory, in order, and about whom if it is about one alone."""
    for person, query in ((search.promised, _named), (search.asked_for, _named_with_room), (search.met, _named_with_room)):
        if person:
            yield query, person
    kinds = _in_order if search.in_order else _by_idleness
    for (skilled, speaking), query in zip(_wanted, kinds, strict=True):
        if skilled <= bool(search.skill) and speaking <= bool(search.language):
            yield query, None


def since_a_day_before(now: datetime) -> dict[str, datetime]:
    """What `is_at_work` asks of the clock."""
    return {"now": now, "a_day_before": now - LONGEST_DUTY}
