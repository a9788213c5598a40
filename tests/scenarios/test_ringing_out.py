"""A colleague rings somebody under the house's number: first their own telephone rings, then the other."""

from __future__ import annotations

from tests.house import OUR_NUMBER, House, talks_and_is_content
from tests.scenarios.own_line import rings_in


def test_a_customer_is_rung_under_the_houses_number(house: House) -> None:
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    rings_in(sam).phone.presses("5").hears("Type the number").presses(f"{dana.phone.number[2:]}#")
    sam.phone.hears(f"We ring {' '.join(dana.phone.number[1:])}").presses("1").hears("Hang up now").is_hung_up()
    sam.phone.rings(within=30).hears("You wanted to ring Dana").presses("1").hears("Calling them now")
    dana.phone.rings().hears("Sam would like to talk with you").presses("1")
    assert {sam.phone.rung_by, dana.phone.rung_by} == {OUR_NUMBER}
    talks_and_is_content(dana, sam)
