"""Promises.

Whoever looks after a case owes its customer an update, by a time that the ticket tells. What they write goes out in
their name in the same thread, and the clock begins anew. They are reminded before it is due; whoever will not be
there hands it over, and the customer is told who has it now.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flows import Flow, Step, answering, networks, voices
from flows.facts import HOURS, MINUTES, Agent, Call
from flows.house import House
from flows.orders import HandOver, Note, Text
from flows.promised import Assumes, NudgeAt
from flows.routing import somebody_works, when_somebody_works

flow = Flow(__name__)

REMINDED_BEFORE = HOURS
GRACE = 15 * MINUTES  # after which an update counts as missed, and others than its owner are told
NEW_OWNER_ACTS_WITHIN = 2 * HOURS
REMINDED_EVERY = 24 * HOURS
LONGEST_LEAVE = 14 * 24 * HOURS
STILL_ON_IT = "we are still working on it, and have not forgotten you."


def next_update(house: House, now: datetime) -> datetime:
    """By when they hear from us next, where nothing else was arranged: at an hour at which somebody works."""
    return when_somebody_works(house, now + house.promises.update_every)


def nudge_at(house: House, now: datetime, due: datetime) -> datetime:
    """An hour before it is due, or a quarter of a shorter time; when it is due, if nobody works before."""
    at = due - min(REMINDED_BEFORE, max(due - now, 0 * HOURS) / 4)
    return at if somebody_works(house, at) else due


def is_missed(call: Call) -> bool:
    """Was the update that they were promised not given?"""
    due = call.case.next_at
    return bool(call.case.owner) and due is not None and call.now >= due + GRACE


def updates(call: Call, who: Agent, words: str) -> Iterator[Step]:
    """In their own name, with when the next one comes."""
    before, after = around(call, who)
    yield from answering.says(call, who, f"{before}{words}{after}", is_update=True)
    yield from begins_anew(call, who)


def around(call: Call, who: Agent) -> tuple[str, str]:
    """What stands before an update, and after it."""
    stays = not (call.is_in_line or call.case.taken_by)
    again = f"\nYou hear from me again by {call.wall_time(next_update(call.house, call.now))}." if stays else ""
    return "" if voices.voice(call).signature else f"{who.first_name}: ", again


def begins_anew(call: Call, who: Agent) -> Iterator[Step]:
    """They have told the customer something: it is theirs, and the next update is due a while from now."""
    if not (call.is_in_line or call.case.taken_by):
        yield HandOver(who, next_update(call.house, call.now))


@flow.turn_recalling("colleagues", "owners", "absence")
def comes_due(call: Call) -> Iterator[Step]:
    """A reminder to whoever owes it, once before and then every working day; or to somebody who is there."""
    case = call.case
    if case.is_over or case.nudge_at is None or call.now < case.nudge_at:
        return
    if case.taken_by:
        yield NudgeAt(call.now + GRACE)
    elif (case.owner is None or call.absence) and (other := stands_in(call)):
        yield from hands_over(call, other)
    elif case.owner:
        yield Text(case.owner, f"{what_is_owed(call)} Text UPDATE {case.ticket} and your words.", about_case=True,
                   assumes=Assumes(owner=case.owner.id, due=case.next_at))
        yield NudgeAt(when_somebody_works(call.house, call.now + REMINDED_EVERY))
    else:
        yield Note("nobody to own it")
        yield NudgeAt(when_somebody_works(call.house, call.now + REMINDED_EVERY))


@flow.turn_recalling("colleagues", "owners", "absence")
def owner_leaves(call: Call) -> Iterator[Step]:
    """They go on leave, or have left the house: what they cannot keep is somebody else's at once."""
    if call.case.is_over or call.is_in_line or call.case.taken_by:
        return
    if (call.case.owner is None or call.absence) and (other := stands_in(call)):
        yield from hands_over(call, other)


def what_is_owed(call: Call) -> str:
    """For whoever is reminded."""
    due, case = call.case.next_at, call.case
    if due and call.now < due:
        return f"{case.ticket}: {call.contact.name} {expects(call, 'from you ', due)}."
    return f"{case.ticket} is still open with you, and {call.contact.name} waits for an update."


def expects(call: Call, from_whom: str, due: datetime) -> str:
    """What whoever owes it must know; to somebody who has only written about us in public nothing was promised."""
    by = f"by {call.wall_time(due)}"
    if call.contact.network:
        return f"wrote on {networks.of(call.contact.network).told}, and is to hear {from_whom}{by}"
    return f"was promised an update {from_whom}{by}"


def stands_in(call: Call) -> Agent | None:
    """Whom they have named, else whoever is right and there, else who gets what nobody took."""
    named = call.absence.delegate if call.absence else None
    found = (named, *call.colleagues, *call.owners)
    return next((each for each in found if each and each != call.case.owner), None)


def hands_over(call: Call, to: Agent) -> Iterator[Step]:
    """What was promised is kept by somebody else; both they and the customer know."""
    due = call.case.next_at
    if due is None or due < call.now + HOURS / 2:
        due = when_somebody_works(call.house, call.now + NEW_OWNER_ACTS_WITHIN)
    before = call.absence.first_name if call.absence else ""
    about = f", about {call.case.about}" if call.case.about else ""
    why = f": {call.absence.first_name} {call.absence.why}" if call.absence else ""
    yield HandOver(to, due)
    yield Text(to, f"{call.case.ticket} is yours now{why}. {call.contact.name}{about}, {expects(call, 'from you ', due)}. "
                   f"Text UPDATE {call.case.ticket} and your words.", about_case=True,
               assumes=Assumes(owner=to.id))
    yield Text(call.contact, f"{call.house.name}: {to.first_name} looks after it now{f' instead of {before}' if before else ''}. "
                             f"You hear from {to.first_name} by {call.wall_time(due)}. Where it stands: {call.case.page}",
               assumes=Assumes(owner=to.id, due=due))


# ---- said on their own line, for another case ----


@flow.turn
def says_an_update(call: Call) -> Iterator[Step]:
    """What a colleague said on their own line goes out as a text, if it is still theirs."""
    who = call.meant_for
    if who and call.case.owner == who and not call.case.is_over:
        yield from updates(call, who, call.speech or STILL_ON_IT)
    elif who:
        yield Text(who, f"{call.case.ticket} is not with you any more, so nothing was sent.")
