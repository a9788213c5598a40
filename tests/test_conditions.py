"""Conditions of the operator's own: understood, or refused in plain words; never slow, and never a surprise on the line."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import Any

import cel
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.house import Condition
from voice_gateway.conditions import CALLS, KNOWN, holds, wrong_with
from voice_gateway.estimates import of_condition

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
    ("case", 'has "case" alone'),
    ("case == 3", 'has "case" alone'),
    ('case["timess"] > 3', 'has "case" alone'),
    ("case.about[0] == 'a'", 'has "[" where its end is to be'),
    ("case.about > 3", 'has ">" between a text and a whole number'),
    ("case.times > 2.5 && case.about + 1 == 3", 'has "+" between a text and a whole number'),
    ("case.times * 1.5 > 3.0", 'has "*" between a whole number and a decimal number'),
    ('case.skill == "tax" && case.times > "x"', 'has ">" between a whole number and a text'),
    ("case.times > 1 && case.times < 100 && case.about > 5", 'has ">" between a text and a whole number'),
    ("true || case.times", 'has "||" between true or false and a whole number'),
    ("case.urgent || true ? true : case.times", "is true or false or a whole number"),
    ("case.times ? true : false", 'asks "?" about a whole number'),
    ("case.times.startsWith('a')", 'asks whether a whole number "startsWith" a text'),
    ("case.about in case.skill", 'has "in" between a text and a text'),
    ("case.about in [1, 2]", 'has "in" between a text and a list with a whole number'),
    ("case.times in [1, 'a']", "has a list with a whole number and a text"),
    ("!case.times || -case.about == 'a'", 'has "!" before a whole number'),
    ("size(case.times) > 1", "asks for the size of a whole number"),
    ("case.times == 1 // true", 'has "/" where a value is to be'),
    ("1 in {}", 'has "{" where a value is to be'),
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
    assert of_condition(Condition("often", "case.times > 3", ""), cases) == 'the rule "often" would have caught 2 of the last 5 cases, such as T4, T5'
    assert of_condition(Condition("never", "case.times > 9", ""), cases[:1]) == 'the rule "never" would have caught 0 of the last 1 case'


def test_what_is_not_kept_of_past_cases_is_not_known() -> None:
    """How late something was is known of open cases alone; of others it is not 0."""
    over = [(at, {name: fact for name, fact in NONE.items() if name not in ("late", "unanswered")}) for at in (1, 2)]
    rule = Condition("late", "case.late > 30 || case.owned", "")
    assert of_condition(rule, over) == 'the rule "late": not known of any of the last 2 cases'
    assert of_condition(rule, [*over, (3, NONE | {"late": 31})]) == (
        'the rule "late" would have caught 1 of the last 1 case, such as T3; of 2 cases more it is not known')


def test_the_page_tells_all_that_a_condition_may_look_at() -> None:
    page = (Path(__file__).parent.parent / "docs" / "escalation.md").read_text()
    assert re.findall(r"^\| `case\.(\w+)` \| (.+) \|$", page, re.MULTILINE) == [(name, why) for name, (_, why) in KNOWN.items()]
    assert set(re.findall(r"`(\w+)`", page.partition("and of calls")[2].partition(";")[0])) == CALLS


WHOLES, TEXTS, TRUTHS = ([f"case.{name}" for name, (kind, _) in KNOWN.items() if kind is of] for of in (int, str, bool))
FACTS = st.fixed_dictionaries({name: {int: st.integers(0, 10**9), str: st.text(max_size=9), bool: st.booleans()}[kind]
                               for name, (kind, _) in KNOWN.items()})
BELONGS = {"whole": st.sampled_from([*WHOLES, "3", "-7"]), "decimal": st.sampled_from(["2.5", "1e3"]),
           "text": st.sampled_from([*TEXTS, "'a'", '"it is so"']), "truth": st.sampled_from([*TRUTHS, "true", "false"])}
MADE_OF: dict[str, list[tuple[str, ...]]] = {
    "whole": [("{} + {}", "whole", "whole"), ("{} * {}", "whole", "whole"), ("{} % {}", "whole", "whole"), ("size({})", "text")],
    "decimal": [("{} / {}", "decimal", "decimal")],
    "text": [("{} + {}", "text", "text")],
    "truth": [("{} && {}", "truth", "truth"), ("{} || {}", "truth", "truth"), ("!{}", "truth"), ("{} > {}", "whole", "decimal"),
              ("{} ? {} : {}", "truth", "truth", "truth"), ("{} == {}", "text", "text"), ("{} in [{}, {}]", "whole", "whole", "whole"),
              ("{}.contains({})", "text", "text")],
}


@st.composite
def conditions(draw: st.DrawFn, kind: str, *, mixed: bool, deep: int = 3) -> str:
    """One whose parts belong together; or, `mixed`, one of which any part may be of any kind."""
    if mixed:
        kind = draw(st.sampled_from([kind, kind, kind, *BELONGS]))
    if deep == 0 or draw(st.integers(0, 3)) == 0:
        return draw(BELONGS[kind])
    form, *parts = draw(st.sampled_from(MADE_OF[kind]))
    return "(" + form.format(*(draw(conditions(part, mixed=mixed, deep=deep - 1)) for part in parts)) + ")"


@settings(max_examples=40, deadline=None)
@given(conditions("truth", mixed=False))
def test_what_belongs_together_is_never_refused(when: str) -> None:
    assert wrong_with(when) in ("", "is longer than 500 characters")


@settings(max_examples=80, deadline=None)
@given(conditions("truth", mixed=True), st.lists(FACTS, min_size=3, max_size=3))
def test_what_is_loaded_can_be_worked_out_of_every_case(when: str, cases: list[dict[str, Any]]) -> None:
    """Wherever in it something stands that does not belong together: it is refused, not silently never so."""
    if not wrong_with(when):
        for facts in cases:
            with suppress(ArithmeticError):
                assert cel.compile(when).execute({"case": facts}) in (True, False)


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
