"""Click-to-call.

A visitor of the website left a number and a reason. That is a promise from
the first moment on: it has a ticket, a clock, and a time at which we ring.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows import Flow, Step, asking_for, screened_callback
from flows.codes import LookUpHandle
from flows.escalation import big_effect
from flows.facts import Call
from flows.orders import CallBack, Note, OpenCase
from flows.routing import when_somebody_works

flow = Flow(__name__)


@flow.turn_recalling("namesakes")
def visitor_asks(call: Call) -> Iterator[Step]:
    """Open the case and promise the call: now, when they chose, or when we open. What upsets a life goes first."""
    assert call.request is not None, "a visitor asks by a request"
    yield OpenCase(call.request)
    if call.request.handle:
        yield LookUpHandle()
    yield from asking_for.is_kept(call)
    yield from big_effect.hurries(call)
    yield from promise(call)


@flow.turn_recalling("namesakes")
def visitor_asks_again(call: Call) -> Iterator[Step]:
    """The same number again: the same ticket. If nothing was under way any more, we ring anew."""
    yield from asking_for.is_kept(call)
    if call.case.state == "open" and not call.live("agent"):
        yield Note("asked again", call.contact.first_name)
        yield from promise(call)


def promise(call: Call) -> Iterator[Step]:
    assert call.request is not None, "a visitor asks by a request"
    wished = call.request.when or call.now
    yield CallBack(
        at=when_somebody_works(call.house, wished),
        then=screened_callback.ask_a_colleague,
        by=call.case.owner,
        wanted_at=wished,
    )
