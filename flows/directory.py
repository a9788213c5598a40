"""The staff directory.

Our people have handles beside their telephones. What the house file says of them counts only once its owner has shown it:
they text HANDLES, a code comes to their telephone for each, and goes back from the account. From then on whoever names
them has written about us, and it reaches them.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows import Flow, Step
from flows.answers import ProveHandles
from flows.codes import NotSame
from flows.facts import Agent, Call
from flows.orders import Text

flow = Flow(__name__)


def proves_handles(who: Agent) -> Iterator[Step]:
    """Looked up first, so that nobody gets a code for an account that is not there."""
    yield ProveHandles(who)
    yield Text(who, "We look your handles up. For each that is not proved yet you get a code: post it from there, or write "
                    "it to us.")


@flow.turn
def no_code_for_a_handle(call: Call) -> Iterator[Step]:
    assert call.meant_for is not None, "it is about a colleague"
    assert call.words is not None, "something is wrong"
    yield Text(call.meant_for, f"{call.words.text} Once the house file is right, text HANDLES again.")


@flow.turn
def not_me(call: Call) -> Iterator[Step]:
    """From their own telephone: the account that it was linked with is not theirs. It ends at once."""
    assert call.meant_for is not None, "a colleague says it"
    yield NotSame(call.meant_for.name, "they say that it is not them")
    yield Text(call.meant_for, "Thank you. It has ended: that account counts as yours no more.")
