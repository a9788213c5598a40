"""Page the manager: one key, and whoever waits is helped by whoever it came to."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update

from flows import facts
from flows.climbing import Acknowledge
from tests.house import OUR_NUMBER, Agent, Customer, House, talks_and_is_content
from tests.scenarios.climbs import a_case, climb_rows, climbs, has_ladder, journal, rung
from tests.scenarios.talks import talk
from voice_gateway.store import keep
from voice_gateway.store.tables import CaseRow, JournalRow

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
    assert [each.ended_with for each in climb_rows(house)] == ["nothing"]
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


# ---- what else ----


def test_a_machine_that_presses_keys_meets_another_key_with_every_ring(house: House) -> None:
    """The house may ask for a key that is told on the line before anything else counts."""
    house.keeps(accept_key="random")
    sam, maria, noor = house.agent("Sam"), house.manager("Maria"), house.manager("Noor")
    has_ladder(house, rung("Maria"), rung("Noor", minutes=15))
    maria.phone.is_an_answering_machine(presses="1")
    climbs(house, a_case(house, "Dana", sam))
    maria.phone.rings().hears("That is not it", within=90)
    noor.phone.rings(within=90).hears("A case has climbed to you")
    key = re.findall(r"Press (\d) to hear it", noor.phone.heard)[0]
    noor.phone.presses(key).hears("Dana, about a lost dog", KEYS).presses("6").presses("1").hears("resolved")
    assert who_has_it(house) == noor.id


@CALM
def test_of_several_cases_the_others_are_still_to_be_had(house: House) -> None:
    maria, noor = house.manager("Maria"), house.manager("Noor")
    has_ladder(house, rung("all:manager"))
    for name in ("Dana", "Ben"):
        climbs(house, a_case(house, name))
    maria.phone.rings()
    noor.phone.rings()
    with house.store.transaction() as memory:
        call = replace(house.facts(memory, 1), meant_for=noor_as_fact(house, noor))
        keep.keep(memory, call, (), [Acknowledge(call.meant_for, alone=True)], our_number=OUR_NUMBER, tickets=house.store.tickets)
    maria.phone.hears("Noor has T1 already", "But Ben, about a lost dog, needs somebody", "Press 4 if you take it").presses("4")
    maria.phone.hears("They are yours").reads("T2 is yours")
    assert [each.acknowledged_by_id for each in climb_rows(house)] == [noor.id, maria.id]
    house.is_forgotten()


def noor_as_fact(house: House, noor: Agent) -> facts.Agent:
    return facts.Agent(noor.id, noor.name, noor.phone.number)


@CALM
def test_times_are_told_on_the_managers_own_clock(house: House) -> None:
    """A week in three time zones: the house file says where she is; ten o'clock in New York is three in London."""
    _dana, maria, _noor = paged(house)
    maria.differs(zone="Europe/London")
    maria.phone.presses("4").hears("say the time").says("five p.m.").hears("You call them by 5:00 pm").is_hung_up()
    maria.phone.reads("T1 is yours: you call Dana by 5:00 pm")
    assert house.cases[0].next_at.hour == 17


@CALM
def test_nobody_is_rung_whose_number_is_not_known(house: House) -> None:
    _dana, maria, _noor = paged(house)
    with house.store.transaction() as memory:
        memory.execute(update(CaseRow).values(phone=""))
    maria.phone.presses("1").hears("We know no number at which to ring them", KEYS).presses("6").presses("1").hears("resolved")


@CALM
def test_who_is_being_rung_already_is_not_rung_twice(house: House) -> None:
    dana, sam, maria = house.customer("Dana"), house.agent("Sam"), house.manager("Maria")
    has_ladder(house, rung("Maria"))
    dana.asks_for_a_call()
    sam.phone.rings().presses("1").hears("Calling them now")
    climbs(house, 1)
    dana.phone.rings()
    maria.phone.rings().presses("1").hears("Sam rings them at this moment", KEYS)
    dana.phone.presses("1")
    assert dana.phone.talks_with(sam.phone)
    maria.phone.presses("1").hears("They hear that you come")
    assert maria.phone.talks_with(dana.phone)
    maria.phone.presses("*").hears("Press 1 to leave them").presses("1").hears("goodbye")
    talks_and_is_content(dana, sam)


@CALM
def test_nothing_is_resolved_over_the_heads_of_those_who_talk(house: House) -> None:
    dana, sam, maria = house.customer("Dana"), house.agent("Sam"), house.manager("Maria")
    has_ladder(house, rung("Maria"))
    talk(house, dana, sam)
    climbs(house, 1)
    maria.phone.rings().presses("6").hears("is on the telephone with us now, so it stays open", KEYS).presses("4").hears("By when")
    maria.phone.presses("1").hears("It is yours").reads("T1 is yours")
    talks_and_is_content(dana, sam)
    assert house.cases[0].state == "solved"


@pytest.mark.parametrize("said", ["manager", "I want to speak with your manager please"])
def test_a_caller_says_manager_and_it_climbs_while_they_wait(house: House, said: str) -> None:
    """They are in line as any caller is, and a manager hears of it at once."""
    sam, maria, dana = house.agent("Sam"), house.manager("Maria"), house.customer("Dana")
    has_ladder(house, rung("Maria"))
    dana.dials().phone.hears("Press 1 to wait").says(said).hears("what is it about").says("my bag").hears("One moment")
    sam.phone.rings().lets_it_ring()
    maria.phone.rings().hears("about my bag", "Why: they ask for a manager").presses("1").hears("Connecting you")
    talks_and_is_content(dana, maria)
    sam.phone.is_hung_up()
