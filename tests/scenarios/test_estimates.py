"""What each rule would have caught of past cases: told from what really happened, and not known where that is not kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from flows import escalation
from flows.house import EscalationRules
from tests.house import OUR_NUMBER, House
from tests.scenarios.climbs import is_closed
from tests.scenarios.messages import leaves_word
from voice_gateway import estimates
from voice_gateway.store.tables import CaseRow

CALM = pytest.mark.weather("calm")
RULES = EscalationRules(is_on=True)


def told(house: House, rules: EscalationRules) -> dict[str, str]:
    with house.store.reading() as memory:
        lines = estimates.of_file(memory, rules, house.time.now())
    return {line.split('"')[1]: line.partition('"')[2].partition('" ')[2] or line for line in lines}


@CALM
def test_what_the_rules_of_every_house_would_have_caught(house: House) -> None:
    """In a house that had no ladder so far; whoever turns a rule off hears nothing of it."""
    assert not told(house, RULES)
    sam, dana, ben, kim = house.agent("Sam"), *(house.customer(each).is_known() for each in ("Dana", "Ben", "Kim"))
    dana.phone.texts("There is a gas leak, are you there?", OUR_NUMBER)
    house.passes(70 * 60)
    sam.phone.texts("T1 We come at once.", OUR_NUMBER)
    dana.phone.reads("We come at once")
    leaves_word(ben, "where is my parcel?")
    kim.phone.texts("Your manager, please: I want to talk to your boss", OUR_NUMBER)
    house.passes(10 * 60)
    sam.phone.texts("T3 Hello Kim.", OUR_NUMBER)
    kim.phone.reads("Hello Kim")
    house.person_on("square", "@jess", followers=250_000).posts("@house my order is broken")
    house.passes(40 * 60)
    for case_id in (1, 2, 3):
        is_closed(house, case_id)
    with house.store.transaction() as memory:
        memory.execute(update(CaseRow).where(CaseRow.id == 2).values(times=0))  # as before anybody counted
    found = told(house, RULES)
    assert set(found) == set(escalation.rules()) - {"sent_down", "star_key"}
    assert found["text_unanswered"] == "would have caught 1 of the last 4 cases, such as T1"
    assert found["voicemail_unheard"] == "would have caught 0 of the last 4 cases"
    assert found["words_of_danger"] == "would have caught 1 of the last 4 cases, such as T1 (what they said on the telephone is not kept)"
    assert found["asked_for_manager"].startswith("would have caught 1 of the last 4 cases, such as T3")
    assert found["high_reach"] == "would have caught 1 of the last 4 cases, such as T4"
    assert found["mention_unattended"] == "would have caught 1 of the last 4 cases, such as T4"
    assert found["third_contact"] == "would have caught 0 of the last 3 cases; of 1 case more it is not known"
    assert "not known of any of the last 4 cases, for what was promised before is not kept" in found["update_missed"]
    shorter = told(house, replace(RULES, voicemail=timedelta(minutes=30), off=("update_missed",), angry_people=1))
    assert shorter["voicemail_unheard"] == "would have caught 1 of the last 4 cases, such as T2"
    assert shorter["angry_people"] == "would have caught 1 of the last 4 cases, such as T4"
    assert "update_missed" not in shorter
    house.is_forgotten()
