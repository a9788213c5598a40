"""After the call.

Two people have talked. One key says how it went; silence means that it is still
open, and stays with whoever talked last.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows import Flow, Step, rating, screened_callback, second_try
from flows.facts import HOURS, Call
from flows.orders import CallBack, CloseCase, Release, Text
from flows.routing import when_somebody_works
from flows.verbs import Ask, Say

flow = Flow(__name__)

CHOICES = "Press 1 if it is solved, 2 if it stays open with you, or 3 to ring them again in an hour."


@flow.turn
def how_did_it_go(call: Call) -> Iterator[Step]:
    """One question, right after the customer has left the line."""
    yield Ask(f"How did it go? {CHOICES}", then=agent_tells, otherwise=nothing_told)


@flow.turn
def agent_tells(call: Call) -> Iterator[Step]:
    """What the key means for the customer."""
    if call.digits == "1":
        yield CloseCase("solved")
        yield Release()
        yield from rating.will_be_asked(call)
        yield Say("Solved. Thank you, goodbye.")
    elif call.digits == "2":
        yield from nothing_told(call)
        yield Say("It stays with you. We sent you the ticket. Goodbye.")
    elif call.digits == "3":
        yield from ring_again(call)
        yield Say("We ring you both again in an hour. Goodbye.")
    else:
        yield Ask(f"That key does nothing here. {CHOICES}", then=agent_tells)


def ring_again(call: Call) -> Iterator[Step]:
    at = when_somebody_works(call.house, call.now + HOURS)
    yield CallBack(at, then=screened_callback.ask_a_colleague, by=call.agent)
    yield Release()
    yield Text(call.contact, f"{call.agent.first_name} of {call.house.name} will ring you again "
                             f"at {call.wall_time(at)}. Where it stands: {call.case.page}")


@flow.turn
def nothing_told(call: Call) -> Iterator[Step]:
    """Silence, or hung up: still open, with the one who talked."""
    yield from second_try.hand_over(call, call.agent)
    yield Release()
