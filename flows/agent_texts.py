"""What colleagues text.

An agent or manager has nothing but their own telephone. What they write goes to the customer under the
house's number, or is a word of command: ON, OFF, WHO, NOTE, UPDATE, LINK and DONE. Which customer is meant they
say by a short tag, T12; when only one waits for them, they need not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC

from flows import Flow, Step, answering, closing_in_public, directory, promises, rating
from flows.facts import HOURS, Agent, Call
from flows.house import House
from flows.orders import Away, CloseCase, Note, Text
from flows.words import Thread, when

flow = Flow(__name__)

COMMAND = re.compile(r"(note|update|done|solved|link|apology)\b[\s:,.!]*(.*)", re.IGNORECASE | re.DOTALL)
TAG = re.compile(r"[#(]?t\s?(\d{1,9})\b[\s:,.)]*(.*)", re.IGNORECASE | re.DOTALL)
OFF = re.compile(r"off\b\s*(?:(?:until|till|for)\s+)?(.*)")
CLOSES = ("done", "solved")
TO_WHOEVER_WROTE = ("", "update", "note")
SAME_WORDS = 3
FOR_EVER = 3650 * 24 * HOURS
WHY_NOT = {"opted out": "wants no more texts", "landline": "has a telephone that gets no texts",
           "no such number": "has a number that is not in use", "switched off": "has a telephone that is switched off",
           "too late": "wrote by WhatsApp more than a day ago, which lets us answer for a day only"}
WITHIN_A_DAY = {"whatsapp": "WhatsApp", "messenger": "Messenger"}
WHATSAPP_WINDOW = 24 * HOURS  # after their last word; https://www.twilio.com/docs/whatsapp/key-concepts


@dataclass(frozen=True, slots=True)
class Said:
    """What a colleague wrote, taken apart: a command or none, the case whose tag they named, and the words."""

    command: str
    case_id: int | None
    words: str


def parsed(text: str) -> Said:
    """`NOTE T12 words`, `T12 words`, `DONE T12`, `T12 DONE` or words alone; DONE or LINK with words of its own is no command,
    and neither is APOLOGY that names no case and nothing that comes next."""
    told = COMMAND.fullmatch(text.strip())
    command, rest = (told[1].casefold(), told[2]) if told else ("", text.strip())
    tag = TAG.fullmatch(rest)
    words = (tag[2] if tag else rest).strip()
    if tag and not command and plain(words) in (*CLOSES, "link"):  # whoever was told to begin with a tag does so
        command, words = plain(words), ""
    is_plain = (command in (*CLOSES, "link") and words) or (command == "apology" and not (tag or " NEXT" in words))
    if is_plain:
        return Said("", None, text.strip())
    return Said(command, int(tag[1]) if tag else None, words)


def said_there(house: House, text: str) -> str:
    """What of it is said on the network on which its case is."""
    said = parsed(text)
    if said.command == "apology":
        return closing_in_public.parted(said.words).in_public
    return house.reply(said.words[1:]) if said.words.startswith("/") else said.words


def plain(text: str) -> str:
    """On one line, without capitals or what ends a sentence, as commands are compared."""
    return " ".join(text.casefold().split()).strip(" .!?,;")


def is_for_the_house(text: str) -> bool:
    """Is it about the colleague themselves, and no customer?"""
    return plain(text) in ("on", "who", "handles") or OFF.fullmatch(plain(text)) is not None


def case_of(text: str, waiting: tuple[Thread, ...]) -> int | None:
    """The case that a text is for: the one of its tag, or the only one that waits for them."""
    named = parsed(text).case_id
    if named is not None or len(waiting) != 1 or is_for_the_house(text):
        return named
    return int(waiting[0].tag.removeprefix("T"))


@flow.turn_recalling("colleagues")
def colleague_commands(call: Call) -> Iterator[Step]:
    """In their own thread with the house: about no customer in particular."""
    who, said = _who(call), plain(_said(call))
    if said == "on":
        yield Away(who, None)
        yield Text(who, "You are there again: you will be rung.")
    elif off := OFF.fullmatch(said):
        yield from goes_off(call, who, off[1])
    elif said == "who":
        yield Text(who, others_there(call, who))
    elif said == "handles":
        yield from directory.proves_handles(who)
    elif answers_by_itself(call):
        yield from tells_a_robot(call, who)
    elif call.threads:
        tags = " or ".join(f"{each.tag} ({each.name})" for each in call.threads)
        yield Text(who, f"To whom? Begin with its tag: {tags}. Nothing was sent.")
    else:
        yield Text(who, "No customer waits for an answer from you, so nothing was sent. Begin with a tag such as T12 to "
                        "write to one. ON, OFF, OFF 2H, ZONE Tokyo, WHO, NOTE T12 ..., UPDATE T12 ..., DONE T12 do what they say.")


def goes_off(call: Call, who: Agent, words: str) -> Iterator[Step]:
    """For good, or until a time; nobody is rung who has said that they are not there."""
    wall = call.house.wall(call.now, who.zone)
    until = when(words, wall) if words else wall + FOR_EVER
    if until is None:
        yield Text(who, "Until when? Text OFF, OFF 2H or OFF UNTIL 3PM. Nothing was changed, and nothing was sent.")
        return
    yield Away(who, until.astimezone(UTC))
    told = f"until {call.wall_time(until.astimezone(UTC), who.zone)}" if words else "until you text ON"
    yield Text(who, f"You are away {told}: you will not be rung.")


def others_there(call: Call, who: Agent) -> str:
    names = [each.first_name for each in call.colleagues if each != who]
    return f"There and free now: {', '.join(names)}." if names else "Nobody else is there and free now."


@flow.turn_recalling("mention")
def colleague_writes(call: Call) -> Iterator[Step]:
    """To the customer of this case, or a note beside it."""
    who, said = _who(call), parsed(_said(call))
    ticket = call.case.ticket
    pictures = call.words.pictures if call.words else 0
    if said.command == "note":
        yield Note("note", who.first_name, said.words)
        yield Text(who, f"Noted on {ticket}; {answering.whom(call)} does not read it.")
    elif said.command == "link" and call.contact.network and not why_not_now(call, who):
        yield from answering.colleague_invites(call)
        has = call.mention is not None and call.mention.is_invited
        yield Text(who, f"{call.contact.name} {'has' if has else 'gets'} a link: they tap it, show who they are, and we ring.")
    elif said.command == "apology":
        yield from apologises(call, who, said.words)
    elif said.command in CLOSES and not call.case.is_over and call.case.owner in (None, who):
        yield from closes(call, who)
    elif why := why_not_now(call, who, "".join(promises.around(call, who)) if said.command == "update" else ""):
        yield Text(who, f"{why} NOTE {ticket} ... leaves a note there.")
    elif not (said.words or pictures):
        yield Text(who, f"What shall {answering.whom(call)} read? Write it after {ticket}. Nothing was sent.")
    elif wrong := nobody_of_that_name(call, said.words):
        yield Text(who, f"{wrong} Nothing was sent.")
    elif said.words.startswith("/") and not call.house.reply(said.words[1:]):
        yield Text(who, f"{saved_replies(call)} Nothing was sent.")
    elif answers_by_itself(call) and not pictures:
        yield from tells_a_robot(call, who)
    else:
        words = call.house.reply(said.words[1:]) if said.words.startswith("/") else said.words
        yield from (promises.updates if said.command == "update" else answers)(call, who, words)


def why_not_now(call: Call, who: Agent, more: str = "") -> str:
    """Why this colleague cannot answer this customer now; empty when they can. `more` is said around their words."""
    ticket, owner, wrote_at = call.case.ticket, call.case.owner, call.contact.wrote_at
    way = WITHIN_A_DAY.get(call.contact.address.partition(":")[0], "")
    if call.case.is_over:
        return f"{ticket} is closed, so nothing was sent."
    if owner and owner != who:
        return f"{ticket} is with {owner.first_name}, so nothing was sent."
    if call.contact.network and (why := answering.why_not(call, more)):
        return f"{why} Nothing was sent."
    if way and not (wrote_at and call.now - wrote_at < WHATSAPP_WINDOW):
        return f"They wrote more than a day ago; {way} lets us answer only within 24 hours. Nothing was sent."
    return ""


def nobody_of_that_name(call: Call, words: str) -> str:
    """Where several write: whoever is called by a handle that none of them has was misspelt."""
    named, voices = answering.addressed(words), call.mention.voices if call.mention else ()
    if not named or not voices or any(answering.is_of(each, named) for each in voices):
        return ""
    return f"@{named} has not written about {call.case.ticket}, only {' and '.join(voices)}."


def saved_replies(call: Call) -> str:
    names = [f"/{name}" for name, _ in call.house.replies]
    return f"There is no such saved reply, only {', '.join(names)}." if names else "The house has no saved replies."


def answers(call: Call, who: Agent, words: str) -> Iterator[Step]:
    """Theirs from now on, and they owe the next word as well. The customer sees the house's number."""
    yield from answering.says(call, who, words)
    yield from promises.begins_anew(call, who)


def apologises(call: Call, who: Agent, words: str) -> Iterator[Step]:
    """What began in public ends there, in their own words; or they are told what is missing."""
    amends, owner = closing_in_public.parted(words), call.case.owner or who
    why = why_not_now(call, who) or closing_in_public.why_not(call, amends, owner)
    if why:
        yield Text(who, f"{why} Nothing was said, and {call.case.ticket} is as it was.")
        return
    yield from closing_in_public.makes_amends(call, who, amends, owner)
    yield Text(who, f"{call.case.ticket} is solved, and said where it began.")


def closes(call: Call, who: Agent) -> Iterator[Step]:
    """Nothing is left to do. Who is still to be rung, or talks, is not sent away by a text."""
    if call.case.owes_amends:
        yield Text(who, closing_in_public.how_by_text(call), about_case=True)
        return
    if call.is_in_line or call.case.taken_by:
        yield Text(who, f"{call.contact.name} is still to be rung, so {call.case.ticket} stays open.")
        return
    yield CloseCase("solved")
    yield Text(who, f"{call.case.ticket} is solved.")
    yield from rating.will_be_asked(call)


def answers_by_itself(call: Call) -> bool:
    """The same words again and again within the hour: their telephone answers for them, while they drive perhaps."""
    return call.words is not None and call.words.said >= SAME_WORDS


def tells_a_robot(call: Call, who: Agent) -> Iterator[Step]:
    """Once: a robot would answer that as well."""
    assert call.words is not None, "a text came in"
    yield Note("no answer to a machine", who.first_name)
    if call.words.said == SAME_WORDS:
        yield Text(who, "These very words came from you three times within the hour, so they were not sent on. If it is "
                        "you who writes, put it differently.")


@flow.turn
def answer_was_not_sent(call: Call) -> Iterator[Step]:
    """What a colleague wrote is never lost in silence. Of a picture that cannot be sent on they know already."""
    assert call.fate is not None, "something became of their text"
    if call.fate.why == "nothing left":
        return
    why = WHY_NOT.get(call.fate.why, "could not be reached by text")
    yield Text(_who(call), f"{call.case.ticket} {call.contact.name} {why}, so this was not sent. Ring instead: "
                           f'"{call.fate.text}"')


@flow.turn
def answer_waits(call: Call) -> Iterator[Step]:
    """At night, unless they wrote today."""
    assert call.fate is not None and call.fate.until is not None, "it waits until a time"
    yield Text(_who(call), f"{call.case.ticket} It may be night where {call.contact.name} is, so that is sent at "
                           f"{call.wall_time(call.fate.until)}.")


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
