"""They speak of danger, of the law, of the press, or that something is not safe."""

from __future__ import annotations

import re

from flows.escalation import Rule, just_said
from flows.facts import HOURS, Call
from flows.listening import tone

KINDS = {
    "danger": r"suicid\w*|kill (?:my|him|her|them)\w*|bleeding|unconscious|ambulance|emergency|heart attack|not breathing|"
              r"on fire|house is burning|threaten\w*|bomb|weapon|gun",
    "safety": r"gas leak|smell(?:s|ing)? (?:of )?gas|electric shock|electrocut\w*|sparks?|explod\w*|explosion|poison\w*|"
              r"allergic|carbon monoxide|recall(?:ed)? product|brakes? (?:fail|failed)|injur\w*",
    "law": r"lawyers?|attorney|solicitor|lawsuit|sue you|suing|court|police|ombudsman|regulator|legal action",
    "press": r"journalists?|reporters?|newspapers?|television|tv station|the press|going viral",
}
_KINDS = {kind: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for kind, words in KINDS.items()}


def says(call: Call) -> str:
    """The first word that tells, and of what; in other languages than English, what the post's tone tells."""
    words = just_said(call)[:2000]
    for kind, pattern in _KINDS.items():
        if found := pattern.search(words):
            return f'it is about {kind}: they say "{found[0].lower()}"'
    heard = tone.of(words) if words else None
    return heard.why if heard and heard.is_alarm else ""


rule = Rule("words_of_danger", "They speak of danger, of the law, of the press, or that something is not safe.", says=says, urgent=True,
            once_in=HOURS)
