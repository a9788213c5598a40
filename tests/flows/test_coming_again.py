"""When a customer comes anew, and whether it is about one matter: arithmetic over instants and words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flows.coming_again import Matter, are_one, how_often, in_words, is_a_return, is_anew, telling_words
from voice_gateway import likeness

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


@pytest.mark.parametrize("came, last_word, by_telephone, anew", [
    (1, None, False, False), (59, None, False, False), (60, None, False, True),
    (600, 10, False, False), (600, 70, False, True), (9, None, True, False), (10, 0, True, True)])
def test_whoever_comes_after_a_pause_comes_anew(came: float, last_word: float | None, by_telephone: bool, anew: bool) -> None:
    assert is_anew(NOW, ago(came), None if last_word is None else ago(last_word), by_telephone=by_telephone) is anew


def test_who_comes_again_at_once_has_come_once_and_what_is_long_ago_counts_no_more() -> None:
    assert how_often([ago(300), ago(5), ago(295), ago(0), ago(50_000)], ago(43_200)) == 2


@pytest.mark.parametrize("one, other, same", [
    ("Where is my refund?", "I still have no refund, what is going on with the refund", True),
    ("My parcel is late", "My bill is wrong, and late as well", False),
    ("the parcels are missing", "missing parcel", True),
    ("order 47114711 is broken", "where is 47114711", True),
    ("refund for order 47114711", "refund for order 47114712", False),
    ("T4 is not done", "a lost dog", True),
    ("", "", False),
    ("please help me", "please help me", False),
    ("Wo bleibt meine Rechnung?", "die Rechnung fehlt noch immer", True),
])
def test_words_tell_whether_it_is_one_matter(one: str, other: str, *, same: bool) -> None:
    how = likeness.of_matters(telling_words(one), telling_words(other))
    assert are_one(Matter(9, "", one), Matter(4, "", other), how) is same


def test_a_skill_is_a_matter_where_words_tell_nothing() -> None:
    assert are_one(Matter(2, "billing", ""), Matter(1, "billing", "a refund"), 0)
    assert not are_one(Matter(2, "", ""), Matter(1, "", ""), 0)


def test_thanks_are_no_coming() -> None:
    assert [is_a_return(each) for each in ("Thanks!", "STOP", "ok", "call", "where is it?")] == [False, False, False, True, True]


def test_it_is_said_in_words() -> None:
    assert in_words(3, "a  refund", "") == "the third time about a refund in 30 days"
    assert in_words(11, "", "billing") == "the 11th time about billing in 30 days"
    assert in_words(4, "It has been standing in the rain for many days now", "") == (
        "the fourth time about It has been standing in the rain for... in 30 days")
