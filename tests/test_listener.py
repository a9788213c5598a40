"""Who listens: a listener where one lives, else a worker; and how long a network that refuses is left alone."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from flows.posts import Post
from jobs.listen import LISTENER, listen, read
from jobs.listener import Ear, tell_that_we_live
from tests.house import House
from voice_gateway.networks import Trouble
from voice_gateway.post_turns import PostTurns
from voice_gateway.store import listening, look_up

pytestmark = pytest.mark.weather("calm")


def test_a_worker_listens_where_no_listener_lives(house: House) -> None:
    jess = house.person_on("square", "@jess")
    house.passes(1)
    with house.store.transaction() as memory:
        look_up.sign_of_life(memory, LISTENER, house.time.now())
    jess.posts("@house hello")
    listen()
    assert not house.cases
    house.agent("Sam").phone.reads("@jess wrote", within=60)


@pytest.mark.parametrize("trouble, minutes", [
    (Trouble("the password is wrong", lasting=True), 10), (Trouble("asked too often", again_after=timedelta(minutes=3)), 3),
    (Trouble("it is slow"), 0.25), (RecursionError("a surprise"), 0.25),
])
def test_a_network_in_trouble_is_left_alone(house: House, trouble: Exception, minutes: float) -> None:
    class Shut:
        name = "square"

        @property
        def us(self) -> None:
            raise trouble

    assert read(house.shop, Shut()) == 0  # type: ignore[arg-type]  # it has nothing but its trouble
    with house.store.reading() as memory:
        (row,) = listening.all_of_them(memory)
    told = str(trouble) if isinstance(trouble, Trouble) else "it answers in a way that nobody foresaw; the log tells more"
    assert (row.problem, row.held_until - house.time.now()) == (told, timedelta(minutes=minutes))


def test_reading_begins_at_a_mark_only_where_nothing_was_read_before(house: House) -> None:
    """The demo's square is read from its start, so that a post before the first look is heard."""
    with house.store.transaction() as memory:
        listening.begin(memory, "square", "0")
        listening.begin(memory, "square", "9")
        assert listening.take(memory, "square", house.time.now()) == "0"


def test_a_post_that_cannot_be_taken_in_keeps_no_other_back(house: House, monkeypatch: pytest.MonkeyPatch,
                                                            caplog: pytest.LogCaptureFixture) -> None:
    really = PostTurns.post_came_in

    def stumbles(turns: PostTurns, post: Post) -> None:
        if "the moon" in post.words:
            raise RuntimeError("a surprise")
        really(turns, post)

    sam, jess, bob = house.agent("Sam"), house.person_on("square", "@jess"), house.person_on("square", "@bob")
    monkeypatch.setattr(PostTurns, "post_came_in", stumbles)
    jess.posts("@house I am on the moon")
    bob.posts("@house hello")
    sam.phone.reads("@bob wrote")
    assert "could not be taken in" in caplog.text
    caplog.clear()
    monkeypatch.setattr(PostTurns, "post_came_in", really)
    sam.phone.reads("@jess wrote", within=60)


def test_a_memory_that_is_away_for_a_moment_does_not_end_the_listener(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise OSError("the server closed the connection")

    monkeypatch.setattr(look_up, "sign_of_life", away)
    tell_that_we_live(house.shop)


def test_a_ring_is_followed_by_looks_until_something_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[str] = []
    told_to_stop, seen, overheard = threading.Event(), threading.Event(), threading.Event()

    def looked(_shop: object, network: object) -> int:
        looks.append("looked")
        if len(looks) == 2:
            raise RuntimeError("a surprise, which ends nothing")
        if len(looks) == 4:
            seen.set()
        return len(looks) // 4

    class Bell:
        name = "square"

        def wake(self, ring: object) -> None:
            ring()  # type: ignore[operator]
            raise Trouble("it broke off")

        def overhear(self, _ring: object) -> None:
            overheard.set()

    monkeypatch.setattr("jobs.listener.read", looked)
    monkeypatch.setattr("jobs.listener.BETWEEN_THEM_SECONDS", 0.0)
    ear = Ear(None, Bell(), told_to_stop)  # type: ignore[arg-type]
    ear.open()
    assert seen.wait(10)
    assert overheard.wait(10)
    told_to_stop.set()
    ear.ring()
    ear.reader.join(10)
    assert len(looks) >= 4
