"""The page of a thread that began on a network: what was said there, and answering, inviting and following with one tap."""

from __future__ import annotations

import re

import pytest

from tests.house import BASE, House, talks_and_ends_it_in_public
from tests.proving import are_one
from tests.scenarios.test_proving import Browser
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
