"""How long an answer is, on each network as it counts: neither a letter too many is sent, nor one that fits refused."""

from __future__ import annotations

import pytest

from flows import networks
from voice_gateway.answer_length import COUNTS, counted

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
FLAG = "\U0001f1e9\U0001f1ea"


@pytest.mark.parametrize("name, said, length", [
    ("bluesky", "x" * 300, 300), ("bluesky", f"{FAMILY}{FLAG}", 2), ("bluesky", "e\u0301", 1),
    ("bluesky", "https://a.example", 17),
    ("mastodon", "hello", 10), ("mastodon", f"https://a.example/{'long' * 50} {FAMILY}", 5 + 23 + 2),
    ("x", "x" * 280, 280), ("x", "\u65e5\u672c", 4), ("x", f"{FAMILY}{FLAG}", 4), ("x", "e\u0301", 1), ("x", "\u2013\u2026", 3),
    ("x", "see https://a.example/x?y=1 now", 31), ("x", "1\ufe0f\u20e3", 2),
    ("threads", f"a\u65e5{FLAG}", 10),
    ("square", FLAG, 2), ("instagram", "abc", 3), ("messenger", "", 0), ("whatsapp", "a\n", 2),
])
def test_it_is_counted_as_the_network_counts(name: str, said: str, length: int) -> None:
    assert counted(networks.of(name), said, "@ann@mastodon.example" if name == "mastodon" else "@ann") == length


@pytest.mark.parametrize("name, longest", [("bluesky", 300), ("instagram", 2200), ("mastodon", 500), ("messenger", 1000),
                                           ("square", 3000), ("threads", 500), ("whatsapp", 1500), ("x", 280)])
def test_every_network_says_how_much_it_takes(name: str, longest: int) -> None:
    manners = networks.of(name)
    assert (manners.longest_answer, manners.counts in COUNTS) == (longest, True)


def test_no_network_is_left_out() -> None:
    assert set(networks.all_manners()) == {"bluesky", "instagram", "mastodon", "messenger", "square", "threads", "whatsapp", "x"}
