"""They speak of danger, of the law, of the press, or that something is not safe."""

from __future__ import annotations

import re

from flows import own_words
from flows.escalation import Rule, just_said
from flows.facts import HOURS, Call
from flows.listening import tone

NAME = "words_of_danger"
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
    words = own_words.beginning(just_said(call))
    for kind, pattern in _KINDS.items():
        if found := pattern.search(words):
            return f'it is about {kind}: they say "{found[0].lower()}"'
    if word := own_words.heard(call.house, NAME, words):
        return f'they say "{word}"'
    heard = tone.of(words) if words else None
    return heard.why if heard and heard.is_alarm else ""


rule = Rule(NAME, "They speak of danger, of the law, of the press, or that something is not safe.", says=says, urgent=True,
            once_in=HOURS, takes_words=True)
