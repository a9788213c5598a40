"""How many texts the words of one text are: networks carry them in pieces, and each piece is paid for.

Words made of the letters that every telephone has take seven bits a letter, all others sixteen; some signs
count twice. GSM 03.38 (3GPP TS 23.038) is the table, 3GPP TS 23.040 the rule for pieces. Why this is our own
code is told in docs/decisions/0016-counting-segments.md.
"""

from __future__ import annotations

from dataclasses import dataclass

SEVEN_BITS = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
TWICE = frozenset("\f^{}\\[~]|€")


@dataclass(frozen=True, slots=True)
class Size:
    """`segments` is how many pieces it takes, `strange` the first letter that makes pieces shorter, if any."""

    characters: int
    segments: int
    strange: str = ""


def size_of(words: str) -> Size:
    """What these words take on their way. No words take nothing."""
    strange = next((letter for letter in words if letter not in SEVEN_BITS and letter not in TWICE), "")
    if strange:
        widths, alone, joined = [1 + (letter > "\uffff") for letter in words], 70, 67
    else:
        widths, alone, joined = [1 + (letter in TWICE) for letter in words], 160, 153
    return Size(len(words), _pieces(widths, alone, joined), strange)


def _pieces(widths: list[int], alone: int, joined: int) -> int:
    """A letter is never cut in two, so a piece may stay one short."""
    if sum(widths) <= alone:
        return min(1, len(widths))
    pieces, room = 1, joined
    for width in widths:
        if width > room:
            pieces, room = pieces + 1, joined
        room -= width
    return pieces
