"""Acknowledging: one has it and the others hear who; whoever said that it is theirs is reminded, and it climbs again if they forget."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.house import OUR_NUMBER, House, talks_and_is_content
from tests.scenarios.climbs import a_case, climb_rows, climbs, has_ladder, rung
from tests.scenarios.talks import talk
from tests.scenarios.test_page_manager import paged, who_has_it
from voice_gateway.store.tables import CaseRow

CALM = pytest.mark.weather("calm")


def test_4_is_theirs_and_they_are_reminded(house: House) -> None:
    _dana, maria, _noor = paged(house)
    maria.phone.presses("4").hears("By when do you call them?").presses("1").hears("It is yours", "by 11:0").is_hung_up()
    maria.phone.reads("T1 is yours: you call Dana by 11:0")
    assert (who_has_it(house), house.cases[0].owner_id) == (maria.id, maria.id)
    maria.phone.reads("T1: Dana was promised an update from you by 11:0", within=3600)


# ---- who has it already ----


@pytest.mark.parametrize("late", ["answers", "is listening", "has pressed 4"])
def test_a_late_answerer_is_told_who_has_it(house: House, late: str) -> None:
    sam, maria, noor = house.agent("Sam"), house.manager("Maria"), house.manager("Noor")
    has_ladder(house, rung("all:manager"))
    climbs(house, a_case(house, "Dana", sam))
    maria.phone.rings()
    noor.phone.rings()
    if late != "answers":
        noor.phone.answers().hears("Dana, about a lost dog")
    if late == "has pressed 4":
        noor.phone.presses("4").hears("By when")
    maria.phone.answers().presses("6").presses("1").hears("T1 is resolved")
    if late == "answers":
        noor.phone.is_hung_up()
    else:
        noor.phone.hears("T1 is closed already", "goodbye")
    assert who_has_it(house) == maria.id


def test_two_press_at_once_and_one_has_it(house: House) -> None:
    sam, maria, noor = house.agent("Sam"), house.manager("Maria"), house.manager("Noor")
    has_ladder(house, rung("all:manager"))
    climbs(house, a_case(house, "Dana", sam))
    for each in (maria, noor):
        each.phone.rings().answers().presses("4").hears("By when")
    maria.phone.presses("2", at_once=True)
    noor.phone.presses("1", at_once=True)
    maria.phone.hears("It is yours").reads("T1 is yours")
    noor.phone.hears("Maria has T1 already").is_hung_up()
    assert house.rows(select(CaseRow.owner_id))[0][0] == maria.id


# ---- several at once, and whoever waits on the line ----


@CALM
def test_6_is_for_the_one_that_was_told_and_the_others_are_still_to_be_had(house: House) -> None:
    maria = house.manager("Maria")
    has_ladder(house, rung("Maria"))
    for name in ("Dana", "Ben"):
        climbs(house, a_case(house, name))
    maria.phone.rings().hears("Dana", "And 1 other case").presses("6").presses("1").hears("T1 is resolved", "But Ben", "needs somebody")
    assert [each.ended_at is None for each in climb_rows(house)] == [False, True]
    maria.phone.presses("4").hears("They are yours").reads("T2 is yours")
    assert [each.owner_id for each in house.cases] == [None, maria.id]


def test_4_is_for_all_that_was_brought_whoever_had_it_before(house: House) -> None:
    sam, maria = house.agent("Sam"), house.manager("Maria")
    has_ladder(house, rung("Maria"))
    for name in ("Dana", "Ben"):
        climbs(house, a_case(house, name, sam))
    maria.phone.rings().presses("4").presses("1").hears("It is yours").reads("T1 is yours").reads("T2 is yours")
    assert [each.owner_id for each in house.cases] == [maria.id, maria.id]


@CALM
@pytest.mark.parametrize("comes", [True, False])
def test_who_waits_on_the_line_goes_on_waiting_and_is_theirs_if_nobody_comes(house: House, comes: bool) -> None:
    sam, zoe, dana = house.agent("Sam"), house.manager("Zoe"), house.customer("Dana")
    house.manager("Ann")
    has_ladder(house, rung("Zoe"))
    dana.waits_in_line()
    sam.phone.rings()
    climbs(house, 1)
    zoe.phone.rings().presses("4").presses("1").hears("It is yours").reads("T1 is yours: you call")
    if comes:
        sam.phone.presses("1")
        talks_and_is_content(dana, sam)
        house.passes(3700)
    else:
        dana.phone.hangs_up()
        sam.phone.is_hung_up()
        zoe.phone.reads("T1 is yours", within=4000)
        assert house.cases[0].owner_id == zoe.id
    house.is_forgotten()


@CALM
def test_4_during_a_talk_is_theirs_when_the_talk_is_over(house: House) -> None:
    """Sam talks with Dana when Maria says that it is hers: it is, as soon as they have talked, and she is reminded."""
    dana, sam, maria = house.customer("Dana").is_known(), house.agent("Sam"), house.manager("Maria")
    talk(house, dana, sam)
    has_ladder(house, rung("Maria"))
    climbs(house, 1)
    maria.phone.rings().presses("4").presses("1").hears("It is yours").reads("T1 is yours: you call Dana by")
    house.passes(300)
    assert house.cases[0].owner_id != maria.id
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").hangs_up()
    sam.phone.reads("T1 is yours: Dana")
    maria.phone.reads("T1 is yours: Dana", within=300)
    assert house.cases[0].owner_id == maria.id
    maria.phone.reads("Dana was promised an update from you", within=4000)
    house.is_forgotten()


@CALM
def test_4_is_for_somebody_who_waits_on_the_line_as_well(house: House) -> None:
    """Ben's case and Dana's are one ring, and Dana is on the line: Zoe reads it, and when nobody comes it is hers."""
    sam, zoe, dana = house.agent("Sam"), house.manager("Zoe"), house.customer("Dana").is_known()
    has_ladder(house, rung("Zoe"))
    dana.waits_in_line()
    sam.phone.rings()
    climbs(house, a_case(house, "Ben"))
    climbs(house, 1)
    zoe.phone.rings().hears("And 1 other case").presses("4").presses("1").hears("It is yours").reads("is yours: you call Ben")
    zoe.phone.reads("T1 is yours as well: Dana. They are on the telephone with us now")
    dana.phone.hangs_up()
    sam.phone.is_hung_up()
    zoe.phone.reads("T1 is yours: Dana", within=300)
    assert house.cases[0].owner_id == zoe.id
    house.is_forgotten()


@CALM
def test_4_makes_a_new_promise_also_for_what_was_theirs_before(house: House) -> None:
    """Three updates of Maria's are late and are one ring: for each of them she is to be heard from by a new time."""
    maria = house.manager("Maria")
    has_ladder(house, rung("Maria"))
    for name in ("Dana", "Ben", "Kim"):
        a_case(house, name, maria, next_at=house.time.now(), look_at=house.time.now())
    maria.phone.rings(within=1200).hears("And 2 other cases").presses("4").presses("1").hears("It is yours").reads("is yours")
    house.passes(10)
    assert all(each.next_at > house.time.now() for each in house.cases)
    house.is_forgotten()


@CALM
def test_who_texts_1_and_stays_on_the_telephone_has_it_all_the_same(house: House) -> None:
    maria, kim = house.manager("Maria"), house.customer("Kim")
    has_ladder(house, rung("Maria", "text"))
    climbs(house, a_case(house, "Dana"))
    maria.phone.reads("T1 needs you")
    house.exchange.phone(kim.phone.number)
    maria.phone.dials(OUR_NUMBER, verstat="TN-Validation-Passed-A").hears("Hello Maria")
    maria.phone.texts("1", to=OUR_NUMBER)
    maria.phone.reads("We ring you now")
    for _turn in range(40):
        house.passes(9)
        if any("you call Dana by" in each for each in maria.phone.received):
            break
        if maria.phone.is_off_hook:
            maria.phone.presses("9")
    house.is_forgotten()
    assert climb_rows(house)[0].acknowledged_by_id == maria.id
