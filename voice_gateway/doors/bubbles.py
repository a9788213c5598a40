"""What was written, one bubble each, as the page of a thread shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

ON_ITS_WAY, SENT, ARRIVED, LOST = "on its way", "sent", "arrived", "lost"


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture or file: where it is, or why it is not shown."""

    address: str
    name: str
    is_picture: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Bubble:
    """One text, or a note: who wrote it, when, its words, its pictures, and what became of it."""

    at: datetime
    who: str
    words: str
    side: str
    pictures: tuple[Shown, ...] = ()
    state: str = ""
    told: str = ""
