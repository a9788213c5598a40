"""The queue: waiting with music, and every way out of it."""

from __future__ import annotations

from tests.house import House


def test_who_waits_is_put_through(house: House) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    dana.dials()
    dana.phone.hears("Welcome to Acme Support").presses("1")
    dana.phone.hears("what is it about").says("This is Dana, about a refund")
    dana.phone.hears("One moment please", "You are next", "hold.wav")
    sam.phone.rings().hears("is on the line", "This is Dana, about a refund", "not verified").presses("1")
    sam.phone.hears("Connecting you")
    assert dana.phone.talks_with(sam.phone)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1").hears("Solved")
