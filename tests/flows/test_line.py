"""What is told of a place in the line, and of the wait that goes with it."""

from __future__ import annotations

import pytest

from flows.facts import Place
from flows.queue import in_words


@pytest.mark.parametrize("line, told", [
    (Place(1, 1), "You are next."),
    (Place(3, 7), "You are number 3 in line."),
    (Place(1, 1, None, 300), "You are next."),
    (Place(1, 1, 5, 20), "You are next. It should take about a minute."),
    (Place(1, 1, 20, 89), "You are next. It should take about a minute."),
    (Place(2, 2, 20, 100), "You are number 2 in line. Others waited 1 to 2 more minutes from here."),
    (Place(2, 2, 170, 190), "You are number 2 in line. Others waited about 3 more minutes from here."),
    (Place(9, 9, 300, 1500), "You are number 9 in line. Others waited 5 to 25 more minutes from here."),
])
def test_a_band_is_told_only_where_it_is_known(line: Place, told: str) -> None:
    assert in_words(line) == told
