"""Page the manager.

A case climbs, and somebody of the house is rung: in one breath who, what and why it came to them. One key joins them to
the customer at once, others take it, pass it on, or close it. Only a person's key does any of this: who says nothing,
hangs up, or is a voicemail box has acknowledged nothing, and it climbs on.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flows import (
    Flow,
    Step,
    acknowledging,
    briefing,
    in_the_call,
    reaching,
    recording,
    ringing_out,
    screened_callback,
)
from flows.climbing import ClimbOn
from flows.facts import HOURS, MINUTES, SECONDS, Call
from flows.orders import Announce, ComeIn, FollowUp, Note, Reserve, Ring, StandDown, Text
from flows.routing import next_day
from flows.verbs import Ask, Join, Say
from flows.words import spoken_time

flow = Flow(__name__)

RING = 25
TOO_LONG = 50 * SECONDS
A_MOMENT = 4 * SECONDS
STILL_ON_THE_LINE = 5 * MINUTES
KEYS = ("Press 1 to talk with them now, 4 if it is yours, 5 to pass it on, 6 if it is resolved, 7 for a text, or star to "
        "hear it again.")
KEYS_OF_OTHERS = "Press 4 if you take it, or 5 to pass it on."
WHEN = ("By when do you call them? Press 1 for within the hour, 2 for within three hours, 3 for tomorrow morning, or say the "
        "time.")
HINTS = ("three p.m.", "ten thirty a.m.", "tomorrow nine a.m.", "in two hours")
MAY_WE = "Press 1 to talk, or 2 if it does not suit you now."


@flow.turn_recalling("climb", "history", "mention")
def manager_answers(call: Call) -> Iterator[Step]:
    """Who has it is looked up now: between the ring and the answer somebody may have been quicker."""
    if (told := briefing.somebody_has_it(call, call.agent)) and acknowledging.others_brought(call):
        yield Ask(f"{call.house.name}. {told} But {briefing.others(call)} {KEYS_OF_OTHERS}", then=others_are_chosen)
    elif told:
        yield Say(f"{call.house.name}. {told} Thank you, goodbye.")
    elif call.house.accept_key == "random":
        yield Ask(f"{call.house.name}. A case has climbed to you. Press {gate_key(call)} to hear it.", then=gate_is_tried)
    else:
        yield from is_told(call)


def is_told(call: Call) -> Iterator[Step]:
    yield Ask(f"{briefing.spoken_facts(call)} {KEYS}", then=manager_chooses)


def gate_key(call: Call) -> str:
    """A key that no machine can know beforehand: another one with every ring."""
    assert call.leg is not None, "somebody is rung on a leg"
    return str(2 + (call.leg.id * 5 + call.case.id * 3) % 8)


@flow.turn_recalling("climb", "history", "mention")
def gate_is_tried(call: Call) -> Iterator[Step]:
    """A wrong key is no word of a person's."""
    if call.digits == gate_key(call):
        yield from is_told(call)
    else:
        yield from manager_missed(call)
        yield Say("That is not it. Goodbye.")


@flow.turn_recalling("climb")
def others_are_chosen(call: Call) -> Iterator[Step]:
    """Somebody was quicker with the first of several; the others still wait."""
    if call.digits == "4":
        yield from acknowledging.takes_the_others(call, call.agent)
        yield Say("They are yours, and we have texted them to you. Goodbye.")
    else:
        yield ClimbOn(f"{call.agent.first_name} passed them on")
        yield Say("We ask the next. Goodbye.")


@flow.turn_recalling("climb", "history", "mention")
def manager_chooses(call: Call) -> Iterator[Step]:
    """One key, and it is told back what it did."""
    if told := briefing.somebody_has_it(call, call.agent):
        yield Say(f"{told} Thank you, goodbye.")
    elif call.digits == "1":
        yield from is_joined(call)
    elif call.digits == "4":
        yield Ask(WHEN, then=time_is_named, hints=HINTS)
    elif call.digits == "5":
        yield from acknowledging.passes(call, call.agent)
        yield Say("You have passed it on. We ask the next. Goodbye.")
    elif call.digits == "6":
        yield from asks_why(call)
    elif call.digits == "7":
        yield acknowledging.sends_details(call, call.agent)
        yield Ask(f"We have texted you the details. {KEYS}", then=manager_chooses)
    elif call.digits == "*":
        yield from is_told(call)
    else:
        yield Ask(f"That key does nothing here. {KEYS}", then=manager_chooses)


@flow.turn_recalling("climb")
def manager_missed(call: Call) -> Iterator[Step]:
    """No answer, no key, a machine, hung up: none of it is a word, so it climbs on at once."""
    if acknowledging.open_climb(call) or acknowledging.others_brought(call):
        yield Note("did not take it", call.agent.first_name)
        if not call.live("manager"):
            yield ClimbOn(f"{call.agent.first_name} did not answer")


# ---- 1: to the customer ----


def is_joined(call: Call) -> Iterator[Step]:
    """Into the talk that goes on, to whoever waits, or both telephones meet. Whoever is being rung already comes first."""
    if call.taken_by_a_colleague and in_the_call.who_talks(call):
        yield from joins_the_talk(call)
    elif call.taken_by_a_colleague:
        yield Ask(f"{call.who_took_it} rings them at this moment. {KEYS}", then=manager_chooses)
    elif call.customer_on_the_line:
        yield from acknowledging.takes(call, call.agent)
        yield from screened_callback.agent_takes_it(call)
    elif call.contact.phone:
        yield from customer_is_rung_too(call)
    else:
        why_not = reaching.why_not_rung(call) if reaching.by_account(call) else "We know no number at which to ring them."
        yield Ask(f"{why_not} {KEYS}", then=manager_chooses)


def joins_the_talk(call: Call) -> Iterator[Step]:
    """Warm: the two who talk hear who comes. Then all three talk, and either colleague may leave."""
    yield from acknowledging.takes(call, call.agent)
    yield ComeIn()
    yield Announce(somebody_comes)
    yield Say(f"They hear that you come. {call.who_took_it} is with them.")
    yield from in_the_call.talk(call)


@flow.aside()
def somebody_comes(call: Call) -> Iterator[Step]:
    """Heard by all in the room."""
    yield Say(f"{call.agent.first_name}, our manager, joins you now.")


def customer_is_rung_too(call: Call) -> Iterator[Step]:
    """They hear who it is, and say yes as well."""
    yield from acknowledging.takes(call, call.agent)
    yield StandDown(told=screened_callback.a_colleague_was_quicker)
    yield Reserve(call.agent)
    yield Ring(call.contact, opening=customer_answers, otherwise=customer_does_not_come, seconds=RING)
    yield FollowUp(screened_callback.customer_is_late, after=TOO_LONG)
    yield Say(f"Calling {call.contact.first_name} now.{recording.whisper(call)}")
    yield from in_the_call.talk(call, then=ringing_out.room_closes, otherwise=ringing_out.colleague_left)


@flow.turn
def customer_answers(call: Call) -> Iterator[Step]:
    """Who calls; not why, for we cannot see who holds the phone."""
    if call.agent_waits_in_the_room:
        why = f"{reaching.why_we_ring(call)} " if call.contact.network else ""
        yield Ask(f"This is {call.house.name}. {why}{call.who_took_it}, our manager, would like to talk with you. {MAY_WE}"
                  f"{recording.in_one_breath(call)}", then=customer_chooses)
    else:
        yield Say(f"This is {call.house.name}. We lost our colleague just now. Sorry, and goodbye.")


@flow.turn_recalling("consent")
def customer_chooses(call: Call) -> Iterator[Step]:
    if recording.wants_to_talk(call) and call.agent_waits_in_the_room:
        yield from recording.answered(call)
        yield Say("Connecting you.")
        yield Join(call.case.room, otherwise=screened_callback.customer_left)
    elif recording.wants_to_talk(call):
        yield Say("Sorry, we lost our colleague just now. They will ring you again. Goodbye.")
    elif call.digits == "2":
        yield from stays_with_them(call)
        yield Say("Of course. Goodbye.")
    else:
        yield Ask(f"{MAY_WE}{recording.in_one_breath(call)}", then=customer_chooses)


@flow.turn_recalling("consent")
def customer_does_not_come(call: Call) -> Iterator[Step]:
    """They did not answer, or hung up: the manager hears it at once."""
    if not (call.case.is_over or call.customer_on_the_line):
        yield from stays_with_them(call)


def stays_with_them(call: Call) -> Iterator[Step]:
    """It is the manager's still, and the customer reads that they tried."""
    yield from ringing_out.nobody_talks(call)
    if call.may_text:
        yield Text(call.contact, f"{call.who_took_it} of {call.house.name} has just tried to ring you, and tries again. Where it "
                                 f"stands: {call.case.page}")


# ---- 1 by text: their own telephone first ----


@flow.turn_recalling("climb", "company")
def manager_is_rung(call: Call) -> Iterator[Step]:
    """They texted 1: as soon as their line is free."""
    who = call.meant_for
    if who is None or call.case.is_over:
        return
    asked_at = call.climb.acknowledged_at if call.climb else None
    if asked_at and call.now - asked_at > STILL_ON_THE_LINE:
        yield from acknowledging.is_theirs(call, who, acknowledging.default_time(call))
    elif who.id in call.free:
        yield Ring(who, opening=manager_is_back, otherwise=manager_is_not_back, seconds=RING, climbs=True)
    else:
        yield FollowUp(manager_is_rung, after=A_MOMENT, agent=who)


@flow.turn_recalling("climb", "history")
def manager_is_back(call: Call) -> Iterator[Step]:
    yield Ask(f"{call.house.name}. You wanted to talk with {call.contact.name}. Press 1 to talk with them now, or 2 to leave it.",
              then=manager_goes_on)


@flow.turn_recalling("climb", "history")
def manager_goes_on(call: Call) -> Iterator[Step]:
    if call.case.is_over:
        yield Say(f"{call.case.ticket} is closed already. Goodbye.")
    elif call.digits == "1":
        yield from is_joined(call)
    else:
        yield from manager_is_not_back(call)
        yield Say("It stays with you. Goodbye.")


@flow.turn_recalling("climb")
def manager_is_not_back(call: Call) -> Iterator[Step]:
    """They have said that it is theirs, so it is, and they are reminded."""
    if not call.case.is_over:
        yield from acknowledging.is_theirs(call, call.agent, acknowledging.default_time(call))


# ---- 4: by when ----


@flow.turn_recalling("climb", "history")
def time_is_named(call: Call) -> Iterator[Step]:
    """By a key or in words, on the clock where they are."""
    at = time_of(call)
    if told := briefing.somebody_has_it(call, call.agent):
        yield Say(f"{told} Thank you, goodbye.")
    elif at:
        yield from acknowledging.is_theirs(call, call.agent, at)
        yield Say(f"It is yours. You call them by {call.wall_time(at, call.agent.zone)}; we have texted it to you, and remind "
                  "you before. Goodbye.")
    else:
        yield Ask(f"We did not understand. {WHEN}", then=time_is_named, hints=HINTS)


def time_of(call: Call) -> datetime | None:
    ways = {"1": call.now + HOURS, "2": call.now + 3 * HOURS, "3": next_day(call.house, call.now)}
    if call.digits:
        return ways.get(call.digits)
    told = spoken_time(call.speech, call.now.astimezone(ZoneInfo(call.agent.zone or call.house.time_zone)))
    return told.astimezone(UTC) if told else None


# ---- 6: resolved ----


def asks_why(call: Call) -> Iterator[Step]:
    """A reason that can be counted. Nothing is closed while they are on the telephone with us."""
    if why_not := acknowledging.why_not_resolved(call):
        yield Ask(f"{why_not} {KEYS}", then=manager_chooses)
    else:
        yield Ask(f"Why? {acknowledging.question()}", then=reason_is_given)


@flow.turn_recalling("climb", "history")
def reason_is_given(call: Call) -> Iterator[Step]:
    reason = acknowledging.reason(call.digits)
    if told := briefing.somebody_has_it(call, call.agent) or acknowledging.why_not_resolved(call):
        yield Say(f"{told} Thank you, goodbye.")
    elif reason:
        yield from acknowledging.resolves(call, call.agent, call.digits)
        told = f"{call.case.ticket} is resolved: {reason}."
        if acknowledging.others_brought(call):
            yield Ask(f"{told} But {briefing.others(call)} {KEYS_OF_OTHERS}", then=others_are_chosen)
        else:
            yield Say(f"{told} Goodbye.")
    else:
        yield Ask(f"That key does nothing here. {acknowledging.question()}", then=reason_is_given)

