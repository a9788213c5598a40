"""Our own people's handles: shown by a code before they count, found by whoever wants to be, and rung when they are named."""

from __future__ import annotations

import pytest

from tests.house import OUR_NUMBER, House, talks_and_ends_it_in_public
from tests.proving import are_one
from tests.scenarios.test_proving import spoken

CALM = pytest.mark.weather("calm")


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
