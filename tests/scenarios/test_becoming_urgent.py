"""What is urgent, or becomes so while it climbs, waits for nobody's throttle and for no share."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.house import House
from tests.scenarios.climbs import a_case, climb_rows, climbs, has_ladder, rung
from tests.scenarios.test_the_share import shares
from voice_gateway.store.tables import BroughtRow

CALM = pytest.mark.weather("calm")


@pytest.mark.parametrize("becomes", [False, True])
def test_the_urgent_does_not_wait_behind_what_waits(house: House, becomes: bool) -> None:
    """Maria has just been rung, and Ben's case waits for the minute to be over; then Kim's comes, or Ben's becomes urgent.

    That a telephone rings no more may be told 20 seconds late; to wait for the minute takes longer.
    """
    maria = house.manager("Maria")
    has_ladder(house, rung("Maria"))
    climbs(house, a_case(house, "Dana", maria))
    maria.phone.rings().declines()
    climbs(house, ben := a_case(house, "Ben", maria))
    house.passes(6)
    climbs(house, ben if becomes else a_case(house, "Kim", maria), "now it burns", urgent=True)
    maria.phone.rings(within=30).hears("Ben" if becomes else "Kim").hangs_up()
    house.is_forgotten()


@CALM
def test_what_becomes_urgent_comes_to_the_manager_at_once_and_the_ladder_goes_on(house: House) -> None:
    """It went to the delegate, who does not answer, and to Sam after him; Noor is next all the same."""
    maria, kim, sam, noor = house.manager("Maria"), house.agent("Kim"), house.agent("Sam"), house.manager("Noor")
    has_ladder(house, rung("Maria"), rung("Sam", minutes=1), rung("Noor", minutes=4))
    shares(house, maria, 0, kim)
    climbs(house, a_case(house, "Dana"))
    kim.phone.rings().lets_it_ring()
    sam.phone.rings(within=90).declines()
    climbs(house, 1, "now it burns", urgent=True)
    maria.phone.rings(within=15).lets_it_ring()
    assert [(each.personally, each.urgent) for each in house.rows(select(BroughtRow.personally, BroughtRow.urgent))] == [(True, True)]
    assert not climb_rows(house)[0].round
    noor.phone.rings(within=180)
    house.is_forgotten()
