"""A number passes to other hands: what was agreed to there, or what was wrong with it, was the former holder's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from jobs.workshop import work_in
from tests.house import OUR_NUMBER, Agent, Customer, House, talks_and_ends_it_in_public, talks_and_is_content
from tests.proving import are_one
from voice_gateway.carrier import Carrier
from voice_gateway.store.tables import IdentifierRow, LinkRow

CALM = pytest.mark.weather("calm")


def test_what_the_former_holder_agreed_to_rings_nobody(house: House) -> None:
    """Jess agreed long ago; Eve has the number now, proved it, and was never asked."""
    sam, telephone = house.agent("Sam"), house.customer("Dana")
    jess, eve = house.person_on("square", "@jess"), house.person_on("square", "@eve")
    are_one(house, jess, telephone, ago=timedelta(days=400))
    are_one(house, eve, telephone, agreed=False, ago=timedelta(days=5))
    eve.posts("@house where is my bag")
    sam.phone.reads("@eve wrote on the square")
    house.passes(120)
    assert not telephone.phone.is_ringing


@CALM
def test_what_the_holder_of_today_agrees_to_counts(house: House) -> None:
    sam, telephone = house.agent("Sam"), house.customer("Dana")
    jess, eve = house.person_on("square", "@jess"), house.person_on("square", "@eve")
    are_one(house, jess, telephone, ago=timedelta(days=400))
    are_one(house, eve, telephone, ago=timedelta(days=5))
    eve.posts("@house where is my bag")
    sam.phone.rings(within=180).hears("@eve wrote").presses("1").hears("Calling them now")
    telephone.phone.rings(within=180).hears("You wrote about us on the square").presses("1")
    talks_and_ends_it_in_public(telephone, sam, eve)


def sim_was_changed(house: House, customer: Customer, ago: timedelta) -> None:
    """And this house asks the carrier for it."""
    at = (house.time.now() - ago).isoformat().replace("+00:00", "Z")
    house.exchange.lookups[customer.phone.number] = {"sim_swap": {"last_sim_swap": {"last_sim_swap_date": at}}}
    asks = house.shop.gateway.settings.model_copy(update={"ask_sim_changes": True})
    house.shop = replace(house.shop, carrier=Carrier(asks, house.exchange.http_client()))
    work_in(house.shop)


@CALM
def test_whose_sim_was_changed_after_the_proof_is_not_rung(house: House) -> None:
    """Whoever has the new one may be a thief: the colleague hears it, and a new code is needed."""
    sam, dana, post = house.agent("Sam"), house.customer("Dana"), house.person_on("square", "@dana")
    are_one(house, post, dana, ago=timedelta(days=2))
    sim_was_changed(house, dana, timedelta(days=1))
    post.posts("@house where is my bag")
    sam.phone.rings(within=180).hears("@dana wrote").presses("1").hears("Calling them now")
    sam.phone.reads("We may not ring @dana: the SIM of this number was changed after the proof. Answer in writing")
    assert not dana.phone.received
    assert not dana.phone.is_ringing


@CALM
def test_a_sim_that_was_changed_before_the_proof_is_the_one_that_proved_it(house: House) -> None:
    sam, dana, post = house.agent("Sam"), house.customer("Dana"), house.person_on("square", "@dana")
    are_one(house, post, dana, ago=timedelta(days=2))
    sim_was_changed(house, dana, timedelta(days=3))
    post.posts("@house where is my bag")
    sam.phone.rings(within=180).hears("@dana wrote").presses("1").hears("Calling them now")
    dana.phone.rings(within=180).hears("You wrote about us on the square").presses("1")
    talks_and_ends_it_in_public(dana, sam, post)


def is_refused(house: House, customer: Customer) -> bool:
    return bool(house.rows(select(IdentifierRow.unreachable).where(
        IdentifierRow.subject == customer.phone.number))[0].unreachable)


def links(house: House) -> list[tuple[str, str]]:
    return [(each.state, each.reason) for each in house.rows(select(LinkRow.state, LinkRow.reason).order_by(LinkRow.id))]


def in_a_thread(house: House) -> tuple[Customer, Agent]:
    """Dana wrote, Sam answers next."""
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    dana.phone.texts("My lamp is broken", to=OUR_NUMBER)
    sam.phone.reads("My lamp is broken")
    dana.phone.reads("a colleague reads it now")
    return dana, sam


def the_carrier_refuses_a_text(house: House) -> tuple[Customer, Agent]:
    """Then it takes them again."""
    dana, sam = in_a_thread(house)
    house.exchange.unreachable_numbers.add(dana.phone.number)
    sam.phone.texts("Which one?", to=OUR_NUMBER)
    sam.phone.reads("so this was not sent")
    house.exchange.unreachable_numbers.clear()
    assert is_refused(house, dana)
    return dana, sam


def test_a_number_that_was_refused_once_is_rung_again_once_it_is_proved(house: House) -> None:
    dana, sam = the_carrier_refuses_a_text(house)
    jess = house.person_on("square", "@jess")
    are_one(house, jess, dana)
    jess.posts("@house where is my bag")
    sam.phone.rings(within=180).hears("@jess wrote").presses("1").hears("Calling them now")
    dana.phone.rings(within=180).hears("You wrote about us on the square").presses("1")
    talks_and_ends_it_in_public(dana, sam, jess)


@CALM
def test_a_text_that_arrives_ends_the_refusal(house: House) -> None:
    dana, sam = the_carrier_refuses_a_text(house)
    sam.phone.texts("Which one?", to=OUR_NUMBER)
    dana.phone.reads("Which one?")
    house.passes(30)
    assert not is_refused(house, dana)


@CALM
def test_a_call_that_is_picked_up_ends_the_refusal(house: House) -> None:
    dana, sam = the_carrier_refuses_a_text(house)
    dana.asks_for_a_call()
    sam.phone.rings().presses("1")
    dana.phone.rings().presses("1")
    talks_and_is_content(dana, sam)
    assert not is_refused(house, dana)


def test_a_number_that_is_nobodys_any_more_is_rung_because_of_no_proof(house: House) -> None:
    """A report says that nobody has it: whoever has it next must prove it."""
    dana, sam = in_a_thread(house)
    jess = house.person_on("square", "@jess")
    are_one(house, jess, dana)
    dana.phone.gets_no_texts(30005)
    sam.phone.texts("Which one?", to=OUR_NUMBER)
    sam.phone.reads("not in use", "so this was not sent")
    assert links(house) == [("suspended", "the carrier says that this number is not in use as it was")]
    jess.posts("@house where is my bag")
    sam.phone.reads("@jess wrote on the square")
    house.passes(120)


@CALM
def test_a_landline_that_took_texts_before_is_another_telephone(house: House) -> None:
    dana, sam = in_a_thread(house)
    are_one(house, house.person_on("square", "@jess"), dana)
    dana.phone.gets_no_texts(30006)
    sam.phone.texts("Which one?", to=OUR_NUMBER)
    sam.phone.reads("so this was not sent")
    assert [state for state, _ in links(house)] == ["suspended"]


@CALM
def test_a_landline_all_along_keeps_its_proof(house: House) -> None:
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    are_one(house, house.person_on("square", "@jess"), dana)
    dana.phone.gets_no_texts(30006)
    dana.phone.texts("My lamp is broken", to=OUR_NUMBER)
    sam.phone.reads("My lamp is broken")
    house.passes(30)
    assert links(house) == [("active", "")]


@CALM
@pytest.mark.parametrize("code", [30003, 30007, 30008])
def test_what_may_pass_ends_no_proof(house: House, code: int) -> None:
    """Switched off, filtered, or for no reason that the carrier knows."""
    dana, sam = in_a_thread(house)
    are_one(house, house.person_on("square", "@jess"), dana)
    dana.phone.gets_no_texts(code)
    sam.phone.texts("Which one?", to=OUR_NUMBER)
    sam.phone.reads("so this was not sent")
    assert links(house) == [("active", "")]


@CALM
def test_an_account_that_is_closed_is_proved_no_more(house: House) -> None:
    """They close it; the post that we look at again is gone, and so are they."""
    sam, dana, jess = house.agent("Sam"), house.customer("Dana"), house.person_on("square", "@jess")
    are_one(house, jess, dana, agreed=False)
    jess.posts("@house where is my bag")
    sam.phone.reads("@jess wrote on the square")
    jess.leaves()
    house.passes(1800)
    assert links(house) == [("suspended", "the network says that this account is not there any more")]


@CALM
def test_a_post_that_is_taken_back_ends_no_proof(house: House) -> None:
    sam, dana, jess = house.agent("Sam"), house.customer("Dana"), house.person_on("square", "@jess")
    are_one(house, jess, dana, agreed=False)
    said = jess.posts("@house where is my bag")
    sam.phone.reads("@jess wrote on the square")
    jess.takes_back(said)
    house.passes(1800)
    assert links(house) == [("active", "")]
