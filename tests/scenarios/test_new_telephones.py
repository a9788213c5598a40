"""A colleague's number that the house file tells anew: it says whose it is before anything of a customer's goes there."""

from __future__ import annotations

import pytest

from flows.directory import says_whose
from flows.facts import Agent as Colleague
from jobs.ask_whose_telephone import ask_whose_telephone
from tests.house import OUR_NUMBER, Agent, House, talks_and_is_content
from voice_gateway.store import telephones

CALM = pytest.mark.weather("calm")


def is_asked(house: House, sam: Agent) -> None:
    sam.differs(telephone=telephones.NEW)  # as `voice-gateway load` leaves it
    ask_whose_telephone()
    ask_whose_telephone()
    sam.phone.reads("Acme Support: is this the work telephone of Sam?", "Reply I AM SAM", "Reply NOT SAM")


def test_a_new_number_is_rung_once_it_has_said_whose_it_is(house: House) -> None:
    sam, kim = house.agent("Sam"), house.agent("Kim")
    is_asked(house, sam)
    dana = house.customer("Dana").asks_for_a_call()
    kim.phone.rings().presses("1")
    dana.phone.rings().presses("1")
    talks_and_is_content(dana, kim)
    sam.phone.texts("I am Sam!", to=OUR_NUMBER)
    sam.phone.reads("Thank you, Sam. Customers' calls and texts come to this telephone now")
    assert len(sam.phone.received) == 2
    lee = house.customer("Lee").asks_for_a_call()
    sam.phone.rings().presses("1")
    lee.phone.rings().presses("1")
    talks_and_is_content(lee, sam)


@CALM
def test_whoever_has_the_number_by_mistake_gets_nothing(house: House) -> None:
    """They say so; and what they write besides is a stranger's, to be read by a human."""
    wrong, kim = house.agent("Sam"), house.agent("Kim")
    is_asked(house, wrong)
    wrong.phone.texts("not Sam", to=OUR_NUMBER)
    wrong.phone.reads("We correct the number")
    dana = house.customer("Dana").is_known().asks_for_a_call()
    kim.phone.rings().presses("1")
    dana.phone.rings().presses("1")
    talks_and_is_content(dana, kim)
    wrong.phone.texts("Who are you?", to=OUR_NUMBER)
    kim.phone.reads("Who are you?")
    wrong.phone.reads("a colleague reads it now")


@CALM
def test_not_even_an_owner_who_is_named_gets_words_there(house: House) -> None:
    """The last look is taken right before it leaves."""
    sam = house.agent("Sam")
    dana = house.customer("Dana").is_known()
    sam.differs(telephone=telephones.ASKED)
    dana.phone.texts("My card number is a secret", to=OUR_NUMBER)
    dana.phone.reads("a colleague reads it now")
    house.passes(300)
    assert not sam.phone.received


@pytest.mark.parametrize("words, said", [
    ("I AM SAM", True), ("i am sam.", True), ("I'm Sam", True), ("NOT SAM", False), ("I am not Sam!", False),
    ("yes", None), ("no", None), ("", None), ("I am Kim", None), ("I am Sam and my lamp is broken", None)])
def test_only_the_very_words_say_whose_it_is(words: str, said: bool | None) -> None:
    """A plain yes may be an answer to anything else."""
    assert says_whose(words, Colleague(1, "Sam Lee", "+12025550111")) is said


def test_a_name_may_be_written_without_its_accents() -> None:
    assert says_whose("i am jose", Colleague(1, "Jos\u00e9 Diaz", "+12025550111"))
