"""Recording.

Off, unless the house has a rule for the customer's country and for its own number. The customer is told
before anybody can hear them, and one key refuses; without their yes nothing is recorded. What is recorded
is their own leg, from when a colleague is with them: what colleagues say among themselves never is.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows import Flow, Step, in_the_call, queue
from flows.facts import Call
from flows.house import RecordingRule
from flows.orders import BeginRecording, EndRecording, MayRecord, PauseRecording, ResumeRecording
from flows.verbs import Ask, Say

flow = Flow(__name__)

A_MOMENT = 4  # seconds in which a key refuses
SOON = 2  # seconds in which the carrier mostly has confirmed a gap
REFUSES, AGREES = "9", "1"


def rule_of(call: Call) -> RecordingRule | None:
    """The house's rule for this customer, if there is one by which they may be recorded."""
    if call.case.may_record == "no":
        return None
    customer = call.leg if call.leg and call.leg.role == "customer" else call.customer_on_the_line
    ours = (customer.our_number if customer else "") or call.case.our_number or next(
        (each.number for each in call.house.numbers), "")
    rule = call.house.recording_rule(call.contact.country, ours)
    return rule if rule and rule.how in ("announce", "ask") else None


def must_be_told(call: Call) -> bool:
    """Is there something to say before this customer talks with a colleague? Once in a call is enough."""
    return rule_of(call) is not None and not (call.leg and call.leg.may_record)


def wording(rule: RecordingRule) -> str:
    """What is said to whoever is on the line with us."""
    if rule.how == "ask":
        return f"May we record this call for {rule.purpose}? Press {AGREES} if you agree. If not, stay on the line."
    return f"This call is recorded for {rule.purpose}. Press {REFUSES} if you do not want that."


def tell(call: Call) -> Iterator[Step]:
    """Said to a caller who has just joined the line, while colleagues are asked already."""
    rule = rule_of(call)
    assert rule is not None, "somebody is told of a rule"
    yield Ask(wording(rule), then=customer_decides, silent=customer_decides, otherwise=queue.caller_left,
              patience=A_MOMENT, times=1)


@flow.turn
def customer_decides(call: Call) -> Iterator[Step]:
    """The key, or silence; then they are put through, recorded or not."""
    rule = rule_of(call)
    if rule:
        agreed = call.digits == AGREES if rule.how == "ask" else call.digits != REFUSES
        yield from keep_answer(wording(rule), call.digits, agreed=agreed)
        yield from begins(call, agreed=agreed)
    if call.agent_waits_in_the_room:
        yield from queue.meet(call)
    else:
        yield from queue.find_somebody(call)


def keep_answer(words: str, key: str, *, agreed: bool) -> Iterator[Step]:
    """The words and the key, kept as evidence whichever way it went."""
    yield MayRecord(agreed, f"{words} ({f'pressed {key}' if key else 'stayed on the line'})")


def in_one_breath(call: Call) -> str:
    """Said to a customer whom we ring, among the keys of that question."""
    rule = rule_of(call)
    if rule is None:
        return ""
    if rule.how == "ask":
        return f" If we may record this call for {rule.purpose}, press 3 instead of 1."
    return f" This call is recorded for {rule.purpose}; to talk without that, press {REFUSES} instead of 1."


def wants_to_talk(call: Call) -> bool:
    """Key 1; or, where a rule offers one, the key that means the same and says something to being recorded."""
    rule = rule_of(call)
    return call.digits == "1" or (rule is not None and call.digits == ("3" if rule.how == "ask" else REFUSES))


def answered(call: Call) -> Iterator[Step]:
    """A customer whom we rang wants to talk: what their key said to being recorded."""
    rule = rule_of(call)
    if rule:
        agreed = call.digits == ("3" if rule.how == "ask" else "1")
        yield from keep_answer(in_one_breath(call).strip(), call.digits, agreed=agreed)
        yield from begins(call, agreed=agreed)


def begins(call: Call, *, agreed: bool = False) -> Iterator[Step]:
    """A colleague and the customer are together from now on: record it, if the customer has said yes in this call.

    Not while somebody outside is with them, who was not asked.
    """
    rule = rule_of(call)
    customer = call.leg if call.leg and call.leg.role == "customer" else call.customer_on_the_line
    together = call.agent_waits_in_the_room or bool(call.leg and call.leg.agent)
    if rule and customer and together and not call.live("guest") and (agreed or customer.may_record == "yes"):
        yield BeginRecording(customer, rule.keep)


def ends(call: Call) -> Iterator[Step]:
    """The talk is over, and the customer is still on the line: what they do now is not recorded."""
    if call.leg and call.leg.may_record == "yes" and call.leg.talked_at:
        yield EndRecording(call.leg)


def whisper(call: Call) -> str:
    """What a colleague hears of it as they are joined with the customer."""
    rule = rule_of(call)
    customer = call.customer_on_the_line
    if rule is None or (customer and customer.may_record != "yes"):
        return " It is not recorded." if call.house.recording else ""
    if customer:
        return " It is recorded."
    return " It is recorded only if they agree." if rule.how == "ask" else " It is recorded unless they refuse."


# ---- a colleague's menu ----


def in_the_menu(call: Call) -> str:
    """The key for it, where there may be something to pause."""
    customer = in_the_call.who_talks(call)
    yes = customer is not None and customer.may_record == "yes"
    return " Press 5 to pause the recording, or to let it go on." if yes else ""


def pauses_or_goes_on(call: Call) -> Iterator[Step]:
    """While card numbers are spoken. The customer hears music until it is sure that there is a gap."""
    if call.tape is None or call.tape.state == "ended":
        yield from in_the_call.menu(call, "Nothing is recorded now. ")
    elif call.tape.state == "paused":
        yield ResumeRecording(call.tape)
        yield Ask("One moment.", then=does_it_go_on, silent=does_it_go_on, patience=SOON, times=1)
    else:
        yield PauseRecording(call.tape)
        yield Ask("One moment.", then=is_it_paused, silent=is_it_paused, patience=SOON, times=1)


@flow.turn_recalling("tape")
def is_it_paused(call: Call) -> Iterator[Step]:
    """Said to be paused only when the carrier says so; it gets a little more time."""
    if is_at_rest(call):
        yield from tells_that_it_rests(call)
    else:
        yield Ask("One moment more.", then=is_it_paused_by_now, silent=is_it_paused_by_now, patience=A_MOMENT, times=1)


@flow.turn_recalling("tape")
def is_it_paused_by_now(call: Call) -> Iterator[Step]:
    """What cannot be paused must not be kept: it ends, and all of it is thrown away."""
    customer = in_the_call.who_talks(call)
    if is_at_rest(call):
        yield from tells_that_it_rests(call)
        return
    if customer:
        yield EndRecording(customer, dropped=True)
    yield Say("We could not pause the recording. We stop it, and throw it away. Better take no card numbers now.")
    yield from in_the_call.goes_back(call)


def is_at_rest(call: Call) -> bool:
    return call.tape is None or call.tape.state in ("paused", "ended")


def tells_that_it_rests(call: Call) -> Iterator[Step]:
    yield Say("The recording is paused. Star and 5 let it go on.")
    yield from in_the_call.goes_back(call)


@flow.turn_recalling("tape")
def does_it_go_on(call: Call) -> Iterator[Step]:
    """Nobody waits for it: a gap that is too long harms nobody."""
    goes_on = call.tape is not None and call.tape.state == "on"
    yield Say("The recording goes on." if goes_on else "The recording has not gone on yet.")
    yield from in_the_call.goes_back(call)
