"""After the call.

Two people have talked. One key says how it went: it is solved, or when somebody is heard of again, and
by whom. Silence means that it is still open, and stays with whoever talked last.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flows import Flow, Step, closing_in_public, cut_off, in_the_call, rating, screened_callback, second_try
from flows.facts import HOURS, Call
from flows.orders import CallBack, CloseCase, HandOver, Release, Text
from flows.promised import Assumes
from flows.routing import next_day, when_somebody_works
from flows.verbs import Ask, Say

flow = Flow(__name__)

CHOICES = ("Press 1 if it is solved, 2 if it stays open with you, 3 to ring them again, "
           "4 to promise them an update, or 5 to hand it over.")
CUT_OFF = " Press 6 if you were cut off."
WHEN = "Press 1 for in an hour, 2 for tomorrow when we open, or 3 to type how many hours from now."
HOW_MANY = "Type the hours from now, and then the hash key."
MOST_HOURS = 14 * 24


@flow.turn
def how_did_it_go(call: Call) -> Iterator[Step]:
    """One question, right after the customer has left the line."""
    yield Ask(f"{cut_off.nobody_answered(call)}How did it go? {choices(call)}", then=agent_tells, otherwise=nothing_told)


def choices(call: Call) -> str:
    return CHOICES + (CUT_OFF if cut_off.may_be_rung(call) else "")


@flow.turn_recalling("company")
def agent_tells(call: Call) -> Iterator[Step]:
    """What the key means for the customer."""
    if call.digits == "1" and call.case.owes_amends:
        yield from nothing_told(call)
        yield Say(f"{closing_in_public.what_is_owed()} We sent you the page on which you write it, and it stays with you until then. "
                  "Goodbye.")
    elif call.digits == "1":
        yield CloseCase("solved")
        yield Release()
        yield from rating.will_be_asked(call)
        yield Say("Solved. Thank you, goodbye.")
    elif call.digits == "2":
        yield from nothing_told(call)
        yield Say("It stays with you. We sent you the ticket. Goodbye.")
    elif call.digits == "3" and call.contact.phone:
        yield Ask(f"When do we ring them again? {WHEN}", then=ring_again_when)
    elif call.digits == "4" and call.contact.texts_to:
        yield Ask(f"By when do they get an update from you? {WHEN}", then=update_when)
    elif call.digits == "5" and call.company:
        yield in_the_call.offers(call.company)
        yield Ask(f"Who has it from here? {in_the_call.names(call.company)}.", then=somebody_is_chosen)
    elif call.digits == "6" and cut_off.may_be_rung(call):
        yield from cut_off.ring_them(call)
    else:
        yield Ask(f"That key does nothing here. {choices(call)}", then=agent_tells)


@flow.turn
def nothing_told(call: Call) -> Iterator[Step]:
    """Silence, or hung up: still open, with the one who talked."""
    yield from second_try.hand_over(call, call.agent)
    yield Release()


@flow.turn_recalling("company")
def somebody_is_chosen(call: Call) -> Iterator[Step]:
    """They get the ticket by text."""
    colleague = in_the_call.chosen(call)
    if colleague:
        yield from second_try.hand_over(call, colleague)
        yield Release()
        yield Say(f"{colleague.first_name} has it from here. Goodbye.")
    else:
        yield Ask(f"That key does nothing here. {choices(call)}", then=agent_tells)


# ---- by when ----


def at_key(call: Call) -> datetime | None:
    """The instant that a key names."""
    if call.digits == "1":
        return when_somebody_works(call.house, call.now + HOURS)
    return next_day(call.house, call.now) if call.digits == "2" else None


def in_hours(call: Call) -> datetime | None:
    """The instant so many hours from now; None for what is no number of hours, or too many."""
    typed = int(call.digits) if call.digits.isdecimal() and len(call.digits) < 4 else 0
    return when_somebody_works(call.house, call.now + typed * HOURS) if 0 < typed <= MOST_HOURS else None


@flow.turn
def ring_again_when(call: Call) -> Iterator[Step]:
    at = at_key(call)
    if at:
        yield from ring_again(call, at)
    elif call.digits == "3":
        yield Ask(HOW_MANY, then=ring_again_in, several=True)
    else:
        yield Ask(f"That key does nothing here. {WHEN}", then=ring_again_when)


@flow.turn
def ring_again_in(call: Call) -> Iterator[Step]:
    at = in_hours(call)
    if at:
        yield from ring_again(call, at)
    else:
        yield Ask(f"We ring them within two weeks. {HOW_MANY}", then=ring_again_in, several=True)


def ring_again(call: Call, at: datetime) -> Iterator[Step]:
    """Both are rung, whoever promised it first; the customer reads it now."""
    yield CallBack(at, then=screened_callback.ask_a_colleague, by=call.agent)
    yield Release()
    yield Text(call.contact, f"{call.agent.first_name} of {call.house.name} will ring you again "
                             f"at {call.wall_time(at)}. Where it stands: {call.case.page}", assumes=Assumes(arranged=True))
    yield Say(f"We ring you both again at {call.wall_time(at)}. Goodbye.")


@flow.turn
def update_when(call: Call) -> Iterator[Step]:
    at = at_key(call)
    if at:
        yield from promise_update(call, at)
    elif call.digits == "3":
        yield Ask(HOW_MANY, then=update_in, several=True)
    else:
        yield Ask(f"That key does nothing here. {WHEN}", then=update_when)


@flow.turn
def update_in(call: Call) -> Iterator[Step]:
    at = in_hours(call)
    if at:
        yield from promise_update(call, at)
    else:
        yield Ask(f"They hear from you within two weeks. {HOW_MANY}", then=update_in, several=True)


def promise_update(call: Call, at: datetime) -> Iterator[Step]:
    """The customer reads by when, and whoever promised it is reminded before."""
    yield HandOver(call.agent, at)
    yield Release()
    yield Text(call.contact, f"{call.agent.first_name} of {call.house.name} sends you an update by "
                             f"{call.wall_time(at)}. Where it stands: {call.case.page}",
               assumes=Assumes(owner=call.agent.id, due=at))
    yield Say(f"We told them that they hear from you by {call.wall_time(at)}, and remind you in time. Goodbye.")
