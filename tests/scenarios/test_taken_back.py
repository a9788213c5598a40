"""What was written is taken back, cannot be taken in, or comes at night: nobody waits, nobody is rung, and nothing is lost."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from flows.facts import HOURS
from flows.posts import Post
from jobs import listen
from tests.house import Agent, Customer, House
from tests.proving import are_one
from tests.scenarios.test_proving import number
from voice_gateway.post_turns import PostTurns
from voice_gateway.sandbox.citizens import Person
from voice_gateway.sandbox.square import Said
from voice_gateway.store import before
from voice_gateway.store.tables import NetworkRow

CALM = pytest.mark.weather("calm")


@CALM
def test_each_post_is_looked_at_again(house: House) -> None:
    """The first is answered by nobody and taken back later than the second: the case ends all the same."""
    sam, _kim, jess = house.agent("Sam"), house.agent("Kim"), house.person_on("square", "@jess", followers=20)
    first = jess.posts("@house where is my bag")
    sam.phone.reads("T1 @jess wrote")
    second = jess.posts("@house and my coat")
    sam.phone.reads("T1 @jess wrote", "and my coat")
    jess.takes_back(first)
    house.passes(2000)
    assert house.cases[0].state == "open"
    jess.takes_back(second)
    sam.phone.reads("@jess wrote on the square, and is to hear from you", within=2000)
    sam.phone.reads("@jess has taken back what they wrote", within=2000)
    assert house.cases[0].state == "cancelled"


def writes_at_night(house: House) -> tuple[Agent, Customer, Person, Said]:
    """Jess has shown her number, and writes while nobody works: she is to be rung at four."""
    house.keeps_hours([{"days": [1, 2, 3, 4, 5], "open": 16 * 60, "close": 17 * 60}])
    sam, dana, jess = house.agent("Sam"), house.customer("Dana"), house.person_on("square", "@jess")
    are_one(house, jess, dana)
    post = jess.posts("@house where is my bag")
    house.passes(60)
    assert house.cases[-1].closed_at is None
    return sam, dana, jess, post


@CALM
def test_what_was_taken_back_at_night_rings_nobody_in_the_morning(house: House) -> None:
    _sam, _dana, jess, post = writes_at_night(house)
    jess.takes_back(post)
    house.passes(7 * HOURS.total_seconds())
    assert house.cases[-1].state == "cancelled"


@CALM
def test_who_has_asked_for_a_call_is_rung_though_they_take_it_back(house: House) -> None:
    """The public post alone is gone: what they agreed to is not."""
    sam, dana, jess, post = writes_at_night(house)
    tel = number(house, dana)
    with house.store.transaction() as memory:
        before.agreed(memory, tel, house.cases[-1].id, "call me", "proof", house.time.now())
    jess.takes_back(post)
    sam.phone.rings(within=7 * HOURS.total_seconds()).hears("@jess wrote").presses("2")


@CALM
def test_a_post_that_cannot_be_taken_in_is_given_to_a_human_and_reading_goes_on(
        house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    sam, jess, bob = house.agent("Sam"), house.person_on("square", "@jess"), house.person_on("square", "@bob")
    takes, tried = PostTurns.post_came_in, []

    def breaks(turns: PostTurns, post: Post) -> None:
        tried.append(post.id)
        if "poison" in post.words:
            raise ValueError("cannot be kept")
        takes(turns, post)

    monkeypatch.setattr(PostTurns, "post_came_in", breaks)
    poisoned = jess.posts("@house poison")
    bob.posts("@house hello")
    sam.phone.reads("@bob wrote")
    sam.phone.reads("wrote on the square", "We could not read this one. It stands here", within=200)
    house.passes(60)
    assert tried.count(poisoned.id) == listen.MOST_TRIES + 1
    assert house.rows(select(NetworkRow.problem).where(NetworkRow.name == "square"))[0].problem == ""
    assert caplog.messages.count(f"a post could not be taken in: {poisoned.id}") == listen.MOST_TRIES
    caplog.clear()
