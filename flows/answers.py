"""What the house must do on social networks: always on the one where somebody wrote, and never on two."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from flows.promised import NOTHING, Assumes

if TYPE_CHECKING:
    from flows.facts import Agent


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer what they wrote last, where they wrote it: openly, or privately if they did or it must be so.

    `by`: the colleague who wrote it; without one it waits for the day where the network's manners ask for that.
    `invites`: a link goes with it, for them alone, by which they can show who they are and are rung. An invitation, and
    what nobody of ours wrote, is not said when what it `assumes` holds no more.
    """

    words: str
    by: Agent | None = None
    invites: bool = False
    assumes: Assumes = NOTHING


@dataclass(frozen=True, slots=True)
class Follow:
    """The house follows whoever wrote, as a colleague wishes."""

    by: Agent


@dataclass(frozen=True, slots=True)
class ReadAgain:
    """Look after a while whether what they wrote is still there, and how many have read it by then."""

    after: timedelta


@dataclass(frozen=True, slots=True)
class Pin:
    """From now on what this author writes goes before others, or does not any more."""

    pinned: bool


@dataclass(frozen=True, slots=True)
class ProveHandles:
    """Look up the handles of this colleague's, and send them a code for each that is not proved."""

    whose: Agent
