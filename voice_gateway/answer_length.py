"""How long an answer is, as the network counts on which it is said: people's letters are not a computer's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import wcwidth

from flows.networks import Manners

LINK = re.compile(r"https?://\S+")
PICTURES = 0x1F000  # from here on there are emoji, and hardly anything else
SHOWN_AS_A_PICTURE = frozenset({0xFE0F, 0x20E3})
SINGLE_ON_X = ((0x0000, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))


def counted(manners: Manners, said: str, handle: str = "") -> int:
    """How long that is, as this network counts it. `handle` is whose post it answers."""
    if manners.names_them and handle:
        said = f"@{handle.removeprefix('@').partition('@')[0]} {said}"
    links = len(LINK.findall(said)) if manners.link_counts else 0
    return links * manners.link_counts + COUNTS[manners.counts](LINK.sub("", said) if links else said)


def _graphemes(said: str) -> int:
    """What people take for one letter or picture, however many code points it is made of (Unicode's annex 29)."""
    return sum(1 for _ in wcwidth.iter_graphemes(said))


def _weighted(said: str) -> int:
    """As X counts: a picture is two, and so is what is not of our scripts. https://docs.x.com/fundamentals/counting-characters"""
    return sum(_weight(each) for each in wcwidth.iter_graphemes(unicodedata.normalize("NFC", said)))


def _weight(grapheme: str) -> int:
    points = [ord(each) for each in grapheme]
    if any(each >= PICTURES or each in SHOWN_AS_A_PICTURE for each in points):
        return 2
    return sum(1 if any(first <= each <= last for first, last in SINGLE_ON_X) else 2 for each in points)


def _pictures_in_bytes(said: str) -> int:
    """As Threads counts: an emoji is as long as its bytes, and a letter of any script is one."""
    return sum(len(each.encode()) if ord(each) >= PICTURES or ord(each) in SHOWN_AS_A_PICTURE else 1 for each in said)


COUNTS: dict[str, Callable[[str], int]] = {
    "letters": len, "graphemes": _graphemes, "weighted": _weighted, "pictures in bytes": _pictures_in_bytes}
