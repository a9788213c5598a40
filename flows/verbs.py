"""What is heard on this leg, in order.

`Ask` leaves the leg open: an answer is owed. So does a `Join` that names what
comes after the room. A turn that does neither has settled its leg, and the
line is hung up when its words have run out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flows import Turn


@dataclass(frozen=True, slots=True)
class Say:
    """Speak this sentence."""

    words: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Speak, and wait for one key. The question is put twice, `patience` seconds each time.

    `otherwise`, when given, replaces what happens if this leg ends without an answer.
    """

    words: str
    then: Turn
    otherwise: Turn | None = None
    patience: int = 6


@dataclass(frozen=True, slots=True)
class Join:
    """Enter the room. It closes for both as soon as one of them leaves.

    `then` is the turn that this leg takes once the room has closed, `otherwise` the one that is
    taken if the leg ends instead. Without `then` the line is hung up.
    """

    room: str
    then: Turn | None = None
    otherwise: Turn | None = None


Verb = Say | Ask | Join
