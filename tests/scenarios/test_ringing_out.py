"""A colleague rings somebody under the house's number: first their own telephone rings, then the other."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.house import OUR_NUMBER, Agent, Customer, House, talks_and_is_content
from tests.scenarios.own_line import CALM, rings_in


def test_a_customer_is_rung_under_the_houses_number(house: House) -> None:
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    rings_in(sam).phone.presses("5").hears("Type the number").presses(f"{dana.phone.number[2:]}#")
    sam.phone.hears(f"We ring {' '.join(dana.phone.number[1:])}").presses("1").hears("Hang up now").is_hung_up()
    sam.phone.rings(within=30).hears("You wanted to ring Dana").presses("1").hears("Calling them now")
    dana.phone.rings().hears("Sam would like to talk with you").presses("1")
    assert {sam.phone.rung_by, dana.phone.rung_by} == {OUR_NUMBER}
    talks_and_is_content(dana, sam)


def asks_to_ring(house: House, sam: Agent, dana: Customer) -> None:
    """Sam types Dana's number, says yes, and hangs up."""
    rings_in(sam).phone.presses("5").presses(f"{dana.phone.number[2:]}#").hears("We ring").presses("1")
    sam.phone.hears("Hang up now").hangs_up()


@CALM
@pytest.mark.parametrize("typed, told", [
    ("12#", "number"), ("9005550123#", "cannot"), (f"{OUR_NUMBER[2:]}#", "cannot"), ("0113712000000#", "no such number"),
])
def test_a_number_that_we_do_not_ring(house: House, typed: str, told: str) -> None:
    sam = house.agent("Sam")
    rings_in(sam).phone.presses("5").hears("Type the number").presses(typed).hears(told, "Type the number").hangs_up()
    house.passes(30)
    assert [each.state for each in house.cases] == ["staff"]


@CALM
def test_a_number_that_was_mistyped_is_typed_again(house: House) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    rings_in(sam).phone.presses("5").presses("2025550198#").hears("We ring").presses("2").hears("Type the number")
    sam.phone.presses(f"{dana.phone.number[2:]}#").hears("We ring").presses("1").hears("Hang up now").hangs_up()
    sam.phone.rings().hears(f"You wanted to ring {' '.join(dana.phone.number[1:])}").presses("7")
    sam.phone.hears("That key does nothing").presses("1")
    dana.phone.rings().hears("This is Acme Support").presses("9").hears("Press 1 to talk").presses("1")
    talks_and_is_content(dana, sam)


@CALM
@pytest.mark.parametrize("how", ["declines", "2", "hangs up"])
def test_the_customer_does_not_want_to_talk(house: House, how: str) -> None:
    """They did not ask for it, so no text follows; it stays with whoever did."""
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    asks_to_ring(house, sam, dana)
    sam.phone.rings().presses("1").hears("Calling them now")
    if how == "declines":
        dana.phone.declines()
    elif how == "2":
        dana.phone.rings().hears("would like to talk").presses("2").hears("Goodbye")
    else:
        dana.phone.rings().hears("would like to talk").hangs_up()
    sam.phone.hears("Dana does not come to the phone", "stays with you").is_hung_up()
    assert not dana.phone.received
    assert [(each.state, each.owner_id) for each in house.cases if each.state != "staff"] == [("open", sam.id)]


@CALM
@pytest.mark.parametrize("how", ["declines", "2", "1"])
def test_the_colleague_does_not_come(house: House, how: str) -> None:
    """Not there any more, thinks better of it, or hangs up while the other telephone rings."""
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    asks_to_ring(house, sam, dana)
    if how == "declines":
        sam.phone.declines()
    elif how == "2":
        sam.phone.rings().presses("2").hears("It stays with you")
    else:
        sam.phone.rings().presses("1").hears("Calling them now")
        dana.phone.lets_it_ring()
        sam.phone.hangs_up()
        dana.phone.is_hung_up()
    house.passes(20)
    assert sam.is_free
    assert [(each.state, each.owner_id) for each in house.cases if each.state != "staff"] == [("open", sam.id)]
    assert not dana.phone.heard


@CALM
def test_the_colleague_hangs_up_when_the_customer_has_just_answered(house: House) -> None:
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    asks_to_ring(house, sam, dana)
    sam.phone.rings().presses("1").hears("Calling them now")
    dana.phone.rings().hears("would like to talk")
    sam.phone.hangs_up()
    dana.phone.is_hung_up()


@CALM
def test_who_waits_for_our_call_gets_that_one(house: House) -> None:
    """Dana had asked for a call already: one case, one call, and her own reason."""
    dana, sam = house.customer("Dana"), house.agent("Sam")
    sam.differs(away_until=house.time.now() + timedelta(hours=9))
    dana.asks_for_a_call("my lamp").phone.reads("nobody was free")
    asks_to_ring(house, sam, dana)
    sam.phone.rings().hears("Dana is waiting for a call about my lamp").presses("1")
    dana.phone.rings().hears("You asked us to call").presses("1")
    talks_and_is_content(dana, sam)
    assert len(house.cases) == 2


@CALM
def test_the_customer_rings_us_meanwhile(house: House) -> None:
    """Whoever is on the line when the colleague is back is talked with, and not rung."""
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    asks_to_ring(house, sam, dana)
    sam.phone.rings().hears("You wanted to ring Dana")
    dana.dials().phone.hears("One moment please")
    sam.phone.presses("1")
    talks_and_is_content(dana, sam)
