"""What is said in public on the house's Mastodon server about colleagues, who are named there without us.

No server tells us of such posts by itself. Its public stream does while somebody listens, and its public timeline is looked
through for what the stream missed, as long as not more is said there than can be read. Neither has answers to others.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import mastodon as library

from flows.facts import SECONDS
from voice_gateway import clock

log = logging.getLogger(__name__)

LOOK_EVERY = 30 * SECONDS
A_PAGE, MOST_PAGES = 40, 5
"""Of the 300 questions in five minutes that a server allows, 50 at most."""
MOST_WAITING = 200
NOTHING = "-"


@dataclass(frozen=True, slots=True)
class Place:
    """How far we have read: the notices to us, the public timeline, and what its stream told of. Empty: from now on."""

    notices: str
    public: str = ""
    heard: str = ""

    @staticmethod
    def told(cursor: str) -> Place:
        """From what was written down."""
        notices, public, heard = [*cursor.split(), NOTHING, NOTHING][:3]
        return Place(notices, *("" if each == NOTHING else each for each in (public, heard)))

    @property
    def cursor(self) -> str:
        return " ".join((self.notices, self.public or NOTHING, self.heard or NOTHING)) if self.public else self.notices


class Overheard:
    """Our people, by the numbers that this server gives them, and what was heard of them and not yet taken in."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._numbers: Mapping[str, str] = {}
        self._waiting: dict[str, None] = {}
        self._turnstile = threading.Lock()
        self._looked_at: datetime | None = None

    def are_ours(self, people: tuple[str, ...], number: Callable[[str], str]) -> None:
        """These subjects are our people's; `number` asks what the server calls somebody (empty: it knows nobody of them)."""
        self._numbers = {each: self._numbers[each] if each in self._numbers else number(each) for each in people}

    def stream(self, ring: Callable[[], None]) -> None:
        """Ring whenever somebody names them, until the stream ends. There is none while they are nobody."""
        def told(status: Any) -> None:
            if self._names_us(status):
                with self._turnstile:
                    self._waiting[str(status["id"])] = None
                    while len(self._waiting) > MOST_WAITING:
                        del self._waiting[next(iter(self._waiting))]
                ring()

        if any(self._numbers.values()):
            self._server.stream_public(_Listener(told), timeout=10 * LOOK_EVERY.total_seconds())

    def since(self, place: Place) -> tuple[list[Any], Place]:
        """Posts that name them since then, and how far we have read. What was not taken in then is told again."""
        if not any(self._numbers.values()):
            return [], Place(place.notices)
        waiting = self._still_waiting(place.heard)
        found = [status for status in map(self._status, waiting) if status]
        if self._looked_at is None or clock.now() - self._looked_at >= LOOK_EVERY:
            self._looked_at = clock.now()
            said, public = self._said_since(place.public)
            found, place = found + said, replace(place, public=public)
        return found, replace(place, heard=waiting[-1] if waiting else place.heard)

    def _still_waiting(self, taken: str) -> list[str]:
        """What was heard, without what came before this and this itself: that was taken in."""
        with self._turnstile:
            if taken in self._waiting:
                for each in list(self._waiting):
                    del self._waiting[each]
                    if each == taken:
                        break
            return list(self._waiting)

    def _status(self, which: str) -> Any:
        try:
            return self._server.status(which)
        except library.MastodonNotFoundError:
            return None

    def _said_since(self, since: str) -> tuple[list[Any], str]:
        """What the public timeline has that names them. Where it is more than can be read, we go on at its end."""
        found: list[Any] = []
        for _ in range(MOST_PAGES if since else 0):
            page = sorted(self._server.timeline_public(min_id=since, limit=A_PAGE), key=lambda each: int(each["id"]))
            found += [each for each in page if self._names_us(each)]
            since = str(page[-1]["id"]) if page else since
            if len(page) < A_PAGE:
                return found, since
        newest = self._server.timeline_public(limit=1)
        if since:
            log.info("more is said in public on our Mastodon server than can be read: colleagues are heard of by its stream alone")
        return found, str(newest[0]["id"]) if newest else since or "0"

    def _names_us(self, status: Any) -> bool:
        wanted = set(filter(None, self._numbers.values()))
        return any(str(each["id"]) in wanted for each in status["mentions"] or ())


class _Listener(library.StreamListener):
    """Hears what is said in public."""

    def __init__(self, told: Callable[[Any], None]) -> None:
        self._told = told

    def on_update(self, status: Any) -> None:
        self._told(status)
