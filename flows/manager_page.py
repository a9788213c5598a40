"""The manager's page.

A manager has a case that climbs before them on their telephone's screen: a touch does what a key does.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows import Flow, Step, manager_texts
from flows.climbing import SetShare
from flows.facts import Call

flow = Flow(__name__)


@flow.turn_recalling("climb", "history", "mention")
def manager_touches(call: Call) -> Iterator[Step]:
    """Whoever comes too late reads on the page who has it."""
    assert call.meant_for is not None and call.words is not None, "the page is a colleague's"
    said = manager_texts.meant(call.words.text)
    if said and not why_not(call):
        yield from manager_texts.orders(call, call.meant_for, said)


def why_not(call: Call) -> str:
    """Why this touch does nothing, in words for the page; empty when it does."""
    assert call.meant_for is not None and call.words is not None, "the page is a colleague's"
    said = manager_texts.meant(call.words.text)
    return manager_texts.why_not_done(call, call.meant_for, said) if said else "That is no time. Type one such as 3 pm."


@flow.turn
def manager_shares(call: Call) -> Iterator[Step]:
    """How much of what climbs they want to take personally."""
    assert call.meant_for is not None and call.words is not None, "the page is a colleague's"
    yield SetShare(call.meant_for, int(call.words.text))
