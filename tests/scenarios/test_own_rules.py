"""Rules of the house's own: a condition comes true, and the case climbs, once."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from tests.house import OUR_NUMBER, Agent, Customer, House
from tests.scenarios.climbs import climb_rows, has_ladder, rung, takes
from voice_gateway.store import circumstances
from voice_gateway.store.tables import CaseRow

CALM = pytest.mark.weather("calm")
NONE: dict[str, Any] = {"off": ["text_unanswered", "update_missed", "words_of_danger", "third_contact", "big_effect"]}


def own_rule(house: House, when: str, why: str = "we said so") -> None:
    has_ladder(house, rung("Maria"), conditions=[{"name": "mine", "when": when, "why": why, "ladder": ""}], **NONE)


def writes(house: House, words: str) -> tuple[Customer, Agent, Agent]:
    dana, sam, maria = house.customer("Dana").is_known(), house.agent("Sam"), house.manager("Maria")
    dana.phone.texts(words, to=OUR_NUMBER)
    sam.phone.reads(f"T1 Dana: {words}", within=180)
    dana.phone.reads("a colleague reads it now", within=180)
    return dana, sam, maria


def test_a_condition_that_comes_true_sends_it_up_once(house: House) -> None:
    """At what happens; and when Maria has it, not again."""
    own_rule(house, "case.about.contains('piano') && !case.urgent")
    _dana, sam, maria = writes(house, "My PIANO fell down")
    takes(house, maria)
    assert [(row.rule, row.why) for row in climb_rows(house)] == [("mine", "we said so")]
    sam.phone.texts("NOTE T1 it is upright", to=OUR_NUMBER)
    sam.phone.reads("Noted on T1", within=180)
    house.passes(1800)
    assert len(climb_rows(house)) == 1
    house.is_forgotten()


def test_by_the_clock(house: House) -> None:
    """Nothing happens but that time goes by."""
    own_rule(house, "case.unanswered >= 12")
    _dana, _sam, maria = writes(house, "Hello?")
    house.passes(600)
    assert not climb_rows(house)
    maria.phone.rings(within=900)
    maria.phone.declines()
    house.is_forgotten()


@CALM
@pytest.mark.parametrize("when", ["case.about.contains('harp')", "case.owned && case.times > 1", "1 / case.tries > 0", "case.times +"])
def test_what_is_not_so_or_cannot_be_worked_out_sends_nothing_up(house: House, when: str) -> None:
    """Also one that no file would have been loaded with."""
    own_rule(house, when)
    _dana, sam, maria = writes(house, "My piano fell down")
    sam.phone.texts("DONE T1", to=OUR_NUMBER)
    house.passes(1200)
    assert not climb_rows(house)
    assert not maria.phone.received
    house.is_forgotten()


@CALM
def test_what_a_condition_may_look_at(house: House) -> None:
    jess, sam = house.person_on("square", "@jess", followers=9900), house.agent("Sam")
    jess.posts("@house where is my BAG")
    sam.phone.reads("T1 @jess wrote")
    with house.store.transaction() as memory:
        memory.execute(update(CaseRow).values(impact="I Fly At Noon", urgent=True))
    house.passes(600)
    with house.store.reading() as memory:
        (_, facts), = circumstances.of_the_last(memory, 10, house.time.now())
        assert facts == circumstances.of_case(memory, 1, house.time.now())
    assert {name: facts[name] for name in ("times", "reach", "posts", "network", "owned", "urgent", "impact", "marked")} == {
        "times": 1, "reach": 9900, "posts": 1, "network": "square", "owned": True, "urgent": True, "impact": "i fly at noon",
        "marked": False}
    assert facts["age"] == facts["unanswered"] == 10
    assert "bag" in str(facts["about"])
    house.is_forgotten()
