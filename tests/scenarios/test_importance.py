"""Who is important: rules that anyone can read, and that no false number meets."""

from __future__ import annotations

import pytest

from tests.house import Customer, House, talks_and_is_content
from voice_gateway.tickets import code_digest

HALF = pytest.mark.weather("calm", "shuffle")
CALM = pytest.mark.weather("calm")
A = "TN-Validation-Passed-A"
UNTIL_TEN = [{"days": [1, 2, 3, 4, 5], "open": 8 * 60, "close": 10 * 60}]


def test_who_is_marked_and_vouched_for_is_put_through(house: House) -> None:
    sam, dana = house.agent("Sam"), house.customer("Dana").is_known(insider=True)
    dana.dials(verstat=A).phone.hears("Welcome", "One moment please", "You are next")
    sam.phone.rings().hears("Dana is on the line").presses("1")
    talks_and_is_content(dana, sam)


@CALM
@pytest.mark.parametrize("verstat", [None, f"{A}-Diverted", "TN-Validation-Passed-B"])
def test_who_shows_a_marked_number_unvouched_chooses_like_everybody(house: House, verstat: str | None) -> None:
    house.agent("Sam")
    house.agent("Vera").differs(takes="insiders")
    dana = house.customer("Dana").is_known(insider=True)
    dana.dials(verstat=verstat).phone.hears("Press 1 to wait").hangs_up()


@HALF
def test_for_the_marked_somebody_is_there_also_when_closed(house: House) -> None:
    """Nobody works; those who own what nobody took are rung, one after the other."""
    house.keeps_hours(UNTIL_TEN)
    sam, maria, dana = house.agent("Sam"), house.manager("Maria"), house.customer("Dana").is_known(insider=True)
    dana.dials(verstat=A).phone.hears("Welcome", "One moment please")
    maria.phone.rings().lets_it_ring()
    sam.phone.rings().hears("Dana is on the line").presses("1")
    talks_and_is_content(dana, sam)


@HALF
def test_an_owner_who_is_on_the_phone_is_not_rung_for_another(house: House) -> None:
    house.keeps_hours(UNTIL_TEN)
    maria, sam = house.manager("Maria"), house.agent("Sam")
    dana, ben = house.customer("Dana").is_known(insider=True), house.customer("Ben").is_known(insider=True)
    dana.dials(verstat=A)
    maria.phone.rings().presses("1")
    assert dana.phone.talks_with(maria.phone)
    ben.dials(verstat=A)
    sam.phone.rings().hears("Ben is on the line").presses("1")
    talks_and_is_content(ben, sam)
    talks_and_is_content(dana, maria)


@CALM
def test_an_owner_who_rings_is_not_rung_for_it(house: House) -> None:
    """They know the code; nobody vouches for their number, or they would be on the line of colleagues."""
    house.keeps_hours(UNTIL_TEN)
    house.keeps(code_digest=code_digest(house.settings.secret_key.get_secret_value(), "246810"))
    maria, sam = house.manager("Maria"), house.agent("Sam")
    caller = Customer(house, "Maria", maria.phone).dials()
    caller.phone.hears("press star").presses("*").hears("enter your code").presses("246810#").hears("One moment please")
    sam.phone.rings().hears("Somebody is on the line").presses("1")
    talks_and_is_content(caller, sam)


@HALF
def test_who_rings_twice_within_three_minutes_is_put_through(house: House) -> None:
    """Towards Maria, who looks after the first; then to whoever is there."""
    maria, sam, dana = house.manager("Maria"), house.agent("Sam"), house.customer("Dana")
    dana.dials().phone.hears("Press 1 to wait").hangs_up()
    house.passes(120)
    dana.dials().phone.hears("Welcome", "One moment please")
    maria.phone.rings().declines()
    sam.phone.rings().hears("is on the line", "They asked 1 time before").presses("1")
    assert house.cases[0].urgent
    talks_and_is_content(dana, sam)


@CALM
def test_after_three_minutes_it_is_a_call_like_any_other(house: House) -> None:
    maria, dana = house.manager("Maria"), house.customer("Dana")
    dana.dials().phone.hears("Press 1 to wait").hangs_up()
    house.passes(200)
    dana.dials()
    maria.phone.rings().presses("1")
    assert not house.cases[0].urgent
    talks_and_is_content(dana, maria)


@pytest.mark.weather("calm", "rest-fails-before", "rest-429")
def test_the_important_are_served_before_others(house: House) -> None:
    """Also when Dana's next look for a colleague was due already at the instant at which Sam is free."""
    sam = house.agent("Sam")
    ada, ben, dana = house.customer("Ada"), house.customer("Ben"), house.customer("Dana").is_known(insider=True)
    ada.waits_in_line()
    sam.phone.rings().presses("1")
    assert ada.phone.talks_with(sam.phone)
    ben.waits_in_line("the earlier one").phone.hears("You are next")
    house.passes(5)
    dana.dials(verstat=A).phone.hears("You are next")
    ben.phone.hears("You are number 2 in line", within=70)
    ada.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1")
    sam.phone.rings(within=10).hears("Dana is on the line").presses("1")
    talks_and_is_content(dana, sam)
    sam.phone.rings(within=10).hears("the earlier one").presses("1")
    talks_and_is_content(ben, sam)


@CALM
def test_who_takes_only_the_marked_is_not_rung_for_a_borrowed_number(house: House) -> None:
    vera, sam = house.agent("Vera").differs(takes="insiders"), house.agent("Sam")
    dana, ben = house.customer("Dana").is_known(insider=True), house.customer("Ben").is_known()
    dana.waits_in_line()
    sam.phone.rings().presses("1")
    talks_and_is_content(dana, sam)
    ben.waits_in_line()
    sam.phone.rings().presses("1")
    talks_and_is_content(ben, sam)
    ada = house.customer("Ada").is_known(insider=True).dials(verstat=A)
    vera.phone.rings().hears("Ada is on the line").presses("1")
    talks_and_is_content(ada, vera)


@CALM
def test_who_takes_only_the_known_is_not_rung_for_strangers(house: House) -> None:
    kim, sam = house.agent("Kim").differs(takes="known"), house.agent("Sam")
    ben, dana = house.customer("Ben"), house.customer("Dana").is_known()
    ben.waits_in_line()
    sam.phone.rings().presses("1")
    talks_and_is_content(ben, sam)
    dana.waits_in_line()
    kim.phone.rings().presses("1")
    talks_and_is_content(dana, kim)


@CALM
def test_what_upsets_a_life_goes_before_what_does_not(house: House) -> None:
    """Ben asked first; Dana says what it does to her life, and Sam hears it before he decides. Her ticket keeps it to itself."""
    ben, dana, sam = house.customer("Ben"), house.customer("Dana"), house.agent("Sam")
    eve = house.customer("Eve").asks_for_a_call()
    sam.phone.rings().presses("1")
    eve.phone.rings().presses("1")
    assert eve.phone.talks_with(sam.phone)
    ben.asks_for_a_call(impact="I would like to know")
    dana.asks_for_a_call(impact="My surgery is on Friday")
    assert [case.urgent for case in house.cases] == [False, False, True]
    assert "surgery" not in str(dana.ticket)
    talks_and_is_content(eve, sam)
    sam.phone.rings(within=300).hears("Dana", "They go before others", "They say: My surgery is on Friday").presses("1")
    dana.phone.rings().presses("1")
    assert dana.phone.talks_with(sam.phone)
    house.is_forgotten()
