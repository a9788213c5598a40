"""Somebody says who they are elsewhere, in a text or to a colleague: a code goes out, and until it is back nothing is linked."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.house import OUR_NUMBER, House
from tests.scenarios.test_proving import code_to, state, writes_first
from tests.scenarios.test_who_is_it import WhoIsIt
from voice_gateway.networks import Trouble
from voice_gateway.networks.square import Square
from voice_gateway.store.tables import ChallengeRow, EvidenceRow

CALM = pytest.mark.weather("calm")
LOOK_ALIKE, UNSEEN, LONG = "@d\u0430na", "@da\u200bna", "@" + "d" * 300


def test_a_customer_texts_what_they_are_called_and_writes_the_code_from_there(house: House) -> None:
    _sam, post, dana = writes_first(house)
    dana.phone.texts("LINK square @Dana", to=OUR_NUMBER)
    dana.phone.reads("we look for @dana on the square", "Nothing is linked before", within=180)
    dana.phone.reads("links @dana on the square with this number", "write it to @acme", within=180)
    assert state(house) == [("customer_declared", "active")]
    post.writes(code_to(dana))
    post.reads("Thank you, that is shown.", within=180)
    dana.phone.reads("are yours, as you have shown", within=180)
    assert ("otp_roundtrip", "active") in state(house)


@CALM
def test_whoever_asks_for_another_persons_account_takes_no_code_from_them(house: House) -> None:
    eve, dana, post = house.customer("Eve"), house.customer("Dana"), house.person_on("square", "@dana")
    for again in range(6):
        eve.phone.texts("LINK square @dana", to=OUR_NUMBER)
        eve.phone.reads("we look for @dana on the square")
        eve.phone.reads("links @dana on the square with this number" if again < 3 else "enough codes were sent for today", within=180)
        house.passes(3600)
    dana.phone.texts("LINK square @dana", to=OUR_NUMBER)
    dana.phone.reads("we look for @dana on the square")
    dana.phone.reads("links @dana on the square with this number", within=180)
    post.writes(code_to(dana))
    post.reads("Thank you, that is shown.", within=180)
    dana.phone.reads("are yours, as you have shown", within=180)
    assert ("otp_roundtrip", "active") in state(house)


@CALM
def test_what_is_nobodys_name_is_told_and_links_nothing(house: House) -> None:
    """Look-alikes, too long, several networks, nobody: plain words, and no code. Any other words a human reads."""
    sam, dana = house.agent("Sam"), house.customer("Dana")
    house.person_on("square", "@eve")
    for said, told in (("LINK @dana", "on which network is that? Reply LINK instagram @dana or LINK square @dana or LINK x @dana"), ("LINK square @nobody", "we look for @nobody"),
                       (f"LINK square {LOOK_ALIKE}", "a handle on the square looks like"),
                       (f"LINK x {LONG}", "too long for a handle on X")):
        dana.phone.texts(said, to=OUR_NUMBER)
        dana.phone.reads(told)
        if "nobody" in said:
            dana.phone.reads("nobody on the square is called that. Nothing was linked")
        house.passes(3600)
    dana.phone.texts("link does not work", to=OUR_NUMBER)
    dana.phone.reads("a colleague reads it now")
    sam.phone.reads("link does not work")
    assert not house.rows(select(ChallengeRow.id))
    assert not house.rows(select(EvidenceRow.id))


@CALM
@pytest.mark.parametrize("trouble, customer, colleague", [
    (Trouble("the password of the house is wrong", lasting=True), "the square does not let us look, until somebody here mends it. Nothing was linked",
     "the password of the house is wrong. To try again is of no use before that is mended"),
    (Trouble("nobody is called so there any more", lasting=True, theirs=True), "nobody is called so there any more. Nothing was linked",
     "nobody is called so there any more. To try again is of no use"),
    (Trouble("it is slow"), "", "it is slow. Please try again in a minute"),
])
def test_trouble_with_a_name_is_told_as_what_it_is(house: House, monkeypatch: pytest.MonkeyPatch, trouble: Trouble, customer: str,
                                                  colleague: str) -> None:
    """What lasts is not said to be over in a minute; how the house's own account fares is told to colleagues alone."""
    def in_trouble(_network: Square, _handle: str) -> None:
        raise trouble

    sam, dana = house.agent("Sam"), house.customer("Dana")
    house.person_on("square", "@dana")
    with monkeypatch.context() as broken:
        broken.setattr(Square, "who_is", in_trouble)
        dana.phone.texts("LINK square @dana", to=OUR_NUMBER)
        dana.phone.reads("we look for @dana on the square")
        if customer:
            dana.phone.reads(customer)
        told = WhoIsIt(house, sam, 1).presses("say", status=422, network="square", whom="@dana")
        assert colleague in told
    if not customer:
        dana.phone.reads("links @dana on the square with this number", within=120)


@CALM
def test_a_colleague_types_who_they_say_they_are(house: House) -> None:
    """A number beside the account of a post, a name beside the number of a text; what is neither is told on the page."""
    sam, post, dana = writes_first(house)
    page = WhoIsIt(house, sam, 1)
    for typed, told in (("12", "number"), ("+1 202 555 0\u200b112", "number"), ("9" * 300, "number"), (OUR_NUMBER, "cannot call")):
        assert told in page.presses("say", status=422, whom=typed)
    eve = house.customer("Eve")
    eve.phone.texts("it burns", to=OUR_NUMBER)
    eve.phone.reads("a colleague reads it now")
    sam.phone.reads("it burns")
    hers = WhoIsIt(house, sam, 2)
    for typed, told in ((LOOK_ALIKE, "looks like"), (UNSEEN, "looks like"), (LONG, "too long"), ("@nobody", "Nobody on the square is called that")):
        assert told in hers.presses("say", status=422, network="square", whom=typed)
    assert "Please choose a network" in hers.presses("say", status=422, network="letters", whom="@dana")
    assert state(house) == []
    assert not house.rows(select(EvidenceRow.id))
    assert "A code is on its way" in page.presses("say", status=200, whom="(202) 555-0112")
    dana.phone.reads("links @dana on the square with this number")
    assert "not proved: they say so themselves" in page.said
    post.writes(code_to(dana))
    post.reads("Thank you, that is shown.")
    dana.phone.reads("are yours, as you have shown")
    sam.phone.reads("T1 @dana has shown who they are")
    house.person_on("square", "@eve")
    assert "A code is on its way" in hers.presses("say", status=200, network="square", whom="@Eve")
    eve.phone.reads("links @eve on the square with this number")
    assert state(house) == [("customer_declared", "active"), ("otp_roundtrip", "active"), ("customer_declared", "active")]
