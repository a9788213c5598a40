"""What the house must do, written down in the same transaction as the turn that decided it.

Each order is carried out at least once and made harmless when it comes twice;
`keep.py` has one hand for each.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from flows.facts import Agent, Contact, Request

if TYPE_CHECKING:
    from flows import Turn


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A visitor asked for something: from here on it is ours, with a ticket and a clock."""

    request: Request


@dataclass(frozen=True, slots=True)
class CallBack:
    """Promise to ring the customer at `at`, and take the turn `then` when it is due.

    It opens a new round, in which every colleague may be asked again. `by` is the colleague who
    promised it; `counts` tells whether the round before was a try that failed. `wanted_at`: the customer
    asked anew, so their wait counts from then, and no try has failed yet.
    """

    at: datetime
    then: Turn
    by: Agent | None = None
    counts: bool = False
    wanted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring a telephone. If it is answered the turn `opening` is taken there.

    If the leg ends unsettled, however that happens, `otherwise` is taken, once. `seconds` is how
    long it rings. When it is unknown whether the carrier took the order it is looked up there.
    """

    whom: Agent | Contact
    opening: Turn
    otherwise: Turn
    seconds: int


@dataclass(frozen=True, slots=True)
class HangUp:
    """Stop the customer's telephone, ringing or talking."""


@dataclass(frozen=True, slots=True)
class StandDown:
    """Stop asking the other colleagues: ringing phones fall silent, whoever listens is `told`."""

    told: Turn


@dataclass(frozen=True, slots=True)
class Reserve:
    """This colleague takes the case. Refused by the database if somebody else has it."""

    agent: Agent


@dataclass(frozen=True, slots=True)
class Release:
    """Nobody has taken the case any more."""


@dataclass(frozen=True, slots=True)
class Disband:
    """Close the room: whoever waits in it goes on to the turn named when they joined."""

    room: str


@dataclass(frozen=True, slots=True)
class Text:
    """Send a text. In doubt whether the carrier took it, it is looked up, and rather not repeated."""

    to: Agent | Contact
    words: str


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Something still owed: take this turn on this case after `after`.

    It is fenced with the round in which it was ordered: when another has begun it does nothing.
    `agent` travels with it.
    """

    turn: Turn
    after: timedelta = timedelta(0)
    agent: Agent | None = None


@dataclass(frozen=True, slots=True)
class HandOver:
    """The case is this colleague's from now on; `next_at` is when something must have happened."""

    owner: Agent
    next_at: datetime


@dataclass(frozen=True, slots=True)
class CloseCase:
    """It is over, and this is how it ended."""

    disposition: str


@dataclass(frozen=True, slots=True)
class Note:
    """One line in the case's journal, where the orders themselves do not tell the story."""

    what: str
    who: str = ""


Order = (
    OpenCase | CallBack | Ring | HangUp | StandDown | Reserve | Release | Disband | Text | FollowUp
    | HandOver | CloseCase | Note
)
