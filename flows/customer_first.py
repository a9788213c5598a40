"""Customer first.

A house may choose to ring the customer before its colleagues. Even then nobody is called by an
empty chair: their phone rings when a colleague could be asked, and they wait in line like
whoever rings us.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows import Flow, Step, proving, queue, reaching, recording, screened_callback, second_try
from flows.facts import MINUTES, Call
from flows.orders import FollowUp, Ring
from flows.routing import next_colleagues
from flows.verbs import Ask, Say

flow = Flow(__name__)

RING = 25


def ring_them(call: Call) -> Iterator[Step]:
    """Asked by the search for a colleague, when the house rings customers first."""
    if call.live("customer"):
        return
    if next_colleagues(call):
        yield Ring(call.contact, opening=customer_answers, otherwise=customer_missed, seconds=RING)
    elif call.everybody_is_on_the_phone:
        yield FollowUp(screened_callback.ask_a_colleague, after=MINUTES)
    else:
        yield from second_try.nobody_was_free(call)


@flow.turn
def customer_answers(call: Call) -> Iterator[Step]:
    yield Ask(f"This is {call.house.name}. {reaching.why_we_ring(call)} Press 1, and we find a colleague for you, "
              f"or 2 for another time.{reaching.key_for_not_me(call)}", then=customer_chooses)


@flow.turn_recalling("owners")
def customer_chooses(call: Call) -> Iterator[Step]:
    """From here on they wait in line, with the place that they had."""
    if call.digits == "1":
        yield FollowUp(screened_callback.ask_a_colleague)
        if recording.must_be_told(call):
            yield from recording.tell(call)
        else:
            yield Say("One moment please.")
            yield from queue.wait(call)
    elif call.digits == "9" and reaching.by_account(call):
        yield from proving.not_me_on_the_telephone(call)
    elif call.digits == "2":
        yield from second_try.try_again(call, "you asked for another time", call.owners)
        yield Say("Of course. We have sent you a text. Goodbye.")
    else:
        yield Ask(f"Press 1 to talk with a colleague, or 2 for another time.{reaching.key_for_not_me(call)}", then=customer_chooses)


@flow.turn_recalling("owners")
def customer_missed(call: Call) -> Iterator[Step]:
    """No answer, or no key: they get a text, and we try again."""
    if call.is_in_line:
        yield from second_try.try_again(call, "we could not reach you just now", call.owners)
