"""What a colleague is told of on their own line: who waits, what was left for them, who talks. Frozen facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who waits for a call, as a colleague is told of them on their own line."""

    case_id: int
    name: str
    about: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Left:
    """A message in a colleague's care. `sound` is its signed address, empty while the recording is not here."""

    id: int
    case_id: int
    name: str
    seconds: int
    words: str
    left_at: datetime
    sound: str = ""


@dataclass(frozen=True, slots=True)
class Owing:
    """A customer to whom a colleague owes an update, and by when."""

    case_id: int
    name: str
    about: str
    by: datetime


@dataclass(frozen=True, slots=True)
class Talk:
    """A colleague and a customer talk now. `sid` is how the carrier knows the colleague's telephone."""

    case_id: int
    agent: str
    name: str
    since: datetime
    sid: str

    @property
    def room(self) -> str:
        return f"case-{self.case_id}"
