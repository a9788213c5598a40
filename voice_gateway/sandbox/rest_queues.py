"""Queues and their members by REST.

https://www.twilio.com/docs/voice/api/queue-resource and
https://www.twilio.com/docs/voice/api/member-resource
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import shapes
from .calls import Program
from .form import Form
from .lifecycle import converse
from .queues import LARGEST, LONGEST_NAME, Place, Queue
from .rest_errors import bad, not_found
from .results import Created, Page, Result

if TYPE_CHECKING:
    from .exchange import Exchange


def _find(x: Exchange, sid: str) -> Queue:
    if sid not in x.queues:
        raise not_found(f"{shapes.home(x)}/Queues/{sid}.json")
    return x.queues[sid]


def _member(x: Exchange, sid: str, key: str) -> Place:
    place = _find(x, sid).find(key)
    if place is None:
        raise not_found(f"{shapes.home(x)}/Queues/{sid}/Members/{key}.json")
    return place


def _name(x: Exchange, form: Form, but: Queue | None = None) -> str:
    name = form.get("FriendlyName")
    if not 1 <= len(name) <= LONGEST_NAME:
        raise bad(20001, f"FriendlyName must have 1 to {LONGEST_NAME} characters")
    if x.queue_named(name) not in (None, but):
        raise bad(22003, f"Queue with the given name already exists: {name}")
    return name


def _size(x: Exchange, form: Form) -> int:
    return form.number("MaxSize", x.unconfirmed.queue_size, 1, LARGEST, 20001)


def create(x: Exchange, form: Form) -> Result:
    """A new queue."""
    name, size = _name(x, form), _size(x, form)
    return Created(shapes.queue(Queue(x, name, size)))


def every(x: Exchange, _form: Form) -> Result:
    """All queues."""
    return Page("queues", [shapes.queue(queue) for queue in x.queues.values()])


def fetch(x: Exchange, _form: Form, sid: str) -> Result:
    """One queue."""
    return shapes.queue(_find(x, sid))


def update(x: Exchange, form: Form, sid: str) -> Result:
    """Another name or another size."""
    queue = _find(x, sid)
    name = _name(x, form, queue) if "FriendlyName" in form else queue.name
    size = _size(x, form) if "MaxSize" in form else queue.most
    queue.name, queue.most, queue.updated = name, size, x.clock.now()
    return shapes.queue(queue)


def delete(x: Exchange, _form: Form, sid: str) -> Result:
    """Forget an empty queue."""
    if _find(x, sid).places:
        raise bad(20009, "Cannot delete this resource: the queue is not empty")
    del x.queues[sid]
    return None


def members(x: Exchange, _form: Form, sid: str) -> Result:
    """Who waits, in order."""
    return Page("queue_members", [shapes.member(place) for place in _find(x, sid).places])


def member(x: Exchange, _form: Form, sid: str, key: str) -> Result:
    """One who waits, by call SID or as the Front."""
    return shapes.member(_member(x, sid, key))


def dequeue(x: Exchange, form: Form, sid: str, key: str) -> Result:
    """Take a member out and give its call another document."""
    place = _member(x, sid, key)
    url, method = form.url("Url"), form.method("Method")
    if not url:
        raise bad(21205, "Url parameter is required.")
    shape = shapes.member(place)
    place.call.replace(converse(place.call, Program(url, method)))
    return shape
