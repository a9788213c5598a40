"""The square: the network that the sandbox plays, where scenarios and the demo meet. It is no real one."""

from __future__ import annotations

import re

from flows.networks import Manners, NotAHandle

_HANDLE = re.compile(r"@?([a-z0-9]+(?:[.-][a-z0-9]+)*)")


def handle(typed: str) -> str:
    """`@name` or `@name.example`, in small letters. Raises NotAHandle."""
    found = _HANDLE.fullmatch(typed.strip().casefold())
    if not found or len(typed) > 100:
        raise NotAHandle("a handle on the square looks like @dana.example")
    return f"@{found[1]}"


manners = Manners(
    name="square", told="the square", namespace="square", handle=handle,
    proofs=frozenset({"otp_roundtrip", "oauth_otp"}), code_in_public=True, writes_privately=True, tells_reach=True, lets_follow=True, longest_answer=3000,
    examples=(("Dana.Example", "@dana.example"), ("@sam", "@sam")),
)
