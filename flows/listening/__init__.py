"""Listening.

Somebody wrote about us where many can read it, or to us alone. It is somebody's work at once, with a time by which it is
answered: sooner the more people read it, and the angrier it is. Where the author has proved a number and agreed to be
rung, a colleague's telephone rings with the post read out, and on their key the author's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from flows import Flow, Step, screened_callback, second_try, texting
from flows.facts import MINUTES, Agent, Call
from flows.identity.grant import NoGrant
from flows.listening import urgency
from flows.networks import of
from flows.orders import (
    AwaitAnswer,
    CallBack,
    Disband,
    FollowUp,
    HandOver,
    Hurry,
    KeepAbout,
    Note,
    Release,
    StandDown,
    Text,
)
from flows.posts import Mention, Post
from flows.routing import when_somebody_works
from flows.verbs import Say

flow = Flow(__name__)

IN_WRITING_WITHIN = 15 * MINUTES
LINK = re.compile(r"https?://\S+")
ABOUT = 200
SHOWN = 300
TOLD_WITHIN_AN_HOUR = 5


@flow.turn_recalling("mention", "colleagues", "owners", "acquaintance")
def post_comes_in(call: Call) -> Iterator[Step]:
    """The first one makes it somebody's work; the next ones are read by whose work it is."""
    mention = _mention(call)
    yield Note("wrote", "customer")
    if not call.case.about:
        yield KeepAbout(mention.post.words[:ABOUT])
    verdict = urgency.of(mention)
    if verdict.hurry and not call.case.urgent:
        yield Hurry(verdict.why)
    yield AwaitAnswer()
    reader = call.case.taken_by or call.case.owner or call.callback.promised_by
    if mention.lately > TOLD_WITHIN_AN_HOUR:
        yield Note("many posts within an hour", "customer")
    elif mention.may_be_rung and not (call.case.taken_by or call.is_in_line):
        yield from rings_straight_through(call)
    elif reader:
        yield Text(reader, what_they_wrote(call, mention), about_case=not call.case.unanswered_since)
    elif not call.is_in_line:
        yield from becomes_work(call, mention, verdict)
    if not call.case.unanswered_since:
        yield FollowUp(texting.nobody_has_answered, after=texting.after_hours(call, verdict.within))


def rings_straight_through(call: Call) -> Iterator[Step]:
    """The colleague's telephone first; then, on their key, that of the author."""
    yield CallBack(when_somebody_works(call.house, call.now), then=screened_callback.ask_a_colleague,
                   by=call.case.owner or whose_it_is(call), wanted_at=call.now)


def becomes_work(call: Call, mention: Mention, verdict: urgency.Verdict) -> Iterator[Step]:
    """Of the colleague whom it names, else of whom they met last, else of whoever is there."""
    reader = whose_it_is(call) or next(iter([*call.colleagues, *call.owners]), None)
    if reader is None:
        yield Note("nobody to own it")
        return
    yield HandOver(reader, call.now + texting.after_hours(call, verdict.within))
    yield Text(reader, f"{what_they_wrote(call, mention)} {verdict.told}", about_case=True)


def read_out(call: Call) -> str:
    """The post, as it is heard by whoever is asked to take it."""
    mention = _mention(call)
    post, verdict = mention.post, urgency.of(mention)
    words = LINK.sub("(a link)", post.words[:SHOWN])
    return f'{post.author.handle} wrote {where(post)} at {call.wall_time(post.at)}: "{words}" {verdict.read_by}'.strip()


def why_we_ring(call: Call) -> str:
    """What whoever picks up is told first; not what it is about."""
    return f"You wrote about us on {of(call.contact.network).told}." if call.contact.network else "You asked us to call."


def nobody_may_ring_them(call: Call) -> bool:
    """They wrote from an account, and nothing that holds now tells at which number they are."""
    return bool(call.contact.network) and not call.contact.phone


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
    next_at = when_somebody_works(call.house, call.now + IN_WRITING_WITHIN)
    yield HandOver(colleague, next_at)
    yield Text(colleague, f"{call.case.ticket} {why_not_rung(call)} Answer in writing.", about_case=True)
    yield FollowUp(second_try.owner_is_reminded, after=next_at - call.now)


def whose_it_is(call: Call) -> Agent | None:
    return call.named or call.history.met


def what_they_wrote(call: Call, mention: Mention) -> str:
    """As a colleague reads it on their telephone."""
    post = mention.post
    words = post.words if len(post.words) <= SHOWN else f"{post.words[:SHOWN]}..."
    return f'{call.case.ticket} {post.author.handle} wrote {where(post)}: "{words}"'


def where(post: Post) -> str:
    return f"{'privately ' if post.private else ''}on {of(post.network).told}"


def _mention(call: Call) -> Mention:
    assert call.mention is not None, "somebody wrote"
    return call.mention
