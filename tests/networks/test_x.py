"""X: its answers in the shapes that its documentation shows, for there is no X to be had here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import tweepy
from requests.adapters import BaseAdapter

from flows.posts import Author, Post
from tests.house import house_settings
from tests.networks.promises import says
from voice_gateway import clock
from voice_gateway.gateway import open_store
from voice_gateway.networks import Trouble
from voice_gateway.networks.purse import Purse
from voice_gateway.networks.x import X
from voice_gateway.store import Store, migrate

US = "2244994945"
NOVEMBER = datetime(2026, 11, 22, 12, tzinfo=UTC)
JESS = {"id": "6253282", "name": "Jess Lambert", "username": "Jess_L", "public_metrics": {"followers_count": 9900}}
TOLD = {
    "id": "1460323737035677698", "text": "@acme an hour on the ground", "author_id": "6253282",
    "conversation_id": "1460323737035677690", "created_at": "2026-11-22T11:59:00.000Z", "edit_history_tweet_ids": ["1"],
    "entities": {"mentions": [{"start": 0, "end": 5, "username": "acme", "id": US}]},
    "public_metrics": {"retweet_count": 3, "reply_count": 0, "like_count": 1, "quote_count": 0}}
GONE = {"errors": [{"value": "1", "detail": "Could not find tweet with id: [1].", "title": "Not Found Error",
                    "resource_type": "tweet", "type": "https://api.twitter.com/2/problems/resource-not-found"}]}


class Api(BaseAdapter):
    """What X would answer, by method and path; and what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: dict[str, list[Any]] = {}
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def send(self, request: Any, *_: Any, **how: Any) -> requests.Response:
        assert how["timeout"], "nobody waits for ever"
        place = urlsplit(request.url)
        name = f"{request.method} {place.path.removeprefix('/2/')}"
        self.asked.append((name, {**{key: value[0] for key, value in parse_qs(place.query).items()}, **json.loads(request.body or "{}")}))
        waiting = self.answers[name]
        told = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if isinstance(told, Exception):
            raise told
        status, body, *headers = told if isinstance(told, tuple) else (200, told)
        answer = requests.Response()
        answer.status_code, answer.reason, answer.request = status, "said the stub", request
        answer._content = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer.headers.update(*headers)
        return answer

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made = open_store(house_settings(f"sqlite:///{tmp_path_factory.mktemp('purse') / 'house.db'}"))
    migrate.upgrade(made)
    yield made
    made.close()


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def purse(store: Store) -> Iterator[Purse]:
    clock.follow(lambda: NOVEMBER)
    with store.transaction() as memory:
        memory.exec_driver_sql("DELETE FROM spendings")
    yield Purse(store, "x", "X", 1.0)
    clock.follow(None)


@pytest.fixture
def ours(api: Api, purse: Purse) -> X:
    client = tweepy.Client(consumer_key="k", consumer_secret="s", access_token=f"{US}-t", access_token_secret="a", return_type=dict)
    client.session.mount("https://", api)
    return X(client, US, purse)


def page(*posts: dict[str, Any], following: str = "") -> dict[str, Any]:
    return {"data": list(posts), "includes": {"users": [JESS]},
            "meta": {"result_count": len(posts)} | ({"next_token": following} if following else {})}


def a_post(**changes: Any) -> Post:
    return replace(Post("x", "5", "5", Author("x", "6253282", "@jess_l"), "@acme hello", NOVEMBER, mentions=(US,)), **changes)


def test_a_mention_in_recorded_shape(ours: X, api: Api) -> None:
    api.answers["GET users/2244994945/mentions"] = [page(TOLD)]
    news = ours.listen("1460323737035677000")
    [post] = news.posts
    assert post == Post("x", "1460323737035677698", "1460323737035677690",
                        Author("x", "6253282", "@jess_l", "Jess Lambert", followers=9900), "@acme an hour on the ground",
                        datetime(2026, 11, 22, 11, 59, tzinfo=UTC), url="https://x.com/i/status/1460323737035677698",
                        mentions=(US,), spread=3)
    assert news.cursor == post.id
    assert api.asked[0][1]["since_id"] == "1460323737035677000"


def test_nothing_is_left_out_when_there_is_more_than_a_page(ours: X, api: Api) -> None:
    api.answers["GET users/2244994945/mentions"] = [page(TOLD | {"id": "9"}, following="more"), page(TOLD | {"id": "8"})]
    api.answers["GET users/77/mentions"] = [page(TOLD | {"id": "10", "entities": {}}), page()]
    news = ours.listen("7", also=("77",))
    assert ([each.id for each in news.posts], news.cursor) == (["8", "9", "10"], "10")
    assert [each.can_reply for each in news.posts] == [True, True, False], "who names a colleague alone may not be answered"


def test_who_has_heard_nothing_goes_on_from_now(ours: X, api: Api) -> None:
    begun = ours.listen("")
    assert (begun.posts, api.asked) == ((), []), "and pays nothing for it"
    made = (int(begun.cursor) >> 22) + 1288834974657
    assert datetime.fromtimestamp(made / 1000, UTC) == NOVEMBER
    api.answers["GET users/2244994945/mentions"] = [{"meta": {"result_count": 0}}]
    assert ours.listen(begun.cursor) == begun


def test_a_post_that_is_gone_and_a_person_who_is_not_there(ours: X, api: Api) -> None:
    api.answers |= {"GET tweets/5": [GONE], "GET users/by/username/nobody": [GONE], "GET users/6253282": [{"data": JESS}]}
    assert ours.read("5") is None
    assert ours.who_is("@Nobody") is None
    jess = ours.who_is("6253282")
    assert jess == Author("x", "6253282", "@jess_l", "Jess Lambert", followers=9900)
    with says("a handle on X looks like", lasting=True):
        ours.who_is("jess lambert")


def test_a_suspended_account_has_left(ours: X, api: Api) -> None:
    suspended = {"errors": [GONE["errors"][0] | {"detail": "User has been suspended: [6253282].", "title": "Forbidden", "resource_type": "user"}]}
    api.answers["GET users/6253282"] = [{"data": JESS}, suspended]
    assert not ours.has_left(a_post().author)
    assert ours.has_left(a_post().author)


def test_our_own_name_is_asked_for_once(ours: X, api: Api, purse: Purse) -> None:
    api.answers[f"GET users/{US}"] = [{"data": JESS | {"id": US, "username": "Acme"}}]
    assert (ours.us.subject, ours.us.handle, ours.us.handle) == (US, "@acme", "@acme")
    assert purse.told_now == "$0.01 of $1.00 spent this month, in 1 calls"


def test_only_whoever_has_named_us_is_answered(ours: X, api: Api) -> None:
    api.answers["POST tweets"] = [{"data": {"id": "6", "text": "Sorry"}}]
    assert ours.answer(a_post(), "Sorry", "k") == "6"
    assert api.asked == [("POST tweets", {"text": "Sorry", "reply": {"in_reply_to_tweet_id": "5"}})]
    with says("only whoever has named or quoted us", lasting=True):
        ours.answer(a_post(can_reply=False), "Sorry", "k")
    with says("written to us alone", lasting=True):
        ours.answer(a_post(private=True), "Sorry", "k")
    with says("at most 280 characters", lasting=True):
        ours.answer(a_post(), "\u5bb6" * 141, "k")
    assert len(api.asked) == 1, "and X was not asked"


def test_who_quotes_us_may_be_answered(ours: X, api: Api) -> None:
    quoting = TOLD | {"entities": {}, "referenced_tweets": [{"type": "quoted", "id": "3"}]}
    told = page(quoting)
    told["includes"]["tweets"] = [{"id": "3", "author_id": US, "text": "of ours"}]
    api.answers["GET users/2244994945/mentions"] = [told]
    assert [each.can_reply for each in ours.listen("1").posts] == [True]


def test_a_post_in_another_shape_or_of_somebody_who_is_not_shown_hides_no_other(ours: X, api: Api) -> None:
    api.answers["GET users/2244994945/mentions"] = [page(TOLD, {"id": "2"}, TOLD | {"id": "3", "author_id": "666"})]
    news = ours.listen("1")
    assert [(each.id, each.author.subject, each.author.handle) for each in news.posts] == [("3", "666", ""), (TOLD["id"], JESS["id"], "@jess_l")]


def test_the_same_answer_twice_is_one(ours: X, api: Api) -> None:
    twice = {"detail": "You are not allowed to create a Tweet with duplicate content.", "status": 403, "title": "Forbidden"}
    own = TOLD | {"id": "6", "author_id": US, "text": "@Jess_L Sorry", "conversation_id": "4", "referenced_tweets": [{"type": "replied_to", "id": "5"}]}
    told = page(own)
    told["includes"]["users"] = [JESS | {"id": US}]
    api.answers |= {"POST tweets": [(403, twice)], f"GET users/{US}/tweets": [told]}
    assert ours.answer(a_post(), "Sorry", "k") == "6"
    with says("duplicate content", lasting=True):
        ours.answer(a_post(), "Something else", "k")


def test_to_write_and_to_follow(ours: X, api: Api) -> None:
    api.answers |= {"POST dm_conversations/with/6253282/messages": [{"data": {"dm_conversation_id": "1", "dm_event_id": "2"}}],
                    f"POST users/{US}/following": [{"data": {"following": True, "pending_follow": False}}]}
    assert ours.write(a_post().author, "Your code is 123456", "k") == "2"
    ours.follow(a_post().author)
    assert [told for _, told in api.asked] == [{"text": "Your code is 123456"}, {"target_user_id": "6253282"}]


def test_every_paid_call_is_counted(ours: X, api: Api, purse: Purse) -> None:
    api.answers |= {"GET users/2244994945/mentions": [page(TOLD, TOLD | {"id": "9"}), {"meta": {"result_count": 0}}],
                    "GET tweets/5": [GONE], "POST tweets": [{"data": {"id": "6"}}]}
    ours.listen("1")
    ours.listen("9")
    assert purse.told_now == "$0.00 of $1.00 spent this month, in 1 calls", "what brings nothing costs nothing"
    ours.read("5")
    ours.answer(a_post(), "Sorry", "k")
    ours.answer(a_post(), "Look at https://acme.example", "k")
    assert purse.told_now == "$0.23 of $1.00 spent this month, in 4 calls"


def test_when_the_months_money_is_used_up_nothing_more_is_asked(ours: X, api: Api, purse: Purse) -> None:
    api.answers["POST tweets"] = [{"data": {"id": "6"}}]
    for _ in range(5):
        ours.answer(a_post(), "Look at https://acme.example", "k")
    assert len(api.asked) == 5
    assert purse.is_used_up
    used_up = ("the $1.00 for X in November are used up: nothing is read or said there before December 1, "
               "or until X_BUDGET_USD is more")
    for ask in (lambda: ours.answer(a_post(), "Sorry", "k"), lambda: ours.listen("1"), lambda: ours.read("5"),
                lambda: ours.who_is("@jess"), lambda: ours.write(a_post().author, "x", "k"), lambda: ours.follow(a_post().author)):
        with says(used_up, lasting=True):
            ask()
    assert len(api.asked) == 5
    clock.follow(lambda: datetime(2026, 12, 1, tzinfo=UTC))
    assert ours.answer(a_post(), "Sorry", "k") == "6", "and in December there is money again"


TROUBLES: dict[str, tuple[Any, str, bool]] = {
    "401": ((401, {"title": "Unauthorized", "status": 401, "detail": "Unauthorized"}), "does not let us in: look at the four X_", True),
    "403": ((403, {"detail": "Your client app is not configured", "status": 403}), "refuses it: Your client app is not configured", True),
    "429": ((429, {"title": "Too Many Requests"}, {"x-rate-limit-reset": "1795348920"}), "ask too often", False),
    "500": ((500, b"oops"), "out of order (500)", False),
    "503": ((503, {}), "out of order (503)", False),
    "no JSON": ((200, b"<html>"), "what we do not understand", False),
    "another shape": ((200, {"kettle": 1}), "another shape", False),
    "a list": ((200, [1]), "another shape", False),
    "too slow": (requests.ReadTimeout("slow"), "too slow", False),
    "nobody there": (requests.ConnectionError("gone"), "cannot be reached", False),
}


@pytest.mark.parametrize("what", TROUBLES)
def test_whatever_goes_wrong_is_told_in_plain_words(ours: X, api: Api, what: str) -> None:
    told, words, lasting = TROUBLES[what]
    names = ("GET users/2244994945/mentions", "GET tweets/5", "GET users/by/username/jess", "POST tweets",
             "POST dm_conversations/with/6253282/messages", f"POST users/{US}/following", f"GET users/{US}/tweets")
    api.answers = {name: [told] for name in names}
    jess = a_post().author
    for ask in (lambda: ours.listen("1"), lambda: ours.read("5"), lambda: ours.who_is("@jess"), lambda: ours.answered(a_post(), "x", "k")):
        with says(words, lasting=lasting) as trouble:
            ask()
        assert not trouble.value.maybe_done
    for write in (lambda: ours.answer(a_post(), "x", "k"), lambda: ours.write(jess, "x", "k"), lambda: ours.follow(jess)):
        with pytest.raises(Trouble) as trouble:
            write()
        assert trouble.value.maybe_done == (what not in ("401", "403", "429"))


def test_x_says_how_long_it_wants_to_be_left_alone(ours: X, api: Api) -> None:
    at = int(NOVEMBER.timestamp()) + 90
    api.answers["GET tweets/5"] = [(429, {}, {"x-rate-limit-reset": str(at)})]
    with says("ask too often") as trouble:
        ours.read("5")
    assert trouble.value.again_after.total_seconds() == 90
    api.answers["GET tweets/5"] = [(429, {}, {"x-rate-limit-reset": str(at * 1000)})]
    with says("ask too often") as trouble:
        ours.read("5")
    assert trouble.value.again_after.total_seconds() == 24 * 3600, "its clock is wrong by an age"
