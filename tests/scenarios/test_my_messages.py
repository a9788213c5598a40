"""A colleague hears their messages on their own line, and deals with them."""

from __future__ import annotations

from tests.house import House, talks_and_is_content
from tests.scenarios.messages import leaves_word, messages
from tests.scenarios.own_line import rings_in


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
