"""How was it?

When a talk has solved it, whoever agreed to texts is asked once, by day, how it was. One digit within a
day is the answer, and counts for that case alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows import Flow, Step
from flows.facts import HOURS, MINUTES, Call
from flows.orders import AskRating, FollowUp, KeepRating, Note, Text

flow = Flow(__name__)

AFTER = MINUTES  # until they have put the telephone away
ANSWERED_WITHIN = 24 * HOURS
QUESTION = "How was it? Answer 1 (bad) to 5 (very good)."


def will_be_asked(call: Call) -> Iterator[Step]:
    """In a moment, where that is the way of the house."""
    if call.house.texts.ask_how_it_was:
        yield FollowUp(how_was_it, after=AFTER)


@flow.turn_recalling("consent")
def how_was_it(call: Call) -> Iterator[Step]:
    """Once for a case that is solved, and only who agreed to texts and may be texted now."""
    if call.case.state == "solved" and call.may_text and not call.case.rating_asked:
        yield AskRating()
        yield Text(call.contact, f"{call.house.name}: {QUESTION}")


def answer_of(text: str) -> int | None:
    """The number that they gave, if it is nothing but that."""
    plain = text.strip().rstrip(".!")
    return int(plain) if plain in ("1", "2", "3", "4", "5") else None


@flow.turn
def customer_answers(call: Call) -> Iterator[Step]:
    """Thanked once; kept for the house."""
    assert call.words is not None, "a text came in"
    stars = answer_of(call.words.text)
    assert stars is not None, "it was an answer"
    yield Note("wrote", "customer")
    yield KeepRating(stars)
    yield Text(call.contact, f"{call.house.name}: thank you for telling us.")
