"""The page of our people: who wants to be found, by first name and by the handles that they have proved."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template

from voice_gateway import clock
from voice_gateway.doors import customers
from voice_gateway.doors.customers import gateway
from voice_gateway.doors.refusals import refuse_plainly
from voice_gateway.store import recall, staff

door = Blueprint("people", __name__)


@door.after_request
def with_headers(response: Response) -> Response:
    """The same strict headers as on every page."""
    response.headers.update(customers.HEADERS)
    return response


@door.get("/people")
def people() -> Response:
    """Nobody is on it who has not asked for it, and no number is."""
    with gateway().store.reading() as memory:
        line, listed = recall.line(memory), staff.public(memory, clock.now())
    return make_response(render_template("people.html", house=line.house if line else None, people=listed))


refuse_plainly(door)
