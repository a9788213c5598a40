"""A gap in the recording while card numbers are spoken: only what the carrier has confirmed counts."""

from __future__ import annotations

import pytest

from tests.house import Agent, Customer, House, talks_and_is_content
from tests.scenarios.tapes import A_FEW, CALM, at_carrier, journal, records, tapes
from voice_gateway.sandbox.recordings import Recording


def is_being_recorded(house: House, dana: Customer, sam: Agent) -> None:
    """Sam rings Dana, and the carrier has begun."""
    dana.asks_for_a_call()
    sam.phone.rings().hears("Press 1 to call now").presses("1")
    dana.phone.rings().hears("Press 1 to talk").presses("1")
    assert dana.phone.talks_with(sam.phone)
    assert house.exchange.run(lambda: tapes(house)[0].state == "on", 60)


def test_it_is_paused_while_card_numbers_are_spoken_and_goes_on(house: House) -> None:
    records(house)
    dana, sam = house.customer("Dana"), house.agent("Sam")
    is_being_recorded(house, dana, sam)
    dana.phone.says("I would like to pay")
    sam.phone.presses("*").hears("5 to pause the recording").presses("5").hears("The recording is paused", within=60)
    assert dana.phone.talks_with(sam.phone)
    dana.phone.says("four two four two")
    sam.phone.presses("*").hears("5 to pause the recording").presses("5").hears("The recording", within=60)
    assert dana.phone.talks_with(sam.phone)
    assert house.exchange.run(lambda: tapes(house)[0].state == "on", 60)
    dana.phone.says("that was it")
    talks_and_is_content(dana, sam)
    house.passes(120)
    assert [each.said for each in at_carrier(house)] == [["I would like to pay", "that was it"]]
    told = journal(house)
    assert told.index("recording paused") < told.index("recording goes on")


@A_FEW
def test_what_the_carrier_does_not_pause_is_not_kept(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """It answers 200 and records on: nobody is told that it is paused, and all of it is erased."""
    monkeypatch.setattr(Recording, "pause", lambda _self: None)
    records(house)
    dana, sam = house.customer("Dana"), house.agent("Sam")
    is_being_recorded(house, dana, sam)
    dana.phone.says("I would like to pay")
    sam.phone.presses("*").hears("5 to pause the recording").presses("5").hears("We could not pause the recording", within=60)
    assert dana.phone.talks_with(sam.phone)
    assert not [line for line in sam.phone.heard if "is paused" in line]
    talks_and_is_content(dana, sam)
    house.passes(600)
    [tape] = tapes(house)
    assert not tape.kept_as
    assert tape.erased_at_carrier_at
    assert not at_carrier(house)


@CALM
def test_where_nothing_is_recorded_there_is_nothing_to_pause(house: House) -> None:
    dana, sam = house.customer("Dana").asks_for_a_call(), house.agent("Sam")
    sam.phone.rings().hears("Press 1 to call now").presses("1")
    dana.phone.rings().hears("Press 1 to talk").presses("1")
    assert dana.phone.talks_with(sam.phone)
    sam.phone.presses("*").hears("Press 1 to go back").presses("5").hears("That key does nothing here").presses("*")
    assert not [line for line in sam.phone.heard if "record" in line]
    talks_and_is_content(dana, sam)
