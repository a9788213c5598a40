"""Bluesky when it refuses, fails, is slow or answers in another shape: plain words, and nothing half done."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import jwt
import pytest

from flows.posts import Author, Post
from voice_gateway import clock
from voice_gateway.networks import Trouble
from voice_gateway.networks.bluesky import Bluesky, record_key
from voice_gateway.networks.bluesky_account import Account
from voice_gateway.networks.bluesky_sign_in import SignIn

DID = "did:plc:z72i7hdynmk6r22z27h6tvur"
POST = Post("bluesky", f"at://{DID}/app.bsky.feed.post/3kabc", f"at://{DID}/app.bsky.feed.post/3kabc", Author("bluesky", DID, "a.test"),
            "Hello", datetime(2026, 3, 4, tzinfo=UTC))

VIEW = {"uri": POST.id, "cid": "bafy", "author": {"did": DID, "handle": "a.test"}, "indexedAt": "2026-03-04T00:00:00Z",
        "record": {"text": "Hello", "facets": [{"features": [{"$type": "new"}]}], "embed": {"$type": "unheard of"}}}


def token() -> str:
    return jwt.encode({"exp": 4102444800}, "of nobody's interest, but long enough for it")


SIGN_IN = SignIn.of("https://calls.example.test", "https://bluesky.example.test")


def bluesky(folder: Path, answers: Callable[[httpx.Request], httpx.Response]) -> Bluesky:
    """The house's account where everything but signing in is answered so."""
    def answered(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("createSession"):
            session = {"did": DID, "handle": "desk.test", "accessJwt": token(), "refreshJwt": token()}
            return httpx.Response(200, json=session)
        return answers(request)

    home = "https://bluesky.example.test"
    return Bluesky(Account(home, "desk.test", "secret", folder, httpx.MockTransport(answered)), SIGN_IN)


def slow(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("slow", request=request)


def broken_off(request: httpx.Request) -> httpx.Response:
    raise httpx.RemoteProtocolError("gone", request=request)


@pytest.mark.parametrize("answers, words, lasting", [
    (lambda _: httpx.Response(500, text="<html>"), "trouble of its own", False),
    (lambda _: httpx.Response(502), "trouble of its own", False),
    (lambda _: httpx.Response(401, json={"error": "AuthMissing", "message": "who?"}), "does not let us", True),
    (lambda _: httpx.Response(403), "does not let us", True),
    (lambda _: httpx.Response(200, text="<html>it is me</html>"), "shape", False),
    (lambda _: httpx.Response(200, json=["a list"]), "shape", False),
    (lambda _: httpx.Response(200, json={"notifications": None, "posts": 7}), "shape", False),
    (lambda _: httpx.Response(200, content=b"{", headers={"content-type": "application/json"}), "shape", False),
    (slow, "in time", False), (broken_off, "reached", False),
])
def test_every_trouble_is_told_in_plain_words(tmp_path: Path, answers, words: str, lasting: bool) -> None:
    network = bluesky(tmp_path, answers)
    for asked in (lambda: network.listen('{"start": "2026-03-04T00:00:00+00:00", "seen": ""}'), lambda: network.read(POST.id)):
        with pytest.raises(Trouble, match=words) as trouble:
            asked()
        assert trouble.value.lasting is lasting
        assert not trouble.value.maybe_done
    network.account.close()


def test_it_is_left_alone_for_as_long_as_it_wants(tmp_path: Path) -> None:
    told: dict[str, str] = {"retry-after": "90"}
    network = bluesky(tmp_path, lambda _: httpx.Response(429, headers=told))
    for headers, least, most in (({"retry-after": "90"}, 90, 90), ({"ratelimit-reset": str(int(time.time()) + 200)}, 190, 200),
                                 ({"retry-after": "9e99"}, 86400, 86400), ({}, 60, 60), ({"ratelimit-reset": "soon"}, 60, 60)):
        told.clear()
        told.update(headers)
        with pytest.raises(Trouble) as trouble:
            network.read(POST.id)
        assert trouble.value.again_after
        assert timedelta(seconds=least) <= trouble.value.again_after <= timedelta(seconds=most)
    network.account.close()


@pytest.mark.parametrize("last", [slow, broken_off, lambda _: httpx.Response(503)])
def test_an_answer_whose_outcome_is_unknown_is_to_be_looked_up(tmp_path: Path, last) -> None:
    def answers(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("getPosts"):
            return httpx.Response(200, json={"posts": [VIEW]})
        if request.url.path.endswith("getRecord"):
            return httpx.Response(400, json={"error": "RecordNotFound", "message": "no"})
        return last(request)

    network = bluesky(tmp_path, answers)
    with pytest.raises(Trouble) as trouble:
        network.answer(POST, "We are on it", "order 1")
    assert trouble.value.maybe_done
    assert network.answered(POST, "We are on it", "order 1") == ""
    network.account.close()


def test_a_notice_in_another_shape_does_not_hide_the_others(tmp_path: Path) -> None:
    strange = [{}, {"uri": "at://x"}, {**VIEW, "indexedAt": "yesterday"}, {**VIEW, "indexedAt": "2026-03-04T00:00:00"}, {**VIEW, "author": None}, None, {**VIEW, "record": []}]
    odd = {**VIEW, "uri": f"{POST.id}2", "record": {"text": "Odd", "facets": [None, {"features": 7}], "reply": "to you"}, "viewer": []}

    def answers(request: httpx.Request) -> httpx.Response:
        told = {"notifications": [*strange, VIEW, odd]} if request.url.path.endswith("listNotifications") else {"posts": [], "profiles": []}
        return httpx.Response(200, json=told)

    network = bluesky(tmp_path, answers)
    news = network.listen('{"start": "1970-01-01T00:00:00+00:00", "seen": ""}')
    assert [each.words for each in news.posts] == ["Hello", "Odd"]
    assert news.posts[0].author.followers is None
    for nonsense in ("x", "{}", '{"start": 1, "seen": 2}', "[]"):
        with pytest.raises(Trouble, match="illegible"):
            network.listen(nonsense)
    network.account.close()


def test_a_notice_from_the_future_makes_us_deaf_to_nothing(tmp_path: Path) -> None:
    future = {**VIEW, "uri": f"{POST.id}f", "indexedAt": "9999-01-01T00:00:00Z"}
    told = [future]

    def answers(request: httpx.Request) -> httpx.Response:
        listed = request.url.path.endswith("listNotifications")
        return httpx.Response(200, json={"notifications": told} if listed else {"posts": [], "profiles": []})

    network = bluesky(tmp_path, answers)
    begun = network.listen("").cursor
    told.append(VIEW)
    news = network.listen(begun)
    assert [each.id for each in news.posts] == [POST.id]
    assert network.listen(news.cursor).posts == ()
    network.account.close()


def test_pages_without_end_are_not_read_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voice_gateway.networks.bluesky.MOST_PAGES", 5)
    cursors = iter(range(100))
    network = bluesky(tmp_path, lambda _: httpx.Response(200, json={"notifications": [], "cursor": str(next(cursors))}))
    with pytest.raises(Trouble, match="no end"):
        network.listen('{"start": "2026-03-04T00:00:00+00:00", "seen": ""}')
    network.account.close()


def test_a_search_that_is_out_of_order_keeps_nobody_from_us_and_is_made_up_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who names a colleague is searched for; what was said meanwhile is found when it is mended."""
    now = [datetime(2026, 3, 4, 1, tzinfo=UTC)]
    monkeypatch.setattr(clock, "now", lambda: now[0])
    sam, asked = {"did": "did:plc:sam", "handle": "sam.test"}, []
    ours = [{**VIEW, "uri": f"{POST.id}{n}", "indexedAt": f"2026-03-04T00:{n}:00Z"} for n in (10, 50)]
    named = {**VIEW, "uri": f"{POST.id}s", "indexedAt": "2026-03-04T00:20:00Z", "record": {
        "text": "@sam.test", "facets": [{"features": [{"$type": "app.bsky.richtext.facet#mention", "did": sam["did"]}]}]}}
    search = [httpx.Response(403)]

    def answers(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("searchPosts"):
            asked.append(request.url.params["since"])
            return search[0]
        listed = {"listNotifications": {"notifications": ours[::-1]}, "getProfiles": {"profiles": [sam]}}
        return httpx.Response(200, json=listed.get(request.url.path.rpartition(".")[2], {"posts": []}))

    network = bluesky(tmp_path, answers)
    first = network.listen('{"start": "2026-03-04T00:00:00+00:00", "seen": ""}', (sam["did"],))
    assert [each.id for each in first.posts] == [each["uri"] for each in ours]
    search[0] = httpx.Response(200, json={"posts": [named]})
    assert network.listen(first.cursor, (sam["did"],)).posts == (), "it is left alone for a minute"
    now[0] += timedelta(minutes=2)
    second = network.listen(first.cursor, (sam["did"],))
    assert [each.id for each in second.posts] == [named["uri"]]
    network.listen(second.cursor, (sam["did"],))
    assert asked == ["2026-03-04T00:00:00+00:00"] * 2 + ["2026-03-04T00:35:00+00:00"]
    network.account.close()


def test_an_answers_address_is_made_from_its_key() -> None:
    keys = {record_key(f"order {number}", POST.at) for number in range(200)}
    assert len(keys) == 200
    assert {len(key) for key in keys} == {13}
    assert record_key("order 1", POST.at) == record_key("order 1", POST.at) < record_key("order 1", POST.at + timedelta(seconds=1))


@pytest.mark.parametrize("status, told, left", [
    (400, {"error": "AccountTakedown", "message": "Account has been suspended"}, True),
    (400, {"error": "AccountDeactivated", "message": "Account is deactivated"}, True),
    (400, {"error": "InvalidRequest", "message": "Profile not found"}, True),
    (200, {"did": DID, "handle": "a.test"}, False),
])
def test_an_account_that_is_closed_is_told_from_one_that_is_there(tmp_path: Path, status: int, told: dict[str, str], left: bool) -> None:
    asked = bluesky(tmp_path, lambda _: httpx.Response(status, json=told))
    assert asked.has_left(POST.author) is left


@pytest.mark.parametrize("answer", [httpx.Response(502), httpx.Response(400, json={"error": "InvalidRequest", "message": "no"}),
                                    httpx.Response(429)])
def test_trouble_tells_nothing_of_who_is_there(tmp_path: Path, answer: httpx.Response) -> None:
    with pytest.raises(Trouble):
        bluesky(tmp_path, lambda _: answer).has_left(POST.author)
