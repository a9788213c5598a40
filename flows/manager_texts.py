"""What managers text.

A case climbs to somebody who cannot talk just now: a word does what a key does. When several climb to them they name
the one they mean by its tag, T12. Only a telephone of the house that was told of a case can say anything about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flows import Flow, Step, acknowledging, briefing, page_manager, share
from flows.climbing import SetShare, ToldOf
from flows.facts import Agent, Call
from flows.orders import FollowUp, Text
from flows.words import when

flow = Flow(__name__)

JOIN, MINE, PASS, RESOLVED, DETAILS, WHO = "1", "4", "5", "6", "7", "who"
WORDS = {"1": JOIN, "join": JOIN, "4": MINE, "mine": MINE, "5": PASS, "pass": PASS, "6": RESOLVED, "resolved": RESOLVED,
         "7": DETAILS, "details": DETAILS, "who": WHO}
TAG = re.compile(r"[#(]?t\s?(\d{1,9})\)?[:,.]?")
HELP = "Text 1 to talk with them, MINE or MINE 3PM, PASS, RESOLVED, DETAILS or WHO."


@dataclass(frozen=True, slots=True)
class Meant:
    """A key or its word, the case whose tag they named, and what came after: a time, or a reason."""

    key: str
    case_id: int | None = None
    rest: str = ""


def meant(text: str) -> Meant | None:
    """`mine`, `Mine T4 3pm`, `T4 pass`, `6 t4 2`; None for whatever may be meant for a customer."""
    told, case_id, key = text.casefold().strip(" .!?").split(), None, ""
    for _part in range(2):
        tag = TAG.fullmatch(told[0]) if told and case_id is None else None
        if tag:
            case_id = int(tag[1])
            told = told[1:]
        elif told and not key and told[0].strip(".,:!") in WORDS:
            key, told = WORDS[told[0].strip(".,:!")], told[1:]
    rest = " ".join(told)
    takes_more = key == MINE or (key == RESOLVED and bool(acknowledging.reason(rest)))
    return Meant(key, case_id, rest) if key and (takes_more or not rest) else None


def case_of(text: str, told_of: tuple[ToldOf, ...]) -> int | None:
    """The case that a text is about, of those that were brought to them: the one of its tag, or the only one.

    0: it is about one of several, and they did not say which.
    """
    said = meant(text)
    if said is None or (said.key == MINE and said.rest and not _may_be_a_time(said.rest)):
        return None
    if said.case_id is not None:
        return said.case_id if any(each.case_id == said.case_id for each in told_of) else None
    still = [each for each in told_of if each.is_open]
    if len(still) > 1:
        return 0
    latest = still or ([] if said.key == WHO else list(told_of[:1]))
    return latest[0].case_id if latest else None


def _may_be_a_time(words: str) -> bool:
    return any(letter.isdigit() for letter in words) and len(words) < 20


@flow.turn_recalling("climb", "history", "mention")
def manager_writes(call: Call) -> Iterator[Step]:
    """About a case that was brought to them."""
    assert call.meant_for is not None and call.words is not None, "somebody of the house wrote"
    who, said = call.meant_for, meant(call.words.text)
    if said is None or said.key == DETAILS:
        yield acknowledging.sends_details(call, who)
    elif said.key == WHO:
        yield Text(who, briefing.somebody_has_it(call, who) or f"Nobody has {call.case.ticket} yet. {HELP}")
    else:
        yield from does(call, who, said)


def does(call: Call, who: Agent, said: Meant) -> Iterator[Step]:
    """What their word orders, told back. Whose it is now is told in any case."""
    told = {JOIN: f"{call.case.ticket} is yours. We ring you now, and then you talk with {call.contact.name}.",
            PASS: f"You have passed {call.case.ticket} on. We ask the next.",
            RESOLVED: f"{call.case.ticket} is resolved: {acknowledging.reason(said.rest or '1')}."}
    if why_not := why_not_done(call, who, said):
        yield Text(who, f"{why_not} Nothing was changed.")
    else:
        yield from orders(call, who, said)
        if said.key in told:
            yield Text(who, told[said.key])


def why_not_done(call: Call, who: Agent, said: Meant) -> str:
    """Why this word orders nothing now; empty when it does."""
    if told := briefing.somebody_has_it(call, who):
        return told
    if said.key == MINE and time_of(call, who, said.rest) is None:
        return "By when? Such as 3 pm, in 2 hours or tomorrow 9 am; without a time it is within the hour."
    return acknowledging.why_not_resolved(call) if said.key == RESOLVED else ""


def orders(call: Call, who: Agent, said: Meant) -> Iterator[Step]:
    """The deed itself."""
    at = time_of(call, who, said.rest if said.key == MINE else "") or acknowledging.default_time(call)
    if said.key == JOIN:
        yield from will_talk(call, who)
    elif said.key == MINE:
        yield from acknowledging.is_theirs(call, who, at)
    elif said.key == PASS:
        yield from acknowledging.passes(call, who)
    elif said.key == RESOLVED:
        yield from acknowledging.resolves(call, who, said.rest or "1")


def will_talk(call: Call, who: Agent) -> Iterator[Step]:
    """Their own telephone rings first."""
    yield from acknowledging.takes(call, who)
    yield FollowUp(page_manager.manager_is_rung, agent=who)


def time_of(call: Call, who: Agent, words: str) -> datetime | None:
    """By the time that they named, on their own clock, or soon."""
    if not words:
        return acknowledging.default_time(call)
    at = when(words.removeprefix("by "), call.now.astimezone(ZoneInfo(who.zone or call.house.time_zone)))
    return at.astimezone(UTC) if at else None


@flow.turn
def which_one(call: Call) -> Iterator[Step]:
    """Several climb to them."""
    assert call.meant_for is not None, "somebody of the house wrote"
    yield Text(call.meant_for, f"Which one? Add its tag, such as MINE T{call.told_of[0].case_id}. {listed(call)} Nothing was changed.")


def listed(call: Call) -> str:
    return " ".join(f"T{each.case_id}: {each.name}." for each in call.told_of if each.is_open)


@flow.turn
def sets_share(call: Call) -> Iterator[Step]:
    """How much of what climbs they want to take personally."""
    assert call.meant_for is not None and call.words is not None, "somebody of the house wrote"
    target = share.target_in(call.words.text)
    assert target is not None, "they named a share"
    yield SetShare(call.meant_for, target)
    yield Text(call.meant_for, f"You take {target} % of what climbs to you personally; your delegate is told of the rest. What is "
                               "urgent still comes to you at once.")


@flow.turn
def leaves_to_nobody(call: Call) -> Iterator[Step]:
    """They want to take less, and nobody is named who takes the rest."""
    assert call.meant_for is not None, "somebody of the house wrote"
    yield Text(call.meant_for, share.leaves_to_nobody())
