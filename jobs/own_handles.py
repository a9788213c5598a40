"""Our people's own handles: each is looked up on its network, and a code goes to their telephone for what is not proved."""

from __future__ import annotations

from flows import networks
from flows.codes import TO_NUMBER
from flows.networks import NotAHandle
from jobs.later import GIVES_UP_AFTER, Later, back_off
from jobs.workshop import Workshop
from voice_gateway import clock
from voice_gateway.networks import Trouble
from voice_gateway.proof_turns import ProofTurns
from voice_gateway.staff_turns import StaffTurns
from voice_gateway.store import admit, outbox, posts, staff
from voice_gateway.store.identity.challenges import TooMany


def prove(shop: Workshop, order: outbox.Owed) -> str:
    """Begin a proof for each handle of this colleague's that the house file names; what cannot begin they are told."""
    assert order.person_id is not None, "somebody's handles"
    with shop.gateway.store.reading() as memory:
        person = staff.declared(memory, order.person_id)
    if person is None:
        return "has left the house"
    told = [_begin(shop, order, person.phone, network, handle) for network, handle in sorted(person.handles.items())]
    wrong = " ".join(each for each in told if each) or ("" if told else "The house file names no handle of yours.")
    if wrong:
        StaffTurns(shop.gateway.turns).tells(order.case_id, order.person_id, wrong)
    return wrong or "codes sent"


def _begin(shop: Workshop, order: outbox.Owed, phone: str, name: str, handle: str) -> str:
    """What is wrong with one of them; empty when its code is on its way, or it was proved before."""
    network = shop.networks.get(name)
    if network is None:
        return f"{handle}: the house has no account on {name}."
    try:
        manners = networks.of(name)
        whom, us = network.who_is(manners.handle(handle)), network.us.handle
    except NotAHandle as error:
        return f"{handle}: {error}."
    except Trouble as trouble:
        if trouble.lasting or clock.now() - order.due_at > GIVES_UP_AFTER:
            return f"{handle}: {trouble}."
        raise Later(trouble.again_after or back_off(order), str(trouble)) from trouble
    if whom is None:
        return f"{handle}: nobody is called so on {manners.told}."
    with shop.gateway.store.transaction() as memory:
        account = posts.author_of(memory, whom, manners.namespace, clock.now())
        tel = admit.caller(memory, "tel", phone, clock.now())
        is_proved = account is not None and staff.whose(memory, account.id, clock.now()) is not None
    if account is None or is_proved:
        return "" if is_proved else f"{handle}: the house refuses that account."
    try:
        ProofTurns(shop.gateway.turns).asks(order.case_id, tel.id, account.id, TO_NUMBER, us=us)
    except TooMany as error:
        return f"{handle}: {error}."
    return ""
