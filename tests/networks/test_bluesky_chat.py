"""Bluesky's chat, against a stand-in (tests/bluesky_town.py): nothing twice, nothing lost, in order, and gently asked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from flows.posts import Author, Post
from tests.bluesky_town import BlueskyTown, Refused, bluesky
from tests.house import MORNING
from voice_gateway import clock
from voice_gateway.networks import Trouble
from voice_gateway.networks.bluesky import Bluesky
from voice_gateway.sandbox.square import Town
from voice_gateway.sandbox.weather import Weather

NOT_HERE = Refused(501, "MethodNotImplemented", "Method Not Implemented")
NO_LEAVE = Refused(400, "InvalidToken", "Bad token method")


@dataclass
class Reader:
    """The house, reading: its process, its cursor, and the clock on the wall."""

    folder: Path
    now: datetime = MORNING

    def __post_init__(self) -> None:
        clock.follow(lambda: self.now)
        self.house = Town("bluesky", lambda: self.now)
        self.house.house = self.house.join("acme.example", "The house").subject
        self.there = BlueskyTown(self.house, Weather())
        self.jess, self.bob = self.house.join("jess.example", followers=7).subject, self.house.join("bob.example").subject
        self.restarts()
        self.cursor = self.ours.listen("").cursor

    def restarts(self) -> None:
        self.ours: Bluesky = bluesky(self.there, self.folder)

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def hears(self, words: str, by: str = "") -> None:
        """Somebody writes to the house, a second after the last word."""
        self.passes(1)
        self.house.write(by or self.jess, self.house.house, words)

    def reads(self, after: float = 30) -> list[str]:
        """What is new so many seconds later."""
        return [each.words for each in self.looks(after)]

    def looks(self, after: float = 30) -> tuple[Post, ...]:
        self.passes(after)
        news = self.ours.listen(self.cursor)
        self.cursor = news.cursor
        return news.posts

    def asked(self, method: str) -> int:
        return sum(each.endswith(method) for each in self.there.asked)


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    yield Reader(tmp_path)
    clock.follow(None)


def test_it_is_read_once_in_order_page_by_page_and_tells_who_wrote(reader: Reader) -> None:
    assert reader.reads() == []
    for number in range(8):
        reader.hears(f"number {number}", by=reader.bob if number % 3 else reader.jess)
    reader.ours.write(Author("bluesky", reader.jess, "jess.example"), "ours never comes back to us", "k")
    posts = reader.looks()
    assert [each.words for each in posts] == [f"number {number}" for number in range(8)]
    assert all(each.private for each in posts)
    assert (posts[0].author.subject, posts[0].author.handle, posts[0].author.followers) == (reader.jess, "jess.example", 7)
    assert posts[0].thread == posts[3].thread != posts[1].thread
    assert reader.reads() == []
    reader.house.becomes(reader.jess, handle="another.example")
    reader.hears("still me")
    (post,) = reader.looks()
    assert (post.author.subject, post.author.handle) == (reader.jess, "another.example")


def test_asking_twice_with_one_cursor_tells_the_same_again(reader: Reader) -> None:
    reader.hears("hello")
    reader.passes(30)
    first = reader.ours.listen(reader.cursor)
    reader.restarts()
    again = reader.ours.listen(reader.cursor)
    assert [each.id for each in first.posts] == [each.id for each in again.posts]
    assert len(first.posts) == 1


@pytest.mark.parametrize("gap", [lambda there: there.chat.forgets(), lambda there: there.chat.log.clear()], ids=["mark unknown", "log empty"])
def test_what_came_while_nobody_asked_is_found_in_the_conversations(reader: Reader, gap: Callable[[BlueskyTown], None]) -> None:
    """In the one that was taken up, and in one that somebody has begun meanwhile; more of it than fits a page."""
    reader.hears("first")
    assert reader.reads() == ["first"]
    reader.ours.write(Author("bluesky", reader.jess, "jess.example"), "We look", "k")
    for number in range(7):
        reader.hears(f"number {number}")
    reader.hears("I am new here", by=reader.bob)
    reader.there.chat.catch_up()
    gap(reader.there)
    reader.restarts()
    reader.hears("and one more")
    seen = reader.reads(3600)
    assert [each for each in seen if each != "first"] == [*(f"number {number}" for number in range(7)), "I am new here", "and one more"]
    assert reader.reads() == []


def test_what_the_log_never_told_is_found_within_five_minutes(reader: Reader) -> None:
    assert reader.reads() == []
    reader.there.chat.loses_its_log = True
    reader.hears("can you hear me?")
    assert reader.reads() == []
    assert reader.reads(300) == ["can you hear me?"]


@pytest.mark.parametrize("trouble, words, rest", [
    (NOT_HERE, "no private messages", 600), (NO_LEAVE, "BLUESKY_PASSWORD", 600), (Refused(500, "InternalServerError", "Internal Server Error"), "or they are out of order", 60), (Refused(502), "trouble of its own", 60),
    (Refused(429, "RateLimitExceeded", "slow down"), "asked too often", 60), (Refused(403, "Forbidden", "no"), "does not let us", 600),
])
def test_without_the_chat_mentions_are_heard_and_it_is_asked_seldom(
        reader: Reader, caplog: pytest.LogCaptureFixture, trouble: Refused, words: str, rest: int) -> None:
    """Said once in the log, and to the doctor; nobody signs in again because of it; and what came meanwhile is read afterwards."""
    reader.there.down = lambda _method: trouble
    reader.hears("are you there?")
    reader.house.post(reader.bob, "@acme.example hello")
    assert reader.reads() == ["@acme.example hello"]
    assert words in reader.ours.unheard()
    before, signed_in = reader.asked("getLog"), reader.asked("createSession")
    for _look in range(rest // 5 - 1):
        assert reader.reads(5) == []
    assert reader.asked("getLog") == before
    assert reader.reads(5) == []
    assert (reader.asked("getLog"), reader.asked("createSession")) == (before + 1, signed_in)
    assert [words in each.message for each in caplog.records] == [True]
    reader.there.down = lambda _method: None
    assert reader.reads(600) == ["are you there?"]
    assert reader.ours.unheard() == ""


def test_trouble_in_the_middle_loses_nothing(reader: Reader) -> None:
    """The log is read, and then the conversations cannot be."""
    reader.hears("first")
    reader.there.down = lambda method: Refused(503) if method.endswith("listConvos") else None
    assert reader.reads() == []
    reader.there.down = lambda _method: None
    assert reader.reads(60) == ["first"]
    reader.there.down = lambda _method: Refused(503)
    assert reader.reads() == []
    reader.there.chat.loses_its_log = True
    reader.hears("second")
    reader.there.chat.catch_up()
    reader.there.chat.loses_its_log = False
    reader.there.down = lambda _method: None
    assert "second" in reader.reads(60), "after trouble all of it is looked at"


def test_it_is_asked_often_while_somebody_writes_and_seldom_else(reader: Reader) -> None:
    """Whatever rings meanwhile: the stream of posts may ring five times a second."""
    def times(seconds: int) -> int:
        before = reader.asked("getLog")
        for _look in range(seconds):
            reader.looks(1)
        return reader.asked("getLog") - before

    assert times(120) == 6
    reader.hears("hello")
    assert 10 <= times(60) <= 14
    reader.looks(600)
    assert times(60) == 3


def test_a_conversation_of_several_is_not_ours(reader: Reader) -> None:
    assert reader.reads() == []
    talk = reader.there.chat.with_(reader.jess, reader.bob)
    reader.there.chat.adds(talk, reader.jess, "who is that third one?", reader.now)
    reader.hears("between us")
    assert reader.reads() == ["between us"]
    reader.restarts()
    assert reader.reads() == ["between us"]  # looked at as a whole, which tells again what is known already


def test_a_message_that_brings_something_is_told_in_words(reader: Reader) -> None:
    """A post, something unheard of, and a link that the app has cut short, after letters of several bytes."""
    chat, post = reader.there.chat, f"at://{reader.bob}/app.bsky.feed.post/3kabc"
    talk = chat.with_(reader.jess)
    seen: list[dict[str, object]] = [
        {"embed": {"$type": "app.bsky.embed.record#view", "record": {"$type": "app.bsky.embed.record#viewRecord", "uri": post}}},
        {"embed": {"$type": "chat.bsky.embed.joinLink#view"}},
        {"facets": [{"index": {"byteStart": 7, "byteEnd": 22}, "features": [
            {"$type": "app.bsky.richtext.facet#link", "uri": "https://shop.example/orders/17"}]}, {"index": 7}, None]},
        {"facets": [{"index": {"byteStart": -3, "byteEnd": 9000}, "features": [{"$type": "app.bsky.richtext.facet#link", "uri": 5}]}]},
    ]
    for words, more in zip(("", "", "wö is shop.example...?", "x" * 10_000), seen, strict=True):
        reader.passes(1)
        chat.adds(talk, reader.jess, words, reader.now, **more)
    told = reader.reads()
    assert told[:2] == [f"[a post: https://bsky.app/profile/{reader.bob}/post/3kabc]", "[something that we cannot show here]"]
    assert told[2:] == ["wö is https://shop.example/orders/17?", "x" * 10_000]


def test_what_is_of_another_shape_does_not_hide_the_others(reader: Reader) -> None:
    chat = reader.there.chat
    for strange in ({}, {"$type": 7}, {"$type": "x#logCreateMessage", "convoId": "a"}, {"$type": "x#logCreateMessage", "convoId": "a", "message": {
            "id": "1", "sender": {}, "sentAt": "yesterday", "text": "?"}}, {"$type": "chat.bsky.convo.defs#logReadConvo", "convoId": "a"}):
        chat.log.append({**strange, "rev": chat._next})
        chat._happened += 1
    message = chat.adds(chat.with_(reader.bob), reader.bob, "deleted in our own app", reader.now)
    chat.hides(chat.with_(reader.bob), message)
    chat.log[-2]["message"] = chat.log[-1]["message"]
    reader.hears("hello")
    assert reader.reads() == ["hello"]


def test_a_message_is_looked_at_again_and_nobody_can_take_one_back(reader: Reader) -> None:
    reader.hears("hello")
    (post,) = reader.looks()
    assert reader.ours.read(post.id) == post
    reader.there.chat.hides(talk := reader.there.chat.with_(reader.jess), talk.messages[0])
    with pytest.raises(Trouble, match="deleted it for itself") as trouble:
        reader.ours.read(post.id)
    assert trouble.value.lasting
    reader.hears("and again")
    (post,) = reader.looks()
    reader.house.leave(reader.jess)
    assert reader.ours.read(post.id) is None


def test_whoever_is_not_known_any_more_is_heard_by_their_did(reader: Reader) -> None:
    reader.hears("before I close it")
    reader.there.chat.catch_up()
    reader.house.leave(reader.jess)
    (post,) = reader.looks()
    assert (post.words, post.author.subject, post.author.handle) == ("before I close it", reader.jess, reader.jess)


def test_what_we_wrote_is_found_again_although_they_have_written_since(reader: Reader) -> None:
    jess, since = Author("bluesky", reader.jess, "jess.example"), reader.now
    reader.hears("hello")
    reader.passes(60)
    assert reader.ours.written(jess, "We are on it", since) == ""
    made = reader.ours.write(jess, "We are on it", "k")
    reader.hears("thank you")
    assert reader.ours.written(jess, "We are on it", since) == made
    reader.passes(600)
    assert reader.ours.written(jess, "We are on it", reader.now) == ""


def test_a_cursor_from_before_the_chat_was_read_begins_there_now(reader: Reader) -> None:
    reader.hears("nobody read this")
    reader.passes(3600)
    reader.cursor = json.dumps({name: told for name, told in json.loads(reader.cursor).items() if name != "chat"})
    reader.restarts()
    assert reader.reads(0) == []
    reader.hears("hello")
    assert reader.reads() == ["hello"]
    with pytest.raises(Trouble, match="illegible"):
        reader.ours.listen(json.dumps({"start": MORNING.isoformat(), "seen": "", "chat": "here"}))


def test_the_chat_is_never_asked_before_it_wants_to_be(reader: Reader) -> None:
    """As long as it says, where it says that it is asked too often."""
    patience = timedelta(minutes=7)
    with pytest.MonkeyPatch.context() as there:
        there.setattr("voice_gateway.networks.bluesky_account._rest", lambda _full: patience)
        reader.there.down = lambda _method: Refused(429, "RateLimitExceeded", "slow down")
        reader.reads()
    reader.there.down = lambda _method: None
    before = reader.asked("getLog")
    reader.reads(patience.total_seconds() - 1)
    assert reader.asked("getLog") == before
    reader.reads(1)
    assert reader.asked("getLog") > before
