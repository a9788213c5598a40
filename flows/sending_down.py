"""Sent down from the top.

A manager, or an address outside that the house trusts, hears of a customer before anybody else: one text sends their case
up its ladder, and opens one where there is none. Never without a reason, for what has none cannot be counted, nor learned
from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flows import Flow, Step, texting
from flows.climbing import REASONS
from flows.escalation import sent_down
from flows.facts import Agent, Call
from flows.orders import Text

flow = Flow(__name__)

COMMAND = re.compile(r"escalate\b[\s:,.!]*(.*)", re.IGNORECASE | re.DOTALL)
WHOM = re.compile(r"(?:[#(]?t\s?(\d{1,9})\)?(?!\w)|(\+\d[\d ().-]{5,24}\d))[\s:,.]*(.*)", re.IGNORECASE | re.DOTALL)
LONGEST_NOTE = 160
CODES = ", ".join(REASONS).upper()
HOW = f"Text ESCALATE, a tag or a number, and why, such as ESCALATE T12 PRESS the evening news has it. Why is one of {CODES}."
UNKNOWN = "There is no open case of that tag, or no such number. Nothing was sent."


@dataclass(frozen=True, slots=True)
class SentDown:
    """What they wrote, taken apart: the case of a tag or a customer's number, the reason's code, and a note."""

    case_id: int | None = None
    number: str = ""
    reason: str = ""
    note: str = ""

    @property
    def is_whole(self) -> bool:
        return bool((self.case_id or self.number) and self.reason)


def parsed(text: str) -> SentDown | None:
    """`ESCALATE T12 PRESS words` or `escalate +1 202 555 0121 law`; None for what does not begin with that word."""
    told = COMMAND.fullmatch(text.strip())
    if told is None:
        return None
    whom = WHOM.fullmatch(told[1])
    if whom is None:
        return SentDown()
    code, *words = whom[3].split() or [""]
    code = code.strip(".,:;!").casefold()
    return SentDown(int(whom[1]) if whom[1] else None, whom[2] or "", code if code in REASONS else "", " ".join(words)[:LONGEST_NOTE])


@flow.turn
def colleague_sends_down(call: Call) -> Iterator[Step]:
    """The case is found, or was opened for it. Whoever leads the house sends it down, anybody else sends it up."""
    who, said = _who(call), _said(call)
    if call.case.is_over:
        yield Text(who, UNKNOWN)
    else:
        yield sent_down.sent(said.reason, who.first_name, said.note, by_manager=who.supervises)
        yield Text(who, climbs(call.case.ticket, said))


@flow.turn
def colleague_is_asked(call: Call) -> Iterator[Step]:
    """What they wrote was not whole, or leads nowhere."""
    yield Text(_who(call), UNKNOWN if _said(call).is_whole else f"{HOW} Nothing was sent.")


@flow.turn
def outsider_is_told(call: Call) -> Iterator[Step]:
    """In their own thread: whether it climbs now, and nothing else about anybody's case."""
    said = _said(call)
    sent = next((climbs(f"T{each.case_id}", said) for each in call.told_of), UNKNOWN)
    yield from texting.answer(call, sent if said.is_whole else f"{HOW} Nothing was sent.")


def climbs(ticket: str, said: SentDown) -> str:
    return f"{ticket} climbs now: {REASONS[said.reason]}."


def _who(call: Call) -> Agent:
    assert call.meant_for is not None, "somebody of the house wrote"
    return call.meant_for


def _said(call: Call) -> SentDown:
    said = parsed(call.words.text) if call.words else None
    assert said is not None, "they wrote ESCALATE"
    return said
