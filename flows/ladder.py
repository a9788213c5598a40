"""The ladder.

A case climbs: somebody of the house is rung or texted because of it, with all else that waits for them at that
moment. What they then hear and press is a story of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows import Flow, Step, escalation, page_manager
from flows.climbing import LookAgain
from flows.facts import Call
from flows.orders import Ring, Text
from flows.promised import Assumes

flow = Flow(__name__)

RINGS_FOR = 25  # seconds
NAMED = 5


@flow.turn_recalling("standing", "mention")
def rules_look(call: Call) -> Iterator[Step]:
    """Is anything too late by now, or will it be?"""
    if not call.case.is_over:
        yield from escalation.overdue(call)
    yield LookAgain(None if call.case.is_over else escalation.next_look(call))


@flow.turn_recalling("climb")
def somebody_is_rung(call: Call) -> Iterator[Step]:
    """It is their throttle's time, their line is free, and this still climbs."""
    if call.climb and call.meant_for:
        yield Ring(call.meant_for, opening=page_manager.manager_answers, otherwise=page_manager.manager_missed,
                   seconds=RINGS_FOR, climbs=True)


@flow.turn_recalling("climb")
def somebody_is_texted(call: Call) -> Iterator[Step]:
    """One text for all that waits for them."""
    if call.climb and call.meant_for:
        yield Text(call.meant_for, in_words(call), about_climb=True, assumes=Assumes(climbs=True))


def in_words(call: Call) -> str:
    """Which cases, why, and what to do. Several in one text are told by their tags."""
    climb = call.climb
    assert climb is not None, "something climbs"
    if climb.how_many > 1:
        tags = ", ".join(f"T{each.case_id} {each.name}" for each in climb.cases[:NAMED])
        more = climb.how_many - min(NAMED, len(climb.cases))
        return f"{climb.how_many} cases need you: {tags}{f' and {more} more' if more else ''}. First of them:"
    about = f", about {call.case.about}" if call.case.about else ""
    return f"{call.case.ticket} needs you: {call.contact.name}{about}. Why: {climb.why}."
