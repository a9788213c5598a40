"""It has a big effect on their life."""

from __future__ import annotations

import re

from flows.escalation import Rule
from flows.facts import Call

BIG = re.compile(
    r"\b(?:surgery|operation|hospital|funeral|wedding|stranded|homeless|evict\w*|insulin|dialysis|oxygen|wheelchair|"
    r"medication|medicine|chemotherapy|lost my job|lose my job|cannot work|can'?t work|no (?:water|heating|heat|power|electricity)|"
    r"(?:my|our|the) (?:baby|child|children|kids?)|disab\w+|dying|last chance|visa|passport)\b", re.IGNORECASE)


def says(call: Call) -> str:
    """What they themselves say that it does to their life, when they ask for a call."""
    told = call.request.impact if call.request else ""
    found = BIG.search(told.replace("\u2019", "'"))
    return f'it has a big effect on their life: "{told[:80]}"' if found else ""


rule = Rule("big_effect", "They say that it has a big effect on their life.", says=says)
