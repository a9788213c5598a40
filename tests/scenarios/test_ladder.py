"""Cases that climb: who is rung and texted, when, and for how much at once."""

from __future__ import annotations

import pytest

from tests.house import House
from tests.scenarios.climbs import a_case, climb_rows, climbs, has_ladder, journal, rung


def test_a_case_climbs_to_whoever_takes_it(house: House) -> None:
    """Sam does not answer, the manager gets a text and a ring, and takes it; nobody else is told."""
    sam, maria, noor = house.agent("Sam"), house.manager("Maria"), house.manager("Noor")
    has_ladder(house, rung("Sam"), rung("Maria", "ring+text", 5), rung("Noor", minutes=10))
    climbs(house, a_case(house, "Dana", sam))
    sam.phone.rings().lets_it_ring()
    maria.phone.rings(within=330).hears("Dana", "a test wants it").presses("4").hears("By when").presses("2").hears("It is yours")
    maria.phone.reads("T1 is yours")
    maria.phone.reads("T1 needs you: Dana, about a lost dog. Why: a test wants it.")
    house.passes(900)
    assert not noor.phone.heard
    assert journal(house)[-1] == ("acknowledged", "Maria") or ("acknowledged", "Maria") in journal(house)
    assert [(each.acknowledged_by_id, each.ended_at is not None) for each in climb_rows(house)] == [(maria.id, True)]


@pytest.mark.weather("calm")
def test_several_cases_for_one_person_are_one_ring(house: House) -> None:
    maria = house.manager("Maria")
    has_ladder(house, rung("Maria"))
    for name in ("Dana", "Ben", "Kim"):
        climbs(house, a_case(house, name, maria))
    maria.phone.rings().hears("Dana", "And 2 other cases").presses("4").hears("By when").presses("2").hears("It is yours")
    maria.phone.reads("T1 is yours")
    house.passes(900)
    assert [each.acknowledged_by_id for each in climb_rows(house)] == [maria.id] * 3
