"""A contact's own page and a profile that name each other are shown to agents for a week, and reach nobody."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from flows.posts import Author
from jobs import own_pages
from tests.house import OUR_NUMBER, House
from tests.scenarios.test_who_is_it import WhoIsIt
from voice_gateway import rel_me
from voice_gateway.networks import Trouble
from voice_gateway.public_web import PublicWeb
from voice_gateway.store.identity import audit
from voice_gateway.store.tables import ContactRow, LinkRow

pytestmark = pytest.mark.weather("calm")

PAGE = "https://dana.example/"
WEEK = timedelta(days=7)
LINK = '<p>Find me <a class="u" href="https://town.example/@dana" rel="me noopener">there</a></p>'


@dataclass
class Server:
    """What a Mastodon server tells: whose handle it is, and on whose profile it has seen which page."""

    dana: Author
    seen: list[str] = field(default_factory=lambda: [PAGE])
    name: str = "mastodon"

    def who_is(self, handle: str) -> Author | None:
        return self.dana if handle == self.dana.handle else None

    def proves_page(self, whom: Author, page: str) -> bool:
        if not self.seen:
            raise Trouble("out of order")
        return whom == self.dana and page in self.seen


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> dict[str, httpx.Response]:
    """The web, as far as there is one."""
    where = {"dana.example": "93.184.215.14", "inner.example": "10.0.0.7"}
    monkeypatch.setattr(socket, "getaddrinfo", lambda name, port, **_: [(0, 0, 0, "", (where[name], port))])
    return {"dana.example": httpx.Response(200, html=LINK)}


def looks(house: House, server: Any, pages: dict[str, httpx.Response]) -> list[tuple[str, str]]:
    """One look; gives what is linked and how that stands."""
    web = PublicWeb(transport=httpx.MockTransport(lambda request: pages[request.headers["host"]]))
    own_pages.look(replace(house.shop, networks={"mastodon": server}), web)
    return [(row.tier, row.state) for row in house.rows(select(LinkRow.tier, LinkRow.state).order_by(LinkRow.id))]


def its_time_has_come(house: House) -> None:
    """Sooner than it would: to live through a week takes a test too long."""
    house.passes(1)
    [(at,)] = house.rows(select(ContactRow.look_at))
    assert timedelta(days=6) < at - house.time.now() < WEEK, "before what was seen is over"
    with house.store.transaction() as memory:
        memory.execute(update(ContactRow).values(look_at=house.time.now()))


def dana_has(house: House, page: str) -> tuple[Server, Any]:
    dana, account = house.customer("Dana").is_known(), house.person_on("mastodon", "@dana@town.example")
    with house.store.transaction() as memory:
        memory.execute(update(ContactRow).values(page=page, look_at=house.time.now()))
    return Server(Author("mastodon", account.subject, "@dana@town.example")), dana


def test_a_page_and_a_profile_that_name_each_other_are_shown_for_a_week(house: House, pages: dict[str, httpx.Response]) -> None:
    sam = house.agent("Sam")
    server, dana = dana_has(house, PAGE)
    assert looks(house, server, pages) == [("show", "active")]
    assert looks(house, server, pages) == [("show", "active")], "it is looked at again in a week"
    dana.phone.texts("Hello", to=OUR_NUMBER)
    sam.phone.reads("Dana", "Hello")
    dana.phone.reads("a colleague reads it now")
    assert "@dana@town.example" in WhoIsIt(house, sam, 1).said
    assert "not proved: their profile says so" in WhoIsIt(house, sam, 1).said
    its_time_has_come(house)
    assert looks(house, server, pages) == [("show", "superseded"), ("show", "active")]
    pages["dana.example"] = httpx.Response(200, html=LINK.replace('rel="me noopener"', 'rel="nofollow"'))
    its_time_has_come(house)
    assert looks(house, server, pages)[1:] == [("show", "revoked")]
    assert "not proved: their profile says so" not in WhoIsIt(house, sam, 1).said
    assert "do not name each other any more" in WhoIsIt(house, sam, 1).said
    with house.store.picture() as memory:
        assert not audit.verify(memory).broken


@pytest.mark.parametrize("page, answer, seen", [
    ("https://inner.example/", httpx.Response(200, html=LINK), [PAGE]), (PAGE, httpx.Response(500), [PAGE]),
    (PAGE, httpx.Response(301, headers={"location": "https://inner.example/"}), [PAGE]), (PAGE, httpx.Response(200, html=LINK), [])])
def test_what_cannot_be_looked_at_changes_nothing_and_is_looked_at_soon(
        house: House, pages: dict[str, httpx.Response], page: str, answer: httpx.Response, seen: list[str]) -> None:
    server, _dana = dana_has(house, page)
    server.seen = seen
    pages |= {"dana.example": answer, "inner.example": answer}
    assert looks(house, server, pages) == []
    [(at,)] = house.rows(select(ContactRow.look_at))
    assert at - house.time.now() == own_pages.AFTER_TROUBLE


@pytest.mark.parametrize("answer, seen", [
    (httpx.Response(404, html=LINK), PAGE), (httpx.Response(200, html="<a href='https://town.example/@dana'>me</a>"), PAGE),
    (httpx.Response(200, content=b"<a", headers={"content-type": "text/html; charset=hex"}), PAGE),
    (httpx.Response(200, html=LINK.replace("@dana", "@eve")), PAGE), (httpx.Response(200, html=LINK), "https://other.example/")])
def test_one_that_names_the_other_alone_says_nothing(house: House, pages: dict[str, httpx.Response], answer: httpx.Response, seen: str) -> None:
    server, _dana = dana_has(house, PAGE)
    server.seen, pages["dana.example"] = [seen], answer
    assert looks(house, server, pages) == []


def test_a_page_that_the_house_file_names_no_more_ends_what_it_showed(house: House, pages: dict[str, httpx.Response]) -> None:
    server, _dana = dana_has(house, PAGE)
    looks(house, server, pages)
    with house.store.transaction() as memory:
        memory.execute(update(ContactRow).values(page="", look_at=house.time.now()))
    assert looks(house, server, {}) == [("show", "revoked")]
    assert list(house.rows(select(ContactRow.look_at))) == [(None,)]


@pytest.mark.parametrize("page, found", [
    ('<LINK REL=me HREF=https://a.example/@x>', ["https://a.example/@x"]),
    ("<a\nhref='https://a.example/?a=1&amp;b=2'\nrel='friend me'>x</a>" * 2, ["https://a.example/?a=1&b=2"]),
    ('<a rel="me" href="http://a.example/@x"><a rel="me" href="javascript:x()"><a rel="me">', []),
    ('<a rel="home" href="https://a.example/"><abbr rel="me" href="https://a.example/"><a', []), ("", []),
    ("<a " * 100000, []), ("".join(f'<a rel=me href=https://a.example/{n}>' for n in range(99)),
                           [f"https://a.example/{n}" for n in range(rel_me.MOST_LINKS)]),
])
def test_what_a_page_calls_its_owners(page: str, found: list[str]) -> None:
    assert rel_me.links(page) == found
