"""By when a post is answered, and why then: in words, so that whoever has to hurry may ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flows.facts import MINUTES
from flows.listening import reach, tone
from flows.posts import Mention, Post

QUIET, SOON, NOW = 60 * MINUTES, 30 * MINUTES, 10 * MINUTES


@dataclass(frozen=True, slots=True)
class Verdict:
    """Answer it within so long. `hurry`: it goes before other cases; `why` in words."""

    within: timedelta
    hurry: bool
    why: str

    @property
    def told(self) -> str:
        minutes = int(self.within.total_seconds() // 60)
        return f"Answer within {minutes} minutes{f': {self.why}' if self.why else ''}"


def of(mention: Mention) -> Verdict:
    """Much read, or of a sore tone: soon. Both, or somebody is in danger, or the house has said so: now."""
    heard, read = tone.of(mention.post.words), reach.of(mention.post)
    reasons = [each for each in ("the house has pinned them" if mention.is_pinned else "", heard.why, read.why) if each]
    level = 2 if mention.is_pinned or heard.is_alarm else heard.is_sore + read.is_wide
    return Verdict((QUIET, SOON, NOW)[level], level == 2, ", ".join(reasons))


def readers(post: Post) -> str:
    """How many may have read it, in a sentence; empty for what only we can read."""
    return "" if post.private else reach.of(post).told
