"""Conditions of the operator's own: understood, or refused in plain words; never slow, and never a surprise on the line."""

from __future__ import annotations

import re
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_gateway.conditions import CALLS, KNOWN, estimate, holds, wrong_with

NONE = {name: kind() for name, (kind, _) in KNOWN.items()}


@pytest.mark.parametrize("when, facts", [
    ("case.times >= 3 && case.reach > 5000", {"times": 3, "reach": 5001}),
    ("case.about.contains('fire') || case.impact.contains(\"surgery\")", {"impact": "my surgery is on friday"}),
    ("case.skill in ['refunds', 'billing'] && !case.owned", {"skill": "billing"}),
    ("(case.waiting > 30 ? case.marked : case.urgent)", {"waiting": 31, "marked": True}),
    ("size(case.about) > 3 && case.network == 'bluesky'", {"about": "lamp", "network": "bluesky"}),
    ("case.late > 60\n&& case.tries * 2 > 3", {"late": 61, "tries": 2}),
    ("case.about == 'it\"s (so) case.nonsense('", {"about": 'it"s (so) case.nonsense('}),
])
def test_what_is_understood(when: str, facts: dict[str, Any]) -> None:
    assert wrong_with(when) == ""
    assert holds(when, NONE | facts)
    assert not holds(when, NONE)


@pytest.mark.parametrize("when, why", [
    ("", "is empty"), (" \n", "is empty"),
    ("case.times >= ", "cannot be understood: look at its character"),
    ("case.times >= 3 &&\n || true", "cannot be understood: look at its line 2"),
    ("case.tims >= 3", 'did you mean "case.times"?'),
    ("times >= 3", '"times" is not known; did you mean "case.times"?'),
    ("case.times", "neither true nor false"),
    ("case", "neither true nor false"),
    ("case.about > 3", "does not belong together"),
    ("case.times > 2.5 && case.about + 1 == 3", "does not belong together"),
    ("case.about.matches('(a+)+b')", 'calls "matches"'),
    ("[1, 2].all(x, x > 0)", 'calls "all"'),
    ("[1].map(case, case + 1) == [2]", 'calls "map"'),
    ("has(case.times)", 'calls "has"'),
    ("timestamp('2026-01-01T00:00:00Z') > timestamp('2025-01-01T00:00:00Z')", 'calls "timestamp"'),
    ("__import__('os')", 'calls "__import__"'),
    ("case.__class__ == 1", '"case.__class__" is not known'),
    ("case.about == '\\x41'", "characters that a condition cannot have"),
    ("case.about == '''a'''", "characters that a condition cannot have"),
    ("case.about == 'a\x00'", "characters that a condition cannot have"),
    ("(" * 17 + "true" + ")" * 17, "brackets within brackets"),
    ("true || " * 70 + "true", "longer than 500"),
])
def test_what_is_refused_and_why(when: str, why: str) -> None:
    assert why in wrong_with(when)


def test_what_cannot_be_worked_out_is_not_so() -> None:
    for when in ("100 / case.times > 3", "case.times * 9223372036854775807 > 1"):
        assert wrong_with(when) == ""
        assert not holds(when, NONE | {"times": 0 if "/" in when else 2})


def test_what_it_would_have_caught() -> None:
    cases = [(at, NONE | {"times": at}) for at in range(1, 6)]
    assert estimate("often", "case.times > 3", cases) == 'the rule "often" would have caught 2 of the last 5 cases, such as T4, T5'
    assert estimate("never", "case.times > 9", cases[:1]) == 'the rule "never" would have caught 0 of the last 1 case'


def test_the_page_tells_all_that_a_condition_may_look_at() -> None:
    page = (Path(__file__).parent.parent / "docs" / "escalation.md").read_text()
    assert re.findall(r"^\| `case\.(\w+)` \| (.+) \|$", page, re.MULTILINE) == [(name, why) for name, (_, why) in KNOWN.items()]
    assert set(re.findall(r"`(\w+)`", page.partition("and of calls")[2].partition(";")[0])) == CALLS


PIECES = st.sampled_from(["case.", "case", ".", "(", ")", "[", "]", "{", "}", "!", "-", "+", "*", "/", "%", "&&", "||", "?", ":", "<", "==",
                          "in", "'", '"', "''", "a", "1", "9223372036854775807", "1.5", "1u", "b''", "r'", "//", "\n", " ", "null", "true",
                          "size(", "contains(", "all(x,", "matches('(a|a)*')", *(f"case.{name}" for name in KNOWN), "\ud800", "\u202e"])


@settings(max_examples=50, deadline=None)
@given(st.one_of(st.text(max_size=600), st.lists(PIECES, max_size=60).map("".join), st.lists(PIECES, max_size=12).map(" ".join)))
def test_whatever_somebody_writes(when: str) -> None:
    """It is refused in words or it answers, and either at once."""
    began = perf_counter()
    why = wrong_with(when)
    assert isinstance(why, str)
    if not why:
        assert holds(when, NONE) in (True, False)
    assert perf_counter() - began < 2
