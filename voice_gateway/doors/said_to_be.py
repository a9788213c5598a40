"""What a colleague types of who somebody says they are: a name or an address on a network, or a number.

A name is looked up there. One that is nobody's, or only looks like somebody's, is told plainly, and nothing comes of it.
"""

from __future__ import annotations

from flask import request

from flows import networks
from flows.identity import NUMBER
from flows.networks import NotAHandle
from voice_gateway import clock, code_numbers, dialling
from voice_gateway.doors import proofs
from voice_gateway.doors.customers import gateway
from voice_gateway.knowledge import to_ring
from voice_gateway.networks import Trouble
from voice_gateway.store import admit, posts, recall

LONGEST = 300


class NotTaken(Exception):
    """It cannot be taken as it is; the message says why, to whoever typed it."""


def account() -> int:
    """The account of that name on the network that they chose. Raises NotTaken."""
    ours, name, typed = proofs.our_networks(), request.form.get("network", ""), request.form.get("whom", "")
    if name not in ours:
        raise NotTaken("Please choose a network.")
    if len(typed) > LONGEST:
        raise NotTaken("That is too long for a name or an address.")
    manners = networks.of(name)
    try:
        author = ours[name].who_is(manners.handle(typed))
    except NotAHandle as error:
        raise NotTaken(f"{str(error)[:1].upper()}{str(error)[1:]}.") from None
    except Trouble as trouble:
        then = "To try again is of no use before that is mended" if trouble.lasting else "Please try again in a minute"
        raise NotTaken(f"{manners.told} does not tell us whose that is: {trouble}. {then}.") from None
    if author is None:
        raise NotTaken(f"Nobody on {manners.told} is called that.")
    with gateway().store.transaction() as memory:
        who = posts.author_of(memory, author, manners.namespace, clock.now())
    if who is None:
        raise NotTaken("The house refuses this account.")
    return int(who.id)


def number() -> int:
    """The number, if we may text it. Raises NotTaken."""
    with gateway().store.transaction() as memory:
        line = recall.line(memory)
        assert line is not None, "whoever types it has opened a page of the house"
        try:
            typed = to_ring(memory, line, request.form.get("whom", ""))
        except (dialling.NotANumber, dialling.NotAllowed) as error:
            raise NotTaken(error.why) from None
        tel_id = int(admit.caller(memory, NUMBER, typed, clock.now()).id)
        if why := code_numbers.why_none(memory, tel_id, typed):
            raise NotTaken(why)
        return tel_id
