"""The customers' door: asking for a call, and looking how it stands.

The form changes something for people who are not signed in, and is meant to be
posted from a company's own website. There is no session that a foreign page could
ride on, so there is no token against it either: what protects the house is the policy
of numbers (dialling), the limits (limits), and that an agent's phone rings first.

Nobody learns here whether a number is known: known and unknown ones take the same way
and get the same words; a number of the house, or a blocked one, is refused like each other.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from flows import click_to_call as story
from flows.facts import Request
from voice_gateway import clock, dialling, limits, tickets
from voice_gateway.doors.outlook import Outlook
from voice_gateway.doors.ticket_facts import IN_LINE, STAGES, TicketFacts
from voice_gateway.doors.wishes import LONGEST, Wish, Wrong, WrongFields, from_form
from voice_gateway.gateway import Gateway
from voice_gateway.store import MemoryLost, Refused, look_up, recall, waits
from voice_gateway.turn import LOOKS, NothingLoaded

log = logging.getLogger(__name__)
door = Blueprint("customers", __name__)

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
TRY_AGAIN_SECONDS = 30
TRAP = "company_website"  # a field that people do not see and robots fill in

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
                               "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def gateway() -> Gateway:
    return current_app.extensions["gateway"]  # type: ignore[no-any-return]


@door.after_request
def with_headers(response: Response) -> Response:
    """The same strict headers on all that leaves this door."""
    response.headers.update(HEADERS)
    if request.path.startswith("/t/"):
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


# ---- asking for a call ----


@door.get("/click-to-call")
def form() -> Response:
    """A small form."""
    return _form(_line(), {})


@door.post("/click-to-call")
def click_to_call() -> Response:
    """A visitor asks for a call, by form or by JSON.

    `wait_seconds` in the answer are half's and nine of ten's recent waits, measured; with fewer than
    ten of them a wide guess, 30 to 300. It is [0, 0] for whose ticket is open and no longer in line.
    A `when` must be ahead, and an instant at which somebody works.
    """
    if request.mimetype == "application/json":
        return _asked_by_program()
    if request.mimetype in FORMS:
        return _asked_by_form()
    return _problem(415, "Send JSON or a web form.")


def _asked_by_form() -> Response:
    line = _line()
    try:
        if request.form.get(TRAP):
            raise WrongFields([Wrong(TRAP, "Please leave this field empty.")])
        case_id = _ask(line, from_form(request.form))
    except WrongFields as error:
        return _form(line, request.form, error.fields, 403 if error.barred else 422)
    except limits.TooOften as error:
        return _later(_form(line, request.form, [Wrong("", _too_often(error))], 429), error.seconds)
    return Response(status=303, headers={"Location": urlsplit(_page(case_id)).path})


def _asked_by_program() -> Response:
    try:
        typed = json.loads(request.get_data())
    except (ValueError, RecursionError):
        return _problem(400, "The body is not JSON.")
    if not isinstance(typed, dict):
        return _problem(422, "The body must be a JSON object.")
    try:
        case_id = _ask(_line(), typed)
    except WrongFields as error:
        why = "We do not call this number." if error.barred else "Some fields cannot be taken as they are."
        return _problem(403 if error.barred else 422, why, error.fields)
    except limits.TooOften as error:
        return _later(_problem(429, _too_often(error)), error.seconds)
    facts = _facts(tickets.digest(_page(case_id).rpartition("/")[2]))
    assert facts is not None, f"case {case_id} has a ticket"
    answer = jsonify(ticket=facts.ticket.name, url=_page(case_id), state=facts.ticket.state, position=facts.place,
                     wait_seconds=facts.wait_seconds or (0, 0))
    answer.status_code = 202
    return answer


def _ask(line: recall.Line, typed: Mapping[str, Any]) -> int:
    """Grant a wish, once it is sure that we may. Gives the case's id.

    Raises WrongFields or TooOften; nothing has been opened or ordered then.
    """
    wish = Wish(typed, line.countries, ZoneInfo(line.house.time_zone), clock.now()).read()
    if wish.when and not Outlook(line.house, (), clock.now()).keeps(wish.when):
        raise WrongFields([Wrong("when", "Nobody works here then. Please choose another time.")])
    known = _let_in(wish, request.remote_addr or "")
    for _look in range(LOOKS):
        try:
            if known is None:
                return gateway().turns.visitor(story.visitor_asks, wish)
            case_id = gateway().turns.visitor(story.visitor_asks_again, wish, known)
        except Refused:
            case_id = None
        known = _still_open(wish.phone)
        if known is not None and known == case_id:
            return known
    raise MemoryLost("the ticket of this number changes faster than we can look")


def _let_in(wish: Request, address: str) -> int | None:
    """Count this knock and, for a new case, its slot. Gives the id of the case that is open already."""
    refusal: WrongFields | limits.TooOften
    key = gateway().settings.secret_key.get_secret_value()
    allowed = current_app.extensions.get("limits", limits.USUAL)
    with gateway().store.transaction() as memory:
        keeper = limits.Doorkeeper(memory, clock.now(), key, allowed)
        keeper.knock(address)
        try:
            dialling.not_refused(wish.phone, is_ours=lambda number: look_up.is_ours(memory, number),
                                 is_blocked=lambda number: look_up.is_blocked(memory, number))
            known = look_up.open_case(memory, wish.phone)
            if known is None:
                keeper.new_case(wish.phone)
            return known.id if known else None
        except dialling.NotAllowed as error:
            refusal = WrongFields([Wrong("phone", error.why)], barred=True)
        except limits.TooOften as error:
            refusal = error
    raise refusal


def _still_open(number: str) -> int | None:
    with gateway().store.reading() as memory:
        known = look_up.open_case(memory, number)
    return known.id if known else None


def _page(case_id: int) -> str:
    with gateway().store.reading() as memory:
        return gateway().store.tickets.page(look_up.seed_of(memory, case_id))


# ---- the ticket ----


@door.get("/t/<token>")
def ticket(token: str) -> Response:
    """Where a wish stands, for people."""
    facts = _facts(tickets.digest(token))
    if facts is None:
        return _page_of("nothing_here.html", 404)
    return _page_of("ticket.html", facts=facts, stages=STAGES, still="still" in request.args,
                    data=f"{request.path}.json", speed=gateway().settings.clock_speed)


@door.get("/t/<token>.json")
def ticket_data(token: str) -> Response:
    """The same for programs. The tag changes when something happened, not with every second."""
    facts = _facts(tickets.digest(token))
    if facts is None:
        return _problem(404, "There is no such ticket.")
    answer = jsonify(facts.as_data())
    answer.set_etag(facts.tag)
    answer.make_conditional(request)
    return answer


def _facts(token_hash: str) -> TicketFacts | None:
    now = clock.now()
    with gateway().store.reading() as memory:
        found = look_up.ticket(memory, token_hash)
        line = recall.line(memory)
        if found is None or line is None:
            return None
        in_line = found.state in IN_LINE
        return TicketFacts(found, line.house, waits.place(memory, found.case_id, now),
                           waits.recent(memory) if in_line else (), now)


# ---- answers ----


@door.app_template_filter("span")
def span(seconds: tuple[int, int]) -> str:
    """A band of seconds as people say it: `1 to 5 minutes`."""
    low, high = (-(-each // 60) for each in seconds)
    if high <= 1:
        return "under a minute"
    if high < 120:
        return f"{max(1, low)} to {high} minutes" if max(1, low) < high else f"about {high} minutes"
    low, high = (-(-each // 3600) for each in seconds)
    return f"{low} to {high} hours" if low < high else f"about {high} hours"


@door.app_template_filter("clock")
def clock_face(seconds: int) -> str:
    """A length of time as a clock shows it: `4:07`, `1:04:07`, `2 d 3 h`."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours >= 24:
        return f"{hours // 24} d {hours % 24} h"
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def _line() -> recall.Line:
    """The house and its numbers. Raises NothingLoaded."""
    with gateway().store.reading() as memory:
        line = recall.line(memory)
    if line is None or not line.numbers:
        raise NothingLoaded
    return line


def _form(line: recall.Line, typed: Mapping[str, str], wrong: Sequence[Wrong] = (), status: int = 200) -> Response:
    with gateway().store.reading() as memory:
        outlook = Outlook(line.house, waits.recent(memory), clock.now())
    return _page_of(
        "click_to_call.html", status, house=line.house, typed=typed, wrong=wrong, trap=TRAP, longest=LONGEST,
        why={each.field: each.why for each in wrong}, our_number=dialling.spelled(line.numbers[0]),
        outlook=outlook,
    )


def _page_of(template: str, status: int = 200, **facts: Any) -> Response:
    return make_response(render_template(template, **facts), status)


def _problem(status: int, detail: str, wrong: Sequence[Wrong] = ()) -> Response:
    """An error for programs (RFC 9457), with each wrong field."""
    problem: dict[str, Any] = {"type": "about:blank", "title": _TITLES.get(status, "It did not work"), "status": status,
                               "detail": detail}
    if wrong:
        problem["errors"] = [{"field": each.field, "why": each.why} for each in wrong]
    return Response(json.dumps(problem), status, content_type="application/problem+json")


_TITLES = {400: "Bad Request", 403: "Forbidden", 404: "Not Found", 413: "Content Too Large",
           415: "Unsupported Media Type", 422: "Unprocessable Content", 429: "Too Many Requests",
           503: "Service Unavailable"}


def _too_often(error: limits.TooOften) -> str:
    minutes = -(-error.seconds // 60)
    span = f"{minutes} minutes" if minutes < 120 else f"{-(-minutes // 60)} hours"
    return f"That was often. Please try again in {'a minute' if minutes == 1 else span}, or call us."


def _later(response: Response, seconds: int) -> Response:
    response.headers["Retry-After"] = str(seconds)
    return response


def _for_a_program() -> bool:
    return request.mimetype == "application/json" or request.path.endswith(".json")


@door.errorhandler(MemoryLost)
def _memory_lost(error: MemoryLost) -> Response:
    log.error("the customers' door has no memory: %s", error)
    words = "Something does not work here at the moment. Please call us, or try again in a minute."
    return _later(_problem(503, words) if _for_a_program() else _page_of("out_of_order.html", 503, words=words),
                  TRY_AGAIN_SECONDS)


@door.errorhandler(NothingLoaded)
def _nothing_loaded(_error: NothingLoaded) -> Response:
    words = "This house is not set up yet: no house, or no number of ours, has been loaded."
    return _problem(503, words) if _for_a_program() else _page_of("out_of_order.html", 503, words=words)


@door.errorhandler(HTTPException)
def _refused_by_flask(error: HTTPException) -> Response:
    words = error.description or error.name
    if _for_a_program():
        return _problem(error.code or 400, words)
    return _page_of("out_of_order.html", error.code or 400, words=words)
