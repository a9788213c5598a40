"""Answering where it was said.

Whoever wrote on a network is answered there: openly what was said openly, and privately what was said to us alone. What a
colleague writes goes out as the house's, and if the network does not take it, the colleague knows.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows import Flow, Step, screened_callback, voices
from flows.answers import Follow, Pin, Reply
from flows.facts import Agent, Call
from flows.networks import of
from flows.orders import CloseCase, Note, StandDown, Text
from flows.posts import Post
from flows.promised import Assumes

flow = Flow(__name__)

OPENLY, PRIVATELY, NOWHERE = "openly", "privately", ""


def says(call: Call, who: Agent, words: str, *, is_update: bool = False) -> Iterator[Step]:
    """What a colleague writes to the customer, on the way on which they wrote to us."""
    if call.contact.network:
        yield Reply(voices.said(call, who, words), by=who)
    else:
        yield Text(call.contact, words, by=who, pictures=True, is_update=is_update)


def way_of(post: Post) -> str:
    """How this post may be answered: openly, privately, or not at all."""
    manners = of(post.network)
    if post.private or manners.answers == "private":
        return PRIVATELY if manners.writes_privately else NOWHERE
    return OPENLY if manners.answers == "public" and post.can_reply else NOWHERE


def whom(call: Call) -> str:
    """Who reads an answer: whose case it is, or who has joined in and was read last."""
    return call.mention.post.author.handle if call.mention and call.mention.is_anothers else call.contact.name


def addressed(words: str) -> str:
    """The handle with which these words begin, without its @; empty when they begin with none."""
    first = words.split(maxsplit=1)[0] if words.strip() else ""
    return first[1:].rstrip(",:;.!") if first.startswith("@") else ""


def is_of(handle: str, typed: str) -> bool:
    """Is it what somebody typed, with or without its @?"""
    return handle.removeprefix("@").casefold() == typed.casefold()


def why_not(call: Call, more: str = "") -> str:
    """Why nobody can answer there now; empty when they can. `more` is what is said around a colleague's words."""
    if call.mention is None:
        return "Nothing of theirs is there to be answered."
    if way_of(call.mention.post) == NOWHERE:
        return f"{of(call.contact.network).told} does not let us answer this."
    if call.words and call.words.personal and way_of(call.mention.post) == OPENLY:
        return f"All the world would read {call.words.personal}: leave it out, or ring them."
    return too_long(call, more)


def too_long(call: Call, more: str = "") -> str:
    """By how much the words are longer than the network takes; empty when they fit."""
    length, room = (call.words.length + len(more), call.words.room) if call.words else (0, 0)
    if not room or length <= room:
        return ""
    over, told = length - room, of(call.contact.network).told
    return f"That is {over} character{'s' if over > 1 else ''} too long: {told} takes {room}."


@flow.turn_recalling("mention")
def colleague_invites(call: Call) -> Iterator[Step]:
    """A link for them alone: they tap it, show who they are, and are rung."""
    assert call.meant_for is not None, "a colleague invites"
    if why_not(call) or call.case.is_over or call.case.owner not in (None, call.meant_for):
        return
    if call.mention and of(call.contact.network).proofs and not call.mention.is_invited:
        yield Note("invited", call.meant_for.first_name)
        words = voices.by_ourselves(call, "Thank you for writing. Tap, and we call you:", "Tap, and we call you:")
        yield Reply(words, by=call.meant_for, invites=True,
                    assumes=Assumes(arranged=True))


@flow.turn_recalling("mention")
def colleague_follows(call: Call) -> Iterator[Step]:
    assert call.meant_for is not None, "a colleague pressed a button"
    if call.mention and of(call.contact.network).lets_follow:
        yield Follow(call.meant_for)


@flow.turn_recalling("mention")
def was_not_followed(call: Call) -> Iterator[Step]:
    """The network refused it: whoever wished it shall not believe that it is done."""
    assert call.meant_for is not None and call.words is not None, "a colleague wished it, and there is a reason"
    yield Text(call.meant_for, f"{call.case.ticket} {whom(call)} is not followed: {call.words.text}.", about_case=True)


@flow.turn_recalling("mention")
def colleague_pins(call: Call) -> Iterator[Step]:
    """Always first from now on; or, once more, not."""
    if call.mention:
        yield Pin(not call.mention.is_pinned)


@flow.turn
def was_not_said(call: Call) -> Iterator[Step]:
    """What a colleague wrote is never lost in silence."""
    assert call.meant_for is not None, "a colleague wrote it"
    assert call.fate is not None, "something became of it"
    yield Text(call.meant_for, f"{call.case.ticket} {whom(call)} does not read this: {call.fate.why}. "
                               f'It was: "{call.fate.text}"', about_case=True)


@flow.turn
def post_is_gone(call: Call) -> Iterator[Step]:
    """They took back all that they wrote: nobody has to answer or ring any more, unless somebody has begun to."""
    yield from is_taken_back(call, ends=bool(call.case.unanswered_since) or call.is_in_line)


@flow.turn
def post_is_gone_and_they_are_rung(call: Call) -> Iterator[Step]:
    """The same where they have asked for a call since: that is not taken back."""
    yield from is_taken_back(call, ends=False)


def is_taken_back(call: Call, *, ends: bool) -> Iterator[Step]:
    reader = call.case.owner or call.case.taken_by
    yield Note("took it back", "customer")
    if call.case.is_over or call.case.taken_by or call.customer_on_the_line:
        return
    if ends:
        yield StandDown(told=screened_callback.caller_gave_up)
        yield CloseCase("cancelled")
    if reader:
        yield Text(reader, f"{call.case.ticket} {call.contact.name} has taken back what they wrote.")
