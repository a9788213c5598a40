"""What a manager hears when a case has climbed to them, and what their keys do."""

from __future__ import annotations

import pytest

from tests.house import House
from tests.scenarios.climbs import a_case, climb_rows, climbs, has_ladder, rung


@pytest.mark.weather("calm")
def test_who_passes_sends_it_on_at_once(house: House) -> None:
    maria, noor = house.manager("Maria"), house.manager("Noor")
    has_ladder(house, rung("Maria"), rung("Noor", minutes=30))
    climbs(house, a_case(house, "Dana", maria))
    maria.phone.rings().hears("5 to pass").presses("5").hears("goes on to the next")
    noor.phone.rings(within=30).presses("4").hears("It is yours")
    assert [each.acknowledged_by_id for each in climb_rows(house)] == [noor.id]
