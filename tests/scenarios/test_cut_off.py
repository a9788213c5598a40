"""A telephone fell out of a talk: whoever is still there may have the other rung back, once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.house import Agent, Customer, House, talks_and_is_content
from tests.scenarios.talks import talk
from voice_gateway.turn import Turns

CALM = pytest.mark.weather("calm")


def loses_sam(house: House, dana: Customer, sam: Agent, how: str = "screened callback") -> None:
    """They have talked for a while, and Sam's telephone falls."""
    talk(house, dana, sam, how)
    house.passes(60)
    sam.phone.hangs_up()
    dana.phone.hears("Sam has left the line", "press 1")


@pytest.mark.parametrize("how", ["screened callback", "queue"])
def test_a_colleague_who_fell_is_rung_back_once(house: House, how: str) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    loses_sam(house, dana, sam, how)
    dana.phone.presses("1").hears("We ring Sam", "hold.wav")
    sam.phone.reads("is yours")
    sam.phone.rings().hears("were cut off").presses("1").hears("Connecting you")
    assert dana.phone.talks_with(sam.phone)
    house.passes(40)
    sam.phone.hangs_up()
    dana.phone.is_hung_up()
    assert dana.phone.heard.count("If you were cut off") == 1
    sam.phone.reads("is yours")
    assert house.cases[0].state == "open"


@pytest.mark.parametrize("deed", ["declines", "never answers", "says no"])
def test_a_colleague_who_does_not_come_back(house: House, deed: str) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    loses_sam(house, dana, sam)
    sam.phone.reads("is yours")
    dana.phone.presses("1").hears("We ring Sam")
    if deed == "declines":
        sam.phone.declines()
    if deed == "never answers":
        sam.phone.lets_it_ring()
    if deed == "says no":
        sam.phone.rings().hears("Press 1 to go on").presses("2").hears("It stays with you")
    dana.phone.hears("It stays with Sam", within=90).is_hung_up()
    assert house.cases[0].owner_id == sam.id


@CALM
@pytest.mark.parametrize("deed", ["hangs up", "waits", "presses 2", "presses star while sam is rung", "hangs up while sam is rung"])
def test_who_does_not_want_them_back(house: House, deed: str) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    loses_sam(house, dana, sam)
    sam.phone.reads("is yours")
    if deed == "hangs up":
        dana.phone.hangs_up()
    if deed == "presses 2":
        dana.phone.presses("2").hears("Goodbye")
    if deed.endswith("rung"):
        dana.phone.presses("1")
        sam.phone.rings()
    if deed == "presses star while sam is rung":
        dana.phone.presses("*").hears("Goodbye").is_hung_up()
    if deed == "hangs up while sam is rung":
        dana.phone.hangs_up()
    sam.phone.is_hung_up(within=90)
    dana.phone.is_hung_up()
    assert house.cases[0].owner_id == sam.id


@CALM
def test_a_colleague_who_talks_with_somebody_else_gets_in_touch(house: House) -> None:
    dana, sam, ben = house.customer("Dana"), house.agent("Sam"), house.customer("Ben")
    ben.waits_in_line()
    sam.phone.rings().declines()
    talk(house, dana, sam)
    house.passes(60)
    sam.phone.hangs_up()
    dana.phone.hears("press 1")
    sam.phone.reads("is yours").rings(within=70).hears("is on the line").presses("1")
    if dana.phone.is_off_hook:
        dana.phone.presses("1").hears("It stays with Sam")
    talks_and_is_content(ben, sam)


@pytest.mark.parametrize("how", ["screened callback", "queue"])
def test_a_customer_who_fell_is_rung_back_once(house: House, how: str) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    talk(house, dana, sam, how)
    house.passes(20)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go", "Press 6 if you were cut off").presses("6").hears("We ring them")
    dana.phone.rings().hears("We were cut off", "Sam is on the line")
    assert dana.phone.talks_with(sam.phone)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("6").hears("does nothing here").presses("1").hears("Solved")
    assert sam.phone.heard.count("Press 6 if you were cut off") == 1


@pytest.mark.parametrize("deed", ["declines", "never answers"])
def test_a_customer_who_is_not_reached_again(house: House, deed: str) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    talk(house, dana, sam)
    dana.phone.hangs_up()
    sam.phone.hears("Press 6").presses("6")
    if deed == "declines":
        dana.phone.declines()
    else:
        dana.phone.lets_it_ring()
    sam.phone.hears("They did not answer", "How did it go", within=90).presses("2").hears("It stays with you")
    sam.phone.reads("is yours")


@CALM
def test_who_rings_a_customer_back_and_hangs_up_calls_nobody_to_an_empty_room(house: House) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    talk(house, dana, sam)
    dana.phone.hangs_up()
    sam.phone.hears("Press 6").presses("6").hears("We ring them")
    dana.phone.rings()
    sam.phone.hangs_up()
    dana.phone.is_hung_up(within=30)
    sam.phone.reads("is yours")


@CALM
@pytest.mark.parametrize("how", ["screened callback", "queue"])
def test_nobody_is_left_in_silence_for_long_when_the_news_are_lost(
        house: House, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    """The carrier never tells that Sam has hung up: it is asked."""
    told = Turns.leg_ended

    def told_by_us(turns: Turns, case_id: int, leg_id: int, outcome: str, call_sid: str | None = None) -> None:
        if call_sid is None:
            told(turns, case_id, leg_id, outcome)

    monkeypatch.setattr(Turns, "leg_ended", told_by_us)
    monkeypatch.setattr(Turns, "call_is_over", lambda *_heard: None)
    dana, sam = house.customer("Dana"), house.agent("Sam")
    talk(house, dana, sam, how)
    house.passes(60)
    sam.phone.hangs_up()
    dana.phone.hears("Sam has left the line", within=90).hangs_up()
    sam.phone.reads("is yours")
    house.passes(240)


@CALM
def test_who_cannot_be_led_out_of_an_empty_room_is_hung_up(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing_comes_of_it(*_told: Any) -> None:
        """Accepted, and nothing came of it."""

    dana, sam = house.customer("Dana"), house.agent("Sam")
    talk(house, dana, sam)
    house.passes(60)
    monkeypatch.setattr(house.shop.carrier, "move", nothing_comes_of_it)
    sam.phone.hangs_up()
    dana.phone.is_hung_up(within=90)
    sam.phone.reads("is yours")
