"""What somebody reads at a door that cannot help them now: in plain words, and never why it is so within."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, make_response, render_template
from werkzeug.exceptions import HTTPException

from voice_gateway.store import MemoryLost
from voice_gateway.turn import NothingLoaded

log = logging.getLogger(__name__)

TRY_AGAIN_SECONDS = 30


def refuse_plainly(door: Blueprint, nothing: type[Exception] = NothingLoaded, page: str = "no_message.html") -> None:
    """Let this door say that it has `nothing` (with this `page`), that the house has lost its memory, or what was asked wrongly."""

    def nothing_there(_error: Exception) -> Response:
        return make_response(render_template(page), 404)

    def memory_lost(error: MemoryLost) -> Response:
        log.error("the door %s has no memory: %s", door.name, error)
        return try_again("Something does not work here at the moment. Please try again in a minute.")

    def asked_wrongly(error: HTTPException) -> Response:
        words = error.description or error.name
        return make_response(render_template("out_of_order.html", words=words), error.code or 400)

    door.register_error_handler(nothing, nothing_there)
    door.register_error_handler(NothingLoaded, nothing_there)
    door.register_error_handler(MemoryLost, memory_lost)
    door.register_error_handler(HTTPException, asked_wrongly)


def try_again(words: str) -> Response:
    """It may work again soon, and here is when to ask."""
    response = make_response(render_template("out_of_order.html", words=words), 503)
    response.headers["Retry-After"] = str(TRY_AGAIN_SECONDS)
    return response
