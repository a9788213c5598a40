"""Our own people's handles: shown by a code before they count, found by whoever wants to be, and rung when they are named."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.house import OUR_NUMBER, House, talks_and_ends_it_in_public
from tests.proving import are_one
from tests.scenarios.test_proving import CODE, spoken
from voice_gateway.store.tables import PostRow

CALM = pytest.mark.weather("calm")


def test_whoever_names_a_colleague_reaches_that_colleague(house: House) -> None:
    """Not before they have shown that the handle is theirs: until then a post that names them alone is not heard of.

    Their own posts are nobody's work.
    """
    sam, kim = house.agent("Sam Fox"), house.agent("Kim Ray").differs(handles={"square": "@kim.acme"}, public=True)
    her, bob, jess = (house.person_on("square", name) for name in ("@kim.acme", "@bob", "@jess"))
    bob.posts("is @kim.acme still there")
    bob.posts("hey @kim.acme, and @house, where is my bag")
    sam.phone.reads("T1 @bob wrote", within=180)
    kim.phone.texts("handles", to=OUR_NUMBER)
    kim.phone.reads("We look your handles up", within=180)
    kim.phone.reads("links @kim.acme on the square with this number", within=180)
    code = next(found[0] for text in reversed(kim.phone.received) if (found := CODE.search(text)))
    her.posts(f"@house {code}")
    kim.phone.reads("are yours", within=180)
    her.reads("that is shown", within=180)
    her.posts("proud to work for @house")
    jess.posts("hey @kim.acme where is my bag")
    kim.phone.reads("@jess wrote on the square", "hey @kim.acme", within=180)
    assert list(house.rows(select(PostRow.words).where(PostRow.words.contains("still there")))) == []
    page = spoken(house.browser.get("/people"))
    assert "Kim: @kim.acme on the square" in page
    assert "Sam" not in page


@CALM
def test_the_telephone_of_whom_a_post_names_rings_first(house: House) -> None:
    sam, kim = house.agent("Sam Fox"), house.agent("Kim Ray")
    dana, kims = house.customer("Dana"), house.customer("Kim", kim.phone.number)
    are_one(house, house.person_on("square", "@kim"), kims)
    jess = house.person_on("square", "@jess")
    are_one(house, jess, dana)
    jess.posts("@kim of @house knows where my bag is")
    kim.phone.rings(within=15).hears("@jess wrote").presses("1")
    dana.phone.rings().hears("Kim is on the line").presses("1")
    talks_and_ends_it_in_public(dana, kim, jess)
    assert not sam.phone.heard


@CALM
@pytest.mark.parametrize("handles, told", [
    ({}, "names no handle of yours"), ({"square": "@nobody"}, "nobody is called so on the square"),
    ({"square": "not a handle!"}, "looks like"), ({"nowhere": "@kim"}, "has no account on nowhere")])
def test_a_handle_that_cannot_be_proved_is_told_plainly(house: House, handles: dict[str, str], told: str) -> None:
    kim = house.agent("Kim Ray").differs(handles=handles)
    kim.phone.texts("HANDLES", to=OUR_NUMBER)
    kim.phone.reads("We look your handles up")
    kim.phone.reads(told)
    assert "Nobody has asked to be found" in spoken(house.browser.get("/people"))
