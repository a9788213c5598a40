"""What the page of a thread tells of posts: who said what where, what became of ours, and how long it took to a voice."""

from __future__ import annotations

from datetime import timedelta

from flows import answering
from flows.facts import Call
from flows.networks import of
from voice_gateway.doors.bubbles import LOST, ON_ITS_WAY, SENT, Bubble
from voice_gateway.store.conversations import Stopwatch
from voice_gateway.store.tables import AnyRow

STATES = {"owed": ON_ITS_WAY, "said": SENT}


def bubble(row: AnyRow, house: str, reader_id: int) -> Bubble:
    """One post, theirs or ours."""
    how = f"{'privately ' if row.private else ''}on {of(row.network).told}"
    if row.inbound:
        gone = "; they have taken it back" if row.gone_at else ""
        return Bubble(row.said_at, row.handle, row.words, "theirs", told=f"Written {how}{gone}")
    who = house if row.person_id is None else "You" if row.person_id == reader_id else row.writer
    state = STATES.get(row.state, LOST)
    told = {ON_ITS_WAY: "On its way", SENT: f"Said {how}", LOST: f"Not said: {row.problem}"}[state]
    return Bubble(row.said_at, who, row.words, "ours", state=state, told=told)


def addressee(row: AnyRow) -> str:
    """Somebody who may be answered, and where."""
    return f"{row.display}, {'privately' if row.private else 'where they wrote it'}"


def where_it_goes(call: Call) -> str:
    """Who will read an answer."""
    assert call.mention is not None, "somebody wrote"
    told = of(call.contact.network).told
    if answering.way_of(call.mention.post) == answering.OPENLY:
        return f"It is an answer on {told} that everybody can read."
    return f"It goes to them alone, on {told}." if of(call.contact.network).private_is_private else (
        f"It goes to them alone, on {told}; those who run their servers can read it too.")


def told(watch: Stopwatch) -> str:
    """From the post to a ringing telephone, and to a voice."""
    parts = [f"{what} after {_span(at - watch.said_at)}" for what, at in (
        ("a telephone rang here", watch.rung_at), ("you talked", watch.talked_at)) if at]
    return f"Since they wrote: {', '.join(parts)}." if parts else ""


def _span(span: timedelta) -> str:
    seconds = max(0, int(span.total_seconds()))
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"
