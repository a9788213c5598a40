"""Keys in the call: how long until the carrier has accepted what an agent's key asks for.

Everything is real but the wires: gunicorn, two workers, Redis and the clock as in the Procfile, and the sandbox
on a port. An agent talks with a customer and presses star: the stop-watch runs until the carrier holds the
customer. Then they press 1: it runs until the agent is in the room and the customer is no longer held. Keys
are pressed one after another in one talk; all is timed by the carrier's clock.

The floor is a budget of 300 ms.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from bench import knocking, rush, seeding
from bench.figures import Figure, Size, percentile
from bench.premises import premises
from voice_gateway.sandbox import Exchange
from voice_gateway.sandbox.phones import Phone
from voice_gateway.sandbox.rooms import Participant

BUDGET_MS = 300.0
WITHIN_SECONDS = 30.0
CALLER = "+12027200001"


def measure(size: Size) -> Iterator[Figure]:
    """p99 from the star key to the hold, and from the key that leads back to the talk."""
    keys, warm = size.of(44, 40, 2), size.of(4, 3, 1)  # the sandbox takes a hundred quick documents for a loop
    with premises(size.database) as place, rush.carrier(place) as exchange:
        seeding.furnish(place.store, agents=1)
        rush.opens(place, exchange)
        agent, caller = exchange.phone(seeding.agent_phone(1)), exchange.phone(CALLER)
        _meet(int(place.environment["PORT"]), agent, caller)
        pressed = [_one_menu(exchange, agent, caller) for _ in range(keys + warm)][warm:]
        caller.hangs_up()
        agent.hears("How did it go").presses("1").hears("Solved").is_hung_up()
    note = f"{keys} keys in one talk, one after another"
    for name, times in (("hold", [each[0] for each in pressed]), ("join", [each[1] for each in pressed])):
        yield Figure(f"keys.{name}.p99", percentile(times, 0.99), BUDGET_MS, "ms", "a budget of 300 ms", 1.0, note)
        yield Figure(f"keys.{name}.p50", percentile(times, 0.5), BUDGET_MS, "ms", "a budget of 300 ms")


def _meet(port: int, agent: Phone, caller: Phone) -> None:
    """Somebody asks for a call on the website, and the two are put together."""
    wish = {"phone": CALLER, "name": "Dana", "about": "a refund", "consent": True, "when": "now"}
    with knocking.Connection(port) as browser:
        answer = browser.send(knocking.post("/click-to-call", json.dumps(wish).encode(), "application/json"))
    assert answer.status == 202, answer
    agent.rings().presses("1")
    caller.rings().presses("1")
    assert caller.talks_with(agent), "they were to talk"


def _one_menu(exchange: Exchange, agent: Phone, caller: Phone) -> tuple[float, float]:
    """Milliseconds from star to the hold, and from 1 to the talk."""
    begun = exchange.clock.now()
    agent.presses("*", at_once=True)
    assert exchange.run(lambda: _seat(exchange, caller).hold, WITHIN_SECONDS), "nobody was held"
    held = _since(begun, _seat(exchange, caller))
    agent.hears("Press 1 to go back")
    begun = exchange.clock.now()
    agent.presses("1", at_once=True)
    assert caller.talks_with(agent, within=WITHIN_SECONDS), "nobody came back"
    return held, max(_since(begun, _seat(exchange, each)) for each in (agent, caller))


def _seat(exchange: Exchange, whose: Phone) -> Participant:
    """Where somebody is in the one room that goes on."""
    room = next(each for each in exchange.rooms.values() if each.started)
    return next(seat for seat in room.present if whose.number in (seat.call.to, seat.call.from_))


def _since(begun: datetime, seat: Participant) -> float:
    return (seat.updated - begun).total_seconds() * 1000
