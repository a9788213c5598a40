"""What a colleague texts, taken apart: whatever follows PRIVATELY is for the customer alone."""

from __future__ import annotations

import pytest

from flows.closing_in_public import parted
from flows.words import Amends


@pytest.mark.parametrize("words, meant", [
    ("sorry NEXT soon", Amends("sorry", "soon")), ("sorry", Amends("sorry", "")), ("", Amends("", "")),
    ("sorry NEXT: soon PRIVATELY, box 7", Amends("sorry", "soon", "box 7")),
    ("sorry PRIVATELY box 7 NEXT soon", Amends("sorry", "soon", "box 7")),
    ("sorry PRIVATELY box 7 NEXT soon PRIVATELY key 8", Amends("sorry", "soon", "box 7 key 8")),
    ("sorry NEXT soon PRIVATELY box 7 NEXT key 8", Amends("sorry", "soon", "box 7 NEXT key 8")),
    ("sorry NEXT soon NEXT Friday", Amends("sorry", "soon NEXT Friday")),
    ("sorry. Privately box 7 NEXT soon", Amends("sorry.", "soon", "box 7")),
    ("sorry NEXT soon, privately: box 7", Amends("sorry", "soon,", "box 7")),
    ("sorry\nNEXT\nsoon\nPRIVATELY\nbox 7", Amends("sorry", "soon", "box 7")),
    ("sorry NEXT we write to you privately on Friday", Amends("sorry", "we write to you privately on Friday")),
])
def test_it_is_taken_apart_in_whichever_order(words: str, meant: Amends) -> None:
    assert parted(words) == meant
