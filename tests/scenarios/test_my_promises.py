"""My promises: a colleague says an update on their own line."""

from __future__ import annotations

import pytest

from tests.house import OUR_NUMBER, House
from tests.scenarios.own_line import CALM, rings_in
from tests.scenarios.test_promises import sams_case


def test_an_update_is_said_and_read_back(house: House) -> None:
    dana, sam = sams_case(house)
    rings_in(sam).phone.hears("7 for the updates that you owe").presses("7")
    sam.phone.hears("You owe 1 update", "Dana", "Press 1 to say an update").presses("1")
    sam.phone.hears("Say the update now").says("it is in Ohio")
    sam.phone.hears('We text them: "it is in Ohio"').presses("1").hears("Sent", "That was the last").hangs_up()
    dana.phone.reads("Sam: it is in Ohio", within=180)


@CALM
def test_one_key_says_that_nobody_has_forgotten_them(house: House) -> None:
    dana, sam = sams_case(house)
    rings_in(sam).phone.hears("updates that you owe").presses("7")
    sam.phone.hears("You owe 1 update").presses("9").hears("does nothing here").presses("2").hears("They get a text from you").hangs_up()
    dana.phone.reads("Sam: we are still working on it")


@CALM
@pytest.mark.parametrize("key", ["3", "0"])
def test_who_owes_nothing(house: House, key: str) -> None:
    dana, sam = sams_case(house)
    rings_in(sam).phone.hears("updates that you owe").presses("7")
    sam.phone.hears("You owe 1 update").presses(key).hears("Press 1 if you are available").hangs_up()
    sam.phone.texts("DONE T1", to=OUR_NUMBER)
    sam.phone.reads("T1 is solved")
    rings_in(sam).phone.hears("updates that you owe").presses("7").hears("You owe nobody an update").hangs_up()
    assert len(dana.phone.received) == 2
