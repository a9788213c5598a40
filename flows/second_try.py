"""Second try.

It did not work at once. The customer is told by text what happened and when we
ring again; after two more tries the case gets an owner, and is not forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows import Flow, Step, escalation, reaching, screened_callback
from flows.climbing import Escalate
from flows.facts import HOURS, MINUTES, Agent, Call
from flows.orders import CallBack, Disband, HandOver, Note, Release, Text
from flows.promised import Assumes
from flows.routing import when_somebody_works
from flows.verbs import Say

flow = Flow(__name__)

GAPS = (5 * MINUTES, 30 * MINUTES)
OWNER_ACTS_WITHIN = 2 * HOURS


def nobody_was_free(call: Call) -> Iterator[Step]:
    """After the last try it climbs, where the house has a ladder for that: whoever stands on it is told, with all else."""
    climbs = call.callback.tries >= len(GAPS) and escalation.judges(call, "callback_nobody_took")
    yield Note("nobody was free")
    if climbs:
        yield Escalate("callback_nobody_took", "nobody could ring them, however often we tried")
    yield from try_again(call, "nobody was free to ring you yet", call.owners, climbs=climbs)


def customer_did_not_answer(call: Call) -> Iterator[Step]:
    """The colleague in the room hears it at once; the customer finds a text."""
    assert call.case.taken_by is not None, "somebody had taken the case"
    yield Disband(call.case.room)
    yield Release()
    yield from try_again(call, "we could not reach you just now", (call.case.taken_by, *call.owners))


def customer_would_rather_later(call: Call) -> Iterator[Step]:
    yield Disband(call.case.room)
    yield Release()
    yield from try_again(call, "you asked for another time", call.owners)


def try_again(call: Call, why: str, owners: tuple[Agent, ...], *, climbs: bool = False) -> Iterator[Step]:
    """Promise the next ring, in writing; after the last one hand the case to a person. `climbs`: the ladder tells who."""
    if call.callback.tries < len(GAPS):
        at = when_somebody_works(call.house, call.now + GAPS[call.callback.tries])
        yield CallBack(at, then=screened_callback.ask_a_colleague, counts=True)
        yield Text(call.contact, f"{call.house.name}: {why}. We ring you again at "
                                 f"{call.wall_time(at)}. Where it stands: {call.case.page}", assumes=Assumes(arranged=True))
    elif owners:
        yield from hand_over(call, owners[0], is_told=not climbs)
        yield Text(call.contact, f"{call.house.name}: {why}. {owners[0].first_name} looks after it now "
                                 f"and will get in touch. Where it stands: {call.case.page}",
                   assumes=Assumes(owner=owners[0].id))
    else:
        yield Note("nobody to own it")


def hand_over(call: Call, owner: Agent, *, is_told: bool = True) -> Iterator[Step]:
    """The case is theirs, and they know it; of one that climbs they hear by the ladder, and before an update is due."""
    yield HandOver(owner, when_somebody_works(call.house, call.now + OWNER_ACTS_WITHIN))
    if is_told:
        yield Text(owner, f"{call.case.ticket} is yours: {who_and_why(call)}.", about_case=True,
                   assumes=Assumes(owner=owner.id))


def who_and_why(call: Call) -> str:
    about = call.case.about.rstrip(" .!?")
    return f"{call.contact.name}, {f'about {about}' if about else 'who did not say why'}"


@flow.turn_recalling("owners")
def story_broke(call: Call) -> Iterator[Step]:
    """A bug of ours stopped the story: a person takes it from here."""
    yield Note("something of ours broke")
    yield Release()
    if call.owners and not call.case.is_over:
        yield from hand_over(call, call.case.owner or call.owners[0])


def say_what_happened(call: Call) -> Iterator[Step]:
    """For the colleague who waited in a room to which nobody came."""
    if reaching.nobody_may_ring_them(call):
        yield Say(f"{reaching.why_not_rung(call)} We text you the page on which you can answer. Thank you.")
    elif call.case.state == "open":
        yield Say(f"{call.contact.first_name} could not be reached. The case is in good hands now. Thank you.")
    else:
        yield Say(f"{call.contact.first_name} is not coming to the phone. We sent a text and ring again "
                  f"at {call.wall_time(call.callback.due_at)}. Thank you.")
