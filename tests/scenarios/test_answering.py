"""A colleague answers whoever wrote where they wrote it; by a link, a code and a key they talk; and "not me" ends it."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from tests.house import BASE, OUR_NUMBER, House, talks_and_ends_it_in_public
from tests.scenarios.test_proving import Browser, code_to
from voice_gateway.store.tables import CaseRow, PostRow

CALM = pytest.mark.weather("calm")
LATE = 180


def test_from_a_post_of_a_stranger_to_a_call_and_back(house: House) -> None:
    """The link, the code, the call; the next post rings straight through; and "not me" stops it at once."""
    sam, dana, jess = house.agent("Sam"), house.customer("Dana"), house.person_on("square", "@jess", followers=9900)
    jess.posts("An hour on the ground with @house, and nobody answers")
    sam.phone.reads("T1 @jess wrote on the square", "Answer within 10 minutes", within=LATE)
    sam.phone.texts("LINK T1", to=OUR_NUMBER)
    sam.phone.reads("@jess gets a link", within=LATE)
    page = re.search(rf"{BASE}(/prove/\S+)", jess.reads("Tap, and we call you", private=False, within=LATE))
    assert page
    browser = Browser(house, page[1]).signs_in(handle="@jess").does("number", phone=dana.phone.number, consent="yes")
    dana.phone.reads("links @jess on the square with this number", within=LATE)
    browser.does("code", code=code_to(dana)).sees("we call you now")
    dana.phone.reads("@jess on the square and the number that ends in 0112 are yours", within=LATE)
    sam.phone.rings(within=LATE).hears("@jess wrote on the square", "An hour on the ground").presses("1")
    dana.phone.rings(within=LATE).hears("You wrote about us on the square").presses("1")
    talks_and_ends_it_in_public(dana, sam, jess)

    jess.posts("Thank you @house, one more thing")
    sam.phone.rings(within=LATE).hears("@jess wrote on the square", "one more thing").presses("1")
    dana.phone.rings(within=LATE).presses("1")
    talks_and_ends_it_in_public(dana, sam, jess)

    dana.phone.texts("not me", to=OUR_NUMBER)
    dana.phone.reads("It has ended", within=LATE)
    sam.phone.reads("says that they are not whom we took them for", within=LATE)
    jess.posts("@house and a third")
    sam.phone.reads("@jess wrote on the square", "and a third", within=LATE)


def test_a_colleague_answers_where_it_was_said(house: House) -> None:
    """Openly what was said openly, and privately what was written to us alone; once, whatever the network does."""
    sam, jess, bob = house.agent("Sam"), house.person_on("square", "@jess"), house.person_on("square", "@bob")
    jess.posts("@house where is my bag")
    sam.phone.reads("T1 @jess wrote on the square", "where is my bag")
    sam.phone.texts("T1 It is on its way to you", to=OUR_NUMBER)
    assert jess.reads("on its way", private=False) == "It is on its way to you"
    bob.writes("my address is a secret")
    sam.phone.reads("T2 @bob wrote privately")
    sam.phone.texts("T2 We keep it", to=OUR_NUMBER)
    bob.reads("We keep it", private=True)
    assert not house.rows(select(CaseRow.id).where(CaseRow.unanswered_since.is_not(None)))


@CALM
def test_what_the_network_does_not_take_is_told_to_who_wrote_it(house: House) -> None:
    sam, jess = house.agent("Sam"), house.person_on("square", "@jess")
    post = jess.posts("@house where is my bag")
    sam.phone.reads("T1 @jess wrote")
    jess.takes_back(post)
    sam.phone.texts("T1 It is on its way", to=OUR_NUMBER)
    sam.phone.reads("@jess does not read this", "It is on its way")


@CALM
def test_a_link_that_was_meant_for_them_alone_is_not_kept(house: House) -> None:
    sam, jess = house.agent("Sam"), house.person_on("square", "@jess")
    jess.writes("please call me")
    sam.phone.reads("T1 @jess wrote privately")
    sam.phone.texts("link t1", to=OUR_NUMBER)
    sam.phone.reads("@jess gets a link")
    token = jess.reads("Tap, and we call you", private=True).rpartition("/")[2]
    kept = [row.words for row in house.rows(select(PostRow.words).where(~PostRow.inbound))]
    assert kept == [f"Thank you for writing. Tap, and we call you: {BASE}/prove/..."]
    assert token not in str(house.cases)
