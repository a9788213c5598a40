"""After the call: one key says how it went; silence means that it is still open."""

from __future__ import annotations

from tests.house import Agent, Customer, House


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
    sam.phone.reads("still open with you", within=3 * 3600)
    sam.phone.reads("still open with you", within=25 * 3600)
