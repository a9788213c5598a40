"""Two write in one thread: it is one case, and yet what one of them says, proves or is told is never the other's."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from flows.codes import TO_NUMBER
from tests.house import BASE, OUR_NUMBER, Agent, House
from tests.proving import KEY, are_one
from tests.scenarios.test_proving import Browser, account
from voice_gateway.post_turns import PostTurns
from voice_gateway.sandbox.citizens import Person
from voice_gateway.store import admit
from voice_gateway.store.identity import challenges
from voice_gateway.store.tables import LinkRow, PostRow

CALM = pytest.mark.weather("calm")
LATE = 180
OPTION = re.compile(r'<option value="(\d+)"( selected)?>([^<]+)<')


def joins(house: House) -> tuple[Agent, Person, Person]:
    """Jess has written, and Bob below her; Sam has read both."""
    sam, jess, bob = house.agent("Sam"), house.person_on("square", "@jess"), house.person_on("square", "@bob")
    post = jess.posts("@house where is my bag")
    sam.phone.reads("T1 @jess wrote", within=LATE)
    bob.posts("@house you owe me a refund as well", answers=post.id)
    sam.phone.reads("T1 @bob wrote", "a refund as well", within=LATE)
    assert len(house.cases) == 1
    return sam, jess, bob


def test_an_answer_goes_to_whoever_was_read_last_and_to_nobody_else(house: House) -> None:
    """The text says to whom; a handle in front says otherwise; and whose case it is waits until they are answered as well."""
    sam, jess, bob = joins(house)
    assert "Answers go to @bob, unless you begin with @jess" in sam.phone.received[-1]
    sam.phone.texts("T1 Sorry, your refund is on its way", to=OUR_NUMBER)
    bob.reads("your refund is on its way", private=False, within=LATE)
    assert house.cases[0].unanswered_since
    sam.phone.texts("T1 @jess it is on the next flight", to=OUR_NUMBER)
    jess.reads("on the next flight", private=False, within=LATE)
    assert not house.cases[0].unanswered_since
    sam.phone.texts("T1 and it lands at noon", to=OUR_NUMBER)
    jess.reads("lands at noon", private=False, within=LATE)
    sam.phone.texts("T1 @bobby here it is", to=OUR_NUMBER)
    sam.phone.reads("@bobby has not written about T1, only @bob and @jess. Nothing was sent.", within=LATE)


@CALM
def test_who_was_told_of_nobody_in_particular_answers_whose_case_it_is(house: House) -> None:
    """Somebody else is asked when nobody answers: they have read of Jess alone."""
    sam, jess, _bob = joins(house)
    kim = house.agent("Kim")
    sam.phone.reads("T1: @jess wrote on the square, and is to hear from you", within=4000)
    kim.phone.reads("T1 @jess wrote and has no answer yet", within=4000)
    kim.phone.texts("T1 I look after it now", to=OUR_NUMBER)
    jess.reads("I look after it now")


@CALM
def test_what_is_private_joins_nobody_elses_case_and_stays_private(house: House) -> None:
    """A message below a post of somebody else's; and who joins in below a private talk of others begins their own."""
    sam, jess, bob = house.agent("Sam"), house.person_on("square", "@jess"), house.person_on("square", "@bob")
    post = jess.posts("@house where is my bag")
    sam.phone.reads("T1 @jess wrote on the square")
    came = house.shop.networks["square"].listen("0").posts[0]
    below = replace(came, id="below", author=replace(came.author, subject=bob.subject, handle="@bob"), words="my card is stolen", private=True)
    PostTurns(house.gateway.turns).post_came_in(below)
    sam.phone.reads("T2 @bob wrote privately", "my card is stolen")
    kim = house.person_on("square", "@kim")
    kim.posts("@house me too", answers=post.id)
    sam.phone.reads("T1 @kim wrote on the square")
    assert [case.caller_name for case in house.cases] == ["@jess", "@bob"]
    sam.phone.texts("T2 It is blocked now", to=OUR_NUMBER)
    bob.reads("It is blocked now", private=True)


@CALM
def test_on_the_page_a_colleague_sees_and_chooses_to_whom_it_goes(house: House) -> None:
    sam, jess, bob = joins(house)
    found = re.search(rf"{BASE}(/w/\S+)", sam.phone.received[0])
    assert found
    page = Browser(house, found[1]).does("look", words="It is found")
    offered = OPTION.findall(page.answer.get_data(as_text=True))
    assert [(name, bool(chosen)) for _, chosen, name in offered] == [("@bob, where they wrote it", True), ("@jess, where they wrote it", False)]
    hers, his = offered[1][0], offered[0][0]
    page.does("look", words="It is found", to=hers)
    looked = re.search(r'name="looked" value="([^"]+)"', page.answer.get_data(as_text=True))
    assert looked
    page.does("send", words="It is found", to=his, looked=looked[1], after="2")  # chosen anew after the look: looked at again
    assert not house.rows(select(PostRow.id).where(~PostRow.inbound))
    page.does("send", words="It is found", to=hers, looked=looked[1], after="2")
    jess.reads("It is found", private=False)
    assert not bob.is_followed


@CALM
def test_what_the_network_does_not_take_is_told_with_who_does_not_read_it(house: House) -> None:
    sam, jess, bob = house.agent("Sam"), house.person_on("square", "@jess"), house.person_on("square", "@bob")
    post = jess.posts("@house where is my bag")
    sam.phone.reads("T1 @jess wrote")
    his = bob.posts("@house and mine", answers=post.id)
    sam.phone.reads("T1 @bob wrote")
    bob.takes_back(his)
    sam.phone.texts("T1 Yours as well", to=OUR_NUMBER)
    sam.phone.reads("T1 @bob does not read this", "Yours as well")


@CALM
def test_a_code_below_somebody_elses_post_shows_who_wrote_it(house: House) -> None:
    """It is answered there, and links nobody else."""
    _sam, _jess, bob = joins(house)
    dana = house.customer("Dana")
    with house.store.transaction() as memory:
        at = house.time.now()
        tel = admit.caller(memory, "tel", dana.phone.number, at).id
        code = challenges.issue(memory, KEY, tel, account(house, bob), TO_NUMBER, at).code
    bob.posts(f"@house {code}")
    bob.reads("Thank you, that is shown.", private=False)
    dana.phone.reads("@bob on the square and the number that ends in 0112 are yours")
    assert [row.account_id for row in house.rows(select(LinkRow.account_id))] == [account(house, bob)]


@CALM
def test_not_me_ends_the_link_of_whoever_says_it(house: House) -> None:
    """Below somebody else's post too, and the colleague reads who it was."""
    sam, jess, bob = house.agent("Sam"), house.person_on("square", "@jess"), house.person_on("square", "@bob")
    hers, his = (are_one(house, who, house.customer(name), agreed=False) for who, name in ((jess, "Jess"), (bob, "Bob")))
    post = jess.posts("@house where is my bag")
    sam.phone.reads("T1 @jess wrote")
    bob.posts("@house not me", answers=post.id)
    bob.reads("It has ended")
    sam.phone.reads("T1 @bob says that they are not whom we took them for")
    assert {row.id: row.state for row in house.rows(select(LinkRow.id, LinkRow.state))} == {hers: "active", his: "revoked"}
