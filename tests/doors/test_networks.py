"""The networks' doors. X and Meta cannot be had here: their signatures are checked by published vectors, and what they
tell is in the shapes that their documentation shows.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.house import MORNING, House
from voice_gateway.networks import signed
from voice_gateway.store.tables import IdentifierRow, PostRow

CALM = pytest.mark.weather("calm")
SHAPES = Path(__file__).parent / "shapes"
X_SECRET, META_SECRET, VERIFY = "the consumer's secret", "the app's secret", "our verify token"
US, PAGE, INSTAGRAM, THREADS = "2244994945", "104023456789012", "17841400000000001", "17841405793187218"
SET_UP = {
    "x_consumer_key": "key", "x_consumer_secret": SecretStr(X_SECRET), "x_access_token": f"{US}-abc",
    "x_access_token_secret": SecretStr("s"), "meta_app_secret": SecretStr(META_SECRET), "meta_verify_token": SecretStr(VERIFY),
    "meta_page_id": PAGE, "meta_page_token": SecretStr("t"), "meta_instagram_id": INSTAGRAM,
    "threads_app_secret": SecretStr(META_SECRET), "threads_verify_token": SecretStr(VERIFY), "threads_user_id": THREADS,
    "threads_token": SecretStr("t"),
}


class Doors:
    """The house with accounts on X, Messenger and Instagram, as those knock at it."""

    def __init__(self, house: House) -> None:
        self.house = house

    def x(self, told: Any, **how: Any) -> TestResponse:
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        fits = b64encode(hmac.new(X_SECRET.encode(), body, hashlib.sha256).digest()).decode()
        return self._knock("/networks/x", body, {"x-twitter-webhooks-signature": f"sha256={fits}"} | how)

    def meta(self, told: Any, **how: Any) -> TestResponse:
        return self._by_meta("/networks/meta", told, how)

    def threads(self, told: Any, **how: Any) -> TestResponse:
        return self._by_meta("/networks/threads", told, how)

    def _by_meta(self, path: str, told: Any, how: dict[str, Any]) -> TestResponse:
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        fits = hmac.new(META_SECRET.encode(), body, hashlib.sha256).hexdigest()
        return self._knock(path, body, {"X-Hub-Signature-256": f"sha256={fits}"} | how)

    def _knock(self, path: str, body: bytes, headers: dict[str, Any]) -> TestResponse:
        given = {name: value for name, value in headers.items() if value is not None}
        return self.house.browser.post(path, data=body, headers=given, content_type="application/json")

    @property
    def posts(self) -> list[Any]:
        return self.house.rows(select(*PostRow.__table__.columns, IdentifierRow.namespace, IdentifierRow.scope, IdentifierRow.subject)
                               .join(IdentifierRow, IdentifierRow.id == PostRow.account_id).order_by(PostRow.id))


@pytest.fixture
def doors(house: House, monkeypatch: pytest.MonkeyPatch) -> Doors:
    house.is_forgotten()
    there = replace(house.gateway, settings=house.settings.model_copy(update=SET_UP))
    monkeypatch.setitem(house.app.extensions, "gateway", there)
    return Doors(house)


def shape(name: str, **changes: str) -> Any:
    """What a network tells, as its documentation shows it, of this morning."""
    words = (SHAPES / f"{name}.json").read_text()
    for old, new in {"MORNING": str(milliseconds(MORNING)), "DAY": MORNING.strftime("%Y-%m-%dT%H:%M:%S%z")}.items() | changes.items():
        words = words.replace(old, new)
    return json.loads(words)


def milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def test_signatures_are_those_that_others_have_published() -> None:
    """Of RFC 4231, section 4.3, and of GitHub's page on X-Hub-Signature-256, a header that Meta signs in the same way."""
    rfc = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert signed.in_hex("Jefe", b"what do ya want for nothing?") == f"sha256={rfc}"
    assert signed.in_base64("Jefe", b"what do ya want for nothing?") == f"sha256={b64encode(bytes.fromhex(rfc)).decode()}"
    told = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    assert signed.in_hex("It's a Secret to Everybody", b"Hello, World!") == f"sha256={told}"


@CALM
def test_a_mention_on_x_becomes_a_case(doors: Doors) -> None:
    assert doors.x(shape("x_mention")).status_code == 200
    [post] = doors.posts
    assert (post.namespace, post.scope, post.subject, post.handle) == ("x", "", "6253282", "@jess_l")
    assert (post.post_id, post.words, post.followers) == ("1050118621198921728", "@acme an hour on the ground, and it goes on and on", 9900)
    assert (post.can_reply, post.private, post.mentions, post.said_at) == (True, False, [US], MORNING)
    assert [case.caller_name for case in doors.house.cases] == ["@jess_l"]


@CALM
def test_a_message_on_x_is_private(doors: Doors) -> None:
    assert doors.x(shape("x_message")).status_code == 200
    [post] = doors.posts
    assert (post.subject, post.words, post.private, post.handle) == ("3001969357", "K4PP-2Q", True, "@jess_l")


@CALM
def test_who_only_answers_somebody_else_on_x_may_not_be_answered(doors: Doors) -> None:
    told = shape("x_mention")
    told["tweet_create_events"][0]["extended_tweet"]["entities"]["user_mentions"] = [{"id_str": "1"}]
    doors.x(told)
    assert [post.can_reply for post in doors.posts] == [False]
    told["tweet_create_events"][0] |= {"id_str": "1050118621198921729", "quoted_status": {"user": {"id_str": US}}}
    doors.x(told)
    assert [post.can_reply for post in doors.posts] == [False, True], "whoever quotes us may be"


@CALM
def test_what_we_said_ourselves_on_x_is_no_mention(doors: Doors) -> None:
    told = shape("x_mention")
    told["tweet_create_events"][0]["user"]["id_str"] = US
    assert doors.x(told).status_code == 200
    told = shape("x_mention")
    told["tweet_create_events"][0]["retweeted_status"] = {"id_str": "9", "user": {"id_str": US}}
    assert doors.x(told).status_code == 200
    assert doors.x({"for_user_id": US, "favorite_events": [{}]}).status_code == 200, "and what we do not ask for is nothing"
    assert doors.posts == []


@CALM
def test_a_message_on_messenger_is_of_somebody_whom_only_our_page_knows(doors: Doors) -> None:
    assert doors.meta(shape("messenger_message")).status_code == 200
    [post] = doors.posts
    assert (post.network, post.namespace, post.scope, post.subject) == ("messenger", "fb_psid", PAGE, "6012345678901234")
    assert (post.words, post.private, post.followers, post.said_at) == ("hello, world!", True, None, MORNING)


@CALM
def test_a_message_and_a_comment_on_instagram(doors: Doors) -> None:
    assert doors.meta(shape("instagram_message")).status_code == 200
    assert doors.meta(shape("instagram_comment")).status_code == 200
    message, comment = doors.posts
    assert (message.namespace, message.scope, message.private, message.followers) == ("ig_igsid", INSTAGRAM, True, None)
    assert (comment.handle, comment.words, comment.private, comment.followers) == ("@jess.l", "This is broken.", False, None)


@CALM
def test_to_be_named_below_anothers_picture_is_a_case_of_somebody_unknown(doors: Doors) -> None:
    assert doors.meta(shape("instagram_mention")).status_code == 200
    [post] = doors.posts
    assert (post.subject, post.can_reply) == ("author of 17894227972186120", False)
    assert "read it in the app" in post.words


@CALM
def test_what_our_page_says_and_what_is_deleted_is_no_message(doors: Doors) -> None:
    for mark in ("is_echo", "is_deleted"):
        told = shape("messenger_message")
        told["entry"][0]["messaging"][0]["message"][mark] = True
        assert doors.meta(told).status_code == 200
    told = shape("messenger_message")
    told["entry"][0]["messaging"] = [{"sender": {"id": "1"}, "recipient": {"id": PAGE}, "timestamp": 1, "read": {"watermark": 1}}]
    assert doors.meta(told).status_code == 200
    assert doors.posts == []


@CALM
def test_who_names_us_on_threads_and_who_replies_to_us(doors: Doors) -> None:
    assert doors.threads(shape("threads_mention")).status_code == 200
    assert doors.threads(shape("threads_reply")).status_code == 200
    named, reply = doors.posts
    assert (named.namespace, named.scope, named.subject, named.handle) == ("threads", THREADS, "@jess.l in 8901234", "@jess.l")
    assert (named.words, named.followers, named.private, named.said_at) == ("@acme an hour on the ground", None, False, MORNING)
    assert (reply.subject, reply.thread, reply.words) == ("@bob in 123456", "123456", "The same here")
    assert len(doors.house.cases) == 2


@CALM
def test_what_of_threads_is_none_of_ours_to_answer(doors: Doors) -> None:
    """What we say below our own post; a reply that does not tell where it belongs, which the next look finds; other news."""
    told = shape("threads_reply")
    told["values"]["value"]["username"] = "acme"
    assert doors.threads(told).status_code == 200
    told = shape("threads_mention")
    told["values"]["value"]["is_reply"] = True
    assert doors.threads(told).status_code == 200
    assert doors.threads(shape("threads_mention") | {"values": {"field": "publish", "value": {"id": "1"}}}).status_code == 200
    assert doors.posts == []


@CALM
def test_what_comes_again_is_what_came(doors: Doors) -> None:
    for _ in range(3):
        assert doors.x(shape("x_mention")).status_code == 200
        assert doors.meta(shape("messenger_message")).status_code == 200
    assert len(doors.posts) == 2


@CALM
def test_one_that_cannot_be_read_keeps_no_other_back(doors: Doors) -> None:
    """Networks tell several things together, and would tell all of them again and again."""
    told = shape("x_mention")
    told["tweet_create_events"].insert(0, {"id_str": "1"})
    assert doors.x(told).status_code == 200
    told = shape("messenger_message")
    told["entry"][0]["messaging"].insert(0, {"message": {"mid": "m"}})
    assert doors.meta(told).status_code == 200
    assert len(doors.posts) == 2


@CALM
def test_a_comment_that_is_no_text_is_heard(doors: Doors) -> None:
    told = shape("instagram_comment")
    del told["entry"][0]["changes"][0]["value"]["text"]
    assert doors.meta(told).status_code == 200
    assert [post.words for post in doors.posts] == ["(something that is no text)"]


def moved(told: Any, by: timedelta) -> Any:
    return json.loads(json.dumps(told).replace(str(milliseconds(MORNING)), str(milliseconds(MORNING + by))))


UNWANTED: dict[str, tuple[Callable[[Doors], TestResponse], int]] = {
    "X, unsigned": (lambda doors: doors.x(shape("x_mention"), **{"x-twitter-webhooks-signature": None}), 403),
    "X, signed with another secret": (lambda doors: doors.x(
        shape("x_mention"), **{"x-twitter-webhooks-signature": signed.in_base64("another", b"{}")}), 403),
    "X, signed in letters that are none": (lambda doors: doors.x(
        shape("x_mention"), **{"x-twitter-webhooks-signature": "sha256=\u00e9"}), 403),
    "X, of last week": (lambda doors: doors.x(moved(shape("x_mention"), -timedelta(days=7))), 400),
    "X, of next week": (lambda doors: doors.x(moved(shape("x_message"), timedelta(days=7))), 400),
    "X, for another account": (lambda doors: doors.x(shape("x_mention") | {"for_user_id": "1"}), 400),
    "X, no JSON": (lambda doors: doors.x(b"crc_token=1"), 400),
    "X, not an object": (lambda doors: doors.x([1]), 400),
    "X, another shape": (lambda doors: doors.x({"for_user_id": US, "tweet_create_events": [{"id": 1}]}), 400),
    "X, deep": (lambda doors: doors.x(b"[" * 100_000), 400),
    "X, too large": (lambda doors: doors.x(b" " * 2_000_000), 413),
    "Meta, unsigned": (lambda doors: doors.meta(shape("messenger_message"), **{"X-Hub-Signature-256": None}), 403),
    "Meta, signed as X signs": (lambda doors: doors.meta(
        shape("messenger_message"), **{"X-Hub-Signature-256": signed.in_base64(META_SECRET, b"")}), 403),
    "Meta, of last week": (lambda doors: doors.meta(moved(shape("messenger_message"), -timedelta(days=7))), 400),
    "Meta, for another page": (lambda doors: doors.meta({"object": "page", "entry": [{"id": "1", "messaging": []}]}), 400),
    "Meta, about something else": (lambda doors: doors.meta({"object": "user", "entry": []}), 400),
    "Meta, no entries": (lambda doors: doors.meta({"object": "page", "entry": 5}), 400),
    "Threads, unsigned": (lambda doors: doors.threads(shape("threads_mention"), **{"X-Hub-Signature-256": None}), 403),
    "Threads, of last week": (lambda doors: doors.threads(
        shape("threads_mention") | {"time": int(MORNING.timestamp()) - 7 * 86400}), 400),
    "Threads, for another account": (lambda doors: doors.threads(shape("threads_mention") | {"target_id": "1"}), 400),
    "Threads, another shape": (lambda doors: doors.threads(shape("threads_mention") | {"values": []}), 400),
    "Threads, an id that is none": (lambda doors: doors.threads(json.loads(
        json.dumps(shape("threads_mention")).replace('"8901234"', '"../me"'))), 400),
    "Meta, an id that is none": (lambda doors: doors.meta(
        {"object": "page", "entry": [{"id": PAGE, "messaging": [{"sender": {"id": 5}, "recipient": {"id": PAGE},
                                                                 "timestamp": milliseconds(MORNING), "message": {"mid": "m"}}]}]}), 400),
}


@CALM
@pytest.mark.parametrize("what", UNWANTED)
def test_what_is_not_theirs_or_not_of_today_is_refused_and_changes_nothing(
    doors: Doors, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    knock, status = UNWANTED[what]
    answer = knock(doors)
    assert answer.status_code == status
    assert doors.posts == doors.house.cases == []
    assert status == 413 or "a network's webhook" in caplog.text, "and it is told in the log"
    assert not {X_SECRET, META_SECRET} & {answer.get_data(as_text=True), caplog.text}


@CALM
def test_x_is_told_that_we_are_who_we_were(doors: Doors) -> None:
    asked = doors.house.browser.get("/networks/x?crc_token=9b4507b3-9040-4669-9ca3-6b94edb50553")
    fits = b64encode(hmac.new(X_SECRET.encode(), b"9b4507b3-9040-4669-9ca3-6b94edb50553", hashlib.sha256).digest()).decode()
    assert asked.get_json() == {"response_token": f"sha256={fits}"}


@CALM
@pytest.mark.parametrize("token", ["", '{"for_user_id":"2244994945","tweet_create_events":[]}', "a" * 129, "a b"])
def test_nobody_gets_a_signature_for_events_of_their_own(doors: Doors, token: str) -> None:
    """The challenge is signed with the same secret as the events: whatever could be one is refused."""
    asked = doors.house.browser.get("/networks/x", query_string={"crc_token": token})
    assert (asked.status_code, b"sha256" in asked.data) == (403, False)


@CALM
def test_meta_is_answered_only_if_it_knows_our_token(doors: Doors) -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": VERIFY}
    assert doors.house.browser.get("/networks/meta", query_string=asked).get_data(as_text=True) == "1158201444"
    for wrong in ({"hub.verify_token": "guessed"}, {"hub.mode": "unsubscribe"}, {"hub.challenge": "<script>"}):
        assert doors.house.browser.get("/networks/meta", query_string=asked | wrong).status_code == 403
        assert doors.house.browser.get("/networks/threads", query_string=asked | wrong).status_code == 403
    assert doors.house.browser.get("/networks/threads", query_string=asked).get_data(as_text=True) == "1158201444"


@CALM
def test_without_an_account_there_is_no_door(house: House) -> None:
    house.is_forgotten()
    for path in ("/networks/x", "/networks/meta", "/networks/threads"):
        assert house.browser.get(path).status_code == 404
        assert house.browser.post(path, data=b"{}").status_code == 404
