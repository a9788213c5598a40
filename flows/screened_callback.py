"""Screened callback.

Someone asked us to call, or waits on the line. A colleague hears who, why and since when, and
says yes; only then does the customer's phone ring, and the customer says yes too. Nobody is
ever called by an empty chair.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from flows import (
    Flow,
    Step,
    after_call,
    customer_first,
    cut_off,
    in_the_call,
    proving,
    queue,
    reaching,
    recording,
    second_call,
    second_try,
    voicemail,
)
from flows.facts import MINUTES, SECONDS, Agent, Call, Leg, spoken
from flows.orders import (
    AskAgain,
    CallBack,
    Disband,
    FollowUp,
    HangUp,
    Lead,
    Note,
    Release,
    Reserve,
    Ring,
    StandDown,
    Text,
)
from flows.promised import Assumes
from flows.routing import next_colleagues
from flows.verbs import Ask, Join, Say

flow = Flow(__name__)

RING = 20
PATIENCE = 30 * SECONDS
TOO_LONG = 50 * SECONDS
TEN_MINUTES = 10 * MINUTES
IN_LINE = 10 * MINUTES
FOR_THE_ONE = 5 * MINUTES
LOOK_AGAIN = MINUTES
A_MOMENT = 3 * SECONDS
GOODBYE = 8 * SECONDS  # until a customer who has just been promised a call has hung up
TOO_SHORT_A_TALK = 30 * SECONDS  # the news that a colleague is gone may be late
CHOICES = "Press 1 to call now, 2 to pass, or 3 to ring them in ten minutes."
CHOICES_ON_THE_LINE = ("Press 1 to talk with them now, 2 to pass, 3 to ring them in ten minutes, "
                       "or 4 to let them leave a message.")
CHOICES_WITHOUT_A_NUMBER = "Press 1 to talk with them now, 2 to pass, or 4 to let them leave a message."


@flow.turn_recalling("colleagues", "owners")
def ask_a_colleague(call: Call) -> Iterator[Step]:
    """Ring whoever is idle longest; when nobody is left to ask, the customer is told.

    Who promised it and is on the phone is waited for, but not for ever. While everybody is on the phone
    they keep their place in line: whoever hangs up first is rung.
    """
    if call.case.is_over or call.case.taken_by or call.case.owner or call.undecided or call.callback.due_at > call.now:
        return
    waits = call.customer_on_the_line
    colleagues = next_colleagues(call)
    if is_bidden_goodbye(call):
        yield FollowUp(ask_a_colleague, after=A_MOMENT)
    elif call.awaited_is_on_the_phone and not waits and call.now - call.callback.due_at < FOR_THE_ONE:
        yield FollowUp(ask_a_colleague, after=LOOK_AGAIN)
    elif call.house.rings_first == "customer" and not (waits or reaching.nobody_may_ring_them(call)):
        yield from customer_first.ring_them(call)
    elif colleagues:
        for colleague in colleagues:
            yield from ring(colleague)
    elif waits:
        yield from queue.nobody_is_free(call)
    elif call.everybody_is_on_the_phone and call.now - call.callback.due_at < IN_LINE:
        yield FollowUp(ask_a_colleague, after=LOOK_AGAIN)
    else:
        yield from second_try.nobody_was_free(call)


def is_bidden_goodbye(call: Call) -> bool:
    """The customer's telephone is engaged with our last words to them."""
    return any(leg.answered and leg.settled for leg in call.live("customer"))


@flow.turn_recalling("colleagues")
def ask_another_as_well(call: Call) -> Iterator[Step]:
    """The first has not said yes for half a minute: a second one is asked beside them."""
    asked = [leg.agent for leg in call.undecided]
    if asked == [call.meant_for] and not call.case.taken_by:
        for colleague in next_colleagues(call)[:1]:
            yield from ring(colleague)


def ring(colleague: Agent) -> Iterator[Step]:
    yield Ring(colleague, opening=agent_answers, otherwise=agent_missed, seconds=RING)
    yield FollowUp(ask_another_as_well, after=PATIENCE, agent=colleague)


@flow.turn_recalling("history", "elsewhere", "mention")
def agent_answers(call: Call) -> Iterator[Step]:
    """Who is waiting, why, for how long, how often before, and what it does to their day."""
    if call.taken_by_a_colleague or call.case.is_over:
        yield from a_colleague_was_quicker(call)
    elif call.case.owner:
        yield from caller_gave_up(call)
    else:
        yield Say(f"{call.house.name}. {who_and_why(call)}")
        yield from what_was_before(call)
        yield Ask(choices(call), then=agent_chooses)


def who_and_why(call: Call) -> str:
    if call.mention:
        return reaching.read_out(call)
    if call.customer_on_the_line:
        said = f' They said: "{call.case.about}".' if call.case.about else ""
        return f"{call.contact.name} is on the line, for {spoken(call.waiting)} now.{said}"
    about = f" about {call.case.about}" if call.case.about else ""
    return f"{call.contact.name} is waiting for a call{about}, for {spoken(call.waiting)} now."


def what_was_before(call: Call) -> Iterator[Step]:
    """What they are to us, and what came before: nobody shall have to tell it for the nth time."""
    customer = call.customer_on_the_line
    if call.case.urgent:
        marked = call.contact.insider and customer is not None and customer.attested
        yield Say(f"They go before others{': the house has marked them' if marked else ''}.")
    if customer and not customer.attested:
        yield Say("Their number is not verified.")
    if call.history.elsewhere:
        yield Say(f"They also wrote as {call.history.elsewhere}.")
    if call.history.times:
        yield Say(f"They asked {call.history.times} time{'s' if call.history.times > 1 else ''} before.")
    if call.history.times and call.history.last_promise:
        yield Say(f"Last we said that {call.history.last_promise}.")
    if call.case.impact:
        yield Say(f"They say: {call.case.impact}")


def choices(call: Call) -> str:
    if call.customer_on_the_line:
        return CHOICES_ON_THE_LINE if call.contact.phone else CHOICES_WITHOUT_A_NUMBER
    return CHOICES


@flow.turn
def agent_chooses(call: Call) -> Iterator[Step]:
    """One key decides. The first yes wins; a later one hears that a colleague was quicker."""
    if call.taken_by_a_colleague or call.case.is_over:
        yield from a_colleague_was_quicker(call)
    elif call.case.owner:
        yield from caller_gave_up(call)
    elif call.digits == "1" and reaching.nobody_may_ring_them(call):
        yield from reaching.agent_answers_in_writing(call)
    elif call.digits == "1":
        yield from agent_takes_it(call)
    elif call.digits == "2":
        yield from agent_passes(call)
    elif call.digits == "3" and call.contact.phone:
        yield from agent_rings_later(call)
    elif call.digits == "4" and call.customer_on_the_line:
        yield from agent_wants_a_message(call)
    else:
        yield Ask(f"That key does nothing here. {choices(call)}", then=agent_chooses)


def agent_takes_it(call: Call) -> Iterator[Step]:
    """Whoever is on the line is talked with; whoever is not is rung."""
    yield Reserve(call.agent)
    yield StandDown(told=a_colleague_was_quicker)
    if call.customer_on_the_line:
        if call.customer_on_the_line.in_room:
            yield from recording.begins(call)
        else:
            yield Lead(queue.somebody_has_come)
        yield Say(f"Connecting you.{recording.whisper(call)}")
    else:
        yield Ring(call.contact, opening=customer_answers, otherwise=customer_missed, seconds=RING + 5,
                   after=GOODBYE if call.live("customer") else timedelta(0))
        yield FollowUp(customer_is_late, after=TOO_LONG)
        yield Say(f"Calling them now.{recording.whisper(call)}")
    yield from in_the_call.talk(call)


def agent_passes(call: Call) -> Iterator[Step]:
    yield Say("Thank you. We ask the next colleague.")
    yield Note("passed", call.agent.first_name)
    yield FollowUp(ask_a_colleague)


def agent_rings_later(call: Call) -> Iterator[Step]:
    """They hear it now if they are on the line, else they read it."""
    at = call.now + TEN_MINUTES
    yield StandDown(told=a_colleague_was_quicker)
    yield CallBack(at, then=ask_a_colleague, by=call.agent)
    if call.customer_on_the_line:
        yield Lead(customer_hears_when)
    else:
        yield Text(call.contact, f"{call.agent.first_name} of {call.house.name} will ring you "
                                 f"at {call.wall_time(at)}. Where it stands: {call.case.page}", assumes=Assumes(arranged=True))
    yield Say("We told them. We ring you again in ten minutes. Thank you.")


@flow.turn
def customer_hears_when(call: Call) -> Iterator[Step]:
    who = call.callback.promised_by.first_name if call.callback.promised_by else "A colleague"
    yield Say(f"{who} cannot come to the phone just now, and will ring you at {call.wall_time(call.callback.due_at)}. "
              "Goodbye.")


def agent_wants_a_message(call: Call) -> Iterator[Step]:
    yield StandDown(told=a_colleague_was_quicker)
    yield Note("passed", call.agent.first_name)
    yield Lead(voicemail.leave_a_message)
    yield FollowUp(ask_a_colleague, after=LOOK_AGAIN)
    yield Say("They will leave a message. Thank you.")


@flow.turn
def caller_gave_up(call: Call) -> Iterator[Step]:
    """Nobody is there any more to be talked with; or they wait for another call."""
    if call.is_in_line:
        yield FollowUp(ask_a_colleague)
    yield Say("They do not wait any more. Thank you.")


@flow.turn
def a_colleague_was_quicker(call: Call) -> Iterator[Step]:
    """Said to whoever comes second, and at once to whoever is still reaching."""
    yield Say("A colleague was quicker. Thank you.")


@flow.turn
def agent_missed(call: Call) -> Iterator[Step]:
    """No answer, busy, a machine, silence: whatever it was, the next colleague is asked."""
    yield FollowUp(ask_a_colleague)


@flow.turn
def customer_answers(call: Call) -> Iterator[Step]:
    """Who calls; not why, for we cannot see who holds the phone."""
    if call.agent_waits_in_the_room:
        yield Ask(f"This is {call.house.name}. {reaching.why_we_ring(call)} "
                  f"{call.who_took_it} is on the line. {keys(call)}", then=customer_chooses)
    else:
        yield Say(f"This is {call.house.name}. {reaching.why_we_ring(call)} We lost our colleague "
                  "just now. We will ring you again. Sorry.")


@flow.turn_recalling("owners")
def customer_chooses(call: Call) -> Iterator[Step]:
    """The second yes joins the two."""
    if recording.wants_to_talk(call) and call.agent_waits_in_the_room:
        yield from recording.answered(call)
        yield Say("Connecting you.")
        yield Join(call.case.room, otherwise=customer_left)
    elif recording.wants_to_talk(call):
        yield Say("Sorry, we lost our colleague just now. We will ring you again.")
    elif call.digits == "9" and reaching.by_account(call):
        yield from proving.not_me_on_the_telephone(call)
    elif call.digits == "2":
        yield from second_try.customer_would_rather_later(call)
        yield Say("Of course. We have sent you a text. Goodbye.")
    else:
        yield Ask(keys(call), then=customer_chooses)


def keys(call: Call) -> str:
    """What the customer's keys do."""
    return f"Press 1 to talk, or 2 for another time.{reaching.key_for_not_me(call)}{recording.in_one_breath(call)}"


@flow.turn_recalling("owners")
def customer_missed(call: Call) -> Iterator[Step]:
    """They did not answer, or hung up: the colleague hears it at once, they get a text."""
    if not call.case.taken_by or call.case.is_over or call.customer_on_the_line:
        return
    if reaching.nobody_may_ring_them(call):
        yield from reaching.stays_with_who_took_it(call)
    else:
        yield from second_try.customer_did_not_answer(call)


@flow.turn
def customer_is_late(call: Call) -> Iterator[Step]:
    """Their phone should have rung out by now: nobody waits with music for a call that does not come."""
    if any(not leg.answered for leg in call.live("customer")):
        yield HangUp()


@flow.turn
def customer_left(call: Call) -> Iterator[Step]:
    """Whoever waits in the room, or is at the menu, must not wait for nobody."""
    yield StandDown(told=in_the_call.comes_too_late)
    yield Disband(call.case.room)
    yield from in_the_call.customer_is_gone(call)
    yield from second_call.customer_is_gone(call)


@flow.turn
def agent_left(call: Call) -> Iterator[Step]:
    """The colleague hung up first. If nobody had really talked yet, another one is asked."""
    if call.they_talked and not lost_too_soon(call):
        yield from cut_off.colleague_is_gone(call)
    elif waits := who_waits_on(call):
        yield AskAgain(ask_a_colleague)
        if waits.in_room:
            yield Lead(queue.room_closes, waits)
    else:
        yield HangUp()
        yield Release()
        yield FollowUp(ask_a_colleague)


def who_waits_on(call: Call) -> Leg | None:
    """The customer who was in line before a colleague came, and is so again when that one has left."""
    customer = call.customer_on_the_line
    return customer if customer and (customer.inbound or call.house.rings_first == "customer") else None


def lost_too_soon(call: Call) -> bool:
    """Somebody who waited in line and had hardly begun to talk is not left alone."""
    talked_at = call.leg.talked_at if call.leg else None
    return bool(who_waits_on(call) and talked_at and call.now - talked_at < TOO_SHORT_A_TALK)


@flow.turn
def room_closes(call: Call) -> Iterator[Step]:
    """The room is empty again: ask how it went, or say why nobody came."""
    if call.they_talked:
        yield from after_call.how_did_it_go(call)
    else:
        yield from second_try.say_what_happened(call)
