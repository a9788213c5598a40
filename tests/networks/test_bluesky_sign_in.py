"""Signing in on Bluesky where servers lie, lead us astray or have troubles. The real thing is played in tests/bluesky."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest

from tests.networks.conftest import Web
from voice_gateway.networks import Trouble
from voice_gateway.networks.bluesky_sign_in import METADATA_PATH, SignIn, client_metadata

HOUSE, BACK = "https://calls.example.com", "https://calls.example.com/prove/back"
DID = "did:plc:z72i7hdynmk6r22z27h6tvur"


def the_world() -> dict[str, Any]:
    """What each address answers, when all is well."""
    return {
        "https://bluesky.example/xrpc/com.atproto.identity.resolveHandle": {"did": DID},
        f"https://plc.directory/{DID}": {"id": DID, "service": [{"id": "#atproto_pds", "serviceEndpoint": "https://pds.example"}]},
        "https://pds.example/.well-known/oauth-protected-resource": {"authorization_servers": ["https://auth.example"]},
        "https://auth.example/.well-known/oauth-authorization-server": {
            "issuer": "https://auth.example", "scopes_supported": ["atproto"], "token_endpoint": "https://auth.example/token",
            "authorization_endpoint": "https://auth.example/authorize",
            "pushed_authorization_request_endpoint": "https://auth.example/par"},
        "https://auth.example/par": {"request_uri": "urn:request:1"},
        "https://auth.example/token": {"sub": DID, "token_type": "DPoP", "scope": "atproto", "access_token": "a"},
    }


@pytest.fixture
def sign_in(web: Web) -> Callable[[dict[str, Any]], SignIn]:
    return lambda world: SignIn(HOUSE, "https://bluesky.example", web(world))


def test_all_is_well(sign_in, asked: list[httpx.Request]) -> None:
    house = sign_in(the_world())
    address, remembered = house.begin("ann.example.com", BACK, "our word")
    assert parse_qs(urlsplit(address).query) == {"client_id": [HOUSE + METADATA_PATH], "request_uri": ["urn:request:1"]}
    told = parse_qs(asked[-1].content.decode())
    assert (told["code_challenge_method"], told["scope"], told["login_hint"], told["redirect_uri"]) == (
        ["S256"], ["atproto"], ["ann.example.com"], [BACK])
    proof = asked[-1].headers["dpop"]
    key = jwt.PyJWK(jwt.get_unverified_header(proof)["jwk"])
    claims = jwt.decode(proof, key, ["ES256"])
    assert (claims["htm"], claims["htu"]) == ("POST", "https://auth.example/par")
    assert "d" not in jwt.get_unverified_header(proof)["jwk"]
    assert house.finish(remembered, {"code": "c", "iss": "https://auth.example", "state": "our word"}) == DID


def test_the_servers_word_is_put_into_the_proof(sign_in) -> None:
    def wants_a_word(request: httpx.Request) -> Any:
        given = jwt.decode(request.headers["dpop"], options={"verify_signature": False}).get("nonce")
        refusal = httpx.Response(400, json={"error": "use_dpop_nonce"}, headers={"dpop-nonce": "a word"})
        return {"request_uri": "urn:request:2"} if given == "a word" else refusal

    house = sign_in(the_world() | {"https://auth.example/par": wants_a_word})
    assert "urn%3Arequest%3A2" in house.begin("ann.example.com", BACK, "our word")[0]


@pytest.mark.parametrize("changed, lasting", [
    ({"https://bluesky.example/xrpc/com.atproto.identity.resolveHandle": 400}, True),
    ({"https://bluesky.example/xrpc/com.atproto.identity.resolveHandle": 503}, False),
    ({"https://bluesky.example/xrpc/com.atproto.identity.resolveHandle": ["x"]}, True),
    ({f"https://plc.directory/{DID}": 404}, True),
    ({f"https://plc.directory/{DID}": {"id": "did:plc:another"}}, True),
    ({f"https://plc.directory/{DID}": {"id": DID, "service": "x"}}, True),
    ({f"https://plc.directory/{DID}": {"id": DID, "service": [
        {"id": "#atproto_pds", "serviceEndpoint": "https://inner.example"}]}}, True),
    ({"https://pds.example/.well-known/oauth-protected-resource": {"authorization_servers": ["https://inner.example"]}}, True),
    ({"https://pds.example/.well-known/oauth-protected-resource": {"authorization_servers": ["http://auth.example"]}}, True),
    ({"https://pds.example/.well-known/oauth-protected-resource": {"authorization_servers": None}}, True),
    ({"https://auth.example/.well-known/oauth-authorization-server": {
        **the_world()["https://auth.example/.well-known/oauth-authorization-server"], "issuer": "https://another.example"}}, True),
    ({"https://auth.example/.well-known/oauth-authorization-server": {
        **the_world()["https://auth.example/.well-known/oauth-authorization-server"],
        "authorization_endpoint": "javascript:alert(1)"}}, True),
    ({"https://auth.example/par": 500}, False), ({"https://auth.example/par": 401}, True), ({"https://auth.example/par": {}}, True),
])
def test_no_browser_is_sent_where_something_is_wrong(sign_in, changed: dict[str, Any], lasting: bool) -> None:
    with pytest.raises(Trouble) as trouble:
        sign_in(the_world() | changed).begin("ann.example.com", BACK, "our word")
    assert trouble.value.lasting is lasting


@pytest.mark.parametrize("changed", [
    {"https://auth.example/token": {**the_world()["https://auth.example/token"], "sub": "did:plc:another"}},
    {"https://auth.example/token": {**the_world()["https://auth.example/token"], "scope": "other"}},
    {"https://auth.example/token": {**the_world()["https://auth.example/token"], "token_type": "Bearer"}},
    {"https://auth.example/token": 400},
    {"https://pds.example/.well-known/oauth-protected-resource": {"authorization_servers": ["https://moved.example"]}},
])
def test_nobody_is_proved_where_something_is_wrong(sign_in, changed: dict[str, Any]) -> None:
    _, remembered = sign_in(the_world()).begin("ann.example.com", BACK, "our word")
    with pytest.raises(Trouble) as trouble:
        sign_in(the_world() | changed).finish(remembered, {"code": "c", "iss": "https://auth.example", "state": "our word"})
    assert trouble.value.lasting


def test_what_the_house_says_of_itself() -> None:
    told = client_metadata(HOUSE, BACK)
    assert (told["client_id"], told["redirect_uris"], told["scope"]) == (f"{HOUSE}{METADATA_PATH}", [BACK], "atproto")
    assert told["dpop_bound_access_tokens"]
