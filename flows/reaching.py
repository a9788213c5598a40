"""Reaching whoever wrote.

They are known by their account, and rung at a number only as long as it is proved to be theirs. If that ends between the
post and the ring, nobody is rung, and the colleague who said yes is told why and answers in writing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from flows import Step, screened_callback
from flows.facts import MINUTES, Agent, Call
from flows.identity.grant import NoGrant
from flows.listening import urgency
from flows.networks import of
from flows.orders import Disband, HandOver, Release, StandDown, Text
from flows.posts import Post
from flows.routing import when_somebody_works
from flows.verbs import Say

IN_WRITING_WITHIN = 15 * MINUTES
LINK = re.compile(r"https?://\S+")
HEARD = 300


def where(post: Post) -> str:
    return f"{'privately ' if post.private else ''}on {of(post.network).told}"


def read_out(call: Call) -> str:
    """The post, as it is heard by whoever is asked to take it."""
    assert call.mention is not None, "somebody wrote"
    post, verdict = call.mention.post, urgency.of(call.mention)
    words = LINK.sub("(a link)", post.words[:HEARD])
    return f'{post.author.handle} wrote {where(post)} at {call.wall_time(post.at)}: "{words}" {verdict.read_by}'.strip()


def why_we_ring(call: Call) -> str:
    """What whoever picks up is told first; not what it is about."""
    return f"You wrote about us on {of(call.contact.network).told}." if call.contact.network else "You asked us to call."


def by_account(call: Call) -> bool:
    """Are they known by an account that is no telephone number, and rung only because of what they have proved?"""
    return call.grant is not None


def key_for_not_me(call: Call) -> str:
    """Whoever is rung because of an account can say that it is not theirs."""
    return " Press 9 if that was not you." if by_account(call) else ""


def nobody_may_ring_them(call: Call) -> bool:
    """They wrote from an account, and nothing that holds now tells at which number they are."""
    return by_account(call) and not call.contact.phone


def number_once_agreed(call: Call) -> str:
    """Where they may be rung if they say now that they want it; empty when nothing tells where."""
    return call.contact.phone or (call.grant.number if isinstance(call.grant, NoGrant) else "")


def why_not_rung(call: Call) -> str:
    why = call.grant.why if isinstance(call.grant, NoGrant) else "nothing is proved"
    return f"We may not ring {call.contact.name}: {why}."


def agent_answers_in_writing(call: Call) -> Iterator[Step]:
    """Between the post and the key the proof has ended: whoever said yes is told why nobody is rung."""
    yield StandDown(told=screened_callback.a_colleague_was_quicker)
    yield from _is_answered_by(call, call.agent)
    yield Say(f"{why_not_rung(call)} We text you the page on which you can answer. Thank you.")


def stays_with_who_took_it(call: Call) -> Iterator[Step]:
    """They wait for a call that is not made any more."""
    assert call.case.taken_by is not None, "somebody had taken the case"
    yield Disband(call.case.room)
    yield Release()
    yield from _is_answered_by(call, call.case.taken_by)


def _is_answered_by(call: Call, colleague: Agent) -> Iterator[Step]:
    yield HandOver(colleague, when_somebody_works(call.house, call.now + IN_WRITING_WITHIN))
    yield Text(colleague, f"{call.case.ticket} {why_not_rung(call)} Answer in writing.", about_case=True)
