"""Sending up.

Somebody says that this is for a manager: a customer who waits, by a key; or the colleague who talks with them, by the
star key and a reason. It climbs from then on, and the talk, or the waiting, goes on.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows import Flow, Step, in_the_call, queue
from flows.climbing import REASONS, Escalate
from flows.escalation import star_key
from flows.facts import Call
from flows.verbs import Ask, Say

flow = Flow(__name__)

KEYS = {"1": "danger", "2": "law", "3": "press", "4": "person", "5": "money", "6": "failed", "7": "other"}
WHY = ("Why? Press 1 for danger, 2 for a matter of law, 3 for the press, 4 for an important person, 5 for much money, 6 if we "
       "failed them before, or 7 for anything else.")


def customer_asks_for_a_manager(call: Call) -> Iterator[Step]:
    """By a key, while they wait: they keep their place."""
    yield Escalate("asked_for_manager", "they ask for a manager")
    yield Say("We tell a manager now. You have kept your place.")
    yield from queue.wait(call)


def colleague_sends_it_up(call: Call, first: str = "") -> Iterator[Step]:
    """Not without a reason: what has none cannot be counted, nor learned from."""
    yield Ask(f"{first}{WHY}", then=reason_chosen, silent=in_the_call.goes_back)


@flow.turn
def reason_chosen(call: Call) -> Iterator[Step]:
    """One key; then back to the customer."""
    if reason := KEYS.get(call.digits):
        yield Escalate(star_key.NAME, f"{call.agent.first_name} sends it up: {REASONS[reason]}", urgent=reason == "danger",
                       reason=reason)
        yield Say("A manager is told now.")
        yield from in_the_call.talk(call)
    elif call.digits == "*":
        yield from in_the_call.talk(call)
    else:
        yield from colleague_sends_it_up(call, "That key does nothing here. ")
