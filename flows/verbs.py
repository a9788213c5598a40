"""What is heard on this leg, in order.

`Ask`, `Listen` and `Record` leave the leg open: an answer is owed. So does a `Join`
that names what comes after the room. A turn that does none of them has settled its
leg, and the line is hung up when its words have run out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.facts import Leg
from flows.own_line import Talk

if TYPE_CHECKING:
    from flows import Turn


@dataclass(frozen=True, slots=True)
class Say:
    """Speak this sentence."""

    words: str


@dataclass(frozen=True, slots=True)
class Play:
    """Play a sound of ours, by its file's name, so many times."""

    sound: str
    times: int = 1


@dataclass(frozen=True, slots=True)
class Ask:
    """Speak, and wait for one key, or for several that end with the hash key.

    The question is put twice, or so many `times`, `patience` seconds each time. Whoever says nothing then
    takes the turn `silent`, if it is given. With `hints` they may say a word instead; those are likely ones. `plays` is the
    address of a sound that comes first, until a key is pressed. `otherwise`, when given, replaces what happens if
    this leg ends without an answer.
    """

    words: str
    then: Turn
    otherwise: Turn | None = None
    patience: int = 6
    times: int = 2
    several: bool = False
    silent: Turn | None = None
    hints: tuple[str, ...] = ()
    plays: str = ""


@dataclass(frozen=True, slots=True)
class Listen:
    """Speak, and write down what they say. Any key, or silence, goes on without words."""

    words: str
    then: Turn
    otherwise: Turn | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """Record what they say, until the hash key, silence, or `seconds` are over.

    `then` is taken when they have ended, `otherwise` if they hang up instead.
    """

    then: Turn
    otherwise: Turn
    seconds: int
    beep: bool = True
    transcribe: bool = True


@dataclass(frozen=True, slots=True)
class Join:
    """Enter the room. Unless they only wait, it closes for all as soon as they leave.

    `then` is the turn that this leg takes once the room has closed, `otherwise` the one that is
    taken if the leg ends instead. Without `then` the line is hung up. `waits` is the aside that is
    heard until somebody else comes. `opens_menu`: by the star key they take `then` while the others stay in
    the room. `records`: what this leg says there is recorded, for it leaves a
    message and is only listened to, by whoever enters `muted`; until they have met it is silent. Who
    waits or is muted may leave by the star key.
    """

    room: str
    then: Turn | None = None
    otherwise: Turn | None = None
    waits: Turn | None = None
    muted: bool = False
    records: Leg | None = None
    opens_menu: bool = False

    @property
    def closes_with_them(self) -> bool:
        return self.muted or not (self.waits or self.records or self.opens_menu)


@dataclass(frozen=True, slots=True)
class Visit:
    """Enter a room in which others talk, as a guest: it neither begins, nor ends, nor is recorded because of them.

    They are `heard_by` nobody (they listen), by the `colleague` alone (they coach), or by `all`. The star key, or
    the end of the talk, leads on to `then`; `otherwise` is taken if their leg ends.
    """

    talk: Talk
    heard_by: str
    then: Turn
    otherwise: Turn


@dataclass(frozen=True, slots=True)
class StartAnew:
    """Go on at the house's own door, let in once more as any caller is. This leg is over with it, the call is not."""


Verb = Say | Play | Ask | Listen | Record | Join | Visit | StartAnew
