"""The share of escalations that a manager takes personally: kept within one case over any twenty."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.share import Brought, Share, in_words, is_for_them, target_in

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)


def played(target: int, history: list[bool], times: int) -> list[bool]:
    for _ in range(times):
        history.append(is_for_them(target, history[-19:]))
    return history


def furthest(target: int, history: list[bool]) -> float:
    """How far any twenty in a row are from the target, in cases."""
    return max(abs(sum(history[at:at + 20]) - target / 5) for at in range(len(history) - 19))


@pytest.mark.parametrize("target", range(101))
def test_any_twenty_are_within_one_case_of_it(target: int) -> None:
    assert furthest(target, played(target, [], 120)) <= 1


@settings(max_examples=50, deadline=None)
@given(target=st.integers(0, 100), before=st.lists(st.booleans(), max_size=40))
def test_whatever_came_before_the_next_twenty_are(target: int, before: list[bool]) -> None:
    """They may have set another share until now, or much was urgent."""
    assert furthest(target, played(target, list(before), 40)[len(before):]) <= 1


@given(target=st.integers(0, 100), before=st.lists(st.booleans(), max_size=30))
def test_what_is_urgent_is_never_weighed(target: int, before: list[bool]) -> None:
    assert is_for_them(target, before, urgent=True)


def test_what_was_urgent_counts() -> None:
    assert 5 <= sum(played(30, [True] * 6, 14)) <= 7


@pytest.mark.parametrize("text, target", [("share 30", 30), ("SHARE: 30%", 30), (" Share 100 percent. ", 100), ("share 0", 0),
                                          ("share", None), ("share 101", None), ("share of 30", None), ("30", None)])
def test_a_manager_texts_their_share(text: str, target: int | None) -> None:
    assert target_in(text) == target


def test_it_is_told_with_its_reasons() -> None:
    brought = [Brought(NOW, n, why, personally, urgent) for n, (why, personally, urgent) in enumerate([
        ("press", True, True), ("asked for a manager", False, False), ("asked for a manager", True, False),
        ("asked for a manager", False, False)])]
    assert in_words("Maria", Share(30), brought) == (
        "Maria: 30 % wanted, 50 % taken personally (2 of the last 4, 1 of them urgent). "
        "asked for a manager: 1 of 3; press: 1 of 1.")
    assert in_words("Kim", Share(), []) == "Kim: 100 % wanted, nothing was brought yet."
