"""Who comes again and again about one matter is told to a manager; who only talks with us is not."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.house import OUR_NUMBER, Customer, House
from tests.scenarios.climbs import climb_rows, has_ladder, is_closed, rung, takes
from tests.scenarios.test_rules_of_climbing import STORIES
from voice_gateway.store.tables import CaseRow

CALM = pytest.mark.weather("calm")
MINUTE, HOUR = 60.0, 3600.0


def somebody(house: House) -> Customer:
    has_ladder(house, rung("Maria"), off=[each for each in STORIES if each != "third_contact"])
    return house.customer("Dana").is_known()


def times(house: House) -> list[int]:
    return [row.times for row in house.rows(select(CaseRow.times).where(CaseRow.state != "staff").order_by(CaseRow.id))]


def test_a_text_a_call_and_a_text_on_one_open_case(house: House) -> None:
    """She writes, rings in vain, and writes again hours later: that is told in words."""
    maria, dana = house.manager("Maria"), somebody(house)
    dana.phone.texts("where is my refund?", OUR_NUMBER)
    house.passes(20 * MINUTE)
    dana.dials().phone.hears("You are next").hangs_up()
    house.passes(2 * HOUR)
    assert times(house) == [2]
    dana.phone.texts("is nobody there?", OUR_NUMBER)
    maria.phone.rings(within=600).hears("the third time about where is my refund? in 30 days").presses("4")
    maria.phone.hears("By when").presses("1").hears("It is yours")
    maria.phone.reads("is yours: you call")
    house.passes(2 * HOUR)
    assert [row.rule for row in climb_rows(house)] == ["third_contact"], "not again, for she has not come again"
    house.is_forgotten()


@CALM
def test_four_texts_in_a_row_are_one(house: House) -> None:
    house.manager("Maria")
    dana = somebody(house)
    for words in ("where is my refund?", "it was promised", "for last week", "hello??"):
        dana.phone.texts(words, OUR_NUMBER)
        house.passes(20 * MINUTE)
    assert times(house) == [1]
    assert not climb_rows(house)
    house.is_forgotten()


@CALM
def test_a_talk_by_text_is_one(house: House) -> None:
    """We answer hours later, and they answer that."""
    sam, dana = house.agent("Sam"), somebody(house)
    for number in range(3):
        dana.phone.texts(f"question {number} about my refund", OUR_NUMBER)
        sam.phone.reads(f"question {number}")
        house.passes(50 * MINUTE)
        sam.phone.texts(f"T1 answer {number}", OUR_NUMBER)
        dana.phone.reads(f"answer {number}")
        house.passes(30 * MINUTE)
    dana.phone.texts("thanks!", OUR_NUMBER)
    house.passes(MINUTE)
    assert times(house) == [1]
    house.is_forgotten()


@CALM
@pytest.mark.parametrize("words, is_one", [
    (("my piano fell down", "a bill for the harp", "do you repair flutes?"), False),
    (("my piano fell down", "the piano fell once more", "about T1"), True),
])
def test_three_cases(house: House, words: tuple[str, ...], *, is_one: bool) -> None:
    maria, dana = house.manager("Maria"), somebody(house)
    for at, each in enumerate(words, 1):
        dana.phone.texts(each, OUR_NUMBER)
        house.passes(11 * MINUTE)
        if at < len(words):
            is_closed(house, at)
    assert bool(climb_rows(house)) is is_one
    if is_one:
        assert times(house)[-1] == 3
        takes(house, maria)
    house.is_forgotten()


@CALM
def test_what_is_said_on_the_telephone_and_on_the_website_counts_as_well(house: House) -> None:
    """Two calls about one thing, each of which is over, and then the form."""
    dana = somebody(house)
    for at in (1, 2):
        dana.waits_in_line(about="the roof leaks")
        dana.phone.hangs_up()
        house.passes(20 * MINUTE)
        is_closed(house, at)
    dana.asks_for_a_call(about="my roof still leaks")
    house.passes(MINUTE)
    assert times(house) == [1, 2, 3]
    assert [row.why for row in climb_rows(house)] == ["the third time about my roof still leaks in 30 days"]
    house.is_forgotten()


@CALM
def test_by_posts(house: House) -> None:
    somebody(house)
    jess = house.person_on("square", "@jess", followers=10)
    for words in ("@house where is my bag", "@house hello? my bag", "@house it is my bag that I want"):
        jess.posts(words)
        house.passes(70 * MINUTE)
    assert times(house) == [3]
    assert [row.rule for row in climb_rows(house)] == ["third_contact"]
    house.is_forgotten()
