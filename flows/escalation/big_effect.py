"""It has a big effect on their life."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flows import own_words
from flows.escalation import Rule, just_said
from flows.facts import Call
from flows.orders import Hurry

NAME = "big_effect"
SAID = (r"surgery|in (?:the )?hospital|funeral|my wedding|stranded|homeless|evict(?:ed|ion)|insulin|dialysis|oxygen tank|wheelchair|"
        r"medication|chemotherapy|lost my job|lose my job|cannot work|can'?t work|no (?:water|heating|heat|power|electricity)|dying")
TOLD = (r"operation|hospital|wedding|evict\w*|oxygen|medicine|disab\w+|last chance|visa|passport|"
        r"(?:my|our|the) (?:baby|child|children|kids?)")
_SAID = re.compile(rf"\b(?:{SAID})\b", re.IGNORECASE)
_TOLD = re.compile(rf"\b(?:{SAID}|{TOLD})\b", re.IGNORECASE)


def says(call: Call) -> str:
    """What they tell when they are asked what it does to their life, or say by themselves; more words tell where they are asked."""
    told = call.request.impact if call.request else ""
    if _TOLD.search(told.replace("\u2019", "'")) or own_words.heard(call.house, NAME, told):
        return f'it has a big effect on their life: "{told[:80]}"'
    said = own_words.beginning(just_said(call))
    found = _SAID.search(said)
    word = found[0].lower() if found else own_words.heard(call.house, NAME, said)
    return f'it has a big effect on their life: they say "{word}"' if word else ""


def hurries(call: Call) -> Iterator[Hurry]:
    """It goes before other cases, in whatever way we hear of it."""
    why = says(call)
    if why and not call.case.urgent:
        yield Hurry(why)


rule = Rule(NAME, "They say that it has a big effect on their life.", says=says, takes_words=True)
