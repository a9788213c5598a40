"""After the call: one key says how it went; silence means that it is still open."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.house import Agent, Customer, House, talks_and_is_content

CALM = pytest.mark.weather("calm")


def talk(house: House) -> tuple[Customer, Agent]:
    """Dana and Sam have talked, and Dana has hung up."""
    dana, sam = house.customer("Dana"), house.agent("Sam")
    dana.asks_for_a_call(about="a refund")
    sam.phone.rings().hears("Dana").presses("1")
    dana.phone.rings().presses("1")
    assert dana.phone.talks_with(sam.phone)
    sam.phone.says("how can I help")
    dana.phone.hears("how can I help").says("my shoes came in two left ones")
    sam.phone.hears("two left ones")
    dana.phone.hangs_up()
    sam.phone.hears("How did it go")
    return dana, sam


def test_solved(house: House) -> None:
    dana, sam = talk(house)
    sam.phone.presses("1").hears("Solved")
    assert dana.state == "solved"
    assert sam.becomes_free()


def test_it_stays_with_whoever_talked(house: House) -> None:
    dana, sam = talk(house)
    sam.phone.presses("2").hears("stays with you")
    sam.phone.reads("is yours", "Dana", "a refund")
    assert dana.state == "open"
    assert dana.ticket["owner"] == "Sam"


def test_ring_again_in_an_hour(house: House) -> None:
    dana, sam = talk(house)
    sam.phone.presses("3").hears("When do we ring them again", "in an hour").presses("1").hears("again at 11:0")
    dana.phone.reads("Sam", "will ring you again at 11:0")
    sam.phone.rings(within=65 * 60).hears("Dana").presses("1")
    dana.phone.rings().presses("1")
    assert dana.phone.talks_with(sam.phone)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1")


def test_silence_means_still_open(house: House) -> None:
    dana, sam = talk(house)
    sam.phone.is_hung_up()
    sam.phone.reads("is yours")
    assert dana.state == "open"


def test_hanging_up_first_means_still_open_too(house: House) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    dana.asks_for_a_call()
    sam.phone.rings().presses("1")
    dana.phone.rings().presses("1")
    assert dana.phone.talks_with(sam.phone)
    sam.phone.hangs_up()
    dana.phone.hears("If you were cut off").is_hung_up()
    sam.phone.reads("is yours")
    assert dana.state == "open"


def test_the_owner_is_reminded_until_it_is_over(house: House) -> None:
    _dana, sam = talk(house)
    sam.phone.presses("2")
    sam.phone.reads("is yours")
    sam.phone.reads("T1: Dana was promised an update from you by 12:0", within=3 * 3600)
    sam.phone.reads("still open with you", within=25 * 3600)


# ---- by when ----


@CALM
@pytest.mark.parametrize("keys, says", [("2", "Thursday 9:00 am"), ("3 3#", "1:0"), ("9 3 0# 999# 3#", "1:0")])
def test_ring_again_at_another_time(house: House, keys: str, says: str) -> None:
    """Tomorrow when we open, or in so many hours; what is no time is asked again."""
    dana, sam = talk(house)
    sam.phone.presses("3").hears("When do we ring them again")
    for key in keys.split():
        sam.phone.presses(key)
    sam.phone.hears(f"We ring you both again at {says}")
    dana.phone.reads("Sam", f"will ring you again at {says}")
    sam.phone.rings(within=24 * 3600).hears("Dana").presses("1")
    dana.phone.rings().presses("1")
    talks_and_is_content(dana, sam)


def test_an_update_is_promised_and_the_owner_reminded(house: House) -> None:
    dana, sam = talk(house)
    sam.phone.presses("4").hears("By when do they get an update").presses("3").hears("Type the hours").presses("3#")
    sam.phone.hears("hear from you by 1:0", "remind you in time")
    dana.phone.reads("Sam of Acme Support sends you an update by 1:0")
    assert dana.ticket["owner"] == "Sam"
    house.passes(2.1 * 3600)
    assert len(sam.phone.received) == 0
    sam.phone.reads("T1", "was promised an update from you by 1:0", within=900)
    sam.phone.reads("still open with you", within=25 * 3600)


@CALM
def test_hanging_up_before_a_time_was_named_keeps_it_open(house: House) -> None:
    dana, sam = talk(house)
    sam.phone.presses("4").hears("By when").presses("3").hears("Type the hours").hangs_up()
    sam.phone.reads("is yours")
    assert dana.state == "open"


def test_it_is_handed_over(house: House) -> None:
    """The colleague gets the ticket by text."""
    kim = house.agent("Kim")
    kim.differs(away_until=house.time.now() + timedelta(hours=8))
    dana, sam = talk(house)
    sam.phone.presses("5").hears("Who has it from here", "1 for Kim").presses("1").hears("Kim has it from here").is_hung_up()
    kim.phone.reads("is yours", "Dana", "a refund")
    assert dana.ticket["owner"] == "Kim"
    assert sam.becomes_free()


@CALM
def test_nobody_to_hand_it_to(house: House) -> None:
    dana, sam = talk(house)
    sam.phone.presses("5").hears("does nothing here").presses("2").hears("It stays with you")
    sam.phone.reads("is yours")
    assert dana.state == "open"


@CALM
def test_who_was_not_read_out_gets_nothing(house: House) -> None:
    house.agent("Kim").differs(away_until=house.time.now() + timedelta(hours=8))
    _dana, sam = talk(house)
    sam.phone.presses("5").hears("1 for Kim").presses("7").hears("does nothing here", "Press 1 if it is solved").presses("1")
    sam.phone.hears("Solved")
