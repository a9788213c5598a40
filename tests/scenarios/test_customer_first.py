"""Customer first: their telephone rings before a colleague's, and they wait in line like everybody."""

from __future__ import annotations

import pytest

from tests.house import House, talks_and_is_content

HALF = pytest.mark.weather("calm", "shuffle")
CALM = pytest.mark.weather("calm")


@pytest.fixture(autouse=True)
def customers_first(house: House) -> None:
    house.keeps(rings_first="customer")


def test_the_customer_is_rung_first(house: House) -> None:
    sam, dana = house.agent("Sam"), house.customer("Dana").asks_for_a_call()
    dana.phone.rings().hears("You asked us to call. Press 1").presses("1").hears("One moment please", "You are next")
    sam.phone.rings().hears("Dana is on the line", "a refund").presses("1")
    talks_and_is_content(dana, sam)


@HALF
def test_nobody_is_called_by_an_empty_chair(house: House) -> None:
    dana = house.customer("Dana").asks_for_a_call()
    house.manager("Maria")
    dana.phone.reads("nobody was free", "again at", within=120)
    assert not dana.phone.heard


@CALM
def test_they_do_not_answer(house: House) -> None:
    sam, dana = house.agent("Sam"), house.customer("Dana").asks_for_a_call()
    dana.phone.rings().lets_it_ring()
    dana.phone.reads("could not reach you", "again at", within=120)
    dana.phone.rings(within=7 * 60).hears("Press 1").presses("1")
    sam.phone.rings().presses("1")
    talks_and_is_content(dana, sam)


@CALM
def test_another_time(house: House) -> None:
    sam, dana = house.agent("Sam"), house.customer("Dana").asks_for_a_call()
    dana.phone.rings().hears("2 for another time").presses("8").hears("Press 1 to talk").presses("2").hears("sent you a text")
    dana.phone.reads("another time", "again at")
    assert not sam.phone.heard


@CALM
def test_an_answering_machine_is_no_customer(house: House) -> None:
    house.agent("Sam")
    dana = house.customer("Dana")
    dana.phone.is_an_answering_machine(after=4)
    dana.asks_for_a_call()
    dana.phone.rings()
    dana.phone.reads("could not reach you", within=180)


@HALF
def test_everybody_is_on_the_phone(house: House) -> None:
    """Their telephone rings when a colleague is free."""
    sam = house.agent("Sam")
    ada = house.customer("Ada").waits_in_line()
    sam.phone.rings().presses("1")
    assert ada.phone.talks_with(sam.phone)
    dana = house.customer("Dana").asks_for_a_call()
    house.passes(90)
    assert not dana.phone.is_ringing
    talks_and_is_content(ada, sam)
    dana.phone.rings(within=70).presses("1")
    sam.phone.rings().presses("1")
    talks_and_is_content(dana, sam)


@HALF
def test_they_hang_up_while_they_wait(house: House) -> None:
    maria, sam = house.manager("Maria"), house.agent("Sam")
    dana = house.customer("Dana").asks_for_a_call()
    dana.phone.rings().presses("1").hears("You are next")
    sam.phone.rings().hears("is on the line")
    dana.phone.hangs_up()
    sam.phone.hears("They do not wait any more")
    house.passes(60)
    assert house.cases[0].owner_id == maria.id
    assert not any("missed your call" in text for text in dana.phone.received)


@HALF
def test_a_colleague_whom_we_lose_is_replaced(house: House) -> None:
    sam, kim, dana = house.agent("Sam"), house.agent("Kim"), house.customer("Dana").asks_for_a_call()
    dana.phone.rings().presses("1")
    sam.phone.rings().presses("1")
    assert dana.phone.talks_with(sam.phone)
    sam.phone.hangs_up()
    kim.phone.rings(within=60).presses("1")
    talks_and_is_content(dana, kim)
