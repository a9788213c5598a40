"""My promises.

A colleague hears on their own line to whom they owe an update, says it, and hears it once more before it goes out as a
text in their name.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows import Flow, Step, agents_line, promises
from flows.facts import Call
from flows.orders import Elsewhere, Remember
from flows.own_line import Owing
from flows.verbs import Ask, Listen, Say

flow = Flow(__name__)

KEYS = "Press 1 to say an update, 2 to let them know that we are still working on it, 3 for the next, or 0 for the menu."
LONGEST = 300  # characters


def first(call: Call) -> Iterator[Step]:
    """What is due first."""
    if call.owings:
        count = len(call.owings)
        yield Say(f"You owe {count} update{'s' if count > 1 else ''}.")
        yield from reads(call, call.owings[0])
    else:
        yield agents_line.asks(call, "You owe nobody an update.")


def reads(call: Call, owing: Owing) -> Iterator[Step]:
    about = f", about {owing.about}," if owing.about else ""
    when = f"by {call.wall_time(owing.by)}" if owing.by > call.now else f"since {call.wall_time(owing.by)}"
    yield Remember(str(owing.case_id))
    yield Ask(f"{owing.name}{about} waits for an update {when}. {KEYS}", then=chosen, silent=agents_line.says_nothing)


@flow.turn_recalling("owings")
def chosen(call: Call) -> Iterator[Step]:
    """What becomes of the one that they have just heard of."""
    assert call.leg is not None, "a colleague is on the line"
    which = int(call.leg.typed)
    if call.digits == "0":
        yield agents_line.asks(call, "")
    elif call.digits == "1":
        yield Listen("Say the update now.", then=update_is_said)
    elif call.digits == "2":
        yield Elsewhere(which, promises.says_an_update, call.agent)
        yield Say("They get a text from you.")
        yield from goes_on(call, which)
    elif call.digits == "3":
        yield from goes_on(call, which)
    else:
        yield Ask(f"That key does nothing here. {KEYS}", then=chosen, silent=agents_line.says_nothing)


@flow.turn_recalling("owings")
def update_is_said(call: Call) -> Iterator[Step]:
    """Read back, for a machine wrote it down."""
    assert call.leg is not None, "a colleague is on the line"
    said = " ".join(call.speech.split())[:LONGEST]
    if said:
        yield Remember(f"{call.leg.typed} {said}")
        yield Ask(f'We text them: "{said}". Press 1 to send it, 2 to say it again, or 3 to leave it.', then=update_is_confirmed,
                  silent=agents_line.says_nothing)
    else:
        yield Ask(f"We heard nothing. {KEYS}", then=chosen, silent=agents_line.says_nothing)


@flow.turn_recalling("owings")
def update_is_confirmed(call: Call) -> Iterator[Step]:
    """Whether the case is still theirs is seen there, when its turn comes."""
    assert call.leg is not None, "a colleague is on the line"
    which, _, words = call.leg.typed.partition(" ")
    if call.digits == "1":
        yield Elsewhere(int(which), promises.says_an_update, call.agent, words=words)
        yield Say("Sent.")
        yield from goes_on(call, int(which))
    elif call.digits == "2":
        yield Remember(which)
        yield Listen("Say the update now.", then=update_is_said)
    else:
        yield from goes_on(call, int(which))


def goes_on(call: Call, after: int) -> Iterator[Step]:
    """The one that is due next after this."""
    known = [each.case_id for each in call.owings]
    following = call.owings[known.index(after) + 1:] if after in known else ()
    if following:
        yield from reads(call, following[0])
    else:
        yield agents_line.asks(call, "That was the last.")
