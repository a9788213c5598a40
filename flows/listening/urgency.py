"""By when a post is answered, and why then: in words, so that whoever has to hurry may ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flows.facts import MINUTES
from flows.listening import reach, tone
from flows.posts import Mention

QUIET, SOON, NOW = 60 * MINUTES, 30 * MINUTES, 10 * MINUTES


@dataclass(frozen=True, slots=True)
class Verdict:
    """Answer it within so long. `hurry`: it goes before other cases; `why` in words. `told` is for whose work it is.

    `read_by`: how many may have read it, as a sentence.
    """

    within: timedelta
    hurry: bool
    why: str
    told: str
    read_by: str


def of(mention: Mention) -> Verdict:
    """Much read, or of a sore tone: soon. Both, or somebody is in danger, or the house has said so: now."""
    heard, read = tone.of(mention.post.words), reach.of(mention.post)
    said = ", ".join(each for each in ("the house has pinned them" if mention.is_pinned else "", heard.why) if each)
    level = 2 if mention.is_pinned or heard.is_alarm else heard.is_sore + read.is_wide
    within = (QUIET, SOON, NOW)[level]
    told = f"Answer within {int(within.total_seconds() // 60)} minutes{f': {said}' if said else ''}."
    return Verdict(within, level == 2, ", ".join(each for each in (said, read.why) if each),
                   " ".join(each for each in (read.told, told) if each), read.told)
