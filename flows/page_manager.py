"""Page the manager.

Somebody of the house is rung because a case climbs. Only a person's key takes it; a voicemail box or a pocket cannot.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows import Flow, Step
from flows.climbing import Acknowledge, ClimbOn
from flows.facts import Call
from flows.verbs import Ask, Say

flow = Flow(__name__)


@flow.turn_recalling("climb")
def manager_answers(call: Call) -> Iterator[Step]:
    """Who, what and why."""
    climb = call.climb
    if climb is None or not (climb.is_open or climb.cases):
        who = climb.acknowledged_by.first_name if climb and climb.acknowledged_by else "A colleague"
        yield Say(f"{who} has it already. Thank you.")
        return
    several = f" {climb.how_many} cases wait for you." if climb.how_many > 1 else ""
    yield Ask(f"{call.contact.name}, {climb.why}.{several} Press 4 if you take it, 5 to pass.", then=manager_chooses,
              otherwise=manager_missed)


@flow.turn_recalling("climb")
def manager_chooses(call: Call) -> Iterator[Step]:
    """One key."""
    if call.digits == "4":
        yield Acknowledge(call.agent)
        yield Say("It is yours. Thank you.")
    elif call.digits == "5":
        yield ClimbOn(f"{call.agent.first_name} passed")
        yield Say("It goes on to the next. Thank you.")
    else:
        yield from manager_answers(call)


@flow.turn_recalling("climb")
def manager_missed(call: Call) -> Iterator[Step]:
    """Nobody answered, or they hung up without a word: it climbs on in its time."""
    yield from ()
