"""A big effect on somebody's life is heard wherever they say it, and in the words that the house has added."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from flows import own_words
from flows.house import EscalationRules
from flows.house import House as Described
from tests.house import OUR_NUMBER, House
from tests.scenarios.climbs import climb_rows, has_ladder, rung
from tests.scenarios.messages import leaves_word
from tests.scenarios.test_rules_of_climbing import STORIES
from voice_gateway.store.tables import CaseRow

CALM = pytest.mark.weather("calm")


def by_text(house: House, words: str) -> None:
    house.customer("Dana").is_known().phone.texts(words, OUR_NUMBER)


def in_a_message(house: House, words: str) -> None:
    leaves_word(house.customer("Dana").is_known(), words)


def by_post(house: House, words: str) -> None:
    house.person_on("square", "@jess", followers=10).posts(f"@house {words}")


def on_the_telephone(house: House, words: str) -> None:
    house.customer("Dana").is_known().waits_in_line(about=words).phone.hangs_up()


def listens(house: House, **words: list[str]) -> None:
    has_ladder(house, rung("Maria"), off=[each for each in STORIES if each != "big_effect"], words=words)


@CALM
@pytest.mark.parametrize("says", [by_text, in_a_message, by_post, on_the_telephone])
def test_wherever_they_say_it(house: House, says: Callable[[House, str], None]) -> None:
    """A manager is told, and it goes before other cases."""
    listens(house)
    says(house, "my mother has no insulin left, where is the parcel")
    house.passes(10 * 60)
    assert [(row.rule, row.why) for row in climb_rows(house)] == [
        ("big_effect", 'it has a big effect on their life: they say "insulin"')]
    assert [row.urgent for row in house.rows(select(CaseRow.urgent).where(CaseRow.state != "staff"))] == [True]
    house.is_forgotten()


@CALM
@pytest.mark.parametrize("words, why", [
    ("Wir haben KEINEN  Strom mehr", 'it has a big effect on their life: they say "keinen  strom"'),
    ("ich bin obdachloser Musiker", 'it has a big effect on their life: they say "obdachloser"'),
    ("I paid by visa for my child, is it a last chance sale?", ""),
    ("Ein Stromausfall", ""),
])
def test_words_of_the_houses_own(house: House, words: str, why: str) -> None:
    listens(house, big_effect=["keinen Strom", "obdachlos*", "Strom"])
    by_text(house, words)
    house.passes(10 * 60)
    assert [row.why for row in climb_rows(house)] == ([why] if why else [])
    house.is_forgotten()


@pytest.mark.parametrize("word, said, found", [
    ("krank", "Sie ist KRANK!", "krank"),
    ("krank", "Krankenhaus", ""),
    ("krank*", "im Krankenhaus", "krankenhaus"),
    ("h\u00f4pital", "a\u0300 l\u2019ho\u0302pital", "h\u00f4pital"),
    ("\u75c5\u9662", "\u6bcd\u306f\u75c5\u9662\u306b\u3044\u307e\u3059", "\u75c5\u9662"),
    ("a.c", "abc", ""),
])
def test_how_a_word_is_heard(word: str, said: str, found: str) -> None:
    assert own_words.heard(Described("", "UTC", escalation=EscalationRules(words=(("big_effect", (word,)),))), "big_effect", said) == found
