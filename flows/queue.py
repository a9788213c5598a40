"""The queue.

A caller waits with music while colleagues are asked on their own phones. They hear their place,
and what others waited, every minute; the star key lets them leave and keep their place; nobody
waits for ever.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows import (
    Flow,
    Step,
    asking_for,
    in_the_call,
    reception,
    recording,
    screened_callback,
    second_call,
    sending_up,
    voicemail,
)
from flows.escalation import big_effect
from flows.facts import MINUTES, Agent, Call, Leg, Place
from flows.orders import (
    AskAgain,
    CallBack,
    Disband,
    FollowUp,
    KeepAbout,
    KeepConsent,
    Lead,
    Note,
    Release,
    Remember,
    StandDown,
    UseNumber,
)
from flows.routing import when_somebody_works
from flows.verbs import Ask, Join, Listen, Play, Say

flow = Flow(__name__)

MUSIC = "hold.wav"
TIMES_A_MINUTE = 3
LOOK_AGAIN = MINUTES
WHICH = "Press 1 to be rung back at this number, or 2 at another."
LEAVING = "Press 1 to be rung back at this number, 2 at another number, or 3 to leave a message. To ask for a manager, press 9. To keep waiting, press 0."


def line_up(call: Call) -> Iterator[Step]:
    """A place in the line, unless it is full; but first, what it is about."""
    if call.line.length >= call.house.line.places:
        yield Note("line full")
        yield Ask("So many are waiting that we cannot take one more. Press 2 to be rung back as soon as it is your "
                  "turn, or 3 to leave a message.", then=reception.caller_chooses, silent=voicemail.leave_a_message)
    elif call.case.about:
        yield from put_through(call)
    else:
        yield Listen("In a few words: who are you, and what is it about? Press any key to skip this.", then=caller_tells)


@flow.turn_recalling("acquaintance", "namesakes")
def caller_tells(call: Call) -> Iterator[Step]:
    if call.speech:
        yield KeepAbout(call.speech)
        yield from big_effect.hurries(call)
    if call.namesakes and not call.agent_waits_in_the_room:
        yield from asking_for.caller_asks(call)
    else:
        yield from put_through(call)


def put_through(call: Call, asked: Agent | None = None) -> Iterator[Step]:
    """Colleagues are asked from now on: whom they have asked for, or know, first."""
    if call.agent_waits_in_the_room:
        yield from meet(call)
        return
    known = asked or whom_they_know(call)
    has_a_place = call.is_in_line and call.callback.due_at <= call.now
    yield Note("joined the line", "customer")
    yield CallBack(call.now, then=screened_callback.ask_a_colleague, by=known, wanted_at=None if has_a_place else call.now)
    if recording.must_be_told(call):
        yield from recording.tell(call)
    else:
        yield from find_somebody(call)


def whom_they_know(call: Call) -> Agent | None:
    """Who has business with them already; whoever they only spoke with once comes after whom they asked for."""
    return call.case.owner or call.callback.promised_by or call.case.asked_for or call.history.met


def find_somebody(call: Call) -> Iterator[Step]:
    yield Say("One moment please. We find somebody for you. Press star at any time to be rung back instead.")
    yield from wait(call)


def wait(call: Call) -> Iterator[Step]:
    yield from recording.begins(call)
    yield Join(call.case.room, then=room_closes, otherwise=caller_left, waits=while_waiting)


def meet(call: Call) -> Iterator[Step]:
    """A colleague has come to the room meanwhile: that goes before all else."""
    yield Say(f"{call.who_took_it} has just come to the phone.")
    yield from wait(call)


@flow.turn
def somebody_has_come(call: Call) -> Iterator[Step]:
    """Called out of whatever they were choosing or typing."""
    yield from meet(call)


@flow.aside("line")
def while_waiting(call: Call) -> Iterator[Step]:
    """The place in the line, what it means, and a minute of music."""
    if call.is_in_line and call.line.place:
        yield Say(in_words(call.line))
    yield Play(MUSIC, TIMES_A_MINUTE)


def in_words(line: Place) -> str:
    """A band of what others really waited; nothing is guessed."""
    place = "You are next." if line.place == 1 else f"You are number {line.place} in line."
    if line.low is None or line.high is None:
        return place
    low, high = max(1, round(line.low / 60)), max(1, round(line.high / 60))
    if high == 1:
        return f"{place} It should take about a minute."
    return f"{place} Others waited {f'{low} to {high}' if low < high else f'about {high}'} more minutes from here."


@flow.turn_recalling("acquaintance")
def room_closes(call: Call) -> Iterator[Step]:
    """The music has stopped: the star key, or the end of a talk, or a colleague whom we lost."""
    assert call.leg is not None, "whoever waits is on a leg"
    if call.agent_waits_in_the_room or in_the_call.is_under_way(call) or second_call.is_with_them(call):
        yield from wait(call)
    elif call.leg.talked_at and not call.is_in_line:
        yield Say("Thank you for calling. Goodbye.")
    elif has_just_talked(call.leg):
        yield from recording.ends(call)
        yield Say("Sorry, we lost our colleague. You are next.")
        yield from wait(call)
    elif call.contact.phone:
        yield Ask(LEAVING, then=caller_leaves_the_line, silent=goes_on_waiting, otherwise=caller_left)
    else:
        yield Ask("Press 2 to be rung back at a number that you type, or 3 to leave a message. To keep waiting, press 0.",
                  then=caller_leaves_the_line, silent=goes_on_waiting, otherwise=caller_left)


def has_just_talked(leg: Leg) -> bool:
    """Was a colleague in the room with them since they last entered it?"""
    return leg.talked_at is not None and (leg.joined_at is None or leg.talked_at >= leg.joined_at)


@flow.turn
def goes_on_waiting(call: Call) -> Iterator[Step]:
    yield Say("You have kept your place.")
    yield from wait(call)


@flow.turn_recalling("acquaintance", "shown")
def caller_leaves_the_line(call: Call) -> Iterator[Step]:
    """A colleague who has come meanwhile comes first."""
    if call.agent_waits_in_the_room:
        yield from meet(call)
    elif call.digits == "1" and call.contact.phone:
        yield from ring_back_here(call)
    elif call.digits == "2":
        yield from ask_for_another_number()
    elif call.digits == "3":
        yield from voicemail.take_message(call)
    elif call.digits == "9":
        yield from sending_up.customer_asks_for_a_manager(call)
    else:
        yield from goes_on_waiting(call)


def ring_me_back(call: Call) -> Iterator[Step]:
    """From the menu: at the number that they show, or at another."""
    if call.contact.phone:
        yield Ask(WHICH, then=which_number, silent=voicemail.leave_a_message)
    else:
        yield from ask_for_another_number()


@flow.turn_recalling("acquaintance", "shown")
def which_number(call: Call) -> Iterator[Step]:
    if call.digits == "1":
        yield from ring_back_here(call)
    elif call.digits == "2":
        yield from ask_for_another_number()
    else:
        yield Ask(WHICH, then=which_number, silent=voicemail.leave_a_message)


def ring_back_here(call: Call) -> Iterator[Step]:
    """At the number that they show, unless it was rung back too often: anybody can show another's."""
    if call.typed.number:
        yield from promise_to_ring(call, call.typed.number, keeps_place=call.is_in_line)
    else:
        yield Say(call.typed.why)
        yield from voicemail.take_message(call)


def ask_for_another_number() -> Iterator[Step]:
    yield Ask("Please type the number with its area code, and then the hash key.", then=number_typed, several=True,
              patience=12, silent=voicemail.leave_a_message)


@flow.turn_recalling("number")
def number_typed(call: Call) -> Iterator[Step]:
    """Read back, digit by digit, before it is used."""
    if call.typed.number:
        yield Remember(call.typed.number)
        yield Ask(f"We will ring {' '.join(call.typed.number.lstrip('+'))}. Press 1 if that is right, or 2 to type it "
                  "again.", then=number_confirmed, silent=voicemail.leave_a_message)
    else:
        yield Say(call.typed.why)
        yield from ask_for_another_number()


@flow.turn_recalling("acquaintance")
def number_confirmed(call: Call) -> Iterator[Step]:
    assert call.leg is not None, "the number was typed on a leg"
    if call.digits == "1" and call.leg.typed:
        yield UseNumber(call.leg.typed)
        yield from promise_to_ring(call, call.leg.typed, keeps_place=call.is_in_line)
    else:
        yield from ask_for_another_number()


def promise_to_ring(call: Call, number: str, *, keeps_place: bool = False) -> Iterator[Step]:
    """When it is their turn. Who was in line keeps the place, and whoever is being asked is asked on."""
    if call.agent_waits_in_the_room:
        yield from meet(call)
        return
    at = when_somebody_works(call.house, call.now)
    yield KeepConsent("asked on the telephone to be rung back, and to be told by text how it stands")
    if not keeps_place or at > call.now:
        yield StandDown(told=screened_callback.caller_gave_up)
    yield CallBack(at, then=screened_callback.ask_a_colleague, by=whom_they_know(call), wanted_at=None if keeps_place else call.now)
    when = f"at {call.wall_time(at)}" if at > call.now else "as soon as it is your turn"
    yield Say(f"Thank you. We will ring you at the number that ends in {' '.join(number[-4:])}, {when}. Goodbye.")


def nobody_is_free(call: Call) -> Iterator[Step]:
    """Asked by the search for a colleague, while the customer is on the line.

    Whoever is led on and waits all the same is led on again after a while: music is not an answer.
    """
    if call.waiting >= call.house.line.longest_wait or not somebody_may_come(call):
        if call.customer_waits_in_the_room:
            yield Lead(nobody_came)
        yield AskAgain(screened_callback.ask_a_colleague, after=LOOK_AGAIN)
    elif call.everybody_is_on_the_phone:
        yield FollowUp(screened_callback.ask_a_colleague, after=LOOK_AGAIN)
    else:
        yield AskAgain(screened_callback.ask_a_colleague, after=LOOK_AGAIN)


def somebody_may_come(call: Call) -> bool:
    """Are there people who are only on the phone, or who said no a moment ago?"""
    return call.everybody_is_on_the_phone or bool(call.asked_this_round)


@flow.turn
def nobody_came(call: Call) -> Iterator[Step]:
    """The end of the line is never a dead line."""
    if call.agent_waits_in_the_room:
        yield from meet(call)
        return
    back = ("Press 1 to be rung back at this number, 2 at another number," if call.contact.phone else
            "Press 2 to be rung back at a number that you type,")
    yield Ask(f"We are sorry, nobody could come to the phone. {back} or stay on the line to leave a message.",
              then=caller_leaves_the_line, silent=voicemail.leave_a_message, otherwise=caller_left)


@flow.turn_recalling("owners", "manners")
def caller_left(call: Call) -> Iterator[Step]:
    """They hung up while they waited, or when they had talked. Phones that still ring for them fall silent."""
    yield StandDown(told=screened_callback.caller_gave_up)
    yield from second_call.customer_is_gone(call)
    if call.case.taken_by:
        yield from whoever_came_is_told(call)
    elif call.is_in_line:
        yield from reception.missed_call(call)


def whoever_came_is_told(call: Call) -> Iterator[Step]:
    """After a talk they are asked how it went; before one there is nobody to talk with."""
    yield Disband(call.case.room)
    yield from in_the_call.customer_is_gone(call)
    if not call.they_talked:
        yield Release()
        yield from reception.missed_call(call)
