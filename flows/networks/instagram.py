"""Instagram: whoever writes to us is known to our account alone, and how many follow them only once they have written."""

from __future__ import annotations

import re

from flows.networks import Manners, NotAHandle, as_typed

TOLD = "Instagram"
_ADDRESS = re.compile(r"(?:(?:https://)?(?:www\.)?instagram\.com/|@)?(?P<user>[a-z0-9_.]{1,30})/?", re.IGNORECASE)
_NAME = re.compile(r"[a-z0-9_](?:\.?[a-z0-9_])*")
_PAGES = frozenset({"p", "reel", "reels", "explore", "stories", "accounts", "direct"})


def handle(typed: str) -> str:
    """`@somebody`, from that or from the address of their profile."""
    found = _ADDRESS.fullmatch(as_typed(typed, TOLD))
    user = found["user"].lower() if found else ""
    if not _NAME.fullmatch(user) or user in _PAGES:
        raise NotAHandle("a handle on Instagram looks like @jess.l: at most 30 letters, digits, dots and underscores")
    return f"@{user}"


manners = Manners(
    name="instagram", told=TOLD, namespace="ig_igsid", handle=handle,
    proofs=frozenset({"otp_roundtrip"}),
    examples=(("@Jess.L", "@jess.l"), ("jess.l", "@jess.l"), ("https://www.instagram.com/jess.l/", "@jess.l")),
    writes_privately=True, answers_only_if_named=True, tells_reach=True, quiet=(22, 7),
    longest_answer=2200, longest_message=1000,
)
