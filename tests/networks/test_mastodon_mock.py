"""Mastodon, against `mastodon_mock` on the loopback: a mock by somebody else, and no real server."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from mastodon import MastodonMalformedEventError
from mastodon_mock.config import MastodonMockConfig, SeedAccount, SeedConfig
from mastodon_mock.testing.server import MockServer

from flows.posts import Author
from tests.networks.promises import says
from voice_gateway import clock
from voice_gateway.networks import Trouble
from voice_gateway.networks.mastodon import Mastodon

TOKENS = {"acme": "of the house", "jess": "of Jess", "sam": "of Sam"}
SEED = SeedConfig(accounts=[
    *(SeedAccount(username=name, display_name=name.title(), access_token=token) for name, token in TOKENS.items()),
    SeedAccount(username="dave", display_name="Dave", domain="remote.example")])


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with MockServer(config=MastodonMockConfig(domain="social.example", seed=SEED), shutdown_timeout=0.2) as started:
        yield started


@pytest.fixture
def ours(server: MockServer) -> Mastodon:
    httpx.post(f"{server.base_url}/api/v1/_mock/reset").raise_for_status()
    return Mastodon(server.base_url, TOKENS["acme"])


def theirs(server: MockServer, name: str = "jess") -> Any:
    return server.client(token=TOKENS[name])


@contextmanager
def fault(server: MockServer, *, path: str = "api/v[12]/", kind: str = "status", **effect: Any) -> Iterator[None]:
    """Whatever is asked below this path fails in this way."""
    rules = f"{server.base_url}/api/v1/_mock/faults"
    made = httpx.post(rules, json={"match": {"path_regex": path}, "effect": {"type": kind} | effect}).raise_for_status()
    try:
        yield
    finally:
        httpx.delete(f"{rules}/{made.json()['id']}").raise_for_status()


def test_from_a_mention_to_its_answer_on_a_mock(server: MockServer, ours: Mastodon) -> None:
    begun = ours.listen("")
    assert begun.posts == ()
    said = theirs(server).status_post("@acme my kettle leaks & <b>hisses</b>", spoiler_text="Help")
    news = ours.listen(begun.cursor)
    [post] = news.posts
    assert (post.author.handle, post.author.subject, post.author.name) == (
        "@jess@social.example", "https://social.example/@jess", "Jess")
    assert post.words.startswith("Help\n")
    assert "my kettle leaks & <b>hisses</b>" in post.words
    assert (post.private, post.thread, post.mentions) == (False, post.id, (ours.us.subject,))
    assert (post.author.followers, post.spread, post.id) == (0, 0, str(said["id"]))
    assert ours.listen(begun.cursor) == news, "asking twice tells the same"
    assert ours.listen(news.cursor).posts == ()
    answer = ours.answer(post, "We are sorry. Please ring us.", key="case-1")
    assert ours.answer(post, "We are sorry. Please ring us.", key="case-1") == answer, "one key answers once"
    assert ours.answered(post, "We are sorry. Please ring us.", "case-1") == answer
    assert ours.answered(post, "Other words", "case-1") == ""
    below = theirs(server).status_context(said)["descendants"]
    assert [str(each["id"]) for each in below] == [answer]


def test_an_answer_of_theirs_is_of_one_thread_on_a_mock(server: MockServer, ours: Mastodon) -> None:
    begun, jess = ours.listen(""), theirs(server)
    first = jess.status_post("@acme hello")
    second = jess.status_post("@acme and another thing", in_reply_to_id=first)
    third = jess.status_post("@acme still there?", in_reply_to_id=second)
    told = ours.listen(begun.cursor).posts
    assert [each.id for each in told] == [str(each["id"]) for each in (first, second, third)]
    assert {each.thread for each in told} == {str(first["id"])}


def test_what_is_direct_is_private_and_answered_so_on_a_mock(server: MockServer, ours: Mastodon) -> None:
    begun, jess = ours.listen(""), theirs(server)
    jess.status_post("@acme the code is K4PP-2Q", visibility="direct")
    [post] = ours.listen(begun.cursor).posts
    assert post.private
    assert "K4PP-2Q" in post.words
    with says("not answered in public", lasting=True):
        ours.answer(post, "thanks", key="a")
    written = ours.write(post.author, "Your code is 123456", key="b")
    assert ours.write(post.author, "Your code is 123456", key="b") == written
    [had] = jess.notifications(types=["mention"])
    assert had["status"]["visibility"] == "direct"


def test_whoever_is_called_so_by_now_reads_nothing_that_is_for_another_on_a_mock(server: MockServer, ours: Mastodon) -> None:
    """A handle that was given up is somebody else's, and a code is for the account alone. (The mock finds nobody by address.)"""
    jess, sam = ours.who_is("@jess@social.example"), theirs(server, "sam")
    assert jess
    with says("is not there any more", lasting=True):
        ours.write(replace(jess, handle="@sam@social.example"), "Your code is 123456", key="c")
    assert sam.notifications(types=["mention"]) == []


def test_whom_the_server_filters_is_heard_as_well_on_a_mock(server: MockServer, ours: Mastodon) -> None:
    begun = ours.listen("")
    server.client(token=TOKENS["acme"]).update_notifications_policy(for_not_following="filter")
    theirs(server).status_post("@acme nobody hears me")
    theirs(server, "sam").status_post("@acme nor me", visibility="direct")
    assert [each.author.name for each in ours.listen(begun.cursor).posts] == ["Jess", "Sam"]


def test_a_post_that_is_gone_is_none_on_a_mock(server: MockServer, ours: Mastodon) -> None:
    jess = theirs(server)
    said = jess.status_post("@acme oh no")
    post = ours.read(str(said["id"]))
    assert post
    jess.status_delete(said)
    assert ours.read(post.id) is None
    assert ours.answered(post, "x", "k") == ""
    with says("gone", lasting=True):
        ours.answer(post, "Hello", key="c")


def test_who_is_who_on_a_mock(ours: Mastodon) -> None:
    dave = ours.who_is("@Dave@remote.example")
    assert dave == Author("mastodon", "https://social.example/@dave@remote.example", "@dave@remote.example", "Dave",
                          followers=0)
    assert ours.who_is("https://social.example/@nobody") is None
    assert ours.who_is("@nobody@remote.example") is None
    with says("there is cyrillic small letter a in it", lasting=True):
        ours.who_is("d\u0430ve@remote.example")


def test_who_has_left_on_a_mock(server: MockServer, ours: Mastodon) -> None:
    dave = ours.who_is("@Dave@remote.example")
    assert dave
    assert not ours.has_left(dave)
    assert ours.has_left(Author("mastodon", "https://social.example/users/9", "@nobody@remote.example"))
    with fault(server, path="api/v1/accounts/lookup", status=503), says("out of order"):
        ours.has_left(dave)


def test_to_follow_and_to_miss_somebody_on_a_mock(server: MockServer, ours: Mastodon) -> None:
    jess = ours.who_is("jess@social.example")
    assert jess
    ours.follow(jess)
    ours.follow(jess)
    assert theirs(server).me()["followers_count"] == 1
    with says("not there any more", lasting=True):
        ours.follow(Author("mastodon", "https://social.example/users/9", "@jess@social.example"))


def test_a_page_is_proved_only_where_the_server_has_seen_the_link_back() -> None:
    account = {"uri": "https://s.example/users/jess", "acct": "jess", "followers_count": 1, "display_name": "J", "fields": [
        {"name": "Web", "value": '<a href="https://jess.example/" rel="me">jess.example</a>', "verified_at": "2026-01-02"},
        {"name": "Other", "value": '<a href="https://other.example">other</a>', "verified_at": None}]}
    ours = Mastodon("https://s.example", "token")
    ours._domain = "s.example"
    ours._server.account_lookup = lambda _acct: account
    jess = Author("mastodon", "https://s.example/users/jess", "@jess@s.example")
    assert ours.proves_page(jess, "https://jess.example")
    assert not ours.proves_page(jess, "https://other.example"), "it was named, and never looked at"
    assert not ours.proves_page(jess, "https://jess.example.evil.example")


def test_too_long_an_answer_is_never_sent_on_a_mock(server: MockServer, ours: Mastodon) -> None:
    post = ours.read(str(theirs(server).status_post("@acme hello")["id"]))
    assert post
    with says("at most 500 characters", lasting=True):
        ours.answer(post, "x" * 500, key="long")


def test_the_stream_wakes_whoever_asks_on_a_mock(server: MockServer, ours: Mastodon) -> None:
    rung = threading.Event()
    threading.Thread(target=lambda: suppressed(lambda: ours.wake(rung.set)), daemon=True).start()
    for _ in range(50):  # whatever is said before the stream stands is not told by it: that is why we ask as well
        theirs(server).status_post("@acme hello")
        if rung.wait(0.1):
            break
    assert rung.is_set()


SAM = "https://social.example/@sam"


@pytest.fixture
def moves(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """So many seconds pass."""
    at = [clock.now()]
    monkeypatch.setattr(clock, "now", lambda: at[0])

    def pass_by(seconds: float) -> None:
        at[0] += timedelta(seconds=seconds)

    return pass_by


def test_who_names_a_colleague_alone_is_found_on_a_mock(server: MockServer, ours: Mastodon, moves) -> None:
    """In public, and once, also if it names us; not to others, not where nobody is listed, and not before we began."""
    jess = theirs(server)
    jess.status_post("@sam this was before you listened")
    begun = ours.listen(ours.listen("").cursor, (SAM,))
    assert begun.posts == ()
    jess.status_post("nobody is named here")
    alone = jess.status_post("@sam my kettle leaks")
    both = jess.status_post("@sam @acme it does")
    jess.status_post("@sam quietly", visibility="unlisted")
    assert [each.id for each in ours.listen(begun.cursor, (SAM,)).posts] == [str(both["id"])], "it looks twice a minute"
    moves(31)
    news = ours.listen(begun.cursor, (SAM,))
    assert {each.id: each.mentions for each in news.posts}[str(alone["id"])] == (SAM,)
    assert {each.id for each in news.posts} >= {str(alone["id"]), str(both["id"])}
    assert len(news.posts) == len({each.id for each in news.posts})
    moves(31)
    assert ours.listen(news.cursor, (SAM,)).posts == ()
    assert ours.listen(begun.cursor.split()[0], ()).posts != ()
    assert " " not in ours.listen(news.cursor, ()).cursor, "nobody is listed any more"


def test_the_public_stream_rings_and_what_it_told_is_told_until_taken_in_on_a_mock(server: MockServer, ours: Mastodon, moves) -> None:
    began = ours.listen(ours.listen("").cursor, (SAM,)).cursor
    rung = threading.Event()
    threading.Thread(target=lambda: suppressed(lambda: ours.overhear(rung.set)), daemon=True).start()
    for _ in range(50):
        theirs(server).status_post("@jess is this thing on?")
        theirs(server).status_post("@sam my kettle leaks")
        if rung.wait(0.1):
            break
    news = ours.listen(began, (SAM,))
    assert news.posts
    assert all(SAM in each.mentions for each in news.posts)
    assert ours.listen(began, (SAM,)).posts == news.posts, "they were not taken in"
    assert ours.listen(news.cursor, (SAM,)).posts == ()


def test_there_is_no_public_stream_where_nobody_is_to_be_heard_of(ours: Mastodon) -> None:
    ours.overhear(lambda: None)


def test_a_server_on_which_too_much_is_said_is_read_on_at_its_end_on_a_mock(
        server: MockServer, ours: Mastodon, moves, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voice_gateway.networks.mastodon_public.A_PAGE", 1)
    begun = ours.listen(ours.listen("").cursor, (SAM,))
    for number in range(7):
        theirs(server).status_post(f"@sam {number}")
    moves(31)
    news = ours.listen(begun.cursor, (SAM,))
    assert len(news.posts) == 5
    moves(31)
    assert ours.listen(news.cursor, (SAM,)).posts == ()


def test_a_public_timeline_that_is_shut_keeps_nobody_from_us_on_a_mock(server: MockServer, ours: Mastodon, moves) -> None:
    begun = ours.listen(ours.listen("").cursor, (SAM,))
    theirs(server).status_post("@acme hello")
    for broken in ({"status": 403}, {"status": 500}, {"status": 200, "body": {"kettle": 1}}):
        moves(301)
        with fault(server, path="timelines/public", **broken):
            assert len(ours.listen(begun.cursor, (SAM,)).posts) == 1
        assert len(ours.listen(begun.cursor, (SAM,)).posts) == 1, "and is left for a while"
    moves(31)
    with fault(server, path="timelines/public", kind="ratelimit"), says("ask too often"):
        ours.listen(begun.cursor, (SAM,))


def test_a_stream_that_is_garbled_is_told_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def garbled(*_: Any, **__: Any) -> None:
        raise MastodonMalformedEventError("Missing field")

    ours = Mastodon("https://social.example", "token")
    monkeypatch.setattr(ours._server, "stream_user", garbled)
    with says("sends in its stream what we do not understand"):
        ours.wake(lambda: None)


TROUBLES: dict[str, tuple[dict[str, Any], str, bool]] = {
    "401": ({"status": 401}, "does not let us in: look at MASTODON_TOKEN", True),
    "422": ({"status": 422, "body": {"error": "Validation failed"}}, "refuses it: ", True),
    "429": ({"kind": "ratelimit"}, "ask too often", False),
    "500": ({"status": 500}, "out of order (500)", False),
    "503": ({"status": 503}, "out of order (503)", False),
    "cut short": ({"kind": "malformed"}, "answers what we do not understand", False),
    "another shape": ({"status": 200, "body": {"kettle": 1}}, "another shape", False),
    "a list": ({"status": 200, "body": [1]}, "another shape", False),
}


@pytest.mark.parametrize("what", TROUBLES)
def test_whatever_goes_wrong_is_told_in_plain_words_on_a_mock(server: MockServer, ours: Mastodon, what: str) -> None:
    broken, words, lasting = TROUBLES[what]
    everything: list[Callable[[], Any]] = [lambda: ours.listen("1"), lambda: ours.who_is("@jess@social.example")]
    if what in ("401", "another shape"):
        post = ours.read(str(theirs(server).status_post("@acme hello")["id"]))
        assert post
        everything += [lambda: ours.read(post.id), lambda: ours.answer(post, "Hi", "k"),
                       lambda: ours.write(post.author, "Hi", "k"), lambda: ours.follow(post.author)]
    for ask in everything:
        with fault(server, **broken), says(words, lasting=lasting) as told:
            ask()
        assert TOKENS["acme"] not in str(told.value)


def test_whether_a_post_was_made_is_not_known_after_an_error_on_a_mock(server: MockServer, ours: Mastodon) -> None:
    jess = ours.who_is("@jess@social.example")
    assert jess
    with fault(server, path="api/v1/statuses", status=503), pytest.raises(Trouble) as told:
        ours.write(jess, "Hello", "k")
    assert told.value.maybe_done
    with fault(server, path="api/v1/statuses", status=422), pytest.raises(Trouble) as told:
        ours.write(jess, "Hello", "k")
    assert not told.value.maybe_done


def test_nobody_there_and_too_slow_are_told_on_a_mock(server: MockServer, ours: Mastodon) -> None:
    with says("cannot be reached"):
        Mastodon("http://127.0.0.1:9", "token").listen("")
    ours._notices.request_timeout = 0.2
    with fault(server, path="notifications", kind="latency", delay_ms=600), says("too slow"):
        ours.listen("")


def suppressed(do: Callable[[], None]) -> None:
    """The server is stopped under the stream's feet when the tests are over."""
    with suppress(Trouble):
        do()
