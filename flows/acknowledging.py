"""Acknowledging.

What a manager does about a case that climbs, whether they pressed a key, texted a word or touched their page: it is
theirs, it goes on to the next, it is resolved, or they want to read more. Whoever takes it has promised something, and
promises are kept an eye on.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flows import Flow, Step, briefing, closing_in_public, in_the_call, rating, screened_callback, second_try
from flows.climbing import ENDINGS, Acknowledge, Climb, ClimbOn, EndsWith
from flows.facts import HOURS, MINUTES, Agent, Call
from flows.orders import CloseCase, Elsewhere, FollowUp, HandOver, Lead, Note, StandDown, Text
from flows.routing import when_somebody_works
from flows.verbs import Say

flow = Flow(__name__)

WITHIN = HOURS  # when they say no time themselves
OTHERS_WITHIN = 2 * HOURS  # what was theirs before and was brought together with another
LOOKED_AT_EVERY = 2 * MINUTES  # whether a customer who was on the telephone still is
REASONS = dict(zip("1234", ENDINGS, strict=True))
WHY = "Press 1 if it is solved, 2 if there is nothing for us to do, 3 if it is another case again, or 4 if we have put it right."


def is_theirs(call: Call, who: Agent, at: datetime) -> Iterator[Step]:
    """They call the customer by then, and are reminded. Whoever talks with us or waits on the line is looked after first."""
    yield from takes(call, who, at)
    yield Text(who, f"{call.case.ticket} is yours: you call {call.contact.name} by {call.wall_time(at, who.zone)}. We remind "
                    "you before.", about_climb=True)
    if is_looked_after(call):
        yield FollowUp(nobody_else_came, after=LOOKED_AT_EVERY, agent=who, lasts=True)
    else:
        yield from becomes_theirs(call, who, at)


def becomes_theirs(call: Call, who: Agent, at: datetime) -> Iterator[Step]:
    yield StandDown(told=screened_callback.a_colleague_was_quicker)
    yield HandOver(who, at)
    yield FollowUp(customer_is_told, agent=who)


def is_looked_after(call: Call) -> bool:
    """Is the customer on the telephone with us, talking or waiting?"""
    return bool(call.customer_on_the_line or call.case.taken_by)


def takes(call: Call, who: Agent, at: datetime | None = None, *, alone: bool = False) -> Iterator[Step]:
    """Nobody else is told of it any more; whoever is listening to it at this moment hears who has it.

    On the telephone they take all that they were told of at once, unless they mean this case `alone`; who writes means one.
    """
    if not open_climb(call):
        return
    all_of_it = call.leg is not None and not alone
    yield Acknowledge(who, will_call_by=at, alone=not all_of_it)
    for leg in call.live("manager"):
        if leg.answered and leg.agent != who:
            yield Lead(somebody_was_quicker, leg)
    for other in others_brought(call) if all_of_it else ():
        yield Elsewhere(other, is_brought_along, who)


def takes_the_others(call: Call, who: Agent) -> Iterator[Step]:
    """All that they were told of at once and that still climbs."""
    yield Acknowledge(who)
    for other in others_brought(call):
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
    """A case that was brought together with another: theirs as well, by a time of its own."""
    who = call.meant_for
    if who is None or call.case.is_over:
        return
    if is_looked_after(call):
        yield Text(who, f"{call.case.ticket} is yours as well: {call.contact.name}. They are on the telephone with us now; if nobody "
                        "talks with them, we text you.", about_climb=True)
        yield FollowUp(nobody_else_came, after=LOOKED_AT_EVERY, agent=who, lasts=True)
    elif who == call.case.owner:
        yield HandOver(who, when_somebody_works(call.house, call.now + OTHERS_WITHIN))
    else:
        yield from second_try.hand_over(call, who)


@flow.turn_recalling("climb")
def nobody_else_came(call: Call) -> Iterator[Step]:
    """The customer was on the line while somebody said that it is theirs: unless a talk has begun since, it is."""
    who, climb = call.meant_for, call.climb
    since = climb.acknowledged_at if climb and climb.acknowledged_by == who else None
    if who is None or climb is None or since is None or call.case.is_over:
        return
    if is_looked_after(call):
        yield FollowUp(nobody_else_came, after=LOOKED_AT_EVERY, agent=who, lasts=True)
    elif not any(leg.talked_at and leg.talked_at >= since for leg in call.legs):
        yield Text(who, f"{call.case.ticket} is yours: {second_try.who_and_why(call)}.", about_climb=True)
        yield from becomes_theirs(call, who, max(climb.will_call_by or default_time(call), call.now + LOOKED_AT_EVERY))


@flow.turn_recalling("consent")
def customer_is_told(call: Call) -> Iterator[Step]:
    """By when, from whom; only who agreed to texts."""
    who, at = call.meant_for, call.case.next_at
    if who and at and call.case.owner == who and call.may_text and not call.case.is_over:
        yield Text(call.contact, f"{who.first_name} of {call.house.name} rings you by {call.wall_time(at)}. "
                                 f"Where it stands: {call.case.page}")


def passes(call: Call, who: Agent) -> Iterator[Step]:
    """At once, unless somebody else is being told of it at this moment."""
    yield Note("passed on", who.first_name)
    if not call.live("manager"):
        yield ClimbOn(f"{who.first_name} passed it on", alone=call.leg is None)


def why_not_resolved(call: Call) -> str:
    """Nothing is closed over the heads of those who talk or wait."""
    if call.customer_on_the_line or call.case.taken_by:
        return f"{call.contact.first_name} is on the telephone with us now, so it stays open."
    return closing_in_public.what_is_owed() if call.case.owes_amends else ""


def reason(key: str) -> str:
    """Why it is resolved, in words that can be counted; empty for a key that means nothing."""
    return ENDINGS.get(REASONS.get(key, ""), "")


def question() -> str:
    return WHY


def resolves(call: Call, who: Agent, key: str) -> Iterator[Step]:
    """It is closed, and why."""
    yield from takes(call, who, alone=True)
    yield EndsWith(REASONS[key])
    yield StandDown(told=in_the_call.comes_too_late)
    yield Note("resolved", who.first_name, reason(key))
    yield CloseCase("solved")
    yield from rating.will_be_asked(call)


def sends_details(call: Call, who: Agent) -> Text:
    return Text(who, briefing.written_facts(call), about_climb=True)


def default_time(call: Call) -> datetime:
    """For whoever says no time."""
    return call.now + WITHIN


def open_climb(call: Call) -> Climb | None:
    """The climb, while nobody has it."""
    return call.climb if call.climb and call.climb.is_open and not call.case.is_over else None
