"""Somebody of the house rings it from their own telephone, and has a menu of their own."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from tests.house import House, talks_and_is_content
from tests.scenarios.own_line import CALM, has_a_pin, rings_in
from voice_gateway.store.tables import LegRow


def test_away_and_there_again(house: House) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    rings_in(sam).phone.hears("Hello Sam", "Press 1 if you are available").presses("2").hears("how many hours")
    sam.phone.presses("0#").hears("You are away until you ring or text again").hangs_up()
    dana.asks_for_a_call()
    dana.phone.reads("nobody was free")
    rings_in(sam).phone.hears("Hello Sam").presses("1").hears("You are available").hangs_up()
    sam.phone.rings(within=400).presses("1").hears("Calling them now")
    dana.phone.rings().presses("1")
    talks_and_is_content(dana, sam)


def test_the_next_callback(house: House) -> None:
    """Dana waits for another try; Sam comes back, rings in, and takes her."""
    dana, sam = house.customer("Dana"), house.agent("Sam")
    sam.differs(away_until=house.time.now() + timedelta(hours=9))
    dana.asks_for_a_call("my lamp").phone.reads("nobody was free")
    rings_in(sam).phone.presses("3").hears("Dana is waiting for a call about my lamp", "Press 1 to take it").presses("1")
    sam.phone.hears("Hang up now").is_hung_up()
    sam.phone.rings(within=30).hears("Dana is waiting for a call").presses("1").hears("Calling them now")
    dana.phone.rings().presses("1")
    talks_and_is_content(dana, sam)


# ---- who is recognised ----


@CALM
def test_a_number_that_nobody_vouches_for_is_a_callers(house: House) -> None:
    """A spoofed number: reception, and never the menu."""
    sam, _maria = house.agent("Sam"), house.manager("Maria")
    rings_in(sam, verstat="TN-Validation-Passed-B").phone.hears("Welcome to Acme Support", "Press 1 to wait").hangs_up()
    assert "Hello Sam" not in sam.phone.heard
    house.passes(5)
    assert [each.state for each in house.cases] == ["open"]


@CALM
def test_a_pin_opens_it_where_nobody_vouches(house: House) -> None:
    sam = has_a_pin(house, house.agent("Sam"))
    rings_in(sam, verstat=None).phone.hears("type your PIN").presses("1111#").hears("not right").presses("4711#")
    sam.phone.hears("Hello Sam").presses("2").presses("2#").hears("You are away until 12:").hangs_up()


@CALM
def test_a_pin_is_not_guessed(house: House) -> None:
    """Five tries, then it is a caller like any other, and for a while even the right one does not help."""
    sam, _maria = has_a_pin(house, house.agent("Sam")), house.manager("Maria")
    rings_in(sam, verstat=None).phone.hears("type your PIN")
    for guess in ("1111", "2222", "3333", "4444"):
        sam.phone.presses(f"{guess}#").hears("not right")
    sam.phone.presses("5555#").hears("Welcome to Acme Support").hangs_up()
    rings_in(sam, verstat=None).phone.hears("type your PIN").presses("4711#").hears("Welcome to Acme Support").hangs_up()
    assert "Hello Sam" not in sam.phone.heard
    house.passes(16 * 60)
    rings_in(sam, verstat=None).phone.presses("4711#").hears("Hello Sam").hangs_up()


def test_who_is_also_a_customer_is_put_through_like_any_caller(house: House) -> None:
    sam, kim = house.agent("Sam"), house.agent("Kim")
    rings_in(sam).phone.hears("0 for reception").presses("0").hears("Welcome to Acme Support").presses("1")
    sam.phone.hears("what is it about").says("my own order").hears("One moment please")
    kim.phone.rings().hears("is on the line", "my own order").presses("1")
    assert sam.phone.talks_with(kim.phone)
    sam.phone.hangs_up()
    kim.phone.hears("How did it go").presses("1").hears("Solved")
    assert [each.state for each in house.cases] == ["staff", "solved"]
    assert [each.person_id for each in house.rows(select(LegRow.person_id).where(LegRow.role == "customer"))] == [None]
