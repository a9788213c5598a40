"""Somebody says that this is for a manager: a customer who waits, or the colleague who talks with them."""

from __future__ import annotations

from tests.house import House, talks_and_is_content
from tests.scenarios.climbs import climb_rows, has_ladder, rung, takes


def test_a_customer_who_waits_asks_for_a_manager_by_a_key(house: House) -> None:
    """They keep their place, and a manager's telephone rings; Sam takes the call nevertheless."""
    dana, sam, maria = house.customer("Dana").is_known(), house.agent("Sam"), house.manager("Maria")
    has_ladder(house, rung("Maria"))
    dana.waits_in_line()
    sam.phone.rings()
    dana.phone.presses("*").hears("To ask for a manager, press 9").presses("9").hears("We tell a manager now")
    takes(house, maria)
    sam.phone.hears("Dana is on the line").presses("1")
    talks_and_is_content(dana, sam)
    assert [(each.rule, each.acknowledged_by_id) for each in climb_rows(house)] == [("asked_for_manager", maria.id)]


def test_a_colleague_gives_a_reason_or_goes_back(house: House) -> None:
    """Without one of the reasons nothing is sent; the customer hears music meanwhile, and is never lost."""
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    has_ladder(house, rung("Sam"))
    dana.waits_in_line()
    sam.phone.rings().presses("1")
    assert dana.phone.talks_with(sam.phone)
    sam.phone.presses("*").hears("9 to send it up").presses("9").hears("Why?").presses("8").hears("That key does nothing here")
    sam.phone.presses("*")
    talks_and_is_content(dana, sam)
    assert not climb_rows(house)
