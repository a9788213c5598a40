"""My messages.

A colleague hears on their own line what people have left for them, and says what is to become of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows import Flow, Step, agents_line, ringing_out, voicemail
from flows.facts import Call
from flows.orders import Elsewhere, Remember
from flows.own_line import Left
from flows.verbs import Ask, Say

flow = Flow(__name__)

KEYS = "Press 1 if it is done, 2 to ring them back, 3 for the next, 4 to hear it again, or 0 for the menu."


def first(call: Call) -> Iterator[Step]:
    """The oldest one that is not done."""
    if call.messages:
        count = len(call.messages)
        yield Say(f"You have {count} message{'s' if count > 1 else ''}.")
        yield from plays(call, call.messages[0])
    else:
        yield agents_line.asks(call, "You have no messages.")


def plays(call: Call, message: Left) -> Iterator[Step]:
    """Who, when and how long, then the message itself; who has heard it has heard it."""
    long = f", {message.seconds} seconds" if message.seconds else ""
    words = "" if message.sound else f"{what_it_says(message)} "
    yield Remember(str(message.id))
    if message.sound or message.words:
        yield Elsewhere(message.case_id, voicemail.colleague_hears, call.agent, message.id)
    yield Say(f"{message.name}, {call.wall_time(message.left_at)}{long}.")
    yield Ask(f"{words}{KEYS}", then=chosen, silent=agents_line.says_nothing, plays=message.sound)


def what_it_says(message: Left) -> str:
    return f'They said: "{message.words}".' if message.words else "Its recording has not arrived yet."


@flow.turn_recalling("messages")
def chosen(call: Call) -> Iterator[Step]:
    """What is to become of the one that they have just heard."""
    assert call.leg is not None, "a colleague is on the line"
    which = int(call.leg.typed)
    message = next((each for each in call.messages if each.id == which), None)
    if call.digits == "0":
        yield agents_line.asks(call, "")
    elif call.digits == "3" or message is None:
        yield from goes_on(call, which)
    elif call.digits == "1":
        yield Elsewhere(message.case_id, voicemail.colleague_is_done, call.agent, message.id)
        yield Say("Done.")
        yield from goes_on(call, which)
    elif call.digits == "2":
        yield Elsewhere(message.case_id, ringing_out.colleague_wants_them, call.agent, message.id)
        yield agents_line.hang_up_now()
    elif call.digits == "4":
        yield from plays(call, message)
    else:
        yield Ask(f"That key does nothing here. {KEYS}", then=chosen, silent=agents_line.says_nothing)


def goes_on(call: Call, after: int) -> Iterator[Step]:
    following = next((each for each in call.messages if each.id > after), None)
    if following:
        yield from plays(call, following)
    else:
        yield agents_line.asks(call, "There are no more messages.")
