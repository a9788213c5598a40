"""What colleagues text: who is there, who is not, and whose telephone it really is."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from tests.house import OUR_NUMBER, House
from voice_gateway.store.tables import PersonRow
from voice_gateway.tickets import code_digest, pin_of

CALM = pytest.mark.weather("calm")
A_FEW = pytest.mark.weather("calm", "echo", "shuffle")


@A_FEW
def test_off_and_on(house: House) -> None:
    dana, sam, kim = house.customer("Dana"), house.agent("Sam"), house.agent("Kim")
    sam.phone.texts("off", to=OUR_NUMBER)
    sam.phone.reads("You are away until you text ON")
    dana.asks_for_a_call()
    kim.phone.rings().presses("2").hears("next colleague")
    dana.phone.reads("nobody was free")
    sam.phone.texts("ON", to=OUR_NUMBER)
    sam.phone.reads("You are there again")
    sam.phone.rings(within=400).presses("1").hears("Calling them now")
    dana.phone.rings().presses("1")
    assert dana.phone.talks_with(sam.phone)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1").hears("Solved")


@CALM
@pytest.mark.parametrize("words, told", [("OFF 2H", "until 12:"), ("off until 3pm", "until 3:00 pm"),
                                         ("Off yesterday", "Until when?"), ("off 99h", "You are away until")])
def test_off_for_a_while(house: House, words: str, told: str) -> None:
    sam = house.agent("Sam")
    sam.phone.texts(words, to=OUR_NUMBER)
    sam.phone.reads(told)
    away = house.rows(select(PersonRow.away_until))[0][0]
    assert (away is None) == (told == "Until when?")


@CALM
def test_who(house: House) -> None:
    sam, _kim = house.agent("Sam"), house.agent("Kim")
    sam.phone.texts("Who", to=OUR_NUMBER)
    sam.phone.reads("There and free now: Kim.")


@CALM
def test_whoever_has_a_pin_shows_it_first(house: House) -> None:
    """A number can be borrowed by whoever sends texts under it; five wrong ones, and none is right for a while."""
    sam = house.agent("Sam")
    digest = code_digest(house.settings.secret_key.get_secret_value(), pin_of("Sam", "4711"))
    with house.store.transaction() as memory:
        memory.execute(update(PersonRow).values(pin_digest=digest))
    sam.phone.texts("OFF", to=OUR_NUMBER)
    sam.phone.reads("Please text your PIN first")
    sam.phone.texts("1234", to=OUR_NUMBER)
    sam.phone.reads("Please text your PIN first")
    sam.phone.texts(" 4711 ", to=OUR_NUMBER)
    sam.phone.reads("Thank you, Sam")
    sam.phone.texts("OFF", to=OUR_NUMBER)
    sam.phone.reads("You are away")
    house.passes(13 * 3600)
    for guess in ("1111", "2222", "3333", "4444", "5555", "4711"):
        sam.phone.texts(guess, to=OUR_NUMBER)
        sam.phone.reads("Please text your PIN first")
