"""Page the manager: one key, and whoever waits is helped by whoever it came to."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests.house import Agent, Customer, House, talks_and_is_content
from tests.scenarios.climbs import a_case, climb_rows, climbs, has_ladder, journal, rung
from tests.scenarios.talks import talk
from voice_gateway.store.tables import JournalRow

CALM = pytest.mark.weather("calm")
KEYS = "Press 1 to talk with them now, 4 if it is yours"


def paged(house: House, **more: Any) -> tuple[Customer, Agent, Agent]:
    """Dana's case climbs to Maria, and after her to Noor; Maria's telephone rings."""
    sam, maria, noor = house.agent("Sam"), house.manager("Maria"), house.manager("Noor")
    has_ladder(house, rung("Maria"), rung("Noor", minutes=5))
    dana = house.customer("Dana", a_number(house, a_case(house, "Dana", sam, **more)))
    climbs(house, 1, "she asked for a manager")
    maria.phone.rings()
    return dana, maria, noor


def a_number(house: House, case_id: int) -> str:
    with house.store.transaction() as memory:
        return house.facts(memory, case_id).contact.phone


def who_has_it(house: House) -> int | None:
    return climb_rows(house)[0].acknowledged_by_id


# ---- what they hear ----


def test_they_hear_who_what_since_when_and_why(house: House) -> None:
    _dana, maria, noor = paged(house, impact="my children wait in the rain")
    maria.phone.hears("Acme Support", "Dana, about a lost dog", "They say: my children wait in the rain",
                      "Why: she asked for a manager", KEYS)
    maria.phone.presses("*").hears("Dana, about a lost dog", KEYS).presses("9").hears("That key does nothing here", KEYS)
    maria.phone.presses("5").hears("You have passed it on").is_hung_up()
    noor.phone.rings(within=20).presses("4").hears("By when").presses("1").hears("It is yours")
    noor.phone.reads("T1 is yours: you call Dana by")


# ---- 1: to the customer ----


def test_1_rings_the_customer_and_both_talk(house: House) -> None:
    dana, maria, _noor = paged(house)
    maria.phone.presses("1").hears("Calling Dana now")
    dana.phone.rings().hears("Maria, our manager, would like to talk with you", "Press 1 to talk").presses("1")
    talks_and_is_content(dana, maria)
    assert who_has_it(house) == maria.id


def test_1_takes_the_customer_out_of_the_queue(house: House) -> None:
    sam, maria, dana = house.agent("Sam"), house.manager("Maria"), house.customer("Dana")
    has_ladder(house, rung("Maria"))
    dana.waits_in_line()
    sam.phone.rings().lets_it_ring()
    climbs(house, 1, "she has waited too long")
    maria.phone.rings().hears("about a refund", KEYS).presses("1").hears("Connecting you")
    talks_and_is_content(dana, maria)
    sam.phone.is_hung_up()


def test_1_joins_the_talk_that_goes_on_and_both_hear_who_comes(house: House) -> None:
    dana, sam, maria = house.customer("Dana"), house.agent("Sam"), house.manager("Maria")
    has_ladder(house, rung("Maria"))
    talk(house, dana, sam)
    climbs(house, 1, "Sam asked for a manager")
    maria.phone.rings().hears(KEYS).presses("1").hears("They hear that you come. Sam is with them.")
    dana.phone.hears("Maria, our manager, joins you now")
    sam.phone.hears("Maria, our manager, joins you now")
    assert maria.phone.talks_with(dana.phone)
    assert maria.phone.talks_with(sam.phone)
    sam.phone.presses("*").hears("leave them to Maria").presses("1").hears("Maria has it from here").is_hung_up()
    assert maria.phone.talks_with(dana.phone)
    talks_and_is_content(dana, maria)
    assert who_has_it(house) == maria.id


@CALM
def test_1_and_the_customer_does_not_answer(house: House) -> None:
    """It stays with whoever pressed the key."""
    dana, maria, _noor = paged(house)
    maria.phone.presses("1").hears("Calling Dana now")
    dana.phone.rings().lets_it_ring()
    maria.phone.hears("does not come to the phone. It stays with you", within=90).is_hung_up()
    assert house.cases[0].owner_id == maria.id


@CALM
def test_1_and_the_customer_would_rather_not(house: House) -> None:
    dana, maria, _noor = paged(house)
    maria.phone.presses("1").hears("Calling Dana now")
    dana.phone.rings().hears("Press 1 to talk").presses("2").hears("Of course")
    maria.phone.hears("It stays with you")
    assert house.cases[0].owner_id == maria.id


# ---- 4: mine ----


@CALM
@pytest.mark.parametrize("said, at", [("three p.m.", "3:00 pm"), ("in two hours", "12:0"), ("tomorrow nine a.m.", "Thursday 9:00 am")])
def test_4_with_a_time_that_is_said(house: House, said: str, at: str) -> None:
    _dana, maria, _noor = paged(house)
    maria.phone.presses("4").hears("say the time").says(said).hears("It is yours", f"by {at}").is_hung_up()
    maria.phone.reads("T1 is yours", f"by {at}")


@CALM
def test_4_and_no_time_is_no_word(house: House) -> None:
    """They pressed it in their pocket, or changed their mind: it climbs on."""
    _dana, maria, noor = paged(house)
    maria.phone.presses("4").hears("By when").hangs_up()
    noor.phone.rings(within=20).presses("4").presses("1").hears("It is yours")
    noor.phone.reads("is yours")
    assert who_has_it(house) == noor.id


# ---- 6, 7 ----


def test_6_asks_why_and_closes_it(house: House) -> None:
    _dana, maria, noor = paged(house)
    maria.phone.presses("6").hears("Why?", "Press 1 if it is solved").presses("2").hears("T1 is resolved: nothing for us to do").is_hung_up()
    assert house.cases[0].state == "solved"
    told = house.rows(select(JournalRow.who, JournalRow.detail).where(JournalRow.what == "resolved"))
    assert [tuple(each) for each in told] == [("Maria", "nothing for us to do")]
    house.passes(400)
    assert not noor.phone.heard


def test_7_texts_the_details_and_acknowledges_nothing(house: House) -> None:
    _dana, maria, noor = paged(house, impact="my children wait in the rain")
    maria.phone.presses("7").hears("We have texted you the details", KEYS)
    maria.phone.reads("T1 Dana, about a lost dog", "my children wait", "Why: she asked for a manager", "https://").hangs_up()
    assert who_has_it(house) is None
    noor.phone.rings(within=20).presses("6").presses("1").hears("resolved")


# ---- nobody presses a key ----


@pytest.mark.parametrize("deed", ["says nothing", "hangs up", "declines", "is a machine"])
def test_what_is_no_word_acknowledges_nothing_and_climbs_at_once(house: House, deed: str) -> None:
    sam, maria, noor = house.agent("Sam"), house.manager("Maria"), house.manager("Noor")
    has_ladder(house, rung("Maria"), rung("Noor", minutes=15))
    if deed == "is a machine":
        maria.phone.is_an_answering_machine()
    climbs(house, a_case(house, "Dana", sam))
    maria.phone.rings()
    if deed == "hangs up":
        maria.phone.hears(KEYS).hangs_up()
    if deed == "declines":
        maria.phone.declines()
    if deed == "says nothing":
        maria.phone.answers().is_hung_up(within=120)
    noor.phone.rings(within=150).hears(KEYS).presses("6").presses("3").hears("resolved")
    assert who_has_it(house) == noor.id
    assert ("did not take it", "Maria") in journal(house)
    maria.phone.is_hung_up(within=120)
