"""Acknowledging: one has it and the others hear who; whoever said that it is theirs is reminded, and it climbs again if they forget."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.house import House
from tests.scenarios.climbs import a_case, climbs, has_ladder, rung
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


@CALM
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
