"""Asking for somebody.

A customer asks for a colleague by name. That one is asked first; when they are not at work, the customer hears when they
are, and chooses: that one then, or a colleague now. Of two colleagues of one name nobody is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows import Flow, Step, queue, reception, screened_callback, texting, voicemail
from flows.facts import Agent, Call
from flows.namesakes import AskFor, Namesake
from flows.orders import CallBack, KeepAbout, KeepConsent, StandDown
from flows.routing import somebody_works
from flows.verbs import Ask, Say

flow = Flow(__name__)


def the_one(call: Call) -> Namesake | None:
    """Whom they ask for, if there is no doubt who that is."""
    return call.namesakes[0] if len(call.namesakes) == 1 else None


def is_kept(call: Call) -> Iterator[Step]:
    """Wherever they said it: that colleague is asked before others."""
    if who := the_one(call):
        yield AskFor(who.agent)


# ---- on the telephone ----


def caller_asks(call: Call) -> Iterator[Step]:
    """They have said the name of somebody."""
    who = the_one(call)
    if call.speech and not call.case.about:
        yield KeepAbout(call.speech)
    yield from is_kept(call)
    if who is None:
        comes = "" if reception.is_closed(call) else " Whoever is free first comes to the phone."
        yield Say(f"There is more than one {call.namesakes[0].agent.first_name} here.{comes}")
        yield from goes_on(call)
    elif who.back_at == call.now:
        yield Say(f"You asked for {who.agent.first_name}, who is asked first.")
        yield from goes_on(call, who.agent)
    elif who.back_at and call.contact.phone:
        other = "to leave a message" if reception.is_closed(call) else "for somebody else"
        yield Ask(f"{who.agent.first_name} is not here before {call.wall_time(who.back_at)}. Press 1, and {who.agent.first_name} rings "
                  f"you then, at this number. Press 2 {other}.", then=caller_decides, silent=somebody_else)
    else:
        yield Say(f"{who.agent.first_name} is not here just now.")
        yield from goes_on(call)


@flow.turn_recalling("acquaintance", "shown", "asked_for")
def caller_decides(call: Call) -> Iterator[Step]:
    """That one, then; or whoever is there."""
    who = the_one(call)
    if call.agent_waits_in_the_room:
        yield from queue.meet(call)
    elif call.digits == "1" and who and call.typed.number:
        yield from waits_for(call, who)
    else:
        if call.typed.why:
            yield Say(call.typed.why)
        yield from goes_on(call)


def waits_for(call: Call, who: Namesake) -> Iterator[Step]:
    """The call is that one's; if they are not there when it is due, others are asked in their place."""
    at = who.back_at or call.now
    yield KeepConsent("asked on the telephone to be rung back, and to be told by text how it stands")
    yield StandDown(told=screened_callback.caller_gave_up)
    yield CallBack(at, then=screened_callback.ask_a_colleague, by=who.agent, wanted_at=at)
    yield Say(f"Thank you. {who.agent.first_name} will ring you at {call.wall_time(at)}, or a colleague if {who.agent.first_name} "
              "cannot. Goodbye.")


@flow.turn_recalling("acquaintance")
def somebody_else(call: Call) -> Iterator[Step]:
    """They said nothing, so they wait for whoever comes."""
    yield from goes_on(call)


def goes_on(call: Call, asked: Agent | None = None) -> Iterator[Step]:
    """As any caller does."""
    if reception.is_closed(call):
        yield from voicemail.take_message(call)
    else:
        yield from queue.put_through(call, asked)


# ---- by text ----


def writer_asks(call: Call) -> Iterator[Step]:
    """It is read in any case; by whom they ask for if nobody has it yet and that one is at work."""
    who = the_one(call)
    holder = call.case.taken_by or call.case.owner
    yield from is_kept(call)
    if who is None:
        yield from texting.is_read(call, quietly=True)
        yield from texting.answer(call, f"there is more than one {call.namesakes[0].agent.first_name} here. A colleague reads it; "
                                        "if you text the whole name, that one does.")
        return
    name = who.agent.first_name
    yield from texting.is_read(call, who.agent if who.back_at == call.now else None, quietly=True)
    if holder and holder != who.agent:
        yield from texting.answer(call, f"{holder.first_name} looks after it, and reads that you ask for {name}.")
    elif holder is None:
        yield from texting.answer(call, how_it_goes_on(call, who))


def how_it_goes_on(call: Call, who: Namesake) -> str:
    """Plainly, what happens now."""
    name = who.agent.first_name
    if call.is_in_line:
        return f"{name} is asked first. Where it stands: {call.case.page}"
    if who.back_at == call.now:
        return f"{name} reads it now. Text CALL to be rung: {name} is asked first."
    here = f"is not here before {call.wall_time(who.back_at)}" if who.back_at else "is not here just now"
    reads = "a colleague reads it" if somebody_works(call.house, call.now) else "we are closed, and a colleague reads it when we open"
    return f"{name} {here}; {reads}. Text CALL to be rung by whoever is free."
