"""Queues: who waits, in which place, for how long, and who takes them out.

https://www.twilio.com/docs/voice/twiml/enqueue and https://www.twilio.com/docs/voice/api/queue-resource
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .process import Signal

if TYPE_CHECKING:
    from .calls import Call, Program
    from .exchange import Exchange
    from .webhooks import Params

LARGEST = 5000
LONGEST_NAME = 64


class Place:
    """One call in one queue. ``phase`` is ``waiting``, ``whisper`` or ``bridged``.

    ``taken`` fires when somebody takes it out, ``ready`` when it may be bridged, ``gone`` when its
    Enqueue is over, ``parted`` when the bridge is.
    """

    def __init__(self, queue: Queue, call: Call) -> None:
        self.queue, self.call = queue, call
        clock = queue.x.clock
        self.since = clock.now()
        self.waited: int | None = None
        self.phase = "waiting"
        self.by: Call | None = None
        self.whisper: Program | None = None
        self.taken, self.ready, self.gone, self.parted = (Signal(clock) for _ in range(4))

    @property
    def seconds(self) -> int:
        """How long it has waited, or did wait."""
        if self.waited is not None:
            return self.waited
        return int((self.queue.x.clock.now() - self.since).total_seconds())

    @property
    def position(self) -> int:
        """From 1; 0 once it is out."""
        return self.queue.places.index(self) + 1 if self in self.queue.places else 0

    def take(self, by: Call, whisper: Program | None) -> None:
        """Somebody takes it out of the queue, and has it hear a document before the bridge."""
        self.by, self.whisper, self.phase = by, whisper, "whisper"
        self.queue.leave(self)
        self.taken.fire()

    def waiting_told(self) -> Params:
        """What the wait document is told, as of now."""
        queue = self.queue
        return [
            ("QueueSid", queue.sid),
            ("QueuePosition", str(self.position)),
            ("QueueTime", str(self.seconds)),
            ("AvgQueueTime", str(queue.average)),
            ("CurrentQueueSize", str(len(queue.places))),
            ("MaxQueueSize", str(queue.most)),
        ]

    def result_told(self, result: str) -> Params:
        """What the Enqueue's (or Dial's) action is told."""
        return [("QueueResult", result), ("QueueSid", self.queue.sid), ("QueueTime", str(self.seconds))]


class Queue:
    """Calls waiting under one name, in order."""

    def __init__(self, x: Exchange, name: str, most: int | None = None) -> None:
        self.x, self.name = x, name
        self.sid = x.sid("QU")
        self.most = most or x.unconfirmed.queue_size
        self.created = self.updated = x.clock.now()
        self.places: list[Place] = []
        self._bell = Signal(x.clock)
        x.queues[self.sid] = self

    @property
    def is_full(self) -> bool:
        """Whether nobody else may wait here."""
        return len(self.places) >= self.most

    @property
    def average(self) -> int:
        """Seconds that those who wait have waited, on average."""
        return sum(place.seconds for place in self.places) // len(self.places) if self.places else 0

    @property
    def front(self) -> Place | None:
        """Who is next."""
        return self.places[0] if self.places else None

    def find(self, key: str) -> Place | None:
        """By call SID, or the Front."""
        if key == "Front":
            return self.front
        return next((place for place in self.places if place.call.sid == key), None)

    def join(self, call: Call) -> Place:
        """One more waits."""
        place = Place(self, call)
        self.places.append(place)
        bell, self._bell = self._bell, Signal(self.x.clock)
        bell.fire()
        return place

    def arrival(self) -> Signal:
        """Fires when the next one joins."""
        return self._bell

    def leave(self, place: Place) -> None:
        """It waits no longer."""
        if place in self.places:
            place.waited = place.seconds
            self.places.remove(place)
