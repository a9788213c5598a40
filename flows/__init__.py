"""The stories that the house tells on the telephone.

A flow is one file of turns; the folder is the registry. A turn is a plain
function: it is given the facts of a call and yields, in order, what is said
(verbs) and what the house must do (orders). It remembers nothing and touches
nothing.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

from flows.facts import Call
from flows.orders import Order
from flows.verbs import Verb

Step = Verb | Order
Decision = Callable[[Call], Iterator[Step]]


class UnknownTurn(LookupError):
    """An address names a flow or a turn that no file in this folder has."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One decision of a story. `address` is its place in the URL and in our source.

    An `aside` only speaks, to somebody who waits: it orders nothing and is not a step of the leg.
    """

    flow: str
    name: str
    decide: Decision = field(compare=False)
    recalls: frozenset[str] = field(default=frozenset(), compare=False)
    aside: bool = field(default=False, compare=False)

    @property
    def address(self) -> str:
        return f"{self.flow}/{self.name}"

    def __call__(self, call: Call) -> Iterator[Step]:
        return self.decide(call)


class Flow:
    """A story: its turns by name. Made once, at the top of its file."""

    def __init__(self, module: str) -> None:
        self.name = module.rsplit(".", 1)[-1]
        self.turns: dict[str, Turn] = {}

    def turn(self, decide: Decision, recalls: frozenset[str] = frozenset(), aside: bool = False) -> Turn:
        """Declare a turn of this story.

        Raises ValueError when the story has one of that name.
        """
        name = decide.__name__
        if name in self.turns:
            raise ValueError(f"the flow {self.name} has two turns called {name}")
        self.turns[name] = Turn(self.name, name, decide, recalls, aside)
        return self.turns[name]

    def aside(self, *facts: str) -> Callable[[Decision], Turn]:
        """Declare what somebody hears who waits, again and again, until somebody comes."""
        return lambda decide: self.turn(decide, frozenset(facts), aside=True)

    def turn_recalling(self, *facts: str) -> Callable[[Decision], Turn]:
        """Declare a turn that needs facts which are not fetched for every turn.

        `mention`: what they wrote last on a network. `colleagues`: those who could be rung now, in the order in which they are asked, and whether others
        are on the phone. `owners`: who gets what nobody took, managers first. `readers`: both,
        while nobody has the case. `company`: the others of the house by name, its managers, and the ids of who is
        free. `history`: how often they asked and
        what they were promised. `acquaintance`: when they rang before and whom they met. `line`: the
        place in it, and how long it is; `place`: the same, only while they are in it. `number`: what was
        keyed in, as a number that we may ring;
        `shown`: the number that they show, if key 1 asked for it.
        `code`: what was keyed in, as the house's code. `manners`: whether we may text them now; `consent`: the same,
        however lately they had a text. `tape`: the recording of this talk. `climb`: that of this case, and what else
        this colleague was told of with it. `standing`: what is owed on it beside what it tells itself. On a colleague's own line: `pin`: what
        was keyed in, as their PIN. `callbacks`: who waits to be rung.
        `messages`: those in their care. `talks`: who talks with whom; `owings`: to whom they owe an update; `menu`:
        which of these four their key asks for. `namesakes`: the colleagues whom their words ask for; `asked_for`: the
        one whom they asked for before. `absence`: whether whoever looks after the case will not be there.
        `ringable`: of whoever writes from an account, whether we ring such numbers as they have proved.
        `leave`: whether the link still holds because of which a telephone of theirs rings now.
        """
        return lambda decide: self.turn(decide, frozenset(facts))


@cache
def flows() -> dict[str, Flow]:
    """Every flow in this folder by name."""
    modules = (importlib.import_module(f"flows.{found.name}") for found in pkgutil.iter_modules(__path__))
    found = (getattr(module, "flow", None) for module in modules)
    return {flow.name: flow for flow in found if isinstance(flow, Flow)}


def find(address: str) -> Turn:
    """The turn at `flow/turn`.

    Raises UnknownTurn naming the address.
    """
    flow, _, name = address.partition("/")
    try:
        return flows()[flow].turns[name]
    except KeyError:
        raise UnknownTurn(f"no turn is called {address!r}") from None
