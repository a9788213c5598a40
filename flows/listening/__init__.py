"""Listening.

Somebody wrote about us where many can read it, or to us alone. It is somebody's work at once, with a time by which it is
answered: sooner the more people read it, and the angrier it is. Where the author has proved a number and agreed to be
rung, a colleague's telephone rings with the post read out, and on their key the author's.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows import Flow, Step, reaching, screened_callback, texting
from flows.answers import ReadAgain
from flows.escalation import big_effect
from flows.facts import SECONDS, Agent, Call
from flows.listening import urgency
from flows.orders import AwaitAnswer, CallBack, FollowUp, HandOver, Hurry, KeepAbout, Note, Text
from flows.posts import Mention
from flows.routing import when_somebody_works

flow = Flow(__name__)

A_MOMENT = 30 * SECONDS  # before somebody is bothered about a post, it is looked at once more
ABOUT = 200
SHOWN = 300
TOLD_WITHIN_AN_HOUR = 5


@flow.turn_recalling("mention", "colleagues", "owners", "acquaintance")
def post_comes_in(call: Call) -> Iterator[Step]:
    yield from is_heard(call)


def is_heard(call: Call) -> Iterator[Step]:
    """The first one makes it somebody's work; the next ones are read by whose work it is."""
    mention = _mention(call)
    yield Note("wrote", "customer")
    if not call.case.about:
        yield KeepAbout(mention.post.words[:ABOUT])
    verdict = urgency.of(mention)
    if verdict.hurry and not call.case.urgent:
        yield Hurry(verdict.why)
    else:
        yield from big_effect.hurries(call)
    if mention.lately > TOLD_WITHIN_AN_HOUR:
        yield Note("many posts within an hour", "customer")
    elif mention.may_be_rung and not (call.contact.wants_no_texts or call.case.taken_by or call.is_in_line):
        yield from rings_straight_through(call)
    else:
        yield from is_read(call, mention, verdict)
        yield from is_looked_at_again(call, verdict)


def is_looked_at_again(call: Call, verdict: urgency.Verdict) -> Iterator[Step]:
    """Each one, for it may be taken back: right before somebody else is asked, and the first one half-way as well."""
    within = texting.after_hours(call, verdict.within)
    if not call.case.unanswered_since:
        yield ReadAgain(after=within / 2)
    yield ReadAgain(after=within - A_MOMENT)


def is_read(call: Call, mention: Mention, verdict: urgency.Verdict) -> Iterator[Step]:
    """By whose work it is; and if nobody answers in time, by somebody else. Before that it is looked at again."""
    reader = call.case.taken_by or call.case.owner or call.callback.promised_by
    if reader:
        yield Text(reader, what_they_wrote(call, mention), about_case=not call.case.unanswered_since)
    elif not call.is_in_line:
        yield from becomes_work(call, mention, verdict)
    yield AwaitAnswer()
    if not call.case.unanswered_since:
        yield FollowUp(texting.nobody_has_answered, after=texting.after_hours(call, verdict.within))


def rings_straight_through(call: Call) -> Iterator[Step]:
    """The colleague's telephone first; then, on their key, that of the author. Before a ring in the morning it is looked at
    again, and else after a while, for they may wait in line."""
    at = when_somebody_works(call.house, call.now)
    yield CallBack(at, then=screened_callback.ask_a_colleague, by=call.case.owner or whose_it_is(call), wanted_at=call.now)
    yield ReadAgain(after=max(at - call.now, 2 * A_MOMENT) - A_MOMENT)


def becomes_work(call: Call, mention: Mention, verdict: urgency.Verdict) -> Iterator[Step]:
    """Of the colleague whom it names, else of whom they met last, else of whoever is there."""
    reader = whose_it_is(call) or next(iter([*call.colleagues, *call.owners]), None)
    if reader is None:
        yield Note("nobody to own it")
        return
    yield HandOver(reader, call.now + texting.after_hours(call, verdict.within))
    yield Text(reader, f"{what_they_wrote(call, mention)} {verdict.told}", about_case=True)


def whose_it_is(call: Call) -> Agent | None:
    return call.named or call.history.met


def what_they_wrote(call: Call, mention: Mention) -> str:
    """As a colleague reads it on their telephone."""
    post = mention.post
    words = post.words if len(post.words) <= SHOWN else f"{post.words[:SHOWN]}..."
    return f'{call.case.ticket} {post.author.handle} wrote {reaching.where(post)}: "{words}"{whom_it_goes_to(mention)}'


def whom_it_goes_to(mention: Mention) -> str:
    """Where several write, a colleague knows before they answer which of them reads it."""
    handle = mention.post.author.handle
    others = [each for each in mention.voices if each != handle]
    return f" Answers go to {handle}, unless you begin with {' or '.join(others)}." if others else ""


def _mention(call: Call) -> Mention:
    assert call.mention is not None, "somebody wrote"
    return call.mention
