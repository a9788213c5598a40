"""The door to ending in public what began there: the page on which a colleague apologises, and says what comes next.

It is opened by the link of the thread, and by nothing else; what cannot be said yet stays in the form.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request

from flows import closing_in_public as story
from flows.words import Amends
from voice_gateway import clock, wire
from voice_gateway.doors.customers import HEADERS, gateway
from voice_gateway.doors.refusals import refuse_plainly
from voice_gateway.store import messages_left, recall, rotas
from voice_gateway.thread_turns import ThreadTurns

door = Blueprint("amends", __name__)

PARTS = {"apology": ("The apology", 240), "next_step": ("What comes next", 240), "privately": ("What is for them alone", 1000)}
"""Each field, what it is called, and how many characters it may have; how much the network takes is looked at as well."""
NOTHING_YET = Amends("", "")


@door.after_request
def with_headers(response: Response) -> Response:
    """The same strict headers as on the page of the thread."""
    response.headers.update(HEADERS | {"X-Robots-Tag": "noindex, nofollow"})
    return response


@door.get("/w/<token>/amends")
def form(token: str) -> Response:
    """Four fields: the apology, what comes next, who sees to it, and what is for the customer alone."""
    return _page(token, NOTHING_YET)


@door.post("/w/<token>/amends")
def says(token: str) -> Response:
    """Say it where it belongs, and close it; or say what is missing."""
    facts = _facts(token)
    if facts is None:
        return _nowhere()
    said = Amends(*(wire.legible(request.form.get(each, "")) for each in PARTS))
    owner = request.form.get("owner", "")
    wrong = next((f"{told} may have {longest} characters." for each, (told, longest) in PARTS.items() if len(getattr(said, each)) > longest), "")
    wrong = wrong or ThreadTurns(gateway().turns).makes_amends(
        facts["case"].id, facts["reader"].id, said, int(owner) if owner.isascii() and owner.isdigit() and len(owner) < 16 else 0)
    if wrong:
        return _page(token, said, wrong, owner, status=409)
    return make_response(redirect(f"/w/{token}#now", 303))


def _page(token: str, said: Amends, wrong: str = "", owner: str = "", status: int = 200) -> Response:
    facts = _facts(token)
    if facts is None:
        return _nowhere()
    longest = {each: most for each, (_, most) in PARTS.items()}
    return make_response(render_template("amends.html", token=token, wrong=wrong, said=said, owner=owner, longest=longest, **facts), status)


def _facts(token: str) -> dict[str, Any] | None:
    """Whose page it is, and what it is about; None for a link that leads nowhere."""
    now, tickets = clock.now(), gateway().store.tickets
    link = tickets.read_thread_link(token, now)
    if link is None:
        return None
    with gateway().store.reading() as memory:
        line, reader = recall.line(memory), messages_left.reader(memory, link[1])
        known = recall.case(memory, tickets, line.house, now, case_id=link[0], alone=False) if line else None
        if line is None or reader is None or known is None:
            return None
        call = known.call
        return {"house": line.house, "reader": reader, "case": call.case, "contact": call.contact,
                "people": rotas.followers(memory), "why_not_alone": "" if call.contact.texts_to else story.why_not_alone(call)}


def _nowhere() -> Response:
    return make_response(render_template("no_message.html"), 404)


refuse_plainly(door)
