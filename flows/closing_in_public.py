"""Closing in public.

What all could read of ends where all can read it: with an apology and what comes next, in words of the colleague's own,
and somebody who sees to that. Until these are on record the case stays open. What is personal is for them alone: it goes
as a text to the number that they have shown to be theirs, and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from flows import Flow, Step, answering, promises, voices
from flows.answers import Reply
from flows.facts import Agent, Call
from flows.identity.grant import NoGrant
from flows.orders import CloseCase, HandOver, Text
from flows.promised import MakeAmends
from flows.words import Amends

flow = Flow(__name__)

SHORTEST = 12  # characters; "sorry" alone is no apology
MARK = re.compile(r"(?:\b(?P<next>NEXT)|\bPRIVATELY|(?<=[.!?]\s)[Pp]rivately|\b[Pp]rivately(?=:))\b[\s:,.!]*")


def what_is_owed() -> str:
    """Why it cannot end yet, in words for any colleague."""
    return "This began in public, so it ends there: with an apology, who sees to it, and what comes next."


def how_by_text(call: Call) -> str:
    """What a colleague texts instead of DONE."""
    alone = ", then PRIVATELY and what they alone shall read" if call.contact.texts_to else ""
    return (f"{call.case.ticket}: {what_is_owed()} Text APOLOGY {call.case.ticket} and your words, then NEXT and what comes next{alone}; "
            "or write them on the page.")


def parted(words: str) -> Amends:
    """What is texted, taken apart at the words NEXT and PRIVATELY; empty where one is missing.

    Whatever follows the second is not said in public, in whichever order they come.
    """
    told, part, begins = {"": "", "next": "", "alone": ""}, "", 0
    for mark in MARK.finditer(words):
        opens = "next" if mark["next"] else "alone"
        if opens != part and not (opens == "next" and told["next"]):
            told[part] = f"{told[part]} {words[begins:mark.start()]}".strip()
            part, begins = opens, mark.end()
    told[part] = f"{told[part]} {words[begins:]}".strip()
    return Amends(told[""], told["next"], told["alone"])


def why_not(call: Call, said: Amends, owner: Agent | None) -> str:
    """What is missing, in words for whoever wrote it; empty when it can be said and closed."""
    if call.case.is_over:
        return f"{call.case.ticket} is closed."
    if call.case.taken_by or call.customer_on_the_line or call.is_in_line:
        return f"{call.contact.name} is still to be rung, so {call.case.ticket} stays open."
    if len(said.apology) < SHORTEST:
        return "The apology is missing, or too short: say what you are sorry for."
    if len(said.next_step) < SHORTEST:
        return "What comes next is missing, or too short: say what happens, and when."
    if owner is None:
        return "Nobody sees to what comes next: choose somebody."
    if said.privately and not call.contact.texts_to:
        return f"There is no way to tell them alone: {why_not_alone(call)}. Leave it out."
    return answering.why_not(call, _more_than_own(call, owner)) if call.contact.network else ""


def signature(owner: Agent) -> str:
    """Whoever sees to what comes next, where the house has no voice of its own."""
    return f" – {owner.first_name}"


def _more_than_own(call: Call, owner: Agent) -> str:
    """By what their signature is longer than that of whoever writes, which is counted already."""
    own = voices.around(call, call.meant_for)[1] if call.meant_for else ""
    return voices.around(call, owner, signature(owner))[1][len(own):]


def why_not_alone(call: Call) -> str:
    """Why no text may go to them."""
    return call.grant.why if isinstance(call.grant, NoGrant) else "they showed no number"


def makes_amends(call: Call, by: Agent, said: Amends, owner: Agent) -> Iterator[Step]:
    """Said where it belongs, and on record; then it is over."""
    yield MakeAmends(said.apology, said.next_step, owner, by)
    if call.contact.network:
        yield Reply(voices.said(call, owner, said.in_public, signature(owner)), by=by)
    if call.contact.texts_to:
        yield Text(call.contact, for_them_alone(call, by, said), by=by)
    if owner != call.case.owner:
        yield HandOver(owner, promises.next_update(call.house, call.now))
    yield CloseCase("solved")
    if owner != by:
        yield Text(owner, f"{call.case.ticket} was closed in public, and you see to what comes next: {said.next_step}")


def for_them_alone(call: Call, by: Agent, said: Amends) -> str:
    """What comes next, and what is nobody else's business, with their ticket; the apology too where they read no network."""
    told = said.next_step if call.contact.network else said.in_public
    private = f" {said.privately}" if said.privately else ""
    return f"{by.first_name} of {call.house.name}: {told}{private} Where it stands: {call.case.page}"


@flow.turn_recalling("mention")
def colleague_makes_amends(call: Call) -> Iterator[Step]:
    """On the page of the thread, in four fields: the words, what comes next, who sees to it, and what they alone read."""
    assert call.meant_for is not None and call.words is not None and call.words.amends is not None, "a colleague wrote"
    owner = call.named or call.case.owner or call.meant_for
    if not why_not(call, call.words.amends, owner):
        yield from makes_amends(call, call.meant_for, call.words.amends, owner)
