"""Texting.

A customer writes. A word of command does what it says; all else is read by the colleague whose case
it is, on their own telephone, and answered from there under the house's number. Whoever
answers, it is one thread; and a text that nobody answers climbs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from flows import Flow, Step, asking_for, escalation, reaching, screened_callback, their_number
from flows.answers import ReadAgain
from flows.escalation import big_effect
from flows.facts import HOURS, MINUTES, SECONDS, Agent, Call
from flows.orders import (
    AwaitAnswer,
    CallBack,
    CloseCase,
    FollowUp,
    HandOver,
    KeepAbout,
    KeepConsent,
    Note,
    OptOut,
    StandDown,
    Text,
)
from flows.promised import NOTHING, Assumes
from flows.routing import when_somebody_works
from flows.words import Meaning, meaning_of, when

flow = Flow(__name__)

MOST_ANSWERS = 5  # automatic ones, to one address within an hour
SAME_WORDS = 3
ABOUT = 200
ANSWERED_WITHIN = 15 * MINUTES
MANAGER_WITHIN = HOURS
OWNER_ACTS_WITHIN = 2 * HOURS
NO_WORDS = "they would like to be rung"
ASK_WHEN = "When shall we ring you? Text LATER and a time, such as LATER 3PM or LATER tomorrow 9am."


@flow.turn_recalling("readers", "place", "namesakes", "ringable")
def customer_writes(call: Call) -> Iterator[Step]:
    """A word of command, or something for a human to read."""
    assert call.words is not None, "a text came in"
    yield Note("wrote", "customer")
    meaning = meaning_of(call.words.text)
    if meaning.command == "cancel" and call.contact.address:
        yield from cancels(call)
    elif meaning.command in ("stop", "cancel") or call.words.known == "STOP":
        yield from wants_no_more(call, meaning)
    elif meaning.command == "start" or call.words.known == "START" or (meaning.command == "yes" and call.contact.wants_no_texts):
        yield from wants_texts_again(call)
    elif meaning.command == "yes" and call.is_in_line and call.callback.due_at > call.now:
        yield Note("confirmed", "customer")
    elif meaning.command == "call":
        yield from wants_a_call(call)
    elif meaning.command == "later":
        yield from wants_a_call_later(call, meaning.rest)
    elif meaning.command == "status":
        yield from answer(call, how_it_stands(call))
        yield from nothing_is_left(call)
    elif meaning.command == "help" or call.words.known == "HELP":
        yield from explains(call)
    elif call.namesakes:
        yield from asking_for.writer_asks(call)
    else:
        yield from is_read(call)


def answer(call: Call, words: str, assumes: Assumes = NOTHING) -> Iterator[Step]:
    """By the house itself: a few times an hour at most, for the other side may be a machine as well."""
    if call.contact.wants_no_texts:
        yield Note("no answer to who wants none")
    elif may_answer(call):
        yield Text(call.contact, f"{call.house.name}: {words}", assumes=assumes)
    else:
        yield Note("no answer to a machine")


def may_answer(call: Call) -> bool:
    """Has not all been said already, within this hour?"""
    assert call.words is not None, "a text came in"
    return not call.contact.wants_no_texts and call.words.asked < MOST_ANSWERS and call.words.said < SAME_WORDS


def wants_no_more(call: Call, meaning: Meaning) -> Iterator[Step]:
    """At once, and whatever way they say it. Where the carrier has confirmed it, we do not.

    CANCEL is a word of the carrier's as well: it has told them that they get no more texts.
    """
    assert call.words is not None, "a text came in"
    if (meaning.softly or call.contact.address) and not (call.words.known or call.contact.wants_no_texts):
        yield Text(call.contact, f"{call.house.name}: you will get no more texts from us. Text START if you change "
                                 "your mind.")
    yield OptOut(True)
    if meaning.command == "cancel":
        yield from is_cancelled(call)
    else:
        yield from nothing_is_left(call)


def cancels(call: Call) -> Iterator[Step]:
    """Where the carrier does not take that word for itself, it is about the call alone."""
    was_in_line = call.is_in_line
    yield from is_cancelled(call)
    yield from answer(call, "cancelled. Text CALL whenever you like to be rung." if was_in_line else how_it_stands(call))


def is_cancelled(call: Call) -> Iterator[Step]:
    """Nobody rings them any more."""
    if call.is_in_line:
        yield StandDown(told=screened_callback.caller_gave_up)
        yield CloseCase("cancelled")
    else:
        yield from nothing_is_left(call)


def wants_texts_again(call: Call) -> Iterator[Step]:
    """The carrier confirms it, and knows no START on other ways."""
    assert call.words is not None, "a text came in"
    yield OptOut(False)
    if call.contact.address and call.contact.wants_no_texts and not call.words.known:
        yield Text(call.contact, f"{call.house.name}: you will get our texts again. Text STOP for none.")
    yield from nothing_is_left(call)


def nothing_is_left(call: Call) -> Iterator[Step]:
    """A case that was opened for this one word only is over with it."""
    if call.case.state == "reception" and not call.legs:
        yield CloseCase("cancelled")


def wants_a_call(call: Call) -> Iterator[Step]:
    """As if they had clicked on the website."""
    if call.case.taken_by or (call.is_in_line and call.callback.due_at <= call.now):
        yield from answer(call, how_it_stands(call))
    elif reaching.number_once_agreed(call):
        yield from is_rung_soon(call, "texted CALL to be rung")
        yield from answer(call, f"{we_ring(call)}. Where it stands: {call.case.page}", Assumes(arranged=True))
    else:
        yield from their_number.is_asked_for(call)


def is_rung_soon(call: Call, agreed: str) -> Iterator[Step]:
    """They have agreed to it in these words."""
    yield KeepConsent(agreed)
    yield CallBack(when_somebody_works(call.house, call.now), then=screened_callback.ask_a_colleague, by=call.case.owner,
                   wanted_at=call.now)


def we_ring(call: Call) -> str:
    """When that is, as they read it."""
    at = when_somebody_works(call.house, call.now)
    return f"we ring you {'as soon as a colleague is free' if at == call.now else f'at {call.wall_time(at)}'}"


def wants_a_call_later(call: Call, words: str) -> Iterator[Step]:
    """At a time on their clock where their number belongs to one zone only, else on the house's: told back to them.

    What was promised before is promised for then.
    """
    assert call.words is not None, "a text came in"
    zone = call.words.zone or call.house.time_zone
    asked = when(words, call.now.astimezone(ZoneInfo(zone)))
    if call.case.taken_by:
        yield from answer(call, how_it_stands(call))
        return
    if not reaching.number_once_agreed(call):
        yield from their_number.is_asked_for_first(call, asked and when_somebody_works(call.house, asked.astimezone(UTC)), zone)
        return
    if asked is None:
        yield from answer(call, ASK_WHEN)
        yield from nothing_is_left(call)
        return
    at = when_somebody_works(call.house, asked.astimezone(UTC))
    yield StandDown(told=screened_callback.caller_gave_up)
    yield KeepConsent("texted LATER to be rung")
    yield CallBack(at, then=screened_callback.ask_a_colleague, by=call.case.owner, wanted_at=at)
    yield from answer(call, f"we ring you at {call.wall_time(at, zone)} ({zone}). Text CALL for sooner, CANCEL for no "
                            "call.", Assumes(arranged=True))


def how_it_stands(call: Call) -> str:
    """In a sentence, with the page that tells more."""
    if call.case.taken_by:
        told = f"{call.who_took_it} is with you."
    elif call.is_in_line and call.callback.due_at > call.now:
        told = f"we ring you at {call.wall_time(call.callback.due_at)}."
    elif call.is_in_line:
        told = f"you are number {max(1, call.line.place)} in line."
    elif call.case.owner:
        told = f"{call.case.owner.first_name} looks after it."
    else:
        return "nothing of yours is open with us. Just write, or text CALL to be rung."
    return f"{told} {call.case.page}"


def explains(call: Call) -> Iterator[Step]:
    """Where the carrier has explained, we only keep it."""
    assert call.words is not None, "a text came in"
    if not call.words.known and call.contact.address:
        yield from answer(call, "text CALL to be rung, LATER 3PM to choose a time, STATUS to know how it stands, or just "
                                "write.")
    yield from nothing_is_left(call)


def is_read(call: Call, first: Agent | None = None, *, quietly: bool = False, wish: bool = False) -> Iterator[Step]:
    """By whoever has the case, else `first`, or who is at work; nobody needs more than their own telephone for it.

    `quietly`: whoever wrote is told in other words that it is read. `wish`: it only says that they would like to be rung.
    """
    assert call.words is not None, "a text came in"
    if not (call.case.about or wish):
        yield KeepAbout(call.words.text[:ABOUT])
    yield AwaitAnswer()
    yield from big_effect.hurries(call)
    reader = call.case.taken_by or call.case.owner or call.callback.promised_by
    if call.words.said >= SAME_WORDS and call.case.unanswered_since:
        yield Note("the same words again", "customer")
    elif reader:
        yield from relay(call, reader)
    elif not call.is_in_line:
        yield from (gives(call, first) if first else somebody_reads_it(call))
    if not call.case.unanswered_since:
        yield FollowUp(nobody_has_answered, after=after_hours(call, ANSWERED_WITHIN))
    if not (call.case.unanswered_since or quietly):
        yield from confirms(call)


def somebody_reads_it(call: Call) -> Iterator[Step]:
    reader = next(iter([*call.colleagues, *call.owners]), None)
    if reader is None:
        yield Note("nobody to own it")
        return
    yield from gives(call, reader)


def gives(call: Call, reader: Agent) -> Iterator[Step]:
    """The case is theirs, and what was written is on their telephone."""
    yield HandOver(reader, when_somebody_works(call.house, call.now + OWNER_ACTS_WITHIN))
    yield from relay(call, reader)


def relay(call: Call, reader: Agent) -> Iterator[Step]:
    """To their own telephone, from the house's number: they answer there, and neither sees the other's.

    The page of the thread goes with what is new, and with what a telephone may not show.
    """
    assert call.words is not None, "a text came in"
    pictures = f" [{call.words.pictures} picture{'s' if call.words.pictures > 1 else ''}]" if call.words.pictures else ""
    yield Text(reader, f"{call.case.ticket} {call.contact.name}: {call.words.text}{pictures}",
               about_case=bool(pictures) or not call.case.unanswered_since, pictures=call.house.texts.pictures)


def confirms(call: Call) -> Iterator[Step]:
    """Once, so that nobody writes into the dark; and honest when nobody is there."""
    opens = when_somebody_works(call.house, call.now)
    if opens > call.now and is_told(call, opens):
        yield Note("told before that we are closed")
    elif opens > call.now:
        yield from answer(call, f"we are closed now and answer from {call.wall_time(opens)}. Text CALL to be rung then.")
    elif call.case.state == "reception":
        yield from answer(call, f"thank you, a colleague reads it now. Where it stands: {call.case.page}")


def is_told(call: Call, opens: datetime) -> bool:
    """Did the house write to them before in these very hours in which it is closed? Once is enough."""
    told_at = call.words.told_at if call.words else None
    return told_at is not None and when_somebody_works(call.house, told_at) == opens


def after_hours(call: Call, within: timedelta) -> timedelta:
    """Counted while somebody works."""
    return when_somebody_works(call.house, when_somebody_works(call.house, call.now) + within) - call.now


def waits_for_whoever_took_it(call: Call, left: timedelta) -> Iterator[Step]:
    """It climbed, and somebody said by when they call: nobody else is asked before. What was written is read once more then."""
    if call.mention:
        yield ReadAgain(after=max(left - 30 * SECONDS, left / 2))
    yield FollowUp(nobody_has_answered, after=left)


@flow.turn_recalling("colleagues", "owners", "climb", "mention")
def nobody_has_answered(call: Call) -> Iterator[Step]:
    """It climbs: another colleague, then whoever gets what nobody took, as long as nobody answers; or the ladder of the
    house.
    """
    if not call.case.unanswered_since or call.case.is_over:
        return
    if call.case.taken_by:
        yield FollowUp(nobody_has_answered, after=ANSWERED_WITHIN)
        return
    if call.climb and call.climb.will_call_by and call.climb.will_call_by > call.now:
        yield from waits_for_whoever_took_it(call, call.climb.will_call_by - call.now)
        return
    others = [each for each in call.colleagues if each != call.case.owner]
    late = call.now - call.case.unanswered_since >= MANAGER_WITHIN
    by_ladder = escalation.judges(call, "mention_unattended" if call.contact.network else "text_unanswered")
    rest = [] if by_ladder else [*call.owners]
    whom = next(iter(rest if late else [*others, *rest]), None)
    if whom is None:
        if not by_ladder:
            yield Note("nobody to own it")
        return
    yield HandOver(whom, when_somebody_works(call.house, call.now + OWNER_ACTS_WITHIN))
    yield Text(whom, f"{call.case.ticket} {call.contact.name} wrote and has no answer yet: {call.case.about or NO_WORDS}",
               about_case=True, assumes=Assumes(owner=whom.id, unanswered=True))
    if not by_ladder:
        yield FollowUp(nobody_has_answered, after=after_hours(call, MANAGER_WITHIN))
