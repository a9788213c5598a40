"""In the call: the star key opens a menu, and the customer is never lost."""

from __future__ import annotations

import pytest

from tests.house import Agent, Customer, House, talks_and_is_content
from tests.scenarios.talks import talk

CALM = pytest.mark.weather("calm")
HOW = ["screened callback", "queue", "customer first", "picked up"]


def is_on_hold(dana: Customer, sam: Agent) -> None:
    """They hear music, and not Sam."""
    dana.phone.hears("hold.wav")
    assert not dana.phone.hears_whom
    assert not sam.phone.hears_whom


def opens_the_menu(dana: Customer, sam: Agent) -> None:
    sam.phone.presses("*").hears("Press 1 to go back")
    is_on_hold(dana, sam)


@pytest.mark.parametrize("how", HOW)
def test_hold_and_back(house: House, how: str) -> None:
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    talk(house, dana, sam, how)
    for key in ("*", "1"):
        opens_the_menu(dana, sam)
        sam.phone.presses(key)
        assert dana.phone.talks_with(sam.phone, within=30)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go", within=60).presses("1").hears("Solved")
    house.passes(240)


def test_a_colleague_is_brought_in_and_left_with_them(house: House) -> None:
    dana, sam, kim = house.customer("Dana"), house.agent("Sam"), house.agent("Kim")
    talk(house, dana, sam)
    opens_the_menu(dana, sam)
    sam.phone.presses("2").hears("1 for Kim").presses("1").hears("We ring Kim")
    kim.phone.rings().hears("Sam talks with", "about a refund", "Press 1 to join them")
    assert dana.phone.talks_with(sam.phone, within=30)
    kim.phone.presses("1")
    assert kim.phone.talks_with(dana.phone)
    assert kim.phone.talks_with(sam.phone)
    sam.phone.presses("*").hears("leave them to Kim").presses("1").hears("Kim has it from here").is_hung_up()
    assert kim.phone.talks_with(dana.phone)
    assert sam.becomes_free()
    opens_the_menu(dana, kim)
    kim.phone.presses("*")
    talks_and_is_content(dana, kim)


def test_the_manager_is_brought_in_and_goes_again(house: House) -> None:
    dana, maria, sam = house.customer("Dana"), house.manager("Maria"), house.agent("Sam")
    talk(house, dana, sam, "screened callback")
    opens_the_menu(dana, sam)
    sam.phone.presses("3").hears("We ring Maria")
    maria.phone.rings().hears("asks you to join").presses("1")
    assert maria.phone.talks_with(dana.phone, within=30)
    maria.phone.presses("*").hears("Press 1 to leave them").presses("1").hears("goodbye")
    assert sam.phone.talks_with(dana.phone)
    talks_and_is_content(dana, sam)


@pytest.mark.parametrize("deed", ["declines", "says no", "never answers"])
def test_a_colleague_who_does_not_come(house: House, deed: str) -> None:
    dana, sam, kim = house.customer("Dana"), house.agent("Sam"), house.agent("Kim")
    talk(house, dana, sam)
    sam.phone.presses("*").hears("Press 1").presses("2").hears("Kim").presses("1")
    if deed == "declines":
        kim.phone.declines()
    if deed == "says no":
        kim.phone.rings().hears("Press 1 to join").presses("2").hears("We tell them")
    if deed == "never answers":
        kim.phone.lets_it_ring()
    assert dana.phone.talks_with(sam.phone, within=30)
    house.passes(60)
    sam.phone.presses("*").hears("Kim did not come").presses("1")
    talks_and_is_content(dana, sam)


def test_a_message_for_a_colleague(house: House) -> None:
    dana, sam, kim = house.customer("Dana"), house.agent("Sam"), house.agent("Kim")
    kim.differs(greeting="This is Kim, please speak.", away_until=house.time.now().replace(hour=23))
    talk(house, dana, sam)
    opens_the_menu(dana, sam)
    sam.phone.presses("4").hears("1 for Kim").presses("1").hears("They leave Kim a message").is_hung_up()
    dana.phone.hears("This is Kim, please speak", "[beep]").says("my shoes came in two left ones").hangs_up()
    kim.phone.reads("is yours").reads("left a message", within=240)
    assert house.cases[0].owner_id == kim.id


# ---- somebody hangs up ----


@pytest.mark.parametrize("how", ["screened callback", "queue"])
def test_the_customer_hangs_up_on_hold(house: House, how: str) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    talk(house, dana, sam, how)
    opens_the_menu(dana, sam)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go", within=60).presses("1").hears("Solved")


@pytest.mark.parametrize("how", ["screened callback", "queue"])
def test_the_customer_hangs_up_while_a_colleague_is_rung(house: House, how: str) -> None:
    dana, sam, kim = house.customer("Dana"), house.agent("Sam"), house.agent("Kim")
    talk(house, dana, sam, how)
    sam.phone.presses("*").hears("Press 1").presses("2").hears("Kim").presses("1")
    kim.phone.rings()
    assert dana.phone.talks_with(sam.phone, within=30)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go", within=60).presses("1").hears("Solved")
    kim.phone.is_hung_up(within=60)


def test_the_customer_hangs_up_on_three(house: House) -> None:
    dana, sam, kim = house.customer("Dana"), house.agent("Sam"), house.agent("Kim")
    three_talk(house, dana, sam, kim)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1").hears("Solved")
    kim.phone.hears("They have left the line").is_hung_up()


def three_talk(house: House, dana: Customer, sam: Agent, kim: Agent) -> None:
    talk(house, dana, sam)
    house.passes(40)
    sam.phone.presses("*").hears("Press 1").presses("2").hears("Kim").presses("1")
    kim.phone.rings().presses("1")
    assert kim.phone.talks_with(dana.phone, within=30)
    assert kim.phone.talks_with(sam.phone)


def test_who_hangs_up_on_three_leaves_the_case_to_the_other(house: House) -> None:
    dana, sam, kim = house.customer("Dana"), house.agent("Sam"), house.agent("Kim")
    three_talk(house, dana, sam, kim)
    sam.phone.hangs_up()
    assert kim.phone.talks_with(dana.phone)
    assert sam.becomes_free()
    talks_and_is_content(dana, kim)


@CALM
def test_a_guest_hangs_up_while_the_other_is_at_the_menu(house: House) -> None:
    dana, sam, kim = house.customer("Dana"), house.agent("Sam"), house.agent("Kim")
    three_talk(house, dana, sam, kim)
    sam.phone.presses("*").hears("leave them to Kim")
    assert kim.phone.talks_with(dana.phone)
    kim.phone.hangs_up()
    dana.phone.hears("hold.wav")
    sam.phone.presses("1").hears("Your colleague has left the line").presses("*")
    talks_and_is_content(dana, sam)


def test_the_agent_hangs_up_at_the_menu(house: House) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    talk(house, dana, sam, "screened callback")
    opens_the_menu(dana, sam)
    sam.phone.hangs_up()
    dana.phone.hears("Sam has left the line").is_hung_up()
    sam.phone.reads("is yours")
    assert house.cases[0].owner_id == sam.id


# ---- keys that nobody expected ----


@CALM
def test_star_pressed_twice(house: House) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    talk(house, dana, sam)
    sam.phone.presses("*", at_once=True).presses("*")
    assert dana.phone.talks_with(sam.phone, within=60)
    talks_and_is_content(dana, sam)


@pytest.mark.weather("calm", "shuffle")
@pytest.mark.parametrize("how", HOW)
def test_the_customers_keys_do_nothing(house: House, how: str) -> None:
    """Neither while they talk nor on hold: music, and then the talk again."""
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    talk(house, dana, sam, how)
    dana.phone.presses("*", at_once=True).presses("1", at_once=True)
    assert dana.phone.talks_with(sam.phone)
    opens_the_menu(dana, sam)
    dana.phone.presses("*", at_once=True).presses("5", at_once=True)
    house.passes(1)
    assert not dana.phone.hears_whom
    sam.phone.presses("1")
    assert dana.phone.talks_with(sam.phone, within=30)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go", within=60).presses("1").hears("Solved")
    house.passes(240)


@CALM
def test_star_while_a_colleague_is_rung_and_a_second_one_is_asked_for(house: House) -> None:
    dana, sam, kim, _lee = house.customer("Dana"), house.agent("Sam"), house.agent("Kim"), house.agent("Lee")
    talk(house, dana, sam)
    sam.phone.presses("*").hears("Press 1").presses("2").hears("1 for Kim, 2 for Lee").presses("1").hears("We ring Kim")
    kim.phone.rings()
    sam.phone.presses("*").hears("Press 1").presses("2").hears("for Lee").presses("1").hears("Kim is being asked")
    kim.phone.presses("1")
    assert kim.phone.talks_with(dana.phone)
    assert not kim.phone.hears_whom[1:]
    sam.phone.presses("*")
    assert kim.phone.talks_with(sam.phone)
    talks_and_is_content(dana, sam)
    kim.phone.hears("They have left the line")


@CALM
def test_a_key_that_was_not_offered(house: House) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    talk(house, dana, sam)
    sam.phone.presses("*").hears("Press 1").presses("8").hears("does nothing here").presses("2").hears("Nobody else is free")
    sam.phone.presses("3").hears("No manager is free")
    assert dana.phone.talks_with(sam.phone, within=60), "whoever says nothing is back with them"
    talks_and_is_content(dana, sam)


@CALM
def test_star_before_the_customer_is_there(house: House) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    dana.asks_for_a_call()
    sam.phone.rings().presses("1").hears("Calling them")
    dana.phone.rings()
    sam.phone.presses("*").hears("They are not here yet")
    dana.phone.presses("1")
    talks_and_is_content(dana, sam)


@CALM
@pytest.mark.parametrize("deed", ["comes", "declines"])
def test_who_asked_falls_out_of_a_young_talk(house: House, deed: str) -> None:
    """Kim, who was asked to join, has the case if she comes; else the line goes on, and Sam is asked again."""
    dana, sam, kim = house.customer("Dana"), house.agent("Sam"), house.agent("Kim")
    talk(house, dana, sam)
    sam.phone.presses("*").hears("Press 1").presses("2").hears("Kim").presses("1")
    kim.phone.rings()
    sam.phone.hangs_up()
    dana.phone.hears("we lost our colleague")
    if deed == "comes":
        kim.phone.hears("Press 1 to join").presses("1")
        talks_and_is_content(dana, kim)
    else:
        kim.phone.declines()
        sam.phone.rings(within=90).hears("is on the line").presses("1")
        talks_and_is_content(dana, sam)
