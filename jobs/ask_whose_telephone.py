"""Numbers of our people that the house file tells anew are asked whose they are, before anything of a customer's goes there."""

from __future__ import annotations

from jobs.workshop import Workshop, job
from voice_gateway.staff_turns import StaffTurns
from voice_gateway.store import telephones


@job("calm")
def ask_whose_telephone(shop: Workshop) -> None:
    """Ask each of them, once."""
    with shop.gateway.store.reading() as memory:
        people = telephones.to_ask(memory)
    for person_id in people:
        StaffTurns(shop.gateway.turns).asks_whose(person_id)
