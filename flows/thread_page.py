"""The thread's page.

A colleague reads on one page what a customer texted, whole, and answers there; or rings them with one tap, or
says that it is solved. The words are theirs, the number is the house's.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows import Flow, Step, agent_texts, promises, rating, voicemail
from flows.climbing import REASONS
from flows.escalation import sent_down
from flows.facts import Call
from flows.orders import CallBack, CloseCase, Note

flow = Flow(__name__)


@flow.turn_recalling("mention")
def colleague_answers(call: Call) -> Iterator[Step]:
    """Whoever may not is told on the page, and keeps their words."""
    assert call.meant_for is not None and call.words is not None, "a colleague wrote"
    if not why_not_sent(call):
        yield from agent_texts.answers(call, call.meant_for, call.words.text)


@flow.turn_recalling("mention")
def colleague_updates(call: Call) -> Iterator[Step]:
    """The same, said as the update that they had promised: in their name, and with when the next one comes."""
    assert call.meant_for is not None and call.words is not None, "a colleague wrote"
    if not why_not_sent(call, is_update=True):
        yield from promises.updates(call, call.meant_for, call.words.text)


def why_not_sent(call: Call, *, is_update: bool = False) -> str:
    """Why nothing can be sent now, in words for the page; empty when it can."""
    assert call.meant_for is not None, "the page is a colleague's"
    if call.contact.network:
        more = "".join(promises.around(call, call.meant_for)) if is_update else ""
        return agent_texts.why_not_now(call, call.meant_for, more)
    if call.contact.wants_no_texts:
        return "They have asked for no more texts. Nothing was sent."
    if not call.contact.texts_to:
        return "They showed no number that we can text to. Nothing was sent."
    return agent_texts.why_not_now(call, call.meant_for)


@flow.turn
def colleague_rings(call: Call) -> Iterator[Step]:
    """Their own telephone rings first, then the customer's, under the house's number."""
    if call.contact.phone and not (call.case.is_over or call.case.taken_by or call.is_in_line):
        yield CallBack(call.now, then=voicemail.whoever_asked_is_rung, by=call.meant_for, wanted_at=call.now)


@flow.turn
def colleague_sends_up(call: Call) -> Iterator[Step]:
    """To a manager, by a reason's code: it climbs from now on. The page shows it as a note for the house."""
    assert call.meant_for is not None and call.words is not None, "a colleague pressed a button"
    who, reason = call.meant_for, call.words.text
    if reason in REASONS and not call.case.is_over:
        yield sent_down.sent(reason, who.first_name, by_manager=who.supervises)
        yield Note("note", who.first_name, f"Sent to a manager: {REASONS[reason]}")


@flow.turn
def colleague_solves(call: Call) -> Iterator[Step]:
    """Nothing is left to do, unless something else is under way."""
    is_mine = call.case.owner is None or call.case.owner == call.meant_for
    if is_mine and not call.case.owes_amends and call.case.state in ("open", "reception") and not (call.case.taken_by or call.customer_on_the_line):
        yield CloseCase("solved")
        yield from rating.will_be_asked(call)
