"""A colleague hears their messages on their own line, and deals with them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.house import House, talks_and_is_content
from tests.scenarios.messages import leaves_word, messages
from tests.scenarios.own_line import CALM, rings_in
from voice_gateway.carrier import NotYet


def test_my_messages(house: House) -> None:
    """Two were left: one is done at once, the other rung back."""
    dana, ben, sam = house.customer("Dana").is_known(), house.customer("Ben").is_known(), house.agent("Sam")
    leaves_word(dana, "never mind, it has just come", declined_by=sam)
    sam.phone.reads("Dana left a message", within=240)
    leaves_word(ben, "please ring me about my lamp", declined_by=sam)
    sam.phone.reads("Ben left a message", within=240)
    rings_in(sam).phone.presses("4").hears("You have 2 messages", "Dana", "[play", "/sound]", "Press 1 if it is done").presses("1")
    sam.phone.hears("Done", "Ben", "[play", "/sound]").presses("4").hears("Ben", "[play").presses("2").hears("Hang up now")
    assert [each.state for each in messages(house)] == ["done", "heard"]
    sam.phone.is_hung_up().rings(within=30).hears("Ben is waiting for a call").presses("1")
    ben.phone.rings().presses("1")
    talks_and_is_content(ben, sam)
    assert [each.state for each in house.cases if each.state != "staff"] == ["solved", "solved"]


@CALM
def test_a_message_whose_recording_has_not_come(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told what is known of it; it is heard only if there was something to hear."""
    def never(_sid: str) -> None:
        raise NotYet("not there yet")

    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    monkeypatch.setattr(house.shop.carrier, "recording", never, raising=False)
    leaves_word(dana, declined_by=sam)
    house.passes(5)
    rings_in(sam).phone.presses("4").hears("You have 1 message", "Dana", "has not arrived yet").presses("3")
    sam.phone.hears("There are no more messages").hangs_up()
    assert [each.state for each in messages(house)] == ["new"]
    monkeypatch.undo()
    sam.phone.reads("Dana left a message", within=240)


@CALM
def test_a_message_of_somebody_who_talks_with_a_colleague(house: House) -> None:
    """Whoever left it has rung again: who would ring them back reads that a colleague was quicker."""
    dana, sam, kim = house.customer("Dana").is_known(), house.agent("Sam"), house.agent("Kim")
    leaves_word(dana, declined_by=sam)
    sam.phone.reads("Dana left a message", within=240)
    sam.differs(away_until=house.time.now() + timedelta(hours=9))
    rings_in(sam).phone.presses("4").hears("You have 1 message", "Press 1 if it is done")
    dana.dials().phone.hears("One moment please")
    kim.phone.rings().hears("is on the line").presses("1")
    assert dana.phone.talks_with(kim.phone)
    sam.phone.presses("8").hears("That key does nothing").presses("2").hears("Hang up now").reads("cannot be rung by you now")
    talks_and_is_content(dana, kim)
