"""They ask for a manager."""

from __future__ import annotations

import re

from flows import own_words
from flows.escalation import Rule, just_said
from flows.facts import Call

NAME = "asked_for_manager"
ASKS = re.compile(
    r"\b(?:speak|talk|get|want|need|ask(?:ing)?|give|put|see|call|where(?:'s| is))\b[^.!?]{0,40}"
    r"\b(?:manager|supervisor|boss|director|ceo|superior|person in charge)\b|\bmanager,? please\b|^\W*manager\W*$", re.IGNORECASE)


def says(call: Call) -> str:
    """In words of their own; by a key they ask for it in the line's menu."""
    said = just_said(call)
    return "they ask for a manager" if ASKS.search(said) or own_words.heard(call.house, NAME, said) else ""


rule = Rule(NAME, "They ask for a manager, by a key or in words.", says=says, takes_words=True)
