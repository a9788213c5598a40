"""The door to a climb: the page on which a manager reads why a case came to them, and takes it with a touch.

As with threads the link is the secret: signed, for one colleague and one case, good for two weeks. To look at it
acknowledges nothing; only a button does, and what it does is what the key of the same name does on the telephone.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request

from flows import share
from voice_gateway import clock, wire
from voice_gateway.doors import customers
from voice_gateway.doors.climb_facts import ClimbFacts
from voice_gateway.doors.customers import gateway
from voice_gateway.doors.refusals import refuse_plainly
from voice_gateway.manager_turns import ManagerTurns
from voice_gateway.store import look_up, recall, shares

door = Blueprint("climbs", __name__)

LONGEST_TIME = 20  # characters
HEADERS = customers.HEADERS | {"X-Robots-Tag": "noindex, nofollow"}
KEYS = {"join": "1", "mine": "mine", "pass": "pass", "resolved": "resolved"}


class NoClimb(Exception):
    """This link leads to nothing, or not any more, or not for them."""


@door.after_request
def with_headers(response: Response) -> Response:
    """The same strict headers on all that leaves this door."""
    response.headers.update(HEADERS)
    return response


@door.get("/climbs/<token>")
def climb(token: str) -> Response:
    """How it stands, why, what happened, and the buttons while nobody has it."""
    return _climb(_facts(*_link(token)))


@door.post("/climbs/<token>")
def does(token: str) -> Response:
    """Touch a button."""
    case_id, person_id = _link(token)
    deed, said = request.form.get("deed", ""), wire.legible(request.form.get(request.form.get("deed", ""), ""))[:LONGEST_TIME]
    turns = ManagerTurns(gateway().turns)
    if deed == "share":
        return _shares(turns, case_id, person_id, said)
    if deed not in KEYS:
        abort(400, "This page knows no such button.")
    _facts(case_id, person_id)
    why = turns.does(case_id, person_id, f"{KEYS[deed]} {said}".strip())
    return _climb(_facts(case_id, person_id), why, 409) if why else _back()


def _shares(turns: ManagerTurns, case_id: int, person_id: int, said: str) -> Response:
    if not (said.isascii() and said.isdigit() and int(said) <= 100):
        return _climb(_facts(case_id, person_id), "A share is a whole number from 0 to 100.", 400)
    with gateway().store.reading() as memory:
        may_take = shares.may_take(memory, person_id, int(said))
    if not may_take:
        return _climb(_facts(case_id, person_id), share.leaves_to_nobody(), 409)
    turns.shares(case_id, person_id, int(said))
    return _back()


@door.route("/climbs/", defaults={"_rest": ""}, methods=["GET", "POST"])
@door.route("/climbs/<path:_rest>", methods=["GET", "POST"])
def nowhere(_rest: str) -> Response:
    """What begins like a link and is none."""
    raise NoClimb


def _link(token: str) -> tuple[int, int]:
    """The case and the colleague of this link. Any link that leads nowhere is a plain 404."""
    link = gateway().store.tickets.read_climb_link(token, clock.now())
    if link is None:
        raise NoClimb
    return link


def _facts(case_id: int, person_id: int) -> ClimbFacts:
    with gateway().store.reading() as memory:
        line = recall.line(memory)
        if line is None:
            raise NoClimb
        try:
            call = ManagerTurns(gateway().turns).facts(memory, line, case_id, person_id, alone=False)
        except LookupError:
            raise NoClimb from None
        assert call.meant_for is not None, "the page is a colleague's"
        steps = look_up.journal(memory, case_id)
        sharing = next(iter(shares.report(memory, person_id)), None)
        return ClimbFacts(call, call.meant_for, steps, sharing)


# ---- answers ----


def _climb(facts: ClimbFacts, wrong: str = "", status: int = 200) -> Response:
    return _page_of("climb.html", status, facts=facts, wrong=wrong)


def _back() -> Response:
    return Response(status=303, headers={"Location": request.path})


def _page_of(template: str, status: int = 200, **facts: Any) -> Response:
    return make_response(render_template(template, **facts), status)


refuse_plainly(door, NoClimb)
