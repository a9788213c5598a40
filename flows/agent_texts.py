"""What colleagues text.

An agent or manager has nothing but their own telephone. What they write goes to the customer under the
house's number, or is a word of command: ON, OFF, WHO, NOTE and UPDATE. Which customer is meant they say
by a short tag, T12; when only one waits for them, they need not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC

from flows import Flow, Step
from flows.facts import HOURS, Agent, Call, Thread
from flows.orders import Away, HandOver, Note, Text
from flows.routing import when_somebody_works
from flows.words import when

flow = Flow(__name__)

TAG = re.compile(r"(?:(note|update)\s+)?t(\d{1,12})\b[\s:,.]*(.*)", re.IGNORECASE | re.DOTALL)
OFF = re.compile(r"off\b\s*(?:until\s+)?(.*)", re.IGNORECASE)
OWNER_ACTS_WITHIN = 2 * HOURS
FOR_EVER = 3650 * 24 * HOURS
WHATSAPP_WINDOW = 24 * HOURS  # after their last word; https://www.twilio.com/docs/whatsapp/key-concepts


def addressed(text: str) -> int | None:
    """The case whose tag a text begins with."""
    told = TAG.fullmatch(text.strip())
    return int(told[2]) if told else None


def only_one(text: str, waiting: tuple[Thread, ...]) -> int | None:
    """The case that an untagged text is for, when it is no command and only one waits for them."""
    is_command = text.strip().casefold() in ("on", "who") or OFF.fullmatch(text.strip())
    return int(waiting[0].tag.removeprefix("T")) if len(waiting) == 1 and not is_command else None


@flow.turn_recalling("colleagues")
def colleague_commands(call: Call) -> Iterator[Step]:
    """In their own thread with the house: about no customer in particular."""
    who, said = _who(call), _said(call)
    if said.casefold() == "on":
        yield Away(who, None)
        yield Text(who, "You are there again: you will be rung.")
    elif off := OFF.fullmatch(said):
        yield from goes_off(call, who, off[1])
    elif said.casefold() == "who":
        yield Text(who, others_there(call, who))
    elif call.threads:
        tags = " or ".join(f"{each.tag} ({each.name})" for each in call.threads)
        yield Text(who, f"To whom? Begin with its tag: {tags}. Nothing was sent.")
    else:
        yield Text(who, "No customer waits for an answer from you, so nothing was sent. Begin with a tag such as T12 to "
                        "write to one. ON, OFF, OFF 2H, WHO, NOTE T12 ..., UPDATE T12 ... do what they say.")


def goes_off(call: Call, who: Agent, words: str) -> Iterator[Step]:
    """For good, or until a time; nobody is rung who has said that they are not there."""
    wall = call.house.wall(call.now)
    until = when(words, wall) if words.strip() else wall + FOR_EVER
    if until is None:
        yield Text(who, "Until when? Text OFF, OFF 2H or OFF 3PM. Nothing was changed.")
        return
    yield Away(who, until.astimezone(UTC))
    told = f"until {call.wall_time(until.astimezone(UTC))}" if words.strip() else "until you text ON"
    yield Text(who, f"You are away {told}: you will not be rung.")


def others_there(call: Call, who: Agent) -> str:
    names = [each.first_name for each in call.colleagues if each != who]
    return f"There and free now: {', '.join(names)}." if names else "Nobody else is there and free now."


@flow.turn
def colleague_writes(call: Call) -> Iterator[Step]:
    """To the customer of this case, or a note beside it."""
    who, said = _who(call), _said(call)
    told = TAG.fullmatch(said)
    command, words = ((told[1] or "").casefold(), told[3].strip()) if told else ("", said)
    pictures = call.words.pictures if call.words else 0
    if command == "note":
        yield Note("note", who.first_name, words)
        yield Text(who, f"Noted on {call.case.ticket}.")
    elif why := why_not_now(call, who):
        yield Text(who, why)
    elif not (words or pictures):
        yield Text(who, f"What shall {call.contact.name} read? Write it after {call.case.ticket}. Nothing was sent.")
    elif words.startswith("/") and not call.house.reply(words[1:]):
        yield Text(who, f"{saved_replies(call)} Nothing was sent.")
    else:
        yield from answers(call, who, call.house.reply(words[1:]) if words.startswith("/") else words)


def why_not_now(call: Call, who: Agent) -> str:
    """Why this colleague cannot answer this customer now; empty when they can."""
    ticket, owner, wrote_at = call.case.ticket, call.case.owner, call.contact.wrote_at
    by_whatsapp = call.contact.address.startswith("whatsapp:")
    if call.case.is_over:
        return f"{ticket} is closed, so nothing was sent."
    if owner and owner != who:
        return (f"{ticket} is with {owner.first_name}, so nothing was sent. NOTE {ticket} ... leaves a note there.")
    if by_whatsapp and not (wrote_at and call.now - wrote_at < WHATSAPP_WINDOW):
        return ("They wrote more than a day ago; WhatsApp lets us answer only within 24 hours. Nothing was sent.")
    return ""


def saved_replies(call: Call) -> str:
    names = [f"/{name}" for name, _ in call.house.replies]
    return f"There is no such saved reply, only {', '.join(names)}." if names else "The house has no saved replies."


def answers(call: Call, who: Agent, words: str) -> Iterator[Step]:
    """Theirs from now on. The customer sees the house's number."""
    yield Text(call.contact, words, by=who, pictures=True)
    if call.case.owner != who and not call.is_in_line:
        next_at = when_somebody_works(call.house, call.now + OWNER_ACTS_WITHIN)
        yield HandOver(who, next_at)


@flow.turn
def colleague_is_asked_for_a_pin(call: Call) -> Iterator[Step]:
    """A number can be borrowed: whoever has a PIN shows it first, twice a day."""
    yield Text(_who(call), "Please text your PIN first, then write again. Nothing was sent.")


@flow.turn
def colleague_is_trusted(call: Call) -> Iterator[Step]:
    yield Text(_who(call), f"Thank you, {_who(call).first_name}. Now write.")


@flow.turn
def picture_was_refused(call: Call) -> Iterator[Step]:
    """What they sent along could not be sent on: nobody shall believe that it was seen."""
    yield Text(_who(call), f"{call.case.ticket}: a picture of yours could not be sent on: {_said(call)}.")


@flow.turn
def no_such_case(call: Call) -> Iterator[Step]:
    yield Text(_who(call), "There is no such ticket, so nothing was sent.")


def _who(call: Call) -> Agent:
    assert call.meant_for is not None, "somebody of the house wrote"
    return call.meant_for


def _said(call: Call) -> str:
    assert call.words is not None, "a text came in"
    return call.words.text.strip()
