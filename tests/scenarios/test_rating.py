"""How was it? Asked once when it is solved, where the house wants it; the answer counts for that case alone."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.house import OUR_NUMBER, Agent, Customer, House, talks_and_is_content
from voice_gateway.store.tables import JournalRow

CALM = pytest.mark.weather("calm")
A_FEW = pytest.mark.weather("calm", "echo", "shuffle")
QUESTION = "How was it? Answer 1 (bad) to 5 (very good)."


def solved(house: House, number: str = "") -> tuple[Customer, Agent]:
    """Dana asked for a call, talked with Sam, and it is solved."""
    house.keeps(texts={"ask_how_it_was": True})
    dana, sam = house.customer("Dana", number), house.agent("Sam")
    dana.asks_for_a_call()
    sam.phone.rings().presses("1").hears("Calling them now")
    dana.phone.rings().presses("1")
    talks_and_is_content(dana, sam)
    return dana, sam


def test_who_talked_is_asked_and_thanked_once(house: House) -> None:
    dana, sam = solved(house)
    dana.phone.reads(QUESTION, within=200)
    dana.phone.texts("4", to=OUR_NUMBER)
    dana.phone.reads("thank you for telling us")
    house.passes(600)
    assert [(case.rating, case.state) for case in house.cases] == [(4, "solved")]
    assert house.rows(select(JournalRow.detail).where(JournalRow.what == "rated"))[0].detail == "4"
    assert not sam.phone.received
    assert "4" not in [step["text"] for step in dana.ticket["steps"]]


@CALM
def test_the_second_answer_is_a_text_like_any_other(house: House) -> None:
    dana, sam = solved(house)
    dana.phone.reads(QUESTION, within=200)
    dana.phone.texts("5", to=OUR_NUMBER)
    dana.phone.reads("thank you for telling us")
    dana.phone.texts("5", to=OUR_NUMBER)
    sam.phone.reads("T2", "5")
    dana.phone.reads("a colleague reads it now")
    assert [case.rating for case in house.cases] == [5, None]


@CALM
@pytest.mark.parametrize("words", ["6", "0", "45", "very good", "5 stars"])
def test_other_words_are_read_by_a_human(house: House, words: str) -> None:
    dana, sam = solved(house)
    dana.phone.reads(QUESTION, within=200)
    dana.phone.texts(words, to=OUR_NUMBER)
    sam.phone.reads("T2", words)
    dana.phone.reads("a colleague reads it now")
    assert house.cases[0].rating is None


@CALM
def test_a_late_answer_counts_for_nothing(house: House) -> None:
    dana, sam = solved(house)
    dana.phone.reads(QUESTION, within=200)
    house.passes(25 * 3600)
    dana.phone.texts("5", to=OUR_NUMBER)
    sam.phone.reads("T2", "5")
    dana.phone.reads("a colleague reads it now")
    assert [case.rating for case in house.cases] == [None, None]


@CALM
def test_a_number_that_answers_a_colleague_is_no_rating(house: House) -> None:
    """A new thread has begun since, and Sam asked how many."""
    dana, sam = solved(house)
    dana.phone.reads(QUESTION, within=200)
    dana.phone.texts("I need more lamps", to=OUR_NUMBER)
    sam.phone.reads("T2", "more lamps")
    dana.phone.reads("a colleague reads it now")
    sam.phone.texts("How many?", to=OUR_NUMBER)
    dana.phone.reads("How many?")
    dana.phone.texts("3", to=OUR_NUMBER)
    sam.phone.reads("T2", "3")
    assert [case.rating for case in house.cases] == [None, None]


@CALM
def test_at_night_nobody_is_asked(house: House) -> None:
    """It is five in the morning in Honolulu."""
    dana, _sam = solved(house, number="+18085550123")
    house.passes(4 * 3600)
    assert not dana.phone.received


@CALM
def test_who_wants_no_texts_is_not_asked(house: House) -> None:
    house.keeps(texts={"ask_how_it_was": True})
    dana, sam = house.customer("Dana").is_known(opted_out_at=house.time.now()), house.agent("Sam")
    dana.asks_for_a_call()
    sam.phone.rings().presses("1").hears("Calling them now")
    dana.phone.rings().presses("1")
    talks_and_is_content(dana, sam)
    house.passes(300)
    assert not dana.phone.received


@A_FEW
def test_a_thread_that_a_colleague_calls_done_is_solved(house: House) -> None:
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    dana.phone.texts("My lamp is broken", to=OUR_NUMBER)
    sam.phone.reads("My lamp is broken")
    dana.phone.reads("a colleague reads it now")
    sam.phone.texts("A new one is on its way", to=OUR_NUMBER)
    dana.phone.reads("A new one")
    sam.phone.texts("Done t1.", to=OUR_NUMBER)
    sam.phone.reads("T1 is solved")
    assert house.cases[0].state == "solved"


@CALM
def test_done_with_words_of_its_own_is_an_answer(house: House) -> None:
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    dana.phone.texts("Please cancel my order of March", to=OUR_NUMBER)
    sam.phone.reads("cancel my order")
    dana.phone.reads("a colleague reads it now")
    sam.phone.texts("Done, you get your money back", to=OUR_NUMBER)
    dana.phone.reads("Done, you get your money back")
    assert house.cases[0].state == "open"
