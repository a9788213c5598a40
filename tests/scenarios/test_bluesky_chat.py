"""What somebody writes to the house in Bluesky's chat is heard, and answered there. The chat itself is a stand-in (tests/bluesky_town.py)."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from tests.bluesky_town import opens_on
from tests.house import OUR_NUMBER, House
from voice_gateway.store.tables import PostRow

CALM = pytest.mark.weather("calm")
LATE = 180


def test_a_stranger_writes_in_the_chat_and_is_answered_there(house: House, tmp_path: Path) -> None:
    """A conversation that they begin waits to be accepted, which the house does as soon as a colleague answers."""
    town, sam = opens_on(house, tmp_path), house.agent("Sam")
    jess = house.person_on("bluesky", "jess.example")
    jess.writes("where is my bag?")
    sam.phone.reads("T1 jess.example wrote privately on Bluesky", "where is my bag?", within=LATE)
    assert {each.status for each in town.chat.talks.values()} == {"request"}
    sam.phone.texts("T1 It is on its way to you", to=OUR_NUMBER)
    assert jess.reads("on its way", private=True, within=LATE) == "It is on its way to you"
    assert {each.status for each in town.chat.talks.values()} == {"accepted"}
    jess.writes("and when?")
    jess.writes("I am out on Friday")
    sam.phone.reads("T1 jess.example wrote privately", "and when?", within=LATE)
    sam.phone.reads("out on Friday", within=LATE)
    house.passes(900)
    heard = house.rows(select(PostRow.words, PostRow.inbound).order_by(PostRow.id))
    assert [each.words for each in heard if each.inbound] == ["where is my bag?", "and when?", "I am out on Friday"]
    assert [each.words for each in heard if not each.inbound] == ["It is on its way to you"]
