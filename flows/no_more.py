"""No more.

Whoever writes STOP to us alone on a network, and nothing else, gets nothing more there that nobody of ours wrote, and is rung
no more because of what they post. A colleague still answers what they write. START undoes it.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows import Flow, Step, answering, listening, texting, voices
from flows.answers import Reply
from flows.facts import Call
from flows.orders import Note, OptOut, Text
from flows.promised import Assumes

flow = Flow(__name__)

NO_MORE = ("You get no more messages from us but answers to what you write, and we ring nobody because of it. Write START if you "
           "change your mind.")
AGAIN = "You get our messages again. Write STOP for none."


@flow.turn_recalling("mention")
def wants_no_more(call: Call) -> Iterator[Step]:
    """At once; said back to them the first time, and to whoever looks after their case."""
    yield Note("wrote", "customer")
    if not call.contact.wants_no_texts:
        yield from says_back(call, NO_MORE, "You get no more from us.")
    yield OptOut(True)
    yield from texting.is_cancelled(call)
    if call.case.owner:
        yield Text(call.case.owner, f"{call.case.ticket} {answering.whom(call)} wants no more messages from us.", about_case=True)


@flow.turn_recalling("mention", "colleagues", "owners", "acquaintance")
def wants_them_again(call: Call) -> Iterator[Step]:
    """From whoever had none before; else it is a word like any other."""
    if not call.contact.wants_no_texts:
        yield from listening.is_heard(call)
        return
    yield Note("wrote", "customer")
    yield OptOut(False)
    yield from says_back(call, AGAIN, AGAIN)
    yield from texting.nothing_is_left(call)


def says_back(call: Call, words: str, shortly: str) -> Iterator[Step]:
    if not answering.why_not(call):
        yield Reply(voices.by_ourselves(call, words, shortly), assumes=Assumes(elsewhere=True))
