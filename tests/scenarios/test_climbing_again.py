"""Somebody has taken it: what makes the same case climb once more, and what does not."""

from __future__ import annotations

import pytest

from tests.house import OUR_NUMBER, House
from tests.scenarios.climbs import a_case, climb_rows, has_ladder, rung, takes

CALM = pytest.mark.weather("calm")
MINUTE, HOUR = 60.0, 3600.0


def test_what_is_taken_and_forgotten_climbs_again_and_again(house: House) -> None:
    """Sam broke his promise, and Maria breaks hers, twice: each time it rings her a while after the time that she named."""
    sam, maria = house.agent("Sam"), house.manager("Maria")
    has_ladder(house, rung("Maria"))
    a_case(house, "Dana", sam, next_at=house.time.now(), look_at=house.time.now())
    for forgotten in range(3):
        takes(house, maria)
        assert [each.rule for each in climb_rows(house)] == ["update_missed"] * (forgotten + 1)
        maria.phone.reads("was promised an update from you", within=HOUR)
    house.is_forgotten()


@CALM
def test_what_was_taken_because_of_a_post_does_not_climb_because_of_the_same_words(house: House) -> None:
    """Maria has said by when she calls, so nobody is rung before; then it climbs because it is late, not because of the police."""
    sam, maria = house.agent("Sam"), house.manager("Maria")
    has_ladder(house, rung("Maria"), conditions=[{"name": "mine", "when": "case.age > 9000", "why": "old", "ladder": ""}])
    house.person_on("square", "@jess", followers=10).posts("@house I call the police, this is a scam")
    sam.phone.reads("@jess wrote on the square")
    takes(house, maria)
    maria.phone.reads("T1: @jess wrote on the square", within=55 * MINUTE)
    assert [each.rule for each in climb_rows(house)] == ["words_of_danger"]
    assert house.cases[0].owner_id == maria.id, "nobody else was asked to answer it meanwhile"
    maria.phone.rings(within=20 * MINUTE).hears("nobody has attended to what they wrote").presses("5").hears("passed it on")
    assert [(each.rule, each.urgent) for each in climb_rows(house)] == [("words_of_danger", True), ("mention_unattended", False)]
    assert not sam.phone.is_ringing
    house.is_forgotten()


@CALM
def test_the_same_wish_within_a_day_is_for_whoever_has_it(house: House) -> None:
    """Another rule came between: what was asked for before it still counts."""
    dana, maria = house.customer("Dana").is_known(), house.manager("Maria")
    has_ladder(house, rung("Maria"))
    for words in ("I want your manager", "or do I call my lawyer", "I want your manager"):
        dana.phone.texts(words, to=OUR_NUMBER)
        house.passes(5)
        if climb_rows(house)[-1].ended_at is None:
            takes(house, maria)
    assert [each.rule for each in climb_rows(house)] == ["asked_for_manager", "words_of_danger"]
    house.is_forgotten()


@CALM
def test_a_new_cry_of_danger_an_hour_later_rings_again(house: House) -> None:
    """The first one was taken by somebody, and that was another danger; more words of it at once are for whoever took it."""
    dana, maria = house.customer("Dana").is_known(), house.manager("Maria")
    has_ladder(house, rung("Maria"))
    dana.phone.texts("I smell gas in the hall", to=OUR_NUMBER)
    takes(house, maria)
    dana.phone.texts("the smell of gas is strong", to=OUR_NUMBER)
    house.passes(10 * MINUTE)
    assert len(climb_rows(house)) == 1
    maria.phone.texts("T1 Leave the house, we ring the gas works", to=OUR_NUMBER)
    house.passes(HOUR)
    dana.phone.texts("now my lamp is on fire", to=OUR_NUMBER)
    takes(house, maria)
    assert [(each.rule, each.urgent) for each in climb_rows(house)] == [("words_of_danger", True)] * 2
    house.is_forgotten()


@CALM
@pytest.mark.parametrize("taken_back", [False, True])
def test_a_post_in_the_night_is_late_in_the_morning_unless_it_is_gone_by_then(house: House, taken_back: bool) -> None:
    """The clock of whoever is to answer it and that of the climb are one: ten minutes, counted from one o'clock, when they open."""
    house.agent("Sam")
    house.keeps_hours([{"days": [1, 2, 3, 4, 5], "open": 13 * 60, "close": 17 * 60}])
    house.manager("Maria")
    has_ladder(house, rung("Maria"))
    jess = house.person_on("square", "@jess", followers=9900)
    post = jess.posts("An hour on the ground with @house, and nobody answers")
    house.passes(2.9 * HOUR)
    assert not climb_rows(house)
    if taken_back:
        jess.takes_back(post)
    house.passes(20 * MINUTE)
    assert [each.rule for each in climb_rows(house)] == ([] if taken_back else ["mention_unattended"])
    house.is_forgotten()
