"""Linking.

Somebody texts LINK and what they are called on a network. Whose name that is, is asked there; then a code comes to their
telephone, and counts once they have written it from there. Until then nothing is linked: a name is nobody's proof.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from flows import Flow, Step, networks, texting
from flows.codes import LookUpHandle
from flows.facts import Call
from flows.networks import NotAHandle
from flows.orders import Note

flow = Flow(__name__)

LONGEST = 300
SAID = re.compile(r"\s*link\s+(?:(?P<network>[a-z]+)\s+)?(?P<handle>\S+)\s*", re.IGNORECASE)


def said(text: str) -> tuple[str, str] | None:
    """The network (empty when they do not tell) and the name in `LINK @dana` or `LINK bluesky dana.example`; None when it is
    something for a human to read."""
    found = SAID.fullmatch(text)
    network = (found["network"] or "").lower() if found else ""
    if found is None or not (network in networks.all_manners() or (not network and found["handle"].startswith("@"))):
        return None
    return network, found["handle"]


@flow.turn
def says_who_they_are(call: Call) -> Iterator[Step]:
    """Their word is nothing yet: it is looked up there, and whoever it is must write the code."""
    assert call.words is not None, "a text came in"
    network, typed = said(call.words.text) or ("", "")
    found, wrong = meant(typed, [network] if network else call.words.places)
    yield Note("says who they are", "customer", typed[:LONGEST])
    if len(found) == 1:
        place, handle = found[0]
        yield LookUpHandle(place, handle, otherwise=is_not_found)
        yield from texting.answer(call, f"we look for {handle} on {networks.of(place).told}, and send a code to this number. Nothing is "
                                        "linked before it comes back from there.")
    elif found:
        ways = " or ".join(f"LINK {place} {handle}" for place, handle in found)
        yield from texting.answer(call, f"on which network is that? Reply {ways}.")
    else:
        yield from texting.answer(call, f"{wrong or 'we have no account on a network where that is a name'}. Nothing was linked.")
    yield from texting.nothing_is_left(call)


@flow.turn
def is_not_found(call: Call) -> Iterator[Step]:
    """The network knows nobody of that name, or nothing can be sent now: they read why."""
    assert call.words is not None, "why, in words"
    yield Note("handle not found", "", call.words.text)
    yield from texting.answer(call, f"{call.words.text}. Nothing was linked.")


def meant(typed: str, places: Iterable[str]) -> tuple[list[tuple[str, str]], str]:
    """On which of these networks that is somebody's name, and which; and what is wrong with it where it is none."""
    found, wrong = [], ""
    for place in places:
        manners = networks.of(place)
        if not manners.proofs:
            continue
        try:
            found.append((place, manners.handle(typed)))
        except NotAHandle as error:
            wrong = str(error)
    return found, wrong
