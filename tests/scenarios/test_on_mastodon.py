"""Mastodon from one end to the other: signing in there from our own page, and colleagues who are named there without us.

Against `mastodon_mock`, which is by somebody else and no real server.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from mastodon_mock.config import MastodonMockConfig, SeedAccount, SeedConfig
from mastodon_mock.testing.server import MockServer
from sqlalchemy import select

from flows.posts import Author
from jobs.listen import read
from tests.house import BASE, House
from tests.proving import are_one
from tests.scenarios.test_proving import Browser, code_to, opens_the_link, state
from voice_gateway.networks.mastodon import Mastodon
from voice_gateway.store.tables import IdentifierRow, PostRow

pytestmark = pytest.mark.weather("calm")
TOKENS = {"acme": "of the house", "dana": "of Dana", "eve": "of Eve", "kim": "of Kim"}
SEED = SeedConfig(accounts=[SeedAccount(username=name, display_name=name.title(), access_token=token) for name, token in TOKENS.items()])


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with MockServer(config=MastodonMockConfig(domain="social.example", seed=SEED), shutdown_timeout=0.2) as started:
        yield started


@pytest.fixture
def there(server: MockServer, house: House) -> Iterator[Mastodon]:
    """The house's account there, in place of the square's."""
    httpx.post(f"{server.base_url}/api/v1/_mock/reset").raise_for_status()
    ours = Mastodon(server.base_url, TOKENS["acme"])
    house.shop.networks["mastodon"] = ours  # type: ignore[index]
    read(house.shop, ours)
    yield ours
    ours.signing_in.web.close()


class AtTheirServer(Browser):
    """Their browser goes to the server, where somebody is signed in, and comes back from there."""

    def signs_in_as(self, username: str, handle: str = "") -> AtTheirServer:
        answer = self._client.post(self._page, data={"deed": "sign_in", "network": "mastodon", "handle": handle}, base_url=BASE)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        self.went_to = answer.get_data(as_text=True).partition('href="http://127')[2].partition('"')[0].replace("&amp;", "&")
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.went_to).query).items()}
        came: Any = httpx.post(f"http://127{self.went_to.partition('?')[0]}", data=asked | {"username": username})
        return self.comes_back(came.headers["location"])

    def comes_back(self, address: str) -> AtTheirServer:
        self.came_back = address
        self.answer = self._client.get(address.removeprefix(BASE), base_url=BASE, follow_redirects=True)
        return self


def mentions_us(house: House, server: MockServer, there: Mastodon) -> str:
    """Dana writes about us, and a colleague has read it; gives the link that leads her on."""
    server.client(token=TOKENS["dana"]).status_post("@acme my lamp is broken")
    read(house.shop, there)
    return opens_the_link(house, 1)


def test_signing_in_on_their_server_and_a_code_link_whoever_wrote(house: House, server: MockServer, there: Mastodon) -> None:
    sam, dana = house.agent("Sam"), house.customer("Dana")
    page = mentions_us(house, server, there)
    sam.phone.reads("T1 @dana@social.example wrote on Mastodon")
    browser = AtTheirServer(house, page).signs_in_as("dana")
    browser.is_told("You have signed in as @dana@social.example", 200)
    browser.comes_back(browser.came_back).is_told("That did not begin in this browser, or took too long", 400)
    browser.does("number", phone="(202) 555-0112", consent="yes")
    dana.phone.reads("links @dana@social.example on Mastodon with this number")
    browser.does("code", code=code_to(dana)).sees("we call you now")
    dana.phone.reads("are yours, as you have shown")
    sam.phone.rings().presses("2")
    assert state(house) == [("oauth_otp", "active")]
    theirs = house.rows(select(IdentifierRow.subject).where(IdentifierRow.namespace == "mastodon"))
    assert [row.subject for row in theirs] == ["https://social.example/@dana"], "the same who wrote"


def test_somebody_else_there_is_told_so_and_nothing_is_linked(house: House, server: MockServer, there: Mastodon) -> None:
    """Other people's accounts, names, browsers; and what comes at the address that another server has."""
    sam = house.agent("Sam")
    page = mentions_us(house, server, there)
    sam.phone.reads("T1 @dana@social.example wrote on Mastodon")
    AtTheirServer(house, page).signs_in_as("eve").is_told("signed in as somebody else than @dana@social.example", 403)
    eve = AtTheirServer(house, page).signs_in_as("eve", handle="@eve@social.example")
    eve.is_told("You have signed in as @eve@social.example, and this link is for @dana@social.example", 403)
    other = AtTheirServer(house, page)
    other.does("sign_in", network="mastodon", handle="@nobody@social.example").is_told("there is nobody called @nobody@social.example", 403)
    other.does("sign_in", network="mastodon", handle="d\u0430na@social.example").is_told("plain letters only")
    for typed, told in (("@dana", "looks like @jess@mastodon.example"), ("@d\u200bana@social.example", "plain letters only"),
                        ("d" * 301, "too long for a name"), ("did:plc:z72i7hdynmk6r22z27h6tvur", "looks like"),
                        ("https://evil.example/?@dana@social.example", "looks like"), ("@dana@127.0.0.1", "looks like")):
        other.does("sign_in", network="mastodon", handle=typed).is_told(told)
    other.comes_back(eve.came_back).is_told("This link leads nowhere", 404)
    went = eve.does("sign_in", network="mastodon").answer.get_data(as_text=True)
    word = parse_qs(went.partition("/oauth/authorize?")[2].partition('"')[0].replace("&amp;", "&"))["state"][0]
    eve.comes_back(f"{BASE}/prove/back/evil.example?state={word}&code=mockcode_dana").is_told("no answer to what we asked", 403)
    assert state(house) == []


def test_whoever_names_a_colleague_alone_reaches_that_colleague(house: House, server: MockServer, there: Mastodon) -> None:
    """A post that names us too is one post, whether it came as a notice to us or was found in public."""
    sam, kim = house.agent("Sam"), house.agent("Kim Ray")
    are_one(house, Author("mastodon", "https://social.example/@kim", "@kim@social.example"), house.customer("Kim", kim.phone.number))
    read(house.shop, there)
    dana = server.client(token=TOKENS["dana"])
    dana.status_post("@kim where is my lamp")
    house.passes(31)
    read(house.shop, there)
    kim.phone.reads("T2 @dana@social.example wrote on Mastodon", "@kim where is my lamp")
    dana.status_post("@kim @acme and where is my kettle")
    for _ in range(2):
        read(house.shop, there)
        house.passes(31)
    kim.phone.reads("and where is my kettle")
    assert len(house.rows(select(PostRow.id).where(PostRow.inbound))) == 2
    assert not sam.phone.received
