"""Each benchmark, in its tiniest size: it runs, checks itself, and tells well-formed figures.

Nothing is said here about how fast anything is.
"""

from __future__ import annotations

import json
import math

import pytest

from bench.__main__ import BENCHES, main
from bench.figures import Figure, percentile, table

KEYS = {"name", "ours", "floor", "ratio"}


AS_LONG_AS_PEOPLE_TALK_AND_WRITE = {"rush", "texts"}
STARTS_PROCESSES = {"deliver", "keys", "memory", "post-to-case", "webhook"}  # as "ring" does, which starts all of them


@pytest.mark.parametrize("name", [
    pytest.param(name, marks=pytest.mark.whole if name in STARTS_PROCESSES else ())
    for name in sorted(BENCHES.keys() - AS_LONG_AS_PEOPLE_TALK_AND_WRITE)])
def test_a_benchmark_tells_figures(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--json", "--size", "tiny"]) == 0
    figures = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert figures
    for figure in figures:
        assert figure["name"].split(".")[0] == name
        assert figure.keys() >= KEYS, figure
        assert all(math.isfinite(figure[key]) and figure[key] > 0 for key in KEYS - {"name"}), figure
        assert figure["ratio"] == pytest.approx(figure["ours"] / figure["floor"], rel=0.05), figure


def test_a_percentile_is_one_of_the_values() -> None:
    assert percentile([5, 1, 3, 2, 4], 0.5) == 3
    assert percentile(range(1, 101), 0.99) == 99
    assert percentile([7], 0.99) == 7


def test_the_table_names_what_is_over_its_limit() -> None:
    shown = table([Figure("a", 3, 1, "ms", "the floor", 2.0), Figure("b", 1, 1, "ms", "the floor", 2.0)])
    assert "OVER" in shown.splitlines()[1]
    assert "OVER" not in shown.splitlines()[2]
