"""Messenger: people are a number that only our page knows, and nothing there is public."""

from __future__ import annotations

import re

from flows.networks import Manners, NotAHandle, as_typed

TOLD = "Messenger"
_ADDRESS = re.compile(r"(?:messenger:)?(?P<psid>[1-9][0-9]{4,24})", re.IGNORECASE)


def handle(typed: str) -> str:
    """The number by which our page knows them; people themselves never see it."""
    found = _ADDRESS.fullmatch(as_typed(typed, TOLD))
    if not found:
        raise NotAHandle("nobody has a handle on Messenger: they write to our page first, and are then known by a number")
    return found["psid"]


manners = Manners(
    name="messenger", told=TOLD, namespace="fb_psid", handle=handle,
    proofs=frozenset({"otp_roundtrip"}),
    examples=(("messenger:6012345678901234", "6012345678901234"), ("6012345678901234", "6012345678901234")),
    answers="private", writes_privately=True, quiet=(22, 7), longest_answer=1000,
)
