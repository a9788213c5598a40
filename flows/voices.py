"""Our voice on each network: what stands before a colleague's words there, who signs them, and how short we are ourselves.

It names a first name and the house, and never an account: a handle of one network is somebody else's on another.
"""

from __future__ import annotations

from flows.facts import Agent, Call
from flows.house import Voice

HOUSE, FIRST_NAME, INITIALS = "{house}", "{first_name}", "{initials}"
NAMES = (HOUSE, FIRST_NAME, INITIALS)


def voice(call: Call) -> Voice:
    """How we speak where this case is; the usual voice where the house says nothing of it, and by text."""
    return call.house.voice(call.contact.network)


def around(call: Call, who: Agent, usual: str = "") -> tuple[str, str]:
    """What stands before a colleague's words there, and after them: their signature, or the `usual` one."""
    ours = voice(call)
    before, after = (_filled(each, call, who) for each in (ours.opening, ours.signature))
    return f"{before} " if before else "", f" {after}" if after else usual


def said(call: Call, who: Agent, words: str, usual: str = "") -> str:
    """A colleague's words as they are read there."""
    before, after = around(call, who, usual)
    return f"{before}{words}{after}"


def by_ourselves(call: Call, whole: str, short: str) -> str:
    """What the house says by itself: whole, or short where it is short."""
    return short if voice(call).short else whole


def _filled(words: str, call: Call, who: Agent) -> str:
    initials = "".join(part[0] for part in who.name.split()).upper()
    for name, meant in zip(NAMES, (call.house.name, who.first_name, initials), strict=True):
        words = words.replace(name, meant)
    return words
