"""Signing in on Mastodon where servers lie, lead us astray or have troubles, in the shapes of its documentation.

Against `mastodon_mock`, a mock by somebody else, it is played in tests/scenarios/test_on_mastodon.py.
"""

from __future__ import annotations

import base64
import hashlib
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from flows.posts import Author
from tests.networks.conftest import Web
from voice_gateway import clock
from voice_gateway.networks import Trouble
from voice_gateway.networks.mastodon_sign_in import SignIn

SERVER, BACK, STATE = "https://social.example", "https://calls.example.com/prove/back", "our word"
DANA = Author("mastodon", f"{SERVER}/users/dana", "@dana@social.example", "Dana")
WAYS, APPS, TOKEN, REVOKE, WHO = (f"{SERVER}{path}" for path in (
    "/.well-known/oauth-authorization-server", "/api/v1/apps", "/oauth/token", "/oauth/revoke", "/api/v1/accounts/verify_credentials"))
ANSWER = {"code": "c", "state": STATE, "came_back_to": f"{BACK}/social.example"}


def the_world() -> dict[str, Any]:
    """What each address answers, when all is well."""
    return {
        WAYS: {"issuer": f"{SERVER}/", "scopes_supported": ["read", "profile"], "code_challenge_methods_supported": ["S256"]},
        APPS: {"client_id": "us", "client_secret": "hush", "name": "Voice gateway"},
        TOKEN: {"access_token": "a", "token_type": "Bearer", "scope": "profile", "created_at": 1573979017},
        REVOKE: {}, WHO: {"id": "7", "acct": "dana", "username": "dana", "uri": DANA.subject},
    }


@pytest.fixture
def sign_in(web: Web) -> Callable[[dict[str, Any]], SignIn]:
    return lambda world: SignIn(web(world))


def form(request: httpx.Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(request.content.decode()).items()}


def paths(asked: list[httpx.Request]) -> list[str]:
    return [each.url.path for each in asked]


def test_all_is_well(sign_in, asked: list[httpx.Request]) -> None:
    house = sign_in(the_world())
    address, remembered = house.begin(DANA, SERVER, BACK, STATE)
    there, query = urlsplit(address), {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert (there.scheme, there.netloc, there.path) == ("https", "social.example", "/oauth/authorize")
    assert (query["client_id"], query["scope"], query["state"], query["redirect_uri"], query["response_type"]) == (
        "us", "profile", STATE, f"{BACK}/social.example", "code")
    assert form(asked[-1])["redirect_uris"] == f"{BACK}/social.example"
    assert house.finish(remembered, ANSWER) == DANA
    told = next(form(each) for each in asked if each.url.path == "/oauth/token")
    assert query["code_challenge"] == base64.urlsafe_b64encode(
        hashlib.sha256(told["code_verifier"].encode()).digest()).decode().rstrip("=")
    assert form(asked[-1])["token"] == "a"
    assert paths(asked)[-1] == "/oauth/revoke"
    assert next(each for each in asked if each.url.path.endswith("credentials")).headers["authorization"] == "Bearer a"


def test_a_server_before_its_time_is_asked_in_its_own_words(sign_in, asked: list[httpx.Request]) -> None:
    """Before 4.3 there is neither PKCE nor the scope `profile`; some answer with their front page."""
    for old in (404, httpx.Response(200, text="<html>")):
        house = sign_in(the_world() | {WAYS: old})
        address, remembered = house.begin(DANA, SERVER, BACK, STATE)
        query = parse_qs(urlsplit(address).query)
        assert (query["scope"], "code_challenge" in query) == (["read:accounts"], False)
        assert house.finish(remembered, ANSWER) == DANA


def test_one_app_serves_all_who_sign_in_there_within_the_hour(sign_in, asked: list[httpx.Request]) -> None:
    """Servers make few for one address; one that the server has forgotten is made anew."""
    at, house = datetime(2026, 3, 4, tzinfo=UTC), sign_in(the_world())

    def begun(minutes: int) -> dict[str, str]:
        clock.follow(lambda: at + timedelta(minutes=minutes))
        return dict(house.begin(DANA, SERVER, BACK, STATE)[1])

    begun(0)
    begun(59)
    assert paths(asked).count("/api/v1/apps") == 1
    remembered = begun(61)
    assert paths(asked).count("/api/v1/apps") == 2
    forgetful = SignIn(sign_in(the_world() | {TOKEN: httpx.Response(401, json={"error": "invalid_client"})}).web, house.apps)
    with pytest.raises(Trouble):
        forgetful.finish(remembered, ANSWER)
    assert not house.apps
    clock.follow(None)


@pytest.mark.parametrize("server, changed, words, lasting", [
    (SERVER, {WAYS: 503}, "trouble of its own", False),
    (SERVER, {WAYS: 429}, "left alone", False),
    (SERVER, {WAYS: httpx.ReadTimeout("slow")}, "does not answer", False),
    (SERVER, {WAYS: the_world()[WAYS] | {"issuer": "https://another.example"}}, "says that it is another", True),
    (SERVER, {APPS: 500}, "trouble of its own", False),
    (SERVER, {APPS: 429}, "left alone", False),
    (SERVER, {APPS: 403}, "does not take our question", True),
    (SERVER, {APPS: httpx.Response(302, headers={"location": "https://inner.example/"})}, "leads us elsewhere", True),
    (SERVER, {APPS: {}}, "client id", True),
    (SERVER, {APPS: ["x"]}, "shape", True),
    (SERVER, {APPS: {"client_id": "a\r\nb", "client_secret": "x"}}, "client id", True),
    (SERVER, {APPS: httpx.Response(200, text="[" * 100_000)}, "shape", True),
    (SERVER, {APPS: httpx.Response(200, text="x" * 600_000)}, "more than 512 kB", False),
    ("https://inner.example", {}, "private address", True),
    ("http://social.example", {}, "does not begin with https", True),
    ("https://10.0.0.1", {}, "do not go where", True),
    ("https://localhost", {}, "do not go where", True),
])
def test_no_browser_is_sent_where_something_is_wrong(sign_in, asked, server: str, changed: dict[str, Any], words: str,
                                                     lasting: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if server in ("https://10.0.0.1", "https://localhost"):
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: [(0, 0, 0, "", ("127.0.0.1", 443))])
    with pytest.raises(Trouble, match=words) as trouble:
        sign_in(the_world() | changed).begin(DANA, server, BACK, STATE)
    assert (trouble.value.lasting, trouble.value.theirs) == (lasting, True)
    assert bool(asked) == (server == SERVER), "whoever is not public is not asked at all"


@pytest.mark.parametrize("changed, words", [
    ({WHO: {"uri": f"{SERVER}/users/eve", "acct": "eve"}}, "somebody else than @dana@social.example"),
    ({WHO: {"uri": "https://bank.example/users/dana", "acct": "dana@bank.example"}}, "somebody else"),
    ({WHO: {"uri": DANA.subject.upper()}}, "somebody else"),
    ({WHO: {"acct": "dana", "username": "dana"}}, "did not tell its uri"),
    ({WHO: {"uri": ["x"]}}, "did not tell its uri"),
    ({WHO: {"uri": "https://social.example/users/d\u0430na"}}, "did not tell its uri"),
    ({WHO: 401}, "does not take our question"),
    ({WHO: 500}, "trouble of its own"),
    ({WHO: 429}, "left alone"),
    ({WHO: httpx.Response(307, headers={"location": "https://inner.example/"})}, "leads us elsewhere"),
    ({WHO: httpx.ReadTimeout("slow")}, "does not answer"),
])
def test_nobody_is_proved_where_something_is_wrong(sign_in, asked: list[httpx.Request], changed: dict[str, Any], words: str) -> None:
    """Whatever it is, the code is used up, so that it is told as lasting; and what we were given is given back."""
    _, remembered = sign_in(the_world()).begin(DANA, SERVER, BACK, STATE)
    with pytest.raises(Trouble, match=words) as trouble:
        sign_in(the_world() | changed).finish(remembered, ANSWER)
    assert trouble.value.lasting
    assert paths(asked)[-1] == "/oauth/revoke"


@pytest.mark.parametrize("answer, changed, words", [
    (ANSWER | {"state": "guessed"}, {}, "no answer to what we asked"),
    (ANSWER | {"came_back_to": BACK}, {}, "no answer to what we asked"),
    (ANSWER | {"came_back_to": f"{BACK}/honest.example"}, {}, "no answer to what we asked"),
    ({"state": STATE, "came_back_to": ANSWER["came_back_to"]}, {}, "not let know who you are"),
    (ANSWER | {"error": "access_denied"}, {}, "not let know who you are"),
    (ANSWER, {TOKEN: {"access_token": "a", "token_type": "mac"}}, "a key that we do not know"),
    (ANSWER, {TOKEN: {"access_token": "a\nb", "token_type": "Bearer"}}, "did not tell its access token"),
    (ANSWER, {TOKEN: 400}, "does not take our question"),
])
def test_what_is_no_answer_of_theirs_is_shown_to_nobody(sign_in, asked: list[httpx.Request], answer: dict[str, str],
                                                        changed: dict[str, Any], words: str) -> None:
    """A code that another server gave is not brought to this one: who runs it could sign in with it as its owner."""
    house = sign_in(the_world() | changed)
    _, remembered = house.begin(DANA, SERVER, BACK, STATE)
    before = len(asked)
    with pytest.raises(Trouble, match=words) as trouble:
        house.finish(remembered, answer)
    assert trouble.value.lasting
    assert paths(asked[before:]) == (["/oauth/token"] if changed else [])


def test_what_cannot_be_given_back_runs_out(sign_in) -> None:
    house = sign_in(the_world() | {REVOKE: 500})
    _, remembered = house.begin(DANA, SERVER, BACK, STATE)
    assert house.finish(remembered, ANSWER) == DANA
