"""Weather: what can go wrong between a customer's servers and the carrier, on purpose.

An exchange is given one weather. Every choice is seeded, so that a storm can be
played again.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

Failure = Literal["", "before", "after", "429"]
Params = tuple[tuple[str, str], ...]


@dataclass
class Weather:
    """Calm, unless told otherwise.

    ``webhook_copies``: how often each webhook arrives. ``callback_delay``: the most
    seconds a status callback may be late. ``rest``: what befalls the nth attempt of
    one REST create (counted from 1 for each distinct request).
    ``late`` and ``lost`` are what was said with ``delays`` and ``loses``.
    ``worker_dies_after_each_send`` is only a word to whoever runs the workers.
    """

    name: str = "calm"
    webhook_copies: int = 1
    callback_delay: float = 0.0
    rest: Callable[[int], Failure] = lambda _attempt: ""
    worker_dies_after_each_send: bool = False
    seed: int = 0
    late: dict[tuple[str, str], float] = field(default_factory=dict)
    lost: set[tuple[str, str]] = field(default_factory=set)
    _attempts: dict[tuple[str, str, Params], int] = field(default_factory=dict)
    _dice: random.Random = field(default_factory=random.Random)
    _shuffle: float = 0.0

    def __post_init__(self) -> None:
        self._dice.seed(self.seed)
        self._shuffle = self.callback_delay

    def delays(self, status: str, seconds: float, to: str = "") -> None:
        """From now on this status of a text (to this person) is told so many seconds late, perhaps after the next."""
        self.late[to, status] = seconds
        self.callback_delay = max(self.callback_delay, seconds)

    def loses(self, *statuses: str, to: str = "") -> None:
        """From now on these statuses of a text (to this person) are never told."""
        self.lost |= {(to, status) for status in statuses}

    def lateness(self, status: str = "", to: str = "") -> float | None:
        """How many seconds late the next status callback sets out; None if it is lost."""
        about = ((to, status), ("", status))
        if any(one in self.lost for one in about):
            return None
        said = next((self.late[one] for one in about if one in self.late), None)
        if said is not None:
            return said
        return self._dice.uniform(0.0, self._shuffle) if self._shuffle else 0.0

    def befalls(self, method: str, path: str, params: Iterable[tuple[str, str]]) -> Failure:
        """What befalls this REST request; only creates and updates are struck."""
        if method != "POST":
            return ""
        request = (method, path, tuple(sorted(params)))
        self._attempts[request] = self._attempts.get(request, 0) + 1
        return self.rest(self._attempts[request])


def calm() -> Weather:
    """Nothing goes wrong."""
    return Weather()


def echo() -> Weather:
    """Every webhook arrives twice; the second answer must equal the first to the letter."""
    return Weather("echo", webhook_copies=2)


def amnesia() -> Weather:
    """The customer's worker dies after each send; the carrier notices nothing."""
    return Weather("amnesia", worker_dies_after_each_send=True)


def shuffle(seed: int = 0, most: float = 20.0) -> Weather:
    """Status callbacks come late and out of order; TwiML is still asked for in time."""
    return Weather("shuffle", callback_delay=most, seed=seed)


def rest_fails_before(times: int = 1) -> Weather:
    """The first attempts of each distinct create time out before they were accepted."""
    return Weather("rest_fails_before", rest=lambda nth: "before" if nth <= times else "")


def rest_fails_after(times: int = 1) -> Weather:
    """The first attempts of each distinct create are accepted, and the answer is lost."""
    return Weather("rest_fails_after", rest=lambda nth: "after" if nth <= times else "")


def rest_429(times: int = 1) -> Weather:
    """The first attempts of each distinct create are refused: too many requests."""
    return Weather("rest_429", rest=lambda nth: "429" if nth <= times else "")


ALL: dict[str, Callable[[], Weather]] = {
    "calm": calm,
    "echo": echo,
    "amnesia": amnesia,
    "shuffle": shuffle,
    "rest_fails_before": rest_fails_before,
    "rest_fails_after": rest_fails_after,
    "rest_429": rest_429,
}
