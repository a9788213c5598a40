"""How a customer and a colleague may have come together, for scenarios about what follows."""

from __future__ import annotations

from tests.house import Agent, Customer, House


def talk(house: House, dana: Customer, sam: Agent, how: str = "queue") -> None:
    """They talk, however they came together."""
    if how == "queue":
        dana.waits_in_line()
        sam.phone.rings().presses("1")
    elif how == "picked up":
        dana.dials().phone.hears("Press 3").presses("3").hears("[beep]")
        sam.phone.rings().hears("is leaving a message").presses("1").presses("*")
    else:
        house.keeps(rings_first="customer" if how == "customer first" else "agent")
        dana.asks_for_a_call()
        first, second = (dana, sam) if how == "customer first" else (sam, dana)
        first.phone.rings().presses("1")
        second.phone.rings().presses("1")
    assert dana.phone.talks_with(sam.phone, within=30)
