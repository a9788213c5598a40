"""Closing in public.

What all could read of ends where all can read it: with an apology and what comes next, in words of the colleague's own,
and somebody who sees to that. Until these are on record the case stays open. What is personal is said privately.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from flows import Flow, Step, answering, promises
from flows.answers import Reply
from flows.facts import Agent, Call
from flows.orders import CloseCase, HandOver, Text
from flows.promised import MakeAmends

flow = Flow(__name__)

SHORTEST = 12  # characters; "sorry" alone is no apology
TWO_PARTS = re.compile(r"(.*?)\bNEXT\b[\s:,.!]*(.*)", re.DOTALL)


def what_is_owed() -> str:
    """Why it cannot end yet, in words for any colleague."""
    return "This began in public, so it ends there: with an apology, who sees to it, and what comes next."


def how_by_text(call: Call) -> str:
    """What a colleague texts instead of DONE."""
    return (f"{call.case.ticket}: {what_is_owed()} Text APOLOGY {call.case.ticket} and your words, then NEXT and what comes next; or "
            "write them on the page.")


def parted(words: str) -> tuple[str, str]:
    """The apology and the next step, as they are texted; empty where one is missing."""
    told = TWO_PARTS.fullmatch(words.strip())
    return (told[1].strip(), told[2].strip()) if told else (words.strip(), "")


def why_not(call: Call, apology: str, next_step: str, owner: Agent | None) -> str:
    """What is missing, in words for whoever wrote it; empty when it can be said and closed."""
    if call.case.is_over:
        return f"{call.case.ticket} is closed."
    if call.case.taken_by or call.customer_on_the_line or call.is_in_line:
        return f"{call.contact.name} is still to be rung, so {call.case.ticket} stays open."
    if len(apology) < SHORTEST:
        return "The apology is missing, or too short: say what you are sorry for."
    if len(next_step) < SHORTEST:
        return "What comes next is missing, or too short: say what happens, and when."
    if owner is None:
        return "Nobody sees to what comes next: choose somebody."
    return answering.why_not(call) if call.contact.network else ""


def makes_amends(call: Call, by: Agent, apology: str, next_step: str, owner: Agent) -> Iterator[Step]:
    """Said where it belongs, and on record; then it is over."""
    yield MakeAmends(apology, next_step, owner, by)
    if call.contact.network:
        yield Reply(f"{apology} {next_step} – {owner.first_name}", by=by)
    elif call.contact.texts_to:
        yield Text(call.contact, f"{by.first_name}: {apology} {next_step}", by=by)
    if owner != call.case.owner:
        yield HandOver(owner, promises.next_update(call.house, call.now))
    yield CloseCase("solved")
    if owner != by:
        yield Text(owner, f"{call.case.ticket} was closed in public, and you see to what comes next: {next_step}")


@flow.turn_recalling("mention")
def colleague_makes_amends(call: Call) -> Iterator[Step]:
    """On the page of the thread, in three fields: the words, what comes next, and who sees to it."""
    assert call.meant_for is not None and call.words is not None, "a colleague wrote"
    owner = call.named or call.case.owner or call.meant_for
    if not why_not(call, call.words.text, call.speech, owner):
        yield from makes_amends(call, call.meant_for, call.words.text, call.speech, owner)
