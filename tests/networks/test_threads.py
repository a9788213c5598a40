"""Threads: Meta's answers in the shapes that its documentation shows, for there is no Threads to be had here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from pydantic import SecretStr

from flows.posts import Author, Post
from tests.house import house_settings
from tests.networks.promises import says
from voice_gateway import clock
from voice_gateway.networks.opening import needed, open_networks
from voice_gateway.networks.threads import Threads

US, TOKEN = "17841405793187218", "the token of the account"
AT = datetime(2026, 3, 4, 15, tzinfo=UTC)
A_MENTION = {"id": "8901234", "username": "Jess.L", "text": "@acme an hour on the ground", "timestamp": "2026-03-04T15:00:00+0000",
             "permalink": "https://www.threads.net/@jess.l/post/Pp", "is_reply": False}
A_POST = Post("threads", "8901234", "8901234", Author("threads", "@jess.l in 8901234", "@jess.l", scope=US),
              "@acme an hour on the ground", AT, url="https://www.threads.net/@jess.l/post/Pp", mentions=(US,))
SELF = f"GET {US}"
ROOM, MAKE, PUBLISH, REPLIES, MENTIONS = (f"GET {US}/threads_publishing_limit", f"POST {US}/threads", f"POST {US}/threads_publish",
                                          f"GET {US}/replies", f"GET {US}/mentions")


class Graph:
    """What Meta would answer, by method and path; and what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {SELF: {"id": US, "username": "Acme", "name": "Acme"},
                                        ROOM: {"data": [{"reply_quota_usage": 3, "reply_config": {"quota_total": 1000}}]}}
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert request.url.host == "graph.threads.net"
        assert request.headers["Authorization"] == f"Bearer {TOKEN}"
        name = f"{request.method} {request.url.path.removeprefix('/v1.0/')}"
        self.asked.append((name, dict(request.url.params) | dict(parse_qsl(request.content.decode()))))
        told = self.answers[name]
        told = told.pop(0) if isinstance(told, list) else told
        if isinstance(told, Exception):
            raise told
        status, body = told if isinstance(told, tuple) else (200, told)
        return httpx.Response(status, content=body) if isinstance(body, bytes) else httpx.Response(status, json=body)


@pytest.fixture
def graph() -> Graph:
    return Graph()


@pytest.fixture
def threads(graph: Graph) -> Threads:
    return Threads(US, TOKEN, httpx.MockTransport(graph))


def refused(code: int, subcode: int = 0, message: str = "It cannot be done") -> tuple[int, Any]:
    return 400, {"error": {"message": message, "type": "OAuthException", "code": code, "error_subcode": subcode, "fbtrace_id": "A"}}


def test_whoever_names_us_is_known_within_the_conversation_alone(threads: Threads, graph: Graph) -> None:
    """Nobody's number is told: the same handle elsewhere may be somebody else by now."""
    elsewhere = A_MENTION | {"id": "8901235", "timestamp": "2026-03-04T15:00:05+0000"}
    within = A_MENTION | {"id": "8901236", "timestamp": "2026-03-04T15:00:09+0000", "root_post": {"id": "8901234"}, "is_reply": True}
    graph.answers[MENTIONS] = {"data": [within, elsewhere, A_MENTION]}
    news = threads.listen(str(int(AT.timestamp()) - 60))
    assert news.posts[0] == A_POST
    assert [post.author.subject for post in news.posts] == ["@jess.l in 8901234", "@jess.l in 8901235", "@jess.l in 8901234"]
    assert {post.author.followers for post in news.posts} == {None}, "unknown, and not nobody"
    begin = int(AT.timestamp()) - 60 - 15 * 60
    assert graph.asked[0][1] == {"fields": "id,username,text,timestamp,permalink,root_post,is_reply", "limit": "100", "since": str(begin)}


def test_looking_again_gives_nothing_twice_and_skips_nothing(threads: Threads, graph: Graph) -> None:
    assert threads.listen("").cursor == str(int(clock.now().timestamp())), "one begins with now"
    graph.answers[MENTIONS] = {"data": [A_MENTION]}
    mark = str(int(AT.timestamp()) - 60)
    first = threads.listen(mark)
    assert threads.listen(mark) == first
    assert threads.listen(first.cursor).posts == ()
    late = A_MENTION | {"id": "8901200", "timestamp": "2026-03-04T14:59:00+0000"}
    graph.answers[MENTIONS] = {"data": [A_MENTION, late]}
    assert [post.id for post in threads.listen(first.cursor).posts] == ["8901200"], "it was shown later than it is dated"


def test_every_page_is_read_and_what_we_say_ourselves_is_no_news(threads: Threads, graph: Graph) -> None:
    ours = A_MENTION | {"id": "8901299", "username": "acme"}
    graph.answers[MENTIONS] = [{"data": [ours], "paging": {"cursors": {"after": "on"}, "next": "https://graph.threads.net/x"}},
                               {"data": [A_MENTION], "paging": {"cursors": {"after": "end"}}}]
    assert threads.listen("1772632800").posts == (A_POST,)
    assert graph.asked[1][1]["after"] == "on"


def test_a_post_as_it_is_now(threads: Threads, graph: Graph) -> None:
    graph.answers["GET 8901234"] = A_MENTION
    assert threads.read("8901234") == A_POST
    del graph.answers["GET 8901234"]
    graph.answers["GET 8901234"] = {"id": "8901234", "timestamp": "2026-03-04T15:00:00+0000"}
    bare = threads.read("8901234")
    assert bare
    assert (bare.author.subject, bare.author.name, bare.words) == ("author of 8901234", "Somebody on Threads", "(something that is no text)")
    with says("is no id", lasting=True):
        threads.read("../me?fields=access_token")


def test_what_is_gone_and_what_is_only_not_shown_to_us(threads: Threads, graph: Graph) -> None:
    """A case is closed for the one, and never for the other."""
    graph.answers["GET 8901234"] = refused(24, message="The requested resource does not exist")
    assert threads.read("8901234") is None
    graph.answers["GET 8901234"] = refused(100, 33, "Object does not exist, or cannot be loaded due to missing permissions")
    with says("refuses it: Object does not exist", lasting=True):
        threads.read("8901234")


def test_an_answer_is_made_ready_and_then_published(threads: Threads, graph: Graph) -> None:
    graph.answers |= {MAKE: {"id": "55"}, PUBLISH: {"id": "77"}}
    assert threads.answer(A_POST, "We are sorry", "k") == "77"
    assert graph.asked[1:] == [(MAKE, {"media_type": "TEXT", "text": "We are sorry", "reply_to_id": "8901234"}),
                               (PUBLISH, {"creation_id": "55"})]


def test_what_is_not_published_is_no_answer(threads: Threads, graph: Graph) -> None:
    """Only the second step may have said it already."""
    graph.answers |= {MAKE: httpx.ReadTimeout("slow")}
    with says("too slow") as trouble:
        threads.answer(A_POST, "Sorry", "k")
    assert not trouble.value.maybe_done
    graph.answers |= {MAKE: {"id": "55"}, PUBLISH: httpx.ReadTimeout("slow")}
    with says("too slow") as trouble:
        threads.answer(A_POST, "Sorry", "k")
    assert trouble.value.maybe_done
    graph.answers[PUBLISH] = refused(24, 4279009, "The requested resource does not exist")
    with says("not made it ready yet") as trouble:
        threads.answer(A_POST, "Sorry", "k")
    assert (trouble.value.maybe_done, trouble.value.again_after) == (False, timedelta(seconds=30))


def test_an_answer_whose_fate_is_unknown_is_found_among_ours(threads: Threads, graph: Graph) -> None:
    graph.answers[REPLIES] = {"data": [{"id": "8", "text": "Sorry", "replied_to": {"id": "1"}},
                                       {"id": "9", "text": "Sorry", "replied_to": {"id": "8901234"}}]}
    assert threads.answered(A_POST, "Sorry", "k") == "9"
    assert threads.answered(A_POST, "Other words", "k") == ""


def test_too_many_answers_or_too_long_ones(threads: Threads, graph: Graph) -> None:
    graph.answers[ROOM] = {"data": [{"reply_quota_usage": 1000, "reply_config": {"quota_total": 1000, "quota_duration": 86400}}]}
    with says("takes 1000 answers in 24 hours") as trouble:
        threads.answer(A_POST, "Sorry", "k")
    assert trouble.value.again_after == timedelta(hours=1)
    with says("at most 500 characters", lasting=True):
        threads.answer(A_POST, "\U0001f600" * 126, "k")
    graph.answers |= {ROOM: {"data": []}, MAKE: {"id": "55"}, PUBLISH: {"id": "77"}}
    assert threads.answer(A_POST, "\U0001f600" * 125, "k") == "77", "where Meta does not tell, it is asked"


def test_what_there_is_not_on_threads(threads: Threads, graph: Graph) -> None:
    for ask, words in ((lambda: threads.write(A_POST.author, "x", "k"), "written to privately"),
                       (lambda: threads.follow(A_POST.author), "no program follow"), (lambda: threads.who_is("@jess.l"), "nobody's number")):
        with says(words, lasting=True):
            ask()
    assert graph.asked == []


def test_until_when_we_are_let_in(threads: Threads, graph: Graph) -> None:
    graph.answers["GET debug_token"] = {"data": {"is_valid": True, "expires_at": int(AT.timestamp())}}
    assert threads.lets_in_until() == AT
    graph.answers["GET debug_token"] = {"data": {"is_valid": True, "expires_at": 0}}
    assert threads.lets_in_until() is None


TROUBLES: dict[str, tuple[Any, str, bool]] = {
    "401": ((401, {"error": {"code": 190, "message": "expired"}}), "does not let us in: look at THREADS_TOKEN", True),
    "an old token": (refused(190, 463), "holds for 60 days", True),
    "no leave": (refused(10, message="Application does not have permission"), "refuses it: Application does not have", True),
    "too often": (refused(613), "ask too often", False),
    "429": ((429, {}), "ask too often", False),
    "500": ((500, {"error": {"code": 2}}), "out of order (500)", False),
    "no JSON": ((502, b"<html>"), "what we do not understand", False),
    "a list": ((200, [1]), "another shape", False),
    "another shape": ((200, {"kettle": 1}), "another shape", False),
    "another refusal": ((400, {"error": "no"}), "refuses it: 400", True),
    "too slow": (httpx.ReadTimeout("slow"), "too slow", False),
    "nobody there": (httpx.ConnectError("gone"), "cannot be reached", False),
}


@pytest.mark.parametrize("what", TROUBLES)
def test_whatever_goes_wrong_is_told_in_plain_words(threads: Threads, graph: Graph, what: str) -> None:
    told, words, lasting = TROUBLES[what]
    graph.answers = dict.fromkeys((SELF, "GET 5", MENTIONS, REPLIES, "GET debug_token", PUBLISH), told)
    graph.answers |= {ROOM: {"data": []}, MAKE: {"id": "55"}}
    looks: list[Callable[[], Any]] = [lambda: threads.us, lambda: threads.read("5"), lambda: threads.listen("1772632800"),
                                      lambda: threads.answered(A_POST, "x", "k"), threads.lets_in_until]
    writes: list[Callable[[], Any]] = [lambda: threads.answer(A_POST, "x", "k")]
    for ask in looks + writes:
        with says(words, lasting=lasting) as trouble:
            ask()
        unknown = what in ("500", "no JSON", "a list", "another shape", "too slow", "nobody there")
        assert trouble.value.maybe_done == (ask in writes and unknown)
        assert TOKEN not in str(trouble.value)


def test_it_is_opened_with_its_four_variables() -> None:
    assert needed("threads") == ("THREADS_APP_SECRET", "THREADS_VERIFY_TOKEN", "THREADS_USER_ID", "THREADS_TOKEN")
    given = house_settings("sqlite://").model_copy(update={"threads_user_id": US, "threads_token": SecretStr(TOKEN)})
    assert set(open_networks(given)) == {"threads"}
