"""A call comes in: somebody of the house at their own telephone, or a caller; and the case and leg of it."""

from __future__ import annotations

from typing import Any

from flows import agents_line, reception
from flows.facts import Agent
from voice_gateway import callers, clock, wire
from voice_gateway.knowledge import may_ring
from voice_gateway.store import admit, colleagues, recall, telephones, threads
from voice_gateway.tickets import Tickets


def let_in(memory: Any, desk: Tickets, line: recall.Line, arrival: wire.Arrival) -> admit.Admitted | None:
    """Where this call belongs; None for whom the house refuses.

    A colleague's number is a claim like any other: the carrier vouches for it in full, or they have a PIN, or
    whoever shows it is a caller.
    """
    known = admit.known(memory, arrival.call_sid)
    if known and arrival.as_caller and colleagues.is_own_line(known):
        colleagues.let_go(memory, known, clock.now())
    elif known:
        return known
    ours, theirs = callers.number_of(arrival.called), callers.number_of(arrival.caller)
    ringing = admit.Ringing(
        arrival.call_sid, theirs, may_ring(memory, line, theirs), ours if ours in line.numbers else line.numbers[0],
        line.house.number(ours).skill, line.house.number(ours).language, arrival.is_attested, arrival.verstat,
        reception.caller_rings.address, reception.caller_left.address)
    row = None if arrival.as_caller else threads.colleague_at(memory, threads.Sender("tel", theirs))
    if row and row.telephone == telephones.THEIRS and (arrival.is_attested or row.pin_digest):
        opening = agents_line.colleague_rings if arrival.is_attested else agents_line.colleague_shows_a_pin
        return colleagues.admit(memory, desk, Agent(row.id, row.name, row.phone), ringing, opening,
                                agents_line.colleague_left, clock.now())
    return admit.admit(memory, desk, ringing, clock.now())
