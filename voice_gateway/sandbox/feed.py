"""All that happens, in one row, for whoever watches: telephones, webhooks, problems.

A reader remembers how far it has read. A webhook is there when it sets out and again when it is answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .handsets import PhoneEvent
    from .webhooks import Problem, Webhook


class Feed:
    """What happened, oldest first: (telephone, event), a webhook by its place in the log, or a problem."""

    def __init__(self) -> None:
        self._items: list[tuple[str, PhoneEvent] | Webhook | Problem] = []

    def __len__(self) -> int:
        return len(self._items)

    def add(self, item: tuple[str, PhoneEvent] | Webhook | Problem) -> None:
        """One more."""
        self._items.append(item)

    def since(self, seen: int) -> list[tuple[str, PhoneEvent] | Webhook | Problem]:
        """What is new to somebody who has read so many; a webhook once, as it stands now."""
        fresh: list[tuple[str, PhoneEvent] | Webhook | Problem] = []
        known: set[int] = set()
        for item in self._items[max(0, seen) :]:
            if isinstance(item, tuple) or id(item) not in known:
                known.add(id(item))
                fresh.append(item)
        return fresh
