"""What people type where a handle on Bluesky is asked for. The examples of its manners are played in tests/flows."""

from __future__ import annotations

import pytest

from flows import networks
from flows.networks import NotAHandle


@pytest.mark.parametrize("typed", [
    "", " ", "@", "\u200b", "\n", "x" * 300, "@" + "x" * 300, "ann smith", "<script>", "'; drop table cases",
    "\u202eann.bsky.social", "ann", "\u0430nn.bsky.social", "\uff41nn.bsky.social", "ann.bsky.social.", "ann..social",
    "handle.invalid", "did:plc:short", "ann.bsky.social bob.bsky.social", "https://evil.example/ann.bsky.social",
    "https://bsky.app/profile/", "Ann Lee \u2713", "ann_lee.bsky.social", "-ann.bsky.social", "ann.123",
])
def test_what_is_no_handle_is_refused_in_words(typed: str) -> None:
    with pytest.raises(NotAHandle, match=r"like ann\.bsky\.social"):
        networks.of("bluesky").handle(typed)
