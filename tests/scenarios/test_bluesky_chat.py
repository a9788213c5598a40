"""What somebody writes to the house in Bluesky's chat is heard, and answered there. The chat itself is a stand-in (tests/bluesky_town.py)."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from flows.codes import TO_NUMBER
from tests.bluesky_town import Refused, bluesky, opens_on
from tests.house import OUR_NUMBER, House
from tests.scenarios.test_proving import code_to
from voice_gateway.proof_turns import ProofTurns
from voice_gateway.store.tables import IdentifierRow, LinkRow, PostRow

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


def test_a_code_written_in_the_chat_proves(house: House, tmp_path: Path) -> None:
    """People are told both ways. Who sends it from their account has shown that the number is theirs."""
    opens_on(house, tmp_path)
    sam, dana, post = house.agent("Sam"), house.customer("Dana"), house.person_on("bluesky", "dana.example")
    post.writes("my bag is lost")
    sam.phone.reads("T1 dana.example wrote privately on Bluesky", within=LATE)
    with house.store.transaction() as memory:
        tel = memory.execute(insert(IdentifierRow).returning(IdentifierRow.id), {
            "namespace": "tel", "subject": dana.phone.number, "first_seen": house.time.now()}).scalar_one()
        account = memory.scalar(select(IdentifierRow.id).where(IdentifierRow.namespace == "atproto"))
        assert account
    ProofTurns(house.gateway.turns).asks(1, tel, account, TO_NUMBER)
    dana.phone.reads("links dana.example on Bluesky with this number", "privately or in a post that names us", within=LATE)
    post.writes(code_to(dana))
    post.reads("Thank you, that is shown.", private=True, within=LATE)
    dana.phone.reads("dana.example on Bluesky and the number that ends in", "are yours", within=LATE)
    sam.phone.reads("T1 dana.example has shown who they are", within=LATE)
    assert [each.state for each in house.rows(select(LinkRow.state))] == ["active"]


@CALM
def test_the_chat_is_down_and_comes_back_and_the_listener_dies_between(house: House, tmp_path: Path) -> None:
    """What is public is heard meanwhile; what was written is read once, in order, by whoever listens next."""
    town, sam = opens_on(house, tmp_path), house.agent("Sam")
    jess, bob = house.person_on("bluesky", "jess.example"), house.person_on("bluesky", "bob.example")
    jess.writes("first")
    sam.phone.reads("T1 jess.example wrote privately", "first")
    town.down = lambda _method: Refused(500, "InternalServerError", "Internal Server Error")
    jess.writes("second")
    jess.writes("third")
    bob.posts("@house hello?")
    sam.phone.reads("T2 bob.example wrote on Bluesky", "hello?")
    house.is_on(bluesky(town, tmp_path))
    town.down = lambda _method: None
    sam.phone.reads("second", within=900)
    sam.phone.reads("third")
    house.is_on(bluesky(town, tmp_path))
    house.passes(60)
    kept = house.rows(select(PostRow.words).where(PostRow.private).order_by(PostRow.id))
    assert [each.words for each in kept] == ["first", "second", "third"]


@CALM
def test_whom_the_house_has_blocked_is_not_heard_in_the_chat(house: House, tmp_path: Path) -> None:
    opens_on(house, tmp_path)
    sam, jess = house.agent("Sam"), house.person_on("bluesky", "jess.example")
    jess.writes("hello")
    sam.phone.reads("T1 jess.example wrote privately", "hello")
    with house.store.transaction() as memory:
        memory.execute(update(IdentifierRow).where(IdentifierRow.namespace == "atproto").values(blocked=True))
    jess.writes("and again, and again")
    house.passes(120)
    assert len(house.rows(select(PostRow.id))) == 1
