"""Acknowledging.

What a manager does about a case that climbs, whether they pressed a key, texted a word or touched their page: it is
theirs, it goes on to the next, it is resolved, or they want to read more. Who takes it is reminded of what they said.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flows import Flow, Step, briefing, in_the_call, rating, screened_callback, second_try
from flows.climbing import Acknowledge, Climb, ClimbOn, Escalate
from flows.facts import HOURS, MINUTES, Agent, Call
from flows.orders import CloseCase, Elsewhere, FollowUp, HandOver, Lead, Note, StandDown, Text
from flows.routing import when_somebody_works
from flows.verbs import Say

flow = Flow(__name__)

WITHIN = HOURS  # when they say no time themselves
GRACE = 15 * MINUTES
BROKEN = "a promised call that was not made"
REASONS = {"1": "solved", "2": "nothing for us to do", "3": "the same as another case", "4": "a mistake of ours, put right"}
WHY = "Press 1 if it is solved, 2 if there is nothing for us to do, 3 if it is another case again, or 4 if we have put it right."


def is_theirs(call: Call, who: Agent, at: datetime) -> Iterator[Step]:
    """They call the customer by then, and are reminded. Whoever waits on the line goes on being looked after."""
    yield from takes(call, who, at)
    yield Text(who, f"{call.case.ticket} is yours: you call {call.contact.name} by {call.wall_time(at, who.zone)}. We remind "
                    "you then.", about_case=True)
    if not (call.customer_on_the_line or call.case.taken_by):
        yield StandDown(told=screened_callback.a_colleague_was_quicker)
        yield HandOver(who, at)
        yield FollowUp(customer_is_told, agent=who)
    yield FollowUp(call_is_due, after=at - call.now, agent=who)


def takes(call: Call, who: Agent, at: datetime | None = None) -> Iterator[Step]:
    """Nobody else is told of it any more; whoever is listening to it at this moment hears who has it.

    On the telephone they take all that they were told of at once; who writes means one case.
    """
    if not open_climb(call):
        return
    by_telephone = call.leg is not None
    yield Acknowledge(who, will_call_by=at, alone=not by_telephone)
    for leg in call.live("manager"):
        if leg.answered and leg.agent != who:
            yield Lead(somebody_was_quicker, leg)
    for other in others_brought(call) if by_telephone else ():
        yield Elsewhere(other, is_brought_along, who)


def others_brought(call: Call) -> list[int]:
    """The other cases that they were told of at once."""
    return [each.case_id for each in call.climb.cases if each.case_id != call.case.id] if call.climb else []


@flow.turn_recalling("climb")
def somebody_was_quicker(call: Call) -> Iterator[Step]:
    """Said at once to whoever is still listening."""
    yield Say(f"{briefing.somebody_has_it(call, call.agent) or 'Somebody has it.'} Thank you, goodbye.")


@flow.turn_recalling("climb")
def is_brought_along(call: Call) -> Iterator[Step]:
    """A case that was brought together with another: theirs as well."""
    who = call.meant_for
    if who and not (call.case.is_over or call.case.owner or call.case.taken_by or call.customer_on_the_line):
        yield from second_try.hand_over(call, who)


@flow.turn_recalling("consent")
def customer_is_told(call: Call) -> Iterator[Step]:
    """By when, from whom; only who agreed to texts."""
    who, at = call.meant_for, call.case.next_at
    if who and at and call.case.owner == who and call.may_text and not call.case.is_over:
        yield Text(call.contact, f"{who.first_name} of {call.house.name} rings you by {call.wall_time(at)}. "
                                 f"Where it stands: {call.case.page}")


def kept_their_word(call: Call) -> bool:
    """Has anybody talked with them since, or was something else arranged?"""
    since = call.climb.acknowledged_at if call.climb else None
    talked = any(leg.talked_at and since and leg.talked_at >= since for leg in call.legs)
    return call.case.is_over or call.case.taken_by is not None or talked or call.case.owner != call.meant_for


@flow.turn_recalling("climb")
def call_is_due(call: Call) -> Iterator[Step]:
    """The time that they had named has come."""
    who = call.meant_for
    if who and not kept_their_word(call):
        yield Text(who, f"{call.case.ticket}: you wanted to call {call.contact.name} by now.", about_case=True)
        yield FollowUp(call_was_not_made, after=GRACE, agent=who)


@flow.turn_recalling("climb")
def call_was_not_made(call: Call) -> Iterator[Step]:
    """Then it climbs again: a promise is not forgotten because somebody important made it."""
    who = call.meant_for
    if who and not kept_their_word(call):
        yield Escalate(BROKEN, f"{who.first_name} had said to call by {call.wall_time(call.case.next_at or call.now)}")
        yield FollowUp(second_try.owner_is_reminded, after=when_somebody_works(call.house, call.now + 24 * HOURS) - call.now)


def passes(call: Call, who: Agent) -> Iterator[Step]:
    """At once, unless somebody else is being told of it at this moment."""
    yield Note("passed on", who.first_name)
    if not call.live("manager"):
        yield ClimbOn(f"{who.first_name} passed it on", alone=call.leg is None)


def why_not_resolved(call: Call) -> str:
    """Nothing is closed over the heads of those who talk or wait."""
    if call.customer_on_the_line or call.case.taken_by:
        return f"{call.contact.first_name} is on the telephone with us now, so it stays open."
    return ""


def reason(key: str) -> str:
    """Why it is resolved, in words that can be counted; empty for a key that means nothing."""
    return REASONS.get(key, "")


def question() -> str:
    return WHY


def resolves(call: Call, who: Agent, why: str) -> Iterator[Step]:
    """It is closed, and why."""
    yield from takes(call, who)
    yield StandDown(told=in_the_call.comes_too_late)
    yield Note("resolved", who.first_name, why)
    yield CloseCase("solved")
    yield from rating.will_be_asked(call)


def sends_details(call: Call, who: Agent) -> Text:
    return Text(who, briefing.written_facts(call), about_case=True)


def default_time(call: Call) -> datetime:
    """For whoever says no time."""
    return call.now + WITHIN


def open_climb(call: Call) -> Climb | None:
    """The climb, while nobody has it."""
    return call.climb if call.climb and call.climb.is_open and not call.case.is_over else None
