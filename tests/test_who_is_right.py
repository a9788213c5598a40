"""One truth: whoever the explanation names first is whom the search for a colleague rings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, update

from flows.facts import MINUTES
from flows.routing import next_colleagues, who_is_right
from tests.house import MORNING, House, empty
from voice_gateway.store import recall, search, standing
from voice_gateway.store.tables import (
    CalendarRow,
    CaseRow,
    ContactRow,
    DutyRow,
    HouseRow,
    IdentifierRow,
    LegRow,
    NumberRow,
    PersonRow,
    ShiftRow,
    SkillRow,
    TongueRow,
)

OFTEN = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NIGHT = [{"days": [1, 2, 3, 4, 5, 6, 7], "open": 0, "close": 60}]
NAMES = ["Ann", "Ben", "Cid", "Dan", "Eve", "Fay"]

somebody = st.fixed_dictionaries({
    "is_agent": st.sampled_from([True, True, True, False]), "owner_rank": st.integers(0, 3), "shift_id": st.sampled_from([1, 1, 1, 2, 3]),
    "away": st.sampled_from([None, None, None, -1, 1]), "idle": st.integers(0, 3), "takes": st.sampled_from(["everyone"] * 4 + ["known", "insiders"]),
    "phone": st.sampled_from(["", "", "", "", "busy", "doubtful", "theirs"]), "asked": st.sampled_from([False] * 5 + [True]),
    "skill": st.booleans(), "tongue": st.booleans(), "most": st.sampled_from([None, None, 1, 2]), "owns": st.integers(0, 2),
    "duty": st.sampled_from([None, None, (-1, 1), (1, 2), (-2, 0), (0, 1)]), "gone": st.sampled_from([False] * 8 + [True]),
    "telephone": st.sampled_from(["theirs"] * 6 + ["new", "asked", "wrong"]),
})
worlds = st.fixed_dictionaries({
    "people": st.lists(somebody, max_size=6), "skill": st.sampled_from(["", "refunds"]), "language": st.sampled_from(["", "es"]),
    "urgent": st.booleans(), "known": st.booleans(), "insider": st.booleans(), "promised": st.integers(0, 6), "asked_for": st.integers(0, 6),
    "met": st.integers(0, 6), "few": st.sampled_from([0, 200]), "strategy": st.sampled_from(["longest idle", "in order"]),
})


NOBODY_IN_PARTICULAR = {
    "is_agent": True, "owner_rank": 0, "shift_id": 2, "away": None, "idle": 0, "takes": "everyone", "phone": "", "asked": False,
    "skill": False, "tongue": False, "most": None, "owns": 0, "duty": None, "gone": False, "telephone": "theirs"}
ASKED_FOR_AT_NIGHT = {
    "people": [NOBODY_IN_PARTICULAR | {"owner_rank": 1}, NOBODY_IN_PARTICULAR], "skill": "", "language": "", "urgent": True, "known": False,
    "insider": False, "promised": 0, "asked_for": 1, "met": 0, "few": 0, "strategy": "longest idle"}


def furnished(store: Any, world: dict[str, Any]) -> None:
    """One case that looks for a colleague, in a house of these people."""
    people = list(enumerate(world["people"], 1))
    here = {at for at, _ in people}
    with store.transaction() as memory:
        memory.execute(insert(HouseRow), {"id": 1, "name": "Acme", "time_zone": "UTC", "countries": ["US"], "line": {"strategy": world["strategy"]}})
        memory.execute(insert(ShiftRow), [{"id": 1, "name": "house", "openings": []}, {"id": 2, "name": "night", "openings": NIGHT},
                                          {"id": 3, "name": "by calendar", "openings": [{"days": [], "open": 0, "close": 0}]}])
        memory.execute(insert(NumberRow), {"number": "+12025550100"})
        memory.execute(insert(CalendarRow), {"id": 1, "name": "nights", "source": "https://example.com", "is_schedule": True, "look_at": MORNING})
        memory.execute(insert(ContactRow), {"id": 1, "name": "Dana", "insider": world["insider"], "created_at": MORNING})
        memory.execute(insert(IdentifierRow), [
            {"id": n, "namespace": "tel", "subject": f"+1202555{9000 + n}", "first_seen": MORNING} for n in range(1, 20)])
        memory.execute(update(IdentifierRow).where(IdentifierRow.id == 1).values(contact_id=1))
        for at, each in people:
            number = "+12025559001" if each["phone"] == "theirs" else f"+1202555{1000 + at}"
            taken = any(other["phone"] == "theirs" for other in world["people"][:at - 1])
            memory.execute(insert(PersonRow), {
                "id": at, "name": NAMES[at - 1], "phone": f"+1202555{1000 + at}" if taken else number, "roles": [], "skills": [],
                "languages": [], "handles": {}, "is_agent": each["is_agent"], "owner_rank": each["owner_rank"], "shift_id": each["shift_id"],
                "away_until": each["away"] and MORNING + each["away"] * MINUTES, "idle_since": MORNING + each["idle"] * MINUTES,
                "gone": each["gone"], "takes": each["takes"], "calendar_id": 1 if each["shift_id"] == 3 else None, "most_cases": each["most"],
                "telephone": each["telephone"]})
            if each["skill"]:
                memory.execute(insert(SkillRow), {"skill": "refunds", "person_id": at})
            if each["tongue"]:
                memory.execute(insert(TongueRow), {"language": "es", "person_id": at})
            if each["duty"]:
                begins, ends = (MORNING + each["duty"][0] * MINUTES, MORNING + each["duty"][1] * MINUTES)
                memory.execute(insert(DutyRow), {"calendar_id": 1, "person_id": at, "begins_at": begins, "ends_at": ends})
        case = {"caller_name": "Dana", "about": "", "state": "waiting", "ticket_seed": "seed", "opened_at": MORNING, "wanted_at": MORNING,
                "due_at": MORNING, "round": 1}
        named = {key: world[key] if world[key] in here else None for key in ("promised", "asked_for", "met")}
        memory.execute(insert(CaseRow), case | {
            "id": 1, "identifier_id": 1, "contact_id": 1 if world["known"] else None, "skill": world["skill"], "language": world["language"],
            "urgent": world["urgent"], "token_hash": "1", "promised_by_id": named["promised"], "asked_for_id": named["asked_for"]})
        leg = {"our_number": "+12025550100", "opening": "x/y", "seconds": 20, "ordered_at": MORNING - MINUTES}
        memory.execute(insert(CaseRow), case | {"id": 2, "identifier_id": 1, "closed_at": MORNING, "token_hash": "2"})
        if named["met"]:
            memory.execute(insert(LegRow), leg | {"case_id": 2, "role": "agent", "person_id": named["met"], "phone": "+12025558888", "round": 0,
                                                  "talked_at": MORNING, "ended_at": MORNING})
        other = 3
        for at, each in people:
            for _ in range(each["owns"]):
                memory.execute(insert(CaseRow), case | {"id": other, "identifier_id": other, "owner_id": at, "token_hash": str(other)})
                other += 1
            if each["phone"] in ("busy", "doubtful"):
                memory.execute(insert(LegRow), leg | {"case_id": 2, "role": "customer", "phone": f"+1202555{1000 + at}", "round": 0,
                                                      "inbound": True, "attested": each["phone"] == "busy"})
            if each["asked"]:
                memory.execute(insert(LegRow), leg | {"case_id": 1, "role": "agent", "person_id": at, "phone": f"+1202555{1000 + at}",
                                                      "round": 1, "ended_at": MORNING})


@OFTEN
@example(world=ASKED_FOR_AT_NIGHT)
@given(world=worlds)
def test_the_explanation_agrees_with_who_is_rung(store: Any, world: dict[str, Any]) -> None:
    empty(store)
    furnished(store, world)
    with store.reading() as memory:
        line = recall.line(memory)
        assert line is not None
        known = recall.case(memory, store.tickets, line.house, MORNING, case_id=1)
        assert known is not None
        with mock.patch.object(search, "MOST_FEW", world["few"]):
            call = recall.more(memory, known.call, frozenset(["colleagues"]))
        verdicts = who_is_right(line.house, search.search_of(memory, call), standing.everybody(memory, line.house, MORNING, MORNING))
    rung = [each.agent for each in verdicts if each.place]
    assert rung == list(call.colleagues)
    assert next_colleagues(call) == tuple(rung[:1])
    assert all(each.why for each in verdicts)
    assert {each.agent.id for each in verdicts} == {at for at, each in enumerate(world["people"], 1) if not each["gone"]}


@pytest.mark.weather("calm")
def test_who_is_named_first_is_rung_first(house: House) -> None:
    """Played: whom the customer spoke with last comes before who has been idle longest."""
    sam, kim = house.agent("Sam"), house.agent("Kim")
    dana = house.customer("Dana").asks_for_a_call()
    sam.phone.rings().presses("2")
    kim.phone.rings().presses("1")
    dana.phone.rings().presses("1")
    assert dana.phone.talks_with(kim.phone)
    house.passes(60)
    dana.phone.hangs_up()
    kim.phone.hears("How did it go").presses("1").hears("Solved")
    house.passes(timedelta(minutes=10).total_seconds())
    dana.asks_for_a_call(about="the same again")
    case = house.cases[-1].id
    with house.store.reading() as memory:
        call = house.facts(memory, case)
        verdicts = who_is_right(call.house, search.search_of(memory, call),
                                standing.everybody(memory, call.house, call.now, call.now))
    assert [(each.agent.name, each.why) for each in verdicts] == [
        ("Kim", "is whom they spoke with last"), ("Sam", "has been idle longest of those who are left")]
    kim.phone.rings().presses("1")
    dana.phone.rings().presses("1")
    dana.phone.hangs_up()
    kim.phone.hears("How did it go").presses("1").hears("Solved")
