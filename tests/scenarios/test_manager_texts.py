"""What managers text about a case that climbs: a word does what a key does."""

from __future__ import annotations

import pytest

from tests.house import OUR_NUMBER, Agent, House, talks_and_is_content
from tests.scenarios.climbs import a_case, climb_rows, climbs, has_ladder, rung

CALM = pytest.mark.weather("calm")


def texted(house: House, *names: str) -> tuple[Agent, Agent]:
    """These cases climb to Maria, who reads of it, and after her to Noor."""
    sam, maria, noor = house.agent("Sam"), house.manager("Maria"), house.manager("Noor")
    has_ladder(house, rung("Maria", "text"), rung("Noor", minutes=30))
    for name in names or ("Dana",):
        climbs(house, a_case(house, name, sam))
    maria.phone.reads("need")
    return maria, noor


def says(maria: Agent, words: str, *told: str) -> None:
    maria.phone.texts(words, to=OUR_NUMBER)
    maria.phone.reads(*told)


@pytest.mark.parametrize("words, at", [("mine", "11:0"), ("4", "11:0"), ("Mine 3pm", "3:00 pm"), ("MINE T1 in 2 hours", "12:0")])
def test_mine(house: House, words: str, at: str) -> None:
    maria, _noor = texted(house)
    says(maria, words, "T1 is yours: you call Dana by", at)
    assert climb_rows(house)[0].acknowledged_by_id == house.cases[0].owner_id == maria.id


def test_1_rings_them_and_then_the_customer(house: House) -> None:
    maria, _noor = texted(house)
    with house.store.transaction() as memory:
        dana = house.customer("Dana", house.facts(memory, 1).contact.phone)
    says(maria, "1", "T1 is yours. We ring you now")
    maria.phone.rings().hears("You wanted to talk with Dana").presses("1").hears("Calling Dana now")
    dana.phone.rings().hears("Maria, our manager").presses("1")
    talks_and_is_content(dana, maria)


def test_pass_goes_on_at_once(house: House) -> None:
    maria, noor = texted(house)
    says(maria, "pass", "You have passed T1 on")
    noor.phone.rings(within=20).presses("6").presses("1").hears("resolved")


@pytest.mark.parametrize("words, why", [("resolved", "solved"), ("6 T1 3", "the same as another case")])
def test_resolved(house: House, words: str, why: str) -> None:
    maria, _noor = texted(house)
    says(maria, words, f"T1 is resolved: {why}")
    assert house.cases[0].state == "solved"


@CALM
def test_details_and_who_acknowledge_nothing(house: House) -> None:
    maria, _noor = texted(house)
    says(maria, "details", "T1 Dana, about a lost dog", "Why: a test wants it", "https://")
    says(maria, "who", "Nobody has T1 yet")
    assert climb_rows(house)[0].ended_at is None
    says(maria, "6", "resolved")


def test_several_are_told_apart_by_their_tags(house: House) -> None:
    maria, _noor = texted(house, "Dana", "Ben")
    says(maria, "mine", "Which one? Add its tag", "T1: Dana", "T2: Ben", "Nothing was changed")
    says(maria, "mine T2", "T2 is yours: you call Ben")
    assert [each.acknowledged_by_id for each in climb_rows(house)] == [None, maria.id]
    says(maria, "t1 pass", "You have passed T1 on")
    _noor.phone.rings(within=20).presses("6").presses("1").hears("resolved")


@CALM
def test_twice_and_after_the_fact(house: House) -> None:
    maria, _noor = texted(house)
    says(maria, "mine", "T1 is yours")
    says(maria, "mine", "T1 is yours already", "Nothing was changed")
    says(maria, "resolved", "T1 is yours already")
    says(maria, "done T1", "T1 is solved")
    says(maria, "pass", "T1 is closed already", "Nothing was changed")


def test_from_two_people_at_once_one_has_it(house: House) -> None:
    sam, maria, noor = house.agent("Sam"), house.manager("Maria"), house.manager("Noor")
    has_ladder(house, rung("all:manager", "text"))
    climbs(house, a_case(house, "Dana", sam))
    for each in (maria, noor):
        each.phone.reads("T1 needs you")
    maria.phone.texts("mine 3pm", to=OUR_NUMBER)
    noor.phone.texts("mine", to=OUR_NUMBER)
    maria.phone.reads("T1 is yours")
    noor.phone.reads("Maria has T1 already, since", "Nothing was changed")
    assert house.cases[0].owner_id == maria.id


@pytest.mark.parametrize("words", ["mine", "mine T1", "6 T1", "1"])
def test_a_strangers_telephone_acknowledges_nothing(house: House, words: str) -> None:
    """Nor does a colleague's who was never told of it."""
    maria, _noor = texted(house)
    eve, kim = house.customer("Eve").is_known(), house.agent("Kim")
    kim.phone.texts(words, to=OUR_NUMBER)
    kim.phone.reads("")
    eve.phone.texts(words, to=OUR_NUMBER)
    eve.phone.reads("a colleague reads it now")
    house.passes(10)
    assert climb_rows(house)[0].ended_at is None
    says(maria, "6 T1", "resolved")
    house.is_forgotten()
