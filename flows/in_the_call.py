"""In the call.

Whoever talks with a customer opens a menu with the star key: the customer hears music meanwhile, and
is never lost. A colleague or the manager is brought in, hears first whom it is about, and may be left
with the customer; or a colleague gets a message; or somebody outside is rung.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows import (
    Flow,
    Step,
    Turn,
    recording,
    screened_callback,
    second_call,
    second_try,
    sending_up,
    voicemail,
)
from flows.facts import Agent, Call, Leg, spoken
from flows.orders import (
    FollowUp,
    Hold,
    Lead,
    Note,
    PassOn,
    Release,
    Remember,
    Reserve,
    Ring,
    StandDown,
    Unhold,
)
from flows.verbs import Ask, Join, Play, Say

flow = Flow(__name__)

RING = 20
MOST_READ_OUT = 9  # one key each
MENU = ("Press 1 to go back to them, 2 for a colleague, 3 for the manager, 4 for a message to a colleague, "
        "6 to ring somebody outside, or 9 to send it up.")


def talk(call: Call, then: Turn | None = None, otherwise: Turn | None = None) -> Iterator[Step]:
    """Into the room of the case; whoever was held there hears them again."""
    customer = who_talks(call)
    if customer and customer.held:
        yield Unhold(customer)
    yield Join(call.case.room, then=then or comes_out, otherwise=otherwise or hangs_up, opens_menu=True)


def who_talks(call: Call) -> Leg | None:
    """The customer in the room, held or not."""
    return next((leg for leg in call.live("customer") if leg.in_room), None)


def partners(call: Call) -> list[Leg]:
    """The other colleagues of this talk, in the room or at their menu."""
    return [leg for leg in call.live("agent") if leg.talked_at and not leg.settled]


def is_under_way(call: Call) -> bool:
    """Is somebody at their menu, who will be back?"""
    return bool(partners(call))


def is_a_guest(call: Call) -> bool:
    """Were they brought in, and the case is somebody else's?"""
    return call.case.taken_by is not None and call.case.taken_by != call.agent


@flow.aside()
def on_hold(_call: Call) -> Iterator[Step]:
    """What a customer hears while their colleague is at the menu."""
    yield Play("hold.wav", 3)


@flow.turn
def comes_out(call: Call) -> Iterator[Step]:
    """The star key, if the customer is still there; else the talk is over."""
    if who_talks(call):
        yield from menu(call)
    elif call.case.taken_by == call.agent and any(not leg.settled for leg in call.live("customer")):
        yield Say("They are not here yet.")
        yield from talk(call)
    else:
        yield from talk_is_over(call)


def talk_is_over(call: Call) -> Iterator[Step]:
    """Whoever has the case is asked how it went."""
    if is_a_guest(call):
        yield Say("They have left the line. Thank you, goodbye.")
    else:
        yield from screened_callback.room_closes(call)


def menu(call: Call, first: str = "") -> Iterator[Step]:
    """What they may do. The customer is held unless somebody else is with them."""
    customer = who_talks(call)
    if customer and not (call.others_in_the_room or second_call.is_with_them(call)):
        yield Hold(customer)
    if is_a_guest(call):
        yield Ask(f"{first}Press 1 to leave them, or star to go back.", then=guest_chooses, silent=goes_back)
    elif partners(call):
        yield Ask(f"{first}Press 1 to leave them to {first_name(partners(call)[0])}, or star to go back.",
                  then=leaves_them, silent=goes_back)
    elif second_call.is_with_them(call):
        yield from second_call.menu_of_three(first)
    else:
        yield Ask(f"{first}{who_did_not_come(call)}{MENU}{recording.in_the_menu(call)}", then=chooses, silent=goes_back)


def first_name(leg: Leg) -> str:
    return leg.agent.first_name if leg.agent else "your colleague"


def who_did_not_come(call: Call) -> str:
    """What became of the last colleague who was asked to come, if nothing did."""
    asked = [leg for leg in call.legs if leg.opening == colleague_is_asked.address]
    lost = asked and not asked[-1].talked_at and not asked[-1].is_live
    return f"{first_name(asked[-1])} did not come. " if lost else ""


@flow.turn
def goes_back(call: Call) -> Iterator[Step]:
    """By the star key, or by saying nothing: nobody is on hold for ever."""
    yield from talk(call) if who_talks(call) else talk_is_over(call)


@flow.turn_recalling("company", "tape")
def chooses(call: Call) -> Iterator[Step]:
    """One key. Whoever hung up meanwhile ends it all."""
    free = tuple(each for each in call.company if each.id in call.free)
    managers = [each for each in call.managers if each.id in call.free]
    if call.digits in ("1", "*") or not who_talks(call):
        yield from goes_back(call)
    elif call.digits == "2":
        yield from read_out(call, free, then=colleague_is_chosen)
    elif call.digits == "3" and managers:
        yield from bring_in(call, managers[0])
    elif call.digits == "3":
        yield from menu(call, "No manager is free just now. ")
    elif call.digits == "4":
        yield from read_out(call, call.company, then=recipient_is_chosen)
    elif call.digits == "9":
        yield from sending_up.colleague_sends_it_up(call)
    elif call.digits == "5" and recording.in_the_menu(call):
        yield from recording.pauses_or_goes_on(call)
    elif call.digits == "6":
        yield from second_call.begins(call)
    else:
        yield from menu(call, "That key does nothing here. ")


def read_out(call: Call, people: tuple[Agent, ...], then: Turn) -> Iterator[Step]:
    """Who there is, one key each."""
    if people:
        yield offers(people)
        yield Ask(f"{names(people)}. Press star for none of them.", then=then, silent=goes_back)
    else:
        yield from menu(call, "Nobody else is free just now. ")


def offers(people: tuple[Agent, ...]) -> Remember:
    """Who was read out: the next key means one of them, whatever changes meanwhile."""
    return Remember(" ".join(str(each.id) for each in people[:MOST_READ_OUT]))


def names(people: tuple[Agent, ...]) -> str:
    """As many as there are keys, each with theirs."""
    return "Press " + ", ".join(f"{key} for {each.first_name}" for key, each in enumerate(people[:MOST_READ_OUT], 1))


def chosen(call: Call) -> Agent | None:
    """Whoever was read out with the key that was pressed."""
    offered = call.leg.typed.split() if call.leg else []
    place = int(call.digits) if call.digits.isdecimal() else 0
    wanted = offered[place - 1] if 0 < place <= len(offered) else ""
    return next((each for each in call.company if str(each.id) == wanted), None)


@flow.turn_recalling("company")
def colleague_is_chosen(call: Call) -> Iterator[Step]:
    colleague = chosen(call)
    if not who_talks(call):
        yield from talk_is_over(call)
    elif colleague is None:
        yield from menu(call)
    else:
        yield from bring_in(call, colleague)


def bring_in(call: Call, colleague: Agent) -> Iterator[Step]:
    """Their own telephone rings; meanwhile the talk goes on."""
    asked = next((leg for leg in call.undecided), None)
    if asked:
        yield from menu(call, f"{first_name(asked)} is being asked at this moment. ")
    elif colleague.id not in call.free:
        yield from menu(call, f"{colleague.first_name} is on the phone now. ")
    else:
        yield Ring(colleague, opening=colleague_is_asked, otherwise=does_not_come, seconds=RING)
        yield Say(f"We ring {colleague.first_name}. Press star to come back here.")
        yield from talk(call)


@flow.turn
def colleague_is_asked(call: Call) -> Iterator[Step]:
    """Whom it is about, why, and who asks; before anybody hears them."""
    if who_talks(call):
        about = f" about {call.case.about}" if call.case.about else ""
        yield Ask(f"{call.house.name}. {call.who_took_it} talks with {call.contact.name}{about}, and asks you to "
                  f"join them. {call.contact.first_name} has been here for {spoken(call.waiting)}. "
                  "Press 1 to join them, or 2 if you cannot.", then=colleague_decides)
    else:
        yield from comes_too_late(call)


@flow.turn
def colleague_decides(call: Call) -> Iterator[Step]:
    """Whoever asked may have fallen out of the line meanwhile: then it is theirs."""
    if not who_talks(call):
        yield from comes_too_late(call)
    elif call.digits == "1":
        if call.case.taken_by is None:
            yield Reserve(call.agent)
        yield from talk(call)
    elif call.digits == "2":
        yield from does_not_come(call)
        yield Say("Thank you. We tell them.")
    else:
        yield Ask("Press 1 to join them, or 2 if you cannot.", then=colleague_decides)


@flow.turn
def comes_too_late(_call: Call) -> Iterator[Step]:
    """Said to whoever decides too late, and at once to whoever is still being asked."""
    yield Say("They have finished meanwhile. Thank you, goodbye.")


@flow.turn
def does_not_come(call: Call) -> Iterator[Step]:
    """Not there, busy, or cannot: whoever asked hears of it at their menu, or we look on if they are gone."""
    yield Note("does not come", call.agent.first_name)
    if call.is_in_line:
        yield FollowUp(screened_callback.ask_a_colleague)


@flow.turn
def leaves_them(call: Call) -> Iterator[Step]:
    """The other one has the case from now on, and its menu."""
    if call.digits == "1" and partners(call) and who_talks(call):
        heir = partners(call)[0]
        assert heir.agent is not None, "a colleague is somebody"
        yield PassOn(heir.agent)
        yield Say(f"{heir.agent.first_name} has it from here. Thank you, goodbye.")
    elif call.digits == "1" and who_talks(call):
        yield from menu(call, "Your colleague has left the line. ")
    else:
        yield from goes_back(call)


@flow.turn
def guest_chooses(call: Call) -> Iterator[Step]:
    """Whoever was brought in may go; if they were left with the customer meanwhile, it is theirs."""
    if call.digits == "1" and is_a_guest(call):
        yield Say("Thank you, goodbye.")
    else:
        yield from goes_back(call)


@flow.turn_recalling("company")
def recipient_is_chosen(call: Call) -> Iterator[Step]:
    """The case is that colleague's, and the customer speaks after their greeting."""
    colleague, customer = chosen(call), who_talks(call)
    if customer is None:
        yield from talk_is_over(call)
    elif colleague is None:
        yield from menu(call)
    else:
        yield StandDown(told=comes_too_late)
        yield from second_try.hand_over(call, colleague)
        yield Release()
        yield Lead(customer_leaves_a_message, customer)
        yield Say(f"They leave {colleague.first_name} a message. Thank you, goodbye.")


@flow.turn
def customer_leaves_a_message(call: Call) -> Iterator[Step]:
    yield from recording.ends(call)
    yield from voicemail.take_message(call)


@flow.turn_recalling("owners")
def hangs_up(call: Call) -> Iterator[Step]:
    """In the room or at the menu. Whoever is with the customer has the case; nobody hears silence."""
    customer, others = who_talks(call), partners(call)
    if is_a_guest(call):
        if customer and not call.others_in_the_room:
            yield Hold(customer)
    elif customer and others and others[0].agent:
        yield PassOn(others[0].agent)
    elif customer and second_call.is_with_them(call):
        yield from second_call.are_left_together(call, customer)
    else:
        yield from second_call.ends(call)
        yield from screened_callback.agent_left(call)


def customer_is_gone(call: Call) -> Iterator[Step]:
    """Whoever is at their menu hears at once that nobody is there any more."""
    for leg in partners(call):
        if not leg.in_room:
            yield Lead(comes_out, leg)

