"""Signing in on X, in the shapes of its documentation: never tried live."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from flows.posts import Author
from tests.networks.conftest import Web
from tests.networks.test_x import purse, store  # noqa: F401 - the money of the house
from voice_gateway.networks import SignsIn, Trouble
from voice_gateway.networks.purse import Purse
from voice_gateway.networks.x_sign_in import SignIn

API, BACK, STATE = "https://api.x.com/2", "https://calls.example.com/prove/back", "our word"
TOKEN, ME, REVOKE = f"{API}/oauth2/token", f"{API}/users/me", f"{API}/oauth2/revoke"
ANSWER = {"code": "c", "state": STATE, "came_back_to": BACK}


def the_world() -> dict[str, Any]:
    """What each address answers, when all is well."""
    return {TOKEN: {"token_type": "bearer", "expires_in": 7200, "access_token": "a", "scope": "tweet.read users.read"},
            ME: {"data": {"id": "6253282", "name": "Jess Lambert", "username": "Jess_L"}}, REVOKE: {"revoked": True}}


@pytest.fixture
def sign_in(web: Web, purse: Purse) -> Callable[..., SignIn]:  # noqa: F811
    return lambda world, secret="": SignIn("client", secret, purse, web(world))


@pytest.mark.parametrize("secret", ["", "hush"])
def test_all_is_well_in_recorded_shape(sign_in, asked: list[httpx.Request], secret: str) -> None:
    house: SignsIn = sign_in(the_world(), secret)
    address, remembered = house.begin("@jess_l", BACK, STATE)
    query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert (address.partition("?")[0], query["client_id"], query["redirect_uri"], query["state"], query["scope"]) == (
        "https://x.com/i/oauth2/authorize", "client", BACK, STATE, "tweet.read users.read")
    assert asked == []
    assert house.finish(remembered, ANSWER) == Author("x", "6253282", "@jess_l")
    assert [each.url.path.removeprefix("/2/") for each in asked] == ["oauth2/token", "users/me", "oauth2/revoke"]
    told = parse_qs(asked[0].content.decode())
    assert base64.urlsafe_b64encode(hashlib.sha256(told["code_verifier"][0].encode()).digest()).decode().rstrip("=") == query["code_challenge"]
    assert asked[0].headers.get("authorization") == (f"Basic {base64.b64encode(b'client:hush').decode()}" if secret else None)


@pytest.mark.parametrize("answer, changed, words", [
    (ANSWER | {"state": "guessed"}, {}, "no answer to what we asked"),
    (ANSWER | {"came_back_to": f"{BACK}/evil.example"}, {}, "no answer to what we asked"),
    (ANSWER | {"error": "access_denied"}, {}, "not let know who you are"),
    (ANSWER, {ME: {"data": {"id": "9", "username": "eve"}}}, "somebody else than @jess_l"),
    (ANSWER, {ME: {"data": {"id": "9", "username": "jess_\u04cf"}}}, "did not tell its username"),
    (ANSWER, {ME: {"data": {"username": "jess_l"}}}, "did not tell its id"),
    (ANSWER, {ME: {"errors": ["x"]}}, "did not tell its username"), (ANSWER, {ME: ["x"]}, "shape"),
    (ANSWER, {ME: 429}, "left alone"), (ANSWER, {ME: 500}, "trouble of its own"), (ANSWER, {ME: 401}, "does not take our question"),
    (ANSWER, {TOKEN: 400}, "does not take our question"),
])
def test_nobody_is_proved_where_something_is_wrong(sign_in, asked: list[httpx.Request], answer: dict[str, str],
                                                   changed: dict[str, Any], words: str) -> None:
    house = sign_in(the_world() | changed)
    _, remembered = house.begin("@jess_l", BACK, STATE)
    with pytest.raises(Trouble, match=words) as trouble:
        house.finish(remembered, answer)
    assert trouble.value.lasting
    assert not asked or TOKEN in changed or asked[-1].url.path == "/2/oauth2/revoke"
