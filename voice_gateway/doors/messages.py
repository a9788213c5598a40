"""The door to a message: the page behind the link that is texted to a colleague.

The link is the secret. It is signed, is meant for one colleague, holds for so long and is the only thing
that lets anybody in: there is no cookie that a foreign page could ride on, so the forms carry no token
against it either. Who knows the link may do what its colleague may. A link that is wrong, was tampered
with, is too old, or belongs to somebody who has left the house: all of them find the same page.

Looking at the page is not hearing the message, for telephones look at links on their own. Playing it is.
"""

from __future__ import annotations

import logging
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, make_response, render_template, request, send_file
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from flows import voicemail as story
from voice_gateway import clock
from voice_gateway.doors import customers
from voice_gateway.doors.customers import gateway
from voice_gateway.doors.message_facts import MessageFacts, length
from voice_gateway.doors.refusals import refuse_plainly, try_again
from voice_gateway.doors.wishes import words_of
from voice_gateway.recordings import NotKept
from voice_gateway.store import messages_left, recall
from voice_gateway.tickets import digest

log = logging.getLogger(__name__)
door = Blueprint("messages", __name__)
door.add_app_template_filter(length, "length_of")

LONGEST_NOTE = 1000  # characters
HEADERS = customers.HEADERS | {
    "Content-Security-Policy": f"{customers.HEADERS['Content-Security-Policy']}; media-src 'self'",
    "X-Robots-Tag": "noindex, nofollow",
}
DEEDS = {"ring": story.colleague_rings_back, "heard": story.colleague_hears, "done": story.colleague_is_done}


class NoMessage(Exception):
    """This link leads to no message, or not any more, or not for them."""


@door.after_request
def with_headers(response: Response) -> Response:
    """The same strict headers on all that leaves this door."""
    response.headers.update(HEADERS)
    return response


@door.get("/v/<token>")
def message(token: str) -> Response:
    """Who left it, what they said, how it stands, and what can be done."""
    return _message_page(token, _facts(token))


@door.get("/v/<token>/sound")
def sound(token: str) -> Response:
    """The recording, or the part of it that a browser asks for. Whoever plays it has heard it."""
    facts = _facts(token)
    if facts.sound:
        abort(404, facts.sound)
    key = facts.message.kept_as
    try:
        kept = gateway().vault.open(key)
    except NotKept:
        abort(404, "The recording is not kept any more.")
    except OSError as error:
        log.error("a recording is out of reach", extra={"voicemail": facts.message.id, "why": str(error)})
        return try_again("The recording cannot be reached at the moment. Please try again in a minute.")
    answer = send_file(BytesIO(kept.content), kept.kind, download_name=f"message.{key.rpartition('.')[2]}",
                       conditional=True, etag=digest(key))
    if request.method == "GET" and facts.is_new:
        _does("heard", facts)
    return answer


@door.post("/v/<token>")
def does(token: str) -> Response:
    """The colleague rings back, has heard it, or is done with it. Then the page tells what happens next."""
    facts = _facts(token)
    deed = request.form.get("deed", "")
    if deed not in DEEDS:
        abort(400, "This page knows no such button.")
    _does(deed, facts)
    return Response(status=303, headers={"Location": f"{request.path}#next"})


@door.post("/v/<token>/note")
def note(token: str) -> Response:
    """The colleague writes something down for whoever deals with it next."""
    facts, typed = _facts(token), request.form.get("words", "")
    try:
        words = words_of(typed, LONGEST_NOTE)
    except ValueError as error:
        return _message_page(token, facts, 422, typed=typed, why=str(error))
    if not words:
        return _message_page(token, facts, 422, why="Please write something first.")
    if not facts.has_just_been_noted(words):
        gateway().turns.colleague_decides(story.colleague_notes, facts.message.id, facts.reader.id, words)
    return Response(status=303, headers={"Location": f"/v/{token}#notes"})


@door.route("/v/", defaults={"_rest": ""}, methods=["GET", "POST"])
@door.route("/v/<path:_rest>", methods=["GET", "POST"])
def nowhere(_rest: str) -> Response:
    """What begins like a link and is none."""
    raise NoMessage


def _does(deed: str, facts: MessageFacts) -> None:
    gateway().turns.colleague_decides(DEEDS[deed], facts.message.id, facts.reader.id)


def _facts(token: str) -> MessageFacts:
    """The message that this link leads to. Any link that leads nowhere is a plain 404."""
    now = clock.now()
    link = gateway().store.tickets.read_voicemail_link(token, now)
    if link is None:
        raise NoMessage
    with gateway().store.reading() as memory:
        found, reader = messages_left.one(memory, link[0]), messages_left.reader(memory, link[1])
        line = recall.line(memory)
        if found is None or reader is None or line is None:
            raise NoMessage
        return MessageFacts(found, reader, messages_left.telephones(memory, found),
                            messages_left.beside(memory, found), messages_left.notes(memory, found.case_id), line.house, now)


# ---- answers ----


def _message_page(token: str, facts: MessageFacts, status: int = 200, **note: str) -> Response:
    """The page; with what was typed and why it cannot be noted, where that is so."""
    beside = [(each, urlsplit(gateway().store.tickets.another_voicemail_page(token, each.id)).path)
              for each in facts.others]
    return _page_of("voicemail.html", status, facts=facts, beside=beside, page=f"/v/{token}", longest=LONGEST_NOTE, **note)


def _page_of(template: str, status: int = 200, **facts: Any) -> Response:
    return make_response(render_template(template, **facts), status)


@door.errorhandler(RequestedRangeNotSatisfiable)
def _no_such_part(error: RequestedRangeNotSatisfiable) -> Any:
    """Browsers learn from it how long the recording is."""
    return error.get_response()


refuse_plainly(door, NoMessage)
