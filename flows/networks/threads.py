"""Threads: all that is said there is public, and nobody's number is told, only their handle, which may be another's tomorrow.

So nothing can be proved of an account there, and nobody is told anything because of one.
"""

from __future__ import annotations

import re

from flows.networks import Manners, NotAHandle, as_typed

TOLD = "Threads"
_ADDRESS = re.compile(r"(?:(?:https://)?(?:www\.)?threads\.(?:net|com)/@|@)?(?P<user>[a-z0-9_.]{1,30})/?", re.IGNORECASE)
_NAME = re.compile(r"[a-z0-9_](?:\.?[a-z0-9_])*")


def handle(typed: str) -> str:
    """`@somebody`, from that or from the address of their profile."""
    found = _ADDRESS.fullmatch(as_typed(typed, TOLD))
    user = found["user"].lower() if found else ""
    if not _NAME.fullmatch(user):
        raise NotAHandle("a handle on Threads looks like @jess.l: at most 30 letters, digits, dots and underscores")
    return f"@{user}"


manners = Manners(
    name="threads", told=TOLD, namespace="threads", handle=handle, proofs=frozenset(), hears_privately=False,
    examples=(("@Jess.L", "@jess.l"), ("jess.l", "@jess.l"), ("https://www.threads.net/@jess.l", "@jess.l"),
              ("https://www.threads.com/@jess.l/", "@jess.l")),
    quiet=(22, 7), longest_answer=500, counts="pictures in bytes",
)
