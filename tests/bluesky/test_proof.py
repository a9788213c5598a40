"""Somebody shows that an account is theirs by signing in on the network: pushed request, browser, code, key, name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.at_network import AtNetwork
from tests.bluesky.browser import Browser
from tests.bluesky.conftest import Desk
from tests.bluesky.people import Somebody, somebody
from voice_gateway.networks import Trouble

pytestmark = pytest.mark.bluesky
BACK = "http://127.0.0.1:8000/prove/back"


@pytest.fixture(scope="module")
def jess(at_network: AtNetwork) -> Iterator[Somebody]:
    with somebody(at_network, "Jess") as jess:
        yield jess


@pytest.mark.parametrize("by", ["handle", "did"])
def test_whoever_signs_in_is_who_they_said(desk: Desk, jess: Somebody, by: str) -> None:
    address, remembered = desk.house.begin(getattr(jess, by), BACK, "our word")
    with closing(Browser(address)) as browser:
        answer = browser.agrees(jess)
    assert answer["redirect_uri"] == BACK
    author = desk.house.finish(remembered, answer)
    assert (author.subject, author.handle, author.network) == (jess.did, jess.handle, "bluesky")
    with pytest.raises(Trouble) as again:
        desk.house.finish(remembered, answer)
    assert again.value.lasting, "a code is good for once"


def test_somebody_else_proves_nothing_about_them(desk: Desk, jess: Somebody, dana: Somebody) -> None:
    address, remembered = desk.house.begin(jess.handle, BACK, "our word")
    with closing(Browser(address)) as browser:
        answer = browser.agrees(dana)
    with pytest.raises(Trouble, match="somebody else"):
        desk.house.finish(remembered, answer)


def test_an_answer_that_is_not_ours_is_none(desk: Desk, jess: Somebody) -> None:
    address, remembered = desk.house.begin(jess.handle, BACK, "our word")
    with closing(Browser(address)) as browser:
        answer = browser.agrees(jess)
    for changed in ({"state": "another"}, {"iss": "https://evil.example"}, {"iss": ""}, {"code": ""}):
        with pytest.raises(Trouble, match="no answer to what we asked"):
            desk.house.finish(remembered, {**answer, **changed})
    with pytest.raises(Trouble, match="does not take our question"):
        desk.house.finish({**remembered, "verifier": "a guess, and long enough to be one, forty-three or more"}, answer)


def test_whoever_declines_is_nobody_to_us(desk: Desk, jess: Somebody) -> None:
    address, remembered = desk.house.begin(jess.handle, BACK, "our word")
    with closing(Browser(address)) as browser:
        answer = browser.declines()
    with pytest.raises(Trouble, match="were not let know") as trouble:
        desk.house.finish(remembered, answer)
    assert trouble.value.lasting


def test_nobody_signs_in_as_nobody(desk: Desk) -> None:
    for nobody in ("nobody-of-that-name.test", "did:plc:z72i7hdynmk6r22z27h6tvur", "did:web:10.0.0.1"):
        with pytest.raises(Trouble) as trouble:
            desk.house.begin(nobody, BACK, "our word")
        assert trouble.value.lasting
