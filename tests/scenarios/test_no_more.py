"""Whoever writes STOP to the house alone on a network gets nothing more there that nobody of ours wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bluesky_town import opens_on
from tests.house import OUR_NUMBER, House
from tests.proving import are_one

LATE = 180


def test_stop_ends_what_nobody_of_ours_wrote_and_start_undoes_it(house: House) -> None:
    """Nobody is rung because of their posts either; what they write is answered by a colleague nevertheless."""
    sam, dana, jess = house.agent("Sam"), house.customer("Dana"), house.person_on("square", "@jess")
    are_one(house, jess, dana)
    jess.writes("STOP")
    jess.reads("You get no more messages from us", private=True, within=LATE)
    assert house.cases[-1].state == "cancelled"
    jess.posts("@house where is my bag?")
    sam.phone.reads("@jess wrote on the square", "where is my bag?", within=LATE)
    jess.writes("help")
    sam.phone.reads("@jess wrote privately on the square", "help", within=LATE)
    tag = f"T{house.cases[-1].id}"
    sam.phone.texts(f"{tag} We are looking", to=OUR_NUMBER)
    jess.reads("We are looking", private=True, within=LATE)
    jess.writes("stop")
    sam.phone.reads(f"{tag} @jess wants no more messages", within=LATE)
    jess.writes("Start")
    jess.reads("You get our messages again", private=True, within=LATE)


@pytest.mark.weather("calm")
def test_stop_calls_a_ring_off_and_is_read_as_words_where_it_says_more(house: House) -> None:
    """START means nothing to whoever has not stopped anything; STOP in public is a post; and what is asked politely is read by a human."""
    sam, jess = house.agent("Sam"), house.person_on("square", "@jess")
    jess.writes("start")
    sam.phone.reads("T1 @jess wrote privately", "start")
    jess.posts("@house stop")
    sam.phone.reads("T1 @jess wrote on the square", "stop")
    jess.writes("please take me off the list, and where is my refund?")
    sam.phone.reads("where is my refund?")
    kim, post = house.customer("Kim"), house.person_on("square", "@kim")
    are_one(house, post, kim)
    post.posts("@house hello?")
    sam.phone.rings().hears("@kim wrote")
    post.writes("STOP")
    post.reads("You get no more messages from us")
    sam.phone.is_hung_up()
    assert house.cases[-1].state == "cancelled"


@pytest.mark.weather("calm")
def test_stop_in_blueskys_chat(house: House, tmp_path: Path) -> None:
    """Said back there in the same conversation; and the next word of theirs is read again."""
    opens_on(house, tmp_path)
    sam, jess = house.agent("Sam"), house.person_on("bluesky", "jess.example")
    jess.writes("Stop.")
    jess.reads("You get no more messages from us", private=True)
    jess.writes("one more thing")
    sam.phone.reads("jess.example wrote privately on Bluesky", "one more thing")
