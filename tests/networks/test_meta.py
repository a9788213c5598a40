"""Messenger and Instagram: Meta's answers in the shapes that its documentation shows, for there is no Meta to be had here."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from flows.posts import Author, Post
from tests.house import house_settings
from tests.networks.promises import says
from voice_gateway.networks import Trouble
from voice_gateway.networks.meta import Meta
from voice_gateway.networks.opening import needed, open_networks

PAGE, INSTAGRAM, TOKEN = "104023456789012", "17841400000000001", "the token of the page"
AT = datetime(2026, 3, 4, 15, tzinfo=UTC)
JESS = Author("messenger", "6012345678901234", "", scope=PAGE)
ON_INSTAGRAM = Author("instagram", "6213456789012346", "@jess.l", scope=INSTAGRAM)
A_COMMENT = Post("instagram", "17865799348089039", "17865799348089039", ON_INSTAGRAM, "This is broken.", AT, mentions=(INSTAGRAM,))
A_MESSAGE = Post("messenger", "m_AG5Hz2U", "m_AG5Hz2U", JESS, "hello", AT, private=True)


class Graph:
    """What Meta would answer, by method and path; and what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert request.headers["Authorization"] == f"Bearer {TOKEN}"
        assert TOKEN not in str(request.url)
        name = f"{request.method} {request.url.path.removeprefix('/v24.0/')}"
        self.asked.append((name, dict(request.url.params) | json.loads(request.content or "{}")))
        told = self.answers[name]
        if isinstance(told, Exception):
            raise told
        status, body = told if isinstance(told, tuple) else (200, told)
        return httpx.Response(status, content=body) if isinstance(body, bytes) else httpx.Response(status, json=body)


@pytest.fixture
def graph() -> Graph:
    return Graph()


@pytest.fixture
def messenger(graph: Graph) -> Meta:
    return Meta("messenger", PAGE, PAGE, TOKEN, httpx.MockTransport(graph))


@pytest.fixture
def instagram(graph: Graph) -> Meta:
    return Meta("instagram", INSTAGRAM, PAGE, TOKEN, httpx.MockTransport(graph))


def refused(code: int, subcode: int = 0, message: str = "It cannot be done") -> tuple[int, Any]:
    return 400, {"error": {"message": message, "type": "OAuthException", "code": code, "error_subcode": subcode, "fbtrace_id": "A"}}


def test_to_write_on_messenger(messenger: Meta, graph: Graph) -> None:
    graph.answers[f"POST {PAGE}/messages"] = {"recipient_id": JESS.subject, "message_id": "m_1"}
    assert messenger.write(JESS, "Your code is 123456", "k") == "m_1"
    assert graph.asked == [(f"POST {PAGE}/messages", {
        "recipient": {"id": JESS.subject}, "messaging_type": "RESPONSE", "message": {"text": "Your code is 123456"}})]
    with says("known to another account", lasting=True):
        messenger.write(Author("messenger", JESS.subject, "", scope="1"), "Hello", "k")
    with says("at most 1000 characters", lasting=True):
        messenger.write(JESS, "x" * 1001, "k")
    assert len(graph.asked) == 1


def test_nothing_on_messenger_is_public(messenger: Meta) -> None:
    with says("not answered in public", lasting=True):
        messenger.answer(A_MESSAGE, "Hello", "k")
    assert messenger.answered(A_MESSAGE, "Hello", "k") == ""
    with says("no program follow", lasting=True):
        messenger.follow(JESS)
    assert messenger.listen("mark").cursor == "mark"


def test_a_message_as_it_is_now(messenger: Meta, graph: Graph) -> None:
    graph.answers["GET m_AG5Hz2U"] = {"id": "m_AG5Hz2U", "created_time": "2026-03-04T15:00:00+0000", "message": "hello",
                                      "from": {"name": "Jess Lambert", "email": "6012345678901234@facebook.com", "id": JESS.subject}}
    post = messenger.read("m_AG5Hz2U")
    assert post
    assert (post.author.name, post.author.followers, post.words, post.at, post.private) == ("Jess Lambert", None, "hello", AT, True)
    graph.answers["GET m_AG5Hz2U"] = refused(100, message="Unsupported get request. Object does not exist")
    assert messenger.read("m_AG5Hz2U") is None
    with says("is no id", lasting=True):
        messenger.read("../me?fields=access_token")


def test_how_many_follow_somebody_is_unknown_until_they_have_written_to_us(instagram: Meta, graph: Graph) -> None:
    graph.answers["GET 17865799348089039"] = {"id": "17865799348089039", "timestamp": "2026-03-04T15:00:00+0000",
                                              "text": "This is broken.", "from": {"id": ON_INSTAGRAM.subject, "username": "Jess.L"}}
    graph.answers[f"GET {ON_INSTAGRAM.subject}"] = refused(230, message="User consent is required to access user profile")
    post = instagram.read("17865799348089039")
    assert post == A_COMMENT
    assert post.author.followers is None
    graph.answers[f"GET {ON_INSTAGRAM.subject}"] = {"name": "Jess", "username": "Jess.L", "follower_count": 9900}
    post = instagram.read("17865799348089039")
    assert post
    assert post.author == Author("instagram", ON_INSTAGRAM.subject, "@jess.l", "Jess", scope=INSTAGRAM, followers=9900)


def test_a_comment_is_answered_below_it(instagram: Meta, graph: Graph) -> None:
    replies = f"{A_COMMENT.id}/replies"
    graph.answers |= {f"POST {replies}": {"id": "9"}, f"GET {replies}": {"data": [
        {"id": "8", "text": "Sorry", "from": {"id": "1"}}, {"id": "9", "text": "Sorry", "from": {"id": INSTAGRAM}}]}}
    assert instagram.answer(A_COMMENT, "Sorry", "k") == "9"
    assert instagram.answered(A_COMMENT, "Sorry", "k") == "9", "what others say in our words is not ours"
    assert instagram.answered(A_COMMENT, "Other words", "k") == ""


def test_nobody_is_found_by_their_handle(instagram: Meta, graph: Graph) -> None:
    with says("tells nobody's number by their handle", lasting=True):
        instagram.who_is("@jess.l")
    graph.answers["GET 5"] = refused(100)
    assert instagram.who_is("5") is None
    assert graph.asked[0][0] == "GET 5"


TROUBLES: dict[str, tuple[Any, str, bool]] = {
    "401": ((401, {"error": {"code": 190, "message": "expired"}}), "does not let us in: look at META_PAGE_TOKEN", True),
    "an old token": (refused(190), "does not let us in: look at META_PAGE_TOKEN", True),
    "no leave": (refused(10, message="Application does not have permission"), "refuses it: Application does not have", True),
    "too late": (refused(10, 2018278), "wrote more than a day ago", True),
    "too often": (refused(613), "ask too often", False),
    "429": ((429, {}), "ask too often", False),
    "500": ((500, {"error": {"code": 2}}), "out of order (500)", False),
    "no JSON": ((502, b"<html>"), "what we do not understand", False),
    "another shape": ((200, [1]), "another shape", False),
    "another refusal": ((400, {"error": "no"}), "refuses it: 400", True),
    "too slow": (httpx.ReadTimeout("slow"), "too slow", False),
    "nobody there": (httpx.ConnectError("gone"), "cannot be reached", False),
}


@pytest.mark.parametrize("what", TROUBLES)
def test_whatever_goes_wrong_is_told_in_plain_words(messenger: Meta, instagram: Meta, graph: Graph, what: str) -> None:
    told, words, lasting = TROUBLES[what]
    names = (f"GET {PAGE}", "GET m_1", "GET 5", f"GET {A_COMMENT.id}/replies", f"POST {A_COMMENT.id}/replies", f"POST {PAGE}/messages")
    graph.answers = dict.fromkeys(names, told)
    looks: list[Callable[[], Any]] = [lambda: messenger.us, lambda: messenger.read("m_1"), lambda: instagram.who_is("5"),
                                      lambda: instagram.answered(A_COMMENT, "x", "k")]
    writes: list[Callable[[], Any]] = [lambda: instagram.answer(A_COMMENT, "x", "k"), lambda: messenger.write(JESS, "x", "k")]
    for ask in looks + writes:
        with says(words, lasting=lasting) as trouble:
            ask()
        unknown = what in ("500", "no JSON", "another shape", "too slow", "nobody there")
        assert trouble.value.maybe_done == (ask in writes and unknown)
        assert TOKEN not in str(trouble.value)


def test_an_answer_without_an_id_may_have_been_made(messenger: Meta, graph: Graph) -> None:
    graph.answers[f"POST {PAGE}/messages"] = {"kettle": 1}
    with pytest.raises(Trouble) as trouble:
        messenger.write(JESS, "x", "k")
    assert trouble.value.maybe_done


def test_an_account_there_that_is_in_another_shape(messenger: Meta, graph: Graph) -> None:
    graph.answers |= {f"GET {PAGE}": {"kettle": 1}, "GET m_1": {"id": "m_1", "from": {"id": "5"}, "created_time": 5}}
    with says("another shape"):
        assert messenger.us.handle
    with says("another shape"):
        messenger.read("m_1")


def test_which_are_opened() -> None:
    given = house_settings("sqlite://").model_copy(update={"meta_page_id": PAGE, "meta_page_token": SecretStr(TOKEN)})
    assert set(open_networks(given)) == {"messenger"}
    assert set(open_networks(given.model_copy(update={"meta_instagram_id": INSTAGRAM}))) == {"messenger", "instagram"}
    assert needed("instagram")[-1] == "META_INSTAGRAM_ID"
