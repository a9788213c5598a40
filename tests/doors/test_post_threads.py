"""The page of a thread that began on a network: what was said there, and answering, inviting and following with one tap."""

from __future__ import annotations

import re

import pytest

from flows.posts import Author
from tests.house import BASE, House, talks_and_ends_it_in_public
from tests.proving import are_one
from tests.scenarios.test_proving import Browser
from voice_gateway.networks import Trouble
from voice_gateway.store import conversations

pytestmark = pytest.mark.weather("calm")


def page_of(house: House, text: str) -> Browser:
    """The page to which the link in a text leads."""
    found = re.search(rf"{BASE}(/w/\S+)", text)
    assert found
    return Browser(house, found[1])


def test_a_colleague_reads_answers_invites_and_follows_on_one_page(house: House) -> None:
    sam, jess = house.agent("Sam"), house.person_on("square", "@jess", name="Acme Support")
    jess.posts("@house <b>where</b> is my bag")
    sam.phone.reads("T1 @jess wrote")
    page = page_of(house, sam.phone.received[-1])
    page.sees("@jess", "Written on the square", "<b>where</b> is my bag", "that everybody can read")
    page.does("look", words="It is on its way").is_told("Your answer", 200)
    looked = re.search(r'name="looked" value="([^"]+)"', page.answer.get_data(as_text=True))
    assert looked
    for _twice in range(2):
        page.does("send", words="It is on its way", looked=looked[1], after="1")
    assert jess.reads("on its way") == "It is on its way"
    page.sees("Said on the square")
    for _twice in range(2):
        page.does("invite")
    jess.reads("Tap, and we call you")
    page.does("follow").does("pin").sees("Not always first", "/prove/...")
    house.passes(5)
    assert jess.is_followed
    jess.posts("@house still nothing")
    sam.phone.reads("@jess wrote", "still nothing")
    assert house.cases[0].urgent
    page.sees("Send a link")


def test_a_network_that_refuses_to_follow_is_told_to_whoever_wished_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    sam, jess = house.agent("Sam"), house.person_on("square", "@jess")
    jess.posts("@house where is my bag")
    sam.phone.reads("T1 @jess wrote")

    def refuses(_whom: Author) -> None:
        raise Trouble("the square refuses it: they have blocked us", lasting=True)

    monkeypatch.setattr(house.shop.networks["square"], "follow", refuses)
    page_of(house, sam.phone.received[-1]).does("follow")
    sam.phone.reads("T1 @jess is not followed: the square refuses it: they have blocked us.")
    assert not jess.is_followed


def test_there_is_no_button_to_follow_where_a_program_cannot(house: House) -> None:
    """And pressed all the same it does nothing."""
    sam, jess = house.agent("Sam"), house.person_on("instagram", "@jess")
    jess.posts("@house where is my bag")
    sam.phone.reads("T1 @jess wrote")
    page = page_of(house, sam.phone.received[-1])
    page.does("follow").does("look", words="It is on its way").is_told("Always first", 200)
    assert "Follow them" not in page.answer.get_data(as_text=True)
    house.passes(5)
    assert not jess.is_followed


def test_the_stopwatch_runs_from_the_post_to_the_voice(house: House) -> None:
    sam, dana, jess = house.agent("Sam"), house.customer("Dana"), house.person_on("square", "@jess")
    are_one(house, jess, dana)
    jess.posts("@house hello")
    sam.phone.rings(within=15).presses("1")
    dana.phone.rings().presses("1")
    talks_and_ends_it_in_public(dana, sam, jess)
    jess.becomes(name="x" * 300)
    with house.store.reading() as memory:
        watch = conversations.stopwatch(memory, house.cases[-1].id)
    assert watch is not None
    assert watch.rung_at is not None
    assert watch.talked_at is not None
    assert 0 < (watch.rung_at - watch.said_at).total_seconds() < 10 < (watch.talked_at - watch.said_at).total_seconds() < 60
