"""Supervising.

Whoever supervises enters a running talk from an ordinary telephone: to listen, to coach the colleague, who alone
hears them, or to talk with both. The talk neither begins nor ends with them.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows import Flow, Step, agents_line
from flows.facts import SECONDS, Call, spoken
from flows.orders import FollowUp, Lead, Note, Remember
from flows.own_line import Talk
from flows.verbs import Ask, Visit

flow = Flow(__name__)

ALONE = 15 * SECONDS
HOW = "Press 1 to listen, 2 to coach, 3 to talk with both, or 0 for the menu. Star brings you back here."
WAYS = {"1": ("nobody", "listened in"), "2": ("colleague", "coached"), "3": ("all", "joined in")}


def reads_talks(call: Call) -> Iterator[Step]:
    """Who talks with whom, and for how long; each has its key."""
    if not call.talks:
        yield agents_line.asks(call, "Nobody is talking with a customer now.")
        return
    yield Remember(" ".join(str(talk.case_id) for talk in call.talks))
    told = " ".join(f"Press {key} for {talk.agent} with {talk.name}, for {spoken(call.now - talk.since)}."
                    for key, talk in enumerate(call.talks, start=1))
    yield Ask(f"{told} Press 0 for the menu.", then=talk_chosen, silent=agents_line.says_nothing)


@flow.turn_recalling("talks")
def talk_chosen(call: Call) -> Iterator[Step]:
    """By its key when it was read out, whatever has ended since."""
    assert call.leg is not None, "whoever supervises is on the line"
    offered = call.leg.typed.split()
    key = int(call.digits) if call.digits.isdecimal() else len(offered) + 1
    if key == 0:
        yield agents_line.asks(call, "")
    elif key <= len(offered):
        yield Remember(offered[key - 1])
        yield from how(call, find(call, offered[key - 1]))
    else:
        yield from reads_talks(call)


def find(call: Call, chosen: str) -> Talk | None:
    """The talk that they have chosen, while it goes on."""
    return next((talk for talk in call.talks if str(talk.case_id) == chosen), None)


def how(call: Call, talk: Talk | None) -> Iterator[Step]:
    if talk:
        yield Ask(f"{talk.agent} with {talk.name}. {HOW}", then=way_chosen, otherwise=agents_line.colleague_left,
                  silent=looks_again)
    else:
        yield agents_line.asks(call, "That talk is over.")


@flow.turn_recalling("talks")
def way_chosen(call: Call) -> Iterator[Step]:
    """From here on they are in the room with them."""
    assert call.leg is not None, "whoever supervises is on the line"
    talk, way = find(call, call.leg.typed), WAYS.get(call.digits)
    if call.digits == "0":
        yield agents_line.asks(call, "")
    elif talk is None or way is None:
        yield from how(call, talk)
    else:
        heard_by, what = way
        yield Note(what, call.agent.first_name, case_id=talk.case_id)
        yield FollowUp(nobody_stays_alone, after=ALONE)
        yield Visit(talk, heard_by, then=comes_back, otherwise=guest_left)


@flow.turn_recalling("talks")
def comes_back(call: Call) -> Iterator[Step]:
    """The star key, or the end of the talk."""
    assert call.leg is not None, "whoever supervises is on the line"
    yield from how(call, find(call, call.leg.typed))


@flow.turn_recalling("talks")
def looks_again(call: Call) -> Iterator[Step]:
    """They say nothing: the talk may have ended at the very moment in which they were asked."""
    assert call.leg is not None, "whoever supervises is on the line"
    if find(call, call.leg.typed):
        yield from agents_line.says_nothing(call)
    else:
        yield agents_line.asks(call, "That talk is over.")


@flow.turn
def guest_left(call: Call) -> Iterator[Step]:
    """They hung up. Nobody in the room notices."""
    yield from ()


@flow.turn_recalling("talks")
def nobody_stays_alone(call: Call) -> Iterator[Step]:
    """A talk may end while somebody is on the way into its room: they do not wait there for nobody."""
    for guest in call.live("agent"):
        if guest.owes == guest_left.address and not find(call, guest.typed):
            yield Lead(comes_back, guest)
