"""X: a program may answer only whoever has named us, and each look costs money."""

from __future__ import annotations

import re

from flows.networks import Manners, NotAHandle, as_typed

TOLD = "X"
_ADDRESS = re.compile(r"(?:(?:https://)?(?:www\.|mobile\.)?(?:x|twitter)\.com/|@)?(?P<user>[a-z0-9_]{1,15})/?", re.IGNORECASE)
_PAGES = frozenset("home explore search settings messages notifications compose intent share login logout signup i tos privacy".split())


def handle(typed: str) -> str:
    """`@somebody`, from that or from the address of their profile."""
    found = _ADDRESS.fullmatch(as_typed(typed, TOLD))
    if not found or found["user"].lower() in _PAGES:
        raise NotAHandle("a handle on X looks like @jess: at most 15 letters, digits and underscores")
    return f"@{found['user'].lower()}"


manners = Manners(
    name="x", told=TOLD, namespace="x", handle=handle,
    proofs=frozenset({"otp_roundtrip", "oauth_otp"}),
    examples=(("@Jess_L", "@jess_l"), ("jess_l", "@jess_l"), ("https://x.com/Jess_L", "@jess_l"),
              ("https://twitter.com/jess_l/", "@jess_l")),
    code_in_public=True, writes_privately=True, answers_only_if_named=True, tells_reach=True, lets_follow=True, quiet=(22, 7),
    longest_answer=280, longest_message=10_000, counts="weighted", link_counts=23,
)
