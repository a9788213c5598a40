"""Reception.

Somebody rings us. They are greeted and recognised, and choose: wait, be rung back, leave a
message, or get a text. Whoever has business with a colleague already is led towards them, and
whoever it is important for does not have to choose.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows import Flow, Step, asking_for, importance, proving, queue, recording, voicemail
from flows.codes import CodeBack
from flows.facts import HOURS, Call
from flows.orders import (
    CountTry,
    HandOver,
    HangUp,
    Hurry,
    KeepConsent,
    Note,
    Text,
)
from flows.routing import closed_because, somebody_works, when_somebody_works
from flows.verbs import Ask, Say

flow = Flow(__name__)

SPOKEN = {"wait": "1", "manager": "1", "ring me back": "2", "call me back": "2", "text": "4", "message": "3"}
MISSED_CALL_WITHIN = 2 * HOURS


@flow.turn_recalling("acquaintance")
def caller_rings(call: Call) -> Iterator[Step]:
    """Who is it, and where do they want to go?"""
    assert call.leg is not None, "whoever rings is on a leg"
    why = importance.why_important(call)
    yield Say(greeting(call))
    if call.agent_waits_in_the_room:
        yield from we_were_just_ringing(call)
    elif why:
        yield Hurry(why)
        yield from queue.put_through(call)
    elif is_closed(call):
        yield asks(f"{why_closed(call)} {choices(call)}")
    elif call.case.owner or call.callback.promised_by:
        yield from queue.put_through(call)
    else:
        yield asks(choices(call))


def greeting(call: Call) -> str:
    assert call.leg is not None, "whoever rings is on a leg"
    return call.house.number(call.leg.our_number).greeting or f"Welcome to {call.house.name}."


def is_closed(call: Call) -> bool:
    return not somebody_works(call.house, call.now)


def why_closed(call: Call) -> str:
    """That we are closed, why, and until when."""
    reason = closed_because(call.house, call.now)
    opens = when_somebody_works(call.house, call.now)
    again = f" We open again {call.wall_time(opens)}." if opens > call.now else ""
    return f"We are closed {f'today: {reason}' if reason else 'now'}.{again}"


def choices(call: Call) -> str:
    """What the keys do. Whoever shows no number, or that of a landline, is not offered a text."""
    wait = "" if is_closed(call) else "Press 1 to wait for a colleague. "
    text = "Press 4 for a text with a link to your ticket. " if call.contact.gets_texts else ""
    word = ", or text" if call.contact.gets_texts else ""
    back = "when we open" if is_closed(call) else "and keep your place in line"
    return f"{wait}Press 2 to be rung back {back}. Press 3 to leave a message. {text}If you have a code, press star. Or say: wait, ring me back, message{word}."


def we_were_just_ringing(call: Call) -> Iterator[Step]:
    """They ring us while our own call to them rings: they are there, so put the two together."""
    yield HangUp()
    yield Say(f"We were just ringing you. {call.who_took_it} is on the line.")
    if recording.must_be_told(call):
        yield from recording.tell(call)
    else:
        yield from queue.wait(call)


@flow.turn_recalling("acquaintance", "line", "namesakes")
def caller_chooses(call: Call) -> Iterator[Step]:
    """One key. One that was not offered does nothing, and hangs up on nobody."""
    key = key_of(call)
    if call.agent_waits_in_the_room:
        yield from we_were_just_ringing(call)
    elif call.namesakes and not call.digits:
        yield from asking_for.caller_asks(call)
    elif key == "1" and not is_closed(call):
        yield from queue.line_up(call)
    elif key == "2":
        yield from queue.ring_me_back(call)
    elif key == "3":
        yield from voicemail.take_message(call)
    elif key == "4" and call.contact.gets_texts:
        yield from text_the_ticket(call)
    elif key == "*":
        yield Ask("Please enter your code, and then the hash key.", then=code_typed, several=True, silent=menu)
    else:
        yield asks(f"{'That key does nothing here.' if call.digits else 'We did not understand.'} {choices(call)}")


@flow.turn
def menu(call: Call) -> Iterator[Step]:
    """Once more what the keys do."""
    yield asks(choices(call))


def asks(words: str) -> Ask:
    """The menu: a key, or the word for it."""
    return Ask(words, then=caller_chooses, silent=voicemail.leave_a_message, hints=tuple(SPOKEN))


def key_of(call: Call) -> str:
    """The key that they pressed, or that stands for the word that they said."""
    said = call.speech.casefold()
    return call.digits or next((key for word, key in SPOKEN.items() if word in said), "")


def text_the_ticket(call: Call) -> Iterator[Step]:
    """To the telephone that they show: whoever holds it reads it."""
    yield KeepConsent("pressed 4 to get a text with a link to the ticket")
    yield Text(call.contact, f"{call.house.name}: where your request stands, and how to reach us: {call.case.page}")
    yield Ask(f"We have sent it. {choices(call)}", then=caller_chooses, otherwise=caller_left_with_the_text,
              silent=voicemail.leave_a_message)


@flow.turn_recalling("acquaintance", "code")
def code_typed(call: Call) -> Iterator[Step]:
    """Five tries, then a pause. How many are left is not told."""
    if call.code.right:
        yield Hurry("they know the code")
        yield from queue.put_through(call)
    elif isinstance(call.proof, CodeBack):
        yield from proving.code_is_keyed(call, call.proof)
        yield asks(choices(call))
    elif call.code.too_many:
        yield Ask(f"Codes cannot be used just now. {choices(call)}", then=caller_chooses,
                  silent=voicemail.leave_a_message)
    else:
        yield CountTry()
        yield Ask("That is not right. Please enter your code, and then the hash key.", then=code_typed,
                  several=True, silent=menu)


@flow.turn_recalling("owners", "manners")
def caller_left_with_the_text(call: Call) -> Iterator[Step]:
    """They have what they wanted; somebody still looks after it, unless we are to ring them anyway."""
    if call.is_in_line or call.case.taken_by:
        yield from caller_left(call)
    else:
        yield from somebody_looks_after_it(call)


@flow.turn_recalling("owners", "manners")
def caller_left(call: Call) -> Iterator[Step]:
    """They hung up before anything came of it: a call that we missed, unless we are to ring them anyway."""
    if call.case.taken_by:
        yield from queue.whoever_came_is_told(call)
    elif call.is_in_line:
        yield Note("hung up", "customer")
    else:
        yield from missed_call(call)


def missed_call(call: Call) -> Iterator[Step]:
    """It has an owner and a time. One text, if they would want it, and had rung us themselves."""
    theirs = call.leg is not None and call.leg.inbound
    yield Note("missed call" if theirs else "hung up", "customer")
    yield from somebody_looks_after_it(call)
    if theirs and call.may_text:
        yield Text(call.contact, f"{call.house.name}: we missed your call. Where it stands, and how to reach us: "
                                 f"{call.case.page}")


def somebody_looks_after_it(call: Call) -> Iterator[Step]:
    """Quietly: the owner hears of it when nothing has come of it in time."""
    if call.case.owner:
        return
    owner = next((each for each in (call.callback.promised_by, *call.owners) if each), None)
    if owner is None:
        yield Note("nobody to own it")
        return
    yield HandOver(owner, when_somebody_works(call.house, call.now + MISSED_CALL_WITHIN))
