"""What people type where a handle is asked for, on every network that has a file."""

from __future__ import annotations

import pytest

from flows import networks
from flows.networks import NotAHandle

EVERY = [networks.of(name) for name in networks.all_manners()]
NOBODY = ("", " ", "@", "\u200b", "\n", "x" * 300, "@" + "x" * 300, "ann smith", "<script>", "'; drop table cases", "\u202egro.rekatta")


@pytest.mark.parametrize("manners, typed, meant", [
    pytest.param(each, typed, meant, id=f"{each.name}-{number}")
    for each in EVERY for number, (typed, meant) in enumerate(each.examples)
])
def test_what_is_typed_means_one_handle(manners: networks.Manners, typed: str, meant: str) -> None:
    assert manners.handle(typed) == meant == manners.handle(meant)


@pytest.mark.parametrize("manners", EVERY, ids=lambda each: each.name)
@pytest.mark.parametrize("typed", NOBODY)
def test_what_is_no_handle_is_refused_in_words(manners: networks.Manners, typed: str) -> None:
    with pytest.raises(NotAHandle, match=r"\w+ \w+"):
        manners.handle(typed)


@pytest.mark.parametrize("typed", ["ann", "аnn.bsky.social", "ann.bsky.social.", "handle.invalid", "ann..social", "did:plc:short",
                                   "ann.bsky.social bob.bsky.social", "https://evil.example/ann.bsky.social", "ａnn.bsky.social"])
def test_bluesky_guesses_no_handle(typed: str) -> None:
    with pytest.raises(NotAHandle):
        networks.of("bluesky").handle(typed)
