"""The door to the pictures that came with texts: for pages of ours, and for the carrier, which sends them on.

The address is the secret: signed, for one picture, good for a day. Only what is kept is served, as the kind that it
was found to be when it was kept; whatever is no picture can only be saved, and none of it is ever run.
"""

from __future__ import annotations

import logging
from io import BytesIO

from flask import Blueprint, Response, send_file

from voice_gateway import clock
from voice_gateway.doors.customers import gateway
from voice_gateway.recordings import NotKept
from voice_gateway.store import MemoryLost, correspondence

log = logging.getLogger(__name__)
door = Blueprint("pictures", __name__)

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "private, no-store",
}


@door.after_request
def with_headers(response: Response) -> Response:
    """The same strict headers on all that leaves this door."""
    response.headers.update(HEADERS)
    return response


@door.get("/m/<token>")
def picture(token: str) -> Response:
    """One picture, or a file to save."""
    found = gateway().store.tickets.read_picture_address(token, clock.now())
    if found is None:
        return _nothing()
    try:
        with gateway().store.reading() as memory:
            message = correspondence.one(memory, found[0])
            pictures = correspondence.pictures_of(memory, message.pictures) if message else []
        key = pictures[found[1]].get("kept_as") if found[1] < len(pictures) else None
        if key is None:
            return _nothing()
        kept = gateway().vault.open(key)
    except NotKept:
        return _nothing()
    except (MemoryLost, OSError) as error:
        log.error("a picture is out of reach", extra={"text": found[0], "why": str(error)})
        return Response("Please try again in a minute.", 503, {"Retry-After": "30"}, content_type="text/plain")
    ending = key.rpartition(".")[2]
    return send_file(BytesIO(kept.content), kept.kind, download_name=f"picture.{ending}",
                     as_attachment=not kept.kind.startswith("image/"))


def _nothing() -> Response:
    return Response("There is no picture here, or not any more.", 404, content_type="text/plain")
