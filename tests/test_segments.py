"""How many texts the words of one text are: by the tables of the standard, and whatever is written."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_gateway.segments import SEVEN_BITS, TWICE, Size, size_of

words_of_seven_bits = st.text(st.sampled_from(sorted(SEVEN_BITS)))
strange = st.characters(exclude_characters=sorted(SEVEN_BITS | TWICE), exclude_categories=["Cs"])


@pytest.mark.parametrize("words, segments", [
    ("", 0), ("a", 1), ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("€" * 80, 1), ("€" * 81, 2),
    ("я" * 70, 1), ("я" * 71, 2), ("я" * 134, 2), ("я" * 135, 3), ("😀" * 35, 1), ("😀" * 36, 2),
    ("a" * 152 + "€" + "a" * 152, 3),  # the sign of two would be cut in two
    ("a" * 152 + "€" + "a" * 151, 2), ("я" * 66 + "😀" + "я" * 66, 3),
])
def test_known_sizes(words: str, segments: int) -> None:
    assert size_of(words).segments == segments


def test_the_table_is_that_of_the_standard() -> None:
    """127 letters and the escape, which nobody writes; ten signs take two."""
    assert len(SEVEN_BITS) == 127
    assert len(TWICE) == 10
    assert not SEVEN_BITS & TWICE


def test_what_makes_it_longer_is_named() -> None:
    assert size_of("Hello — you") == Size(11, 1, "—")
    assert size_of("Hello €") == Size(7, 1)


@given(words_of_seven_bits)
def test_letters_that_every_telephone_has_are_simply_counted(words: str) -> None:
    alone = len(words) <= 160
    assert size_of(words).segments == (min(len(words), 1) if alone else math.ceil(len(words) / 153))


@given(st.text(), strange)
def test_one_strange_letter_makes_all_of_them_sixteen_bits(words: str, letter: str) -> None:
    size = size_of(words + letter)
    units = sum(1 + (each > "\uffff") for each in words + letter)
    assert size.strange
    assert math.ceil(units / 70) <= size.segments <= math.ceil(units / 66)


@given(st.text(), st.text())
def test_more_words_never_take_fewer_texts(words: str, more: str) -> None:
    """And nothing that is written is without a size."""
    assert size_of(words + more).segments >= size_of(words).segments
    assert size_of(words).characters == len(words)
