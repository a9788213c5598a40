"""What a manager is told in one breath: never longer than fifteen seconds, whatever people call themselves or say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.briefing import spoken_facts, written_facts
from flows.climbing import Climb
from flows.facts import Call, Callback, Case, Contact, History
from flows.house import House
from flows.own_line import Waiting
from voice_gateway.sandbox.handsets import speaking_time

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
LONGEST = 15  # seconds
WORDS_A_SECOND = 165 / 60

said = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=400)


def call(name: str = "Dana Smith", about: str = "a refund", impact: str = "", why: str = "she asked for a manager", times: int = 0,
         promise: str = "", hours: float = 2, others: int = 0, house: str = "Acme Support") -> Call:
    since = NOW - timedelta(hours=hours)
    waiting = tuple(Waiting(n, "Ben", "", since) for n in range(1, others + 2))
    return Call(NOW, House(house, "UTC"), Case(1, about, "open", since, "https://t", impact), Contact(1, name, "+12025550121"),
                Callback(since, since), history=History(times, promise),
                climb=Climb(1, 1, why, "asked_for_manager", since, cases=waiting))


def test_all_of_it_in_order() -> None:
    assert spoken_facts(call(impact="I cannot work", times=2, promise="Sam would ring at 3:00 pm", others=2)) == (
        "Acme Support. Dana Smith, about a refund, for 2 hours. They asked 3 times this month. They say: I cannot work. "
        "We said that Sam would ring at 3:00 pm. Why: she asked for a manager. And 2 other cases.")


def test_what_is_not_there_is_not_told() -> None:
    assert spoken_facts(call(about="", why="nobody came", name="")) == "Acme Support. Somebody, for 2 hours. Why: nobody came."


def test_a_long_story_is_shortened_and_every_part_of_it_stays() -> None:
    long = " ".join(f"word{n}" for n in range(80))
    told = spoken_facts(call(about=long, impact=long, why=long, times=4, promise=long))
    assert speaking_time(told) <= LONGEST
    for part in ("about word0", "They say: word0", "We said that word0", "Why: word0", "5 times"):
        assert part in told


@settings(max_examples=40, deadline=None)
@given(name=said, about=said, impact=said, why=said, promise=said, house=st.text(min_size=1, max_size=80),
       times=st.integers(0, 400), hours=st.floats(0, 10_000), others=st.integers(0, 300))
def test_never_longer_than_a_breath(name: str, about: str, impact: str, why: str, promise: str, house: str, times: int,
                                    hours: float, others: int) -> None:
    told = spoken_facts(call(name, about, impact, why, times, promise, hours, others, house))
    assert speaking_time(told) <= LONGEST
    assert len(told.split()) <= LONGEST * WORDS_A_SECOND


@pytest.mark.parametrize("hidden", ["+12025550121", "https://t"])
def test_no_number_and_no_address_is_read_out(hidden: str) -> None:
    """Whoever holds the manager's telephone may be somebody else."""
    assert hidden not in spoken_facts(call())


def test_written_down_it_is_whole() -> None:
    long = " ".join(f"word{n}" for n in range(80))
    assert "word79" in written_facts(replace(call(impact=long)))
