"""Their number.

Whoever writes from an account that hides its number, and would like to be rung, shows us one: by the button with which
WhatsApp vouches for it, or by a code that goes there and that they write to us. What they only type is nobody's number yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from flows import Flow, Step, proving, reaching, screened_callback, texting
from flows.codes import CODE, NEVER, OR_NOT, AskForNumber, CodeBack, Proof, SendCode, TellNumber
from flows.facts import MINUTES, Call
from flows.orders import CallBack, HandOver, KeepConsent, Note, StandDown, Text
from flows.promised import NOTHING, Assumes
from flows.routing import when_somebody_works

flow = Flow(__name__)

TYPED = re.compile(r"\s*(?:call|ring)(?: me)?(?: (?:at|on))?[ :]*(\+?[0-9(][0-9 ()./-]*)[.!]?\s*", re.IGNORECASE)
IN_WRITING_WITHIN = 15 * MINUTES
ASKED = "texted CALL to be rung, before we knew where"
THEN = "named a time to be rung, and shared their number for that"
SHARED = "asked to be rung, and shared their number for that"
NO_NUMBER = "we see no number here that we may ring."  # why one that they have shown does not do may be somebody else's word
TO_BE_RUNG = "text CALL and your number, such as CALL +12025550121. We text a code there, and you write it to us here"


def typed_in(text: str) -> str:
    """The number in `CALL +12025550121`, as it was typed; empty when it is something else."""
    found = TYPED.fullmatch(text)
    return found[1].strip() if found else ""


def is_asked_for(call: Call) -> Iterator[Step]:
    """They want to be rung, which is kept; a colleague reads it as well, for they may never tell a number."""
    if reaching.by_account(call):
        yield KeepConsent(ASKED)
        yield from by_the_button(call)
        yield from texting.answer(call, f"{NO_NUMBER} To be rung, {ways(call)}.")
    else:
        yield from texting.answer(call, "we do not see a number that we can ring. Text it to us, and a colleague reads it.")
    yield from texting.is_read(call, quietly=True, wish=True)


def is_asked_for_first(call: Call, at: datetime | None, zone: str) -> Iterator[Step]:
    """They have named a time, and are rung then if we know by then where. One that we do not understand they name again."""
    if not reaching.by_account(call):
        yield from is_asked_for(call)
        return
    yield from by_the_button(call)
    if at is None:
        yield from texting.answer(call, f"{NO_NUMBER} First {ways(call)}. Then text LATER and the time again.")
        yield from texting.nothing_is_left(call)
        return
    yield StandDown(told=screened_callback.caller_gave_up)
    yield CallBack(at, then=time_has_come, by=call.case.owner, wanted_at=at)
    yield from texting.answer(call, f"{NO_NUMBER} First {ways(call)}. Then we ring you at {call.wall_time(at, zone)} ({zone}).",
                              Assumes(arranged=True))


def named_a_time(call: Call) -> bool:
    """Are they to be rung at a time of their own choice, which is yet to come?"""
    return call.is_in_line and call.callback.wanted_at > call.now


@flow.turn_recalling("colleagues", "owners")
def time_has_come(call: Call) -> Iterator[Step]:
    """The one that they have named. Where no number was shown until then nobody is rung, and a colleague answers in writing."""
    if not reaching.nobody_may_ring_them(call):
        yield from screened_callback.ask_a_colleague(call)
        return
    reader = next(iter([*call.colleagues, *call.owners]), None)
    if reader and call.is_in_line:
        yield StandDown(told=screened_callback.a_colleague_was_quicker)
        yield HandOver(reader, when_somebody_works(call.house, call.now + IN_WRITING_WITHIN))
        yield Text(reader, f"{call.case.ticket} {call.contact.name} wanted to be rung now. {reaching.why_not_rung(call)} Answer in writing.",
                   about_case=True)


@flow.turn
def number_is_shown(call: Call) -> Iterator[Step]:
    """The code that went there has come back: they are rung, now or at the time that they have named."""
    if named_a_time(call):
        yield Note("showed who they are", "customer")
    else:
        yield from proving.is_proved_and_rung(call)


def has_a_button(call: Call) -> bool:
    """Has the house had one approved, and are they where it can be shown?"""
    return bool(call.house.texts.contact_request) and call.contact.address.startswith("whatsapp:")


def by_the_button(call: Call) -> Iterator[Step]:
    if has_a_button(call) and texting.may_answer(call):
        yield AskForNumber(call.house.texts.contact_request, "(asks them to share their number, by WhatsApp's button)")


def ways(call: Call) -> str:
    return f"share it by the button that we send you, or {TO_BE_RUNG}" if has_a_button(call) else TO_BE_RUNG


@flow.turn_recalling("readers", "place", "ringable")
def number_is_typed(call: Call) -> Iterator[Step]:
    """Anybody can type anybody's: a code goes there, if we ring such numbers at all, and nothing is shown before it is back."""
    if call.typed.number and call.typed.number == reaching.number_once_agreed(call):
        yield from texting.wants_a_call(call)
        return
    if isinstance(call.proof, Proof):
        yield KeepConsent(ASKED)
        yield Note("sent a code", "customer", f"the number that ends in {call.proof.pair.ending}")
        yield SendCode(call.proof, code_for(call, call.proof))
        yield from texting.answer(call, "we have texted a code to that number. Write it to us here within ten minutes, and we ring you"
                                        f"{f' at {call.wall_time(call.callback.due_at)}' if named_a_time(call) else ''}.")
    else:
        yield from texting.answer(call, call.typed.why)
    if not named_a_time(call):  # then a colleague reads it if nothing comes of it
        yield from texting.is_read(call, quietly=True, wish=True)


def code_for(call: Call, proof: Proof) -> str:
    """Whoever reads it may know nothing of it, so it tells no more than what it is for; a name can be anybody's."""
    where = "WhatsApp" if call.contact.address.startswith("whatsapp:") else "Messenger"
    return (f"{call.house.name}: {CODE} links the {where} from which we were asked to ring this number with it. If that was you, "
            f"write it to us there. {NEVER} Not you? Reply NOT ME.")


@flow.turn_recalling("place", "ringable")
def number_is_shared(call: Call) -> Iterator[Step]:
    """WhatsApp vouches for it. Who had just asked to be rung is rung now; whoever has the number reads of it there too."""
    assert isinstance(call.proof, CodeBack) and call.proof.pair, "a number was shared"
    back, ending = call.proof, f"the number that ends in {call.proof.pair.ending}"
    may, is_asked = bool(reaching.number_once_agreed(call)), False
    yield Note("showed who they are", "customer", ending)
    waits = named_a_time(call)
    if may and back.asked and not (call.case.taken_by or (call.is_in_line and not waits) or any(leg.role == "customer" for leg in call.legs)):
        is_asked = True
        yield from texting.is_rung_soon(call, SHARED)
    elif may and waits:
        yield KeepConsent(THEN)
    next_step = (f"{proving.sentence(texting.we_ring(call))}." if is_asked else "For now we ring nobody there." if not may
                 else f"We ring you at {call.wall_time(call.callback.due_at)}." if waits else "Text CALL to be rung.")
    before = " Until now it was another account's." if back.displaced else ""
    yield from texting.answer(call, f"thank you: {ending} is yours, as WhatsApp says.{before} {next_step} {OR_NOT}",
                              Assumes(arranged=True) if is_asked else NOTHING)
    yield TellNumber(back, f"{call.house.name}: somebody has shown by WhatsApp that this number is theirs, so that we may ring them here. "
                           f"{OR_NOT}")
    if call.case.owner and not is_asked:
        yield Text(call.case.owner, f"{call.case.ticket} {call.contact.name} has shared {ending}.", about_case=True)
    if not is_asked:
        yield from texting.nothing_is_left(call)
