"""Many people read what they wrote, or it spreads fast."""

from __future__ import annotations

from datetime import datetime

from flows.escalation import Rule
from flows.facts import Call
from flows.listening import tone


def says(call: Call) -> str:
    """A post that many read, if it sounds sore, or one that is passed on fast, however it sounds."""
    if call.mention is None or not call.mention.is_news or call.mention.post.private:
        return ""
    post, limits = call.mention.post, call.house.escalation
    if post.spread >= limits.spread:
        return f"it spreads fast: passed on {post.spread:,} times"
    many = (post.author.followers or 0) >= limits.followers
    return f"many read it: {post.author.followers:,} follow them" if many and tone.of(post.words).is_sore else ""


def due(call: Call) -> datetime | None:
    """At once, when it has come to spread fast since, also after somebody answered it."""
    if call.mention is None or call.mention.post.private or call.case.is_over:
        return None
    return call.mention.post.at if call.mention.post.spread >= call.house.escalation.spread else None


rule = Rule("high_reach", "Many people read what they wrote, or it spreads fast.", says=says, due=due, told="it spreads fast")
