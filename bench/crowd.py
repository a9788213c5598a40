"""A crowd at the sandbox: people who ring all at once, and agents who answer, each by a simple habit.

Everybody lives on what their telephone does, as people do: it rings, somebody speaks, keys are
asked for. Nobody here knows the house.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from voice_gateway.sandbox import Exchange
from voice_gateway.sandbox.handsets import PhoneEvent

LOOK_EVERY_SECONDS = 0.01


@dataclass
class Someone:
    """A telephone with a habit. `heard` is what they heard since they last did something."""

    number: str
    plan: str
    exchange: Exchange
    heard: str = ""
    talked: bool = False
    done: bool = False
    rings: list[float] = field(default_factory=list)

    def act(self, after: float, action: str, **how: object) -> None:
        """Do it in a moment, if it can still be done then."""
        self.exchange.at(after, lambda: self._try(action, how))

    def _try(self, action: str, how: dict[str, object]) -> None:
        try:
            self.exchange.act(self.number, action, how)
        except ValueError:
            return  # the line has gone on meanwhile, as lines do

    def keys(self, keys: str) -> None:
        self.heard = ""
        self.act(0.3, "press", keys=keys)


Habit = Callable[[Someone, PhoneEvent], None]


class Crowd:
    """Lets many people react to what happens on their telephones, from one thread."""

    def __init__(self, exchange: Exchange, seed: int = 1) -> None:
        self.exchange = exchange
        self.people: dict[str, Someone] = {}
        self._habits: dict[str, Habit] = {}
        self._dice = random.Random(seed)
        self._over = threading.Event()
        self._read = 0
        self._thread = threading.Thread(target=self._live, name="crowd", daemon=True)

    def joins(self, number: str, plan: str, habit: Habit) -> Someone:
        self.exchange.handset(number)
        self.people[number] = Someone(number, plan, self.exchange)
        self._habits[number] = habit
        return self.people[number]

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _live(self) -> None:
        while not self._over.wait(LOOK_EVERY_SECONDS):
            fresh = self.exchange.feed.since(self._read)
            self._read = len(self.exchange.feed)
            for item in fresh:
                if isinstance(item, tuple) and item[0] in self.people:
                    self._habits[item[0]](self.people[item[0]], item[1])


def agent(me: Someone, event: PhoneEvent) -> None:
    """Answers within a second or so, takes every call, and says that it is solved."""
    if event.kind == "ring":
        me.rings.append(event.at)
        me.heard = ""
        me.act(0.5 + (int(event.at * 100) % 10) / 10, "answer")
    elif event.kind == "heard":
        me.heard += f" {event.text}"
    if event.kind in ("heard", "listening") and "leaving a message" in me.heard and "Press 1" in me.heard:
        me.keys("2")
    elif event.kind in ("heard", "listening") and ("Press 1 to talk" in me.heard or "Press 1 to call" in me.heard
                                                   or "Press 1 if it is solved" in me.heard):
        me.keys("1")


def customer(me: Someone, event: PhoneEvent) -> None:
    """Waits, asks to be rung back, or leaves a message, as planned; hangs up after a short talk."""
    if event.kind == "ring":
        me.heard = ""
        me.act(1.0, "answer")
    elif event.kind == "heard":
        me.heard += f" {event.text}"
    elif event.kind == "with" and event.text:
        me.talked = True
        me.act(3.0, "hang_up")
    if event.kind != "heard":
        return
    if "Press 1 to wait" in me.heard:
        me.keys({"wait": "1", "back": "2", "message": "3"}[me.plan])
    elif "what is it about" in me.heard or "Press 1 to be rung back at this" in me.heard or "Press 1 to talk" in me.heard:
        me.keys("1")
    elif "[beep]" in me.heard:
        me.heard = ""
        me.act(0.5, "say", text="My order has not come, please look for it")
        me.act(5.0, "hang_up")
