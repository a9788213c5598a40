"""The door to who somebody is: what the house believes of a case's number or account, why, and how it is undone.

It opens with the link of the case's page, signed for one colleague. Nothing here makes a link that reaches anybody: whoever
takes a suggestion up has a code sent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request

from flows import networks
from flows.codes import TO_ACCOUNT
from flows.identity import NUMBER
from flows.networks import Manners
from voice_gateway import clock, code_numbers, wire
from voice_gateway.doors import customers, proofs, said_to_be
from voice_gateway.doors.customers import gateway
from voice_gateway.doors.identity_facts import IdentityFacts
from voice_gateway.doors.refusals import refuse_plainly
from voice_gateway.identity_turns import IdentityTurns, NotTheirs
from voice_gateway.networks import Trouble
from voice_gateway.store import messages_left, recall
from voice_gateway.store.identity import belonging, invitations, pairs, suggesting
from voice_gateway.store.identity.challenges import TooMany

door = Blueprint("identity", __name__)

LONGEST_REASON = 300
HEADERS = customers.HEADERS | {"X-Robots-Tag": "noindex, nofollow"}
WHY = "Please say why: it is kept, and read by whoever undoes it."
SENT = "A code is on its way to the number. It is proved when it comes back from the account."
CONFIRMED = "It is shown as confirmed, for this case and this day. It reaches nobody: only a code does."
WAITS = "Your word is kept. It counts as soon as a second colleague says the same on this page."
ENOUGH = "Enough codes were sent for the two today. Try again tomorrow, or confirm it for this case."
NO_TEXTS = "No text of ours goes to this number: it gets none, or whoever has it wants none from us."
NO_WAY_THERE = "We cannot write to this account so that nobody else reads it. Send the code to the number."
NOTHING_OF_THIS_CASE = "That has nothing to do with this case any more. Look again."


class NoCase(Exception):
    """This link leads to no case, or not any more, or not for them."""


class Wrong(Exception):
    """It cannot be done as it is; the message says why."""


@door.after_request
def with_headers(response: Response) -> Response:
    """The same strict headers on all that leaves this door."""
    response.headers.update(HEADERS)
    return response


@door.get("/w/<token>/who")
def who(token: str) -> Response:
    """What is believed, why, since when and until when; what was; and who else it might be."""
    return _page(_facts(token))


@door.post("/w/<token>/who")
def does(token: str) -> Response:
    """Undo, deny, confirm, ask for a code, or make a one-time link."""
    facts = _facts(token)
    deed = DEEDS.get(request.form.get("deed", ""))
    if deed is None:
        abort(400, "This page knows no such button.")
    agent = facts.call.meant_for
    assert agent is not None, "whoever opens the page is a colleague"
    if facts.without_proof and request.form["deed"] in TO_PROVE:
        return _page(facts, facts.without_proof, status=422)
    turns = IdentityTurns(gateway().turns, facts.call.case.id, facts.own.id, agent, facts.offered)
    try:
        told = deed(turns)
    except (Wrong, said_to_be.NotTaken) as error:
        return _page(facts, str(error), status=422)
    except NotTheirs:
        return _page(facts, NOTHING_OF_THIS_CASE, status=409)
    except TooMany:
        return _page(facts, ENOUGH, status=429)
    return _page(_facts(token), told=told) if told else Response(status=303, headers={"Location": f"{request.path}#now"})


def _undoes(turns: IdentityTurns) -> str:
    turns.undoes(_number("link"), _reason())
    return ""


def _denies(turns: IdentityTurns) -> str:
    turns.denies(_number("link"), _reason())
    return ""


def _confirms(turns: IdentityTurns) -> str:
    with gateway().store.reading() as memory:
        pair = turns.beside(memory, _number("other"))
    return CONFIRMED if turns.confirms(*pair, _reason()) else WAITS


def _shares(turns: IdentityTurns) -> str:
    turns.says_it_is_shared()
    return ""


def _is_theirs_alone(turns: IdentityTurns) -> str:
    turns.says_it_is_theirs_alone(_reason())
    return ""


def _asks(turns: IdentityTurns) -> str:
    other_id = _number("other")
    with gateway().store.reading() as memory:
        tel = invitations.who(memory, turns.beside(memory, other_id)[0])
        if tel and code_numbers.why_none(memory, tel.id, tel.subject):
            raise Wrong(NO_TEXTS)
    turns.asks_for_a_code(other_id, us=_our_name(other_id, turns.whose))
    return SENT


def _says(turns: IdentityTurns) -> str:
    with gateway().store.reading() as memory:
        own = invitations.who(memory, turns.whose)
    other_id = said_to_be.account() if own and own.namespace == NUMBER else said_to_be.number()
    turns.hears_who_they_are(other_id, us=_our_name(other_id, turns.whose))
    return SENT


def _asks_there(turns: IdentityTurns) -> str:
    other_id = _number("other")
    place = _writes_privately(turns.whose, other_id)
    if place is None:
        raise Wrong(NO_WAY_THERE)
    turns.asks_for_a_code(other_id, TO_ACCOUNT)
    return f"A code is on its way to the account on {place.told}. It is proved when it comes back from the number, by text or on the telephone."


def _asks_before(turns: IdentityTurns) -> str:
    turns.asks_whoever_had_it(_number("link"))
    return "A code is on its way to the number. Whoever had it before writes it to us from their account, if they agree."


def _invites(turns: IdentityTurns) -> str:
    return f"{gateway().settings.public_base_url}/prove/{turns.invites()}"


DEEDS: dict[str, Callable[[IdentityTurns], str]] = {
    "undo": _undoes, "not_same": _denies, "confirm": _confirms, "share": _shares,
    "alone": _is_theirs_alone, "ask": _asks, "ask_there": _asks_there, "say": _says, "agree": _asks_before, "invite": _invites,
}
TO_PROVE = frozenset({"ask", "ask_there", "say", "agree", "invite"})
"""Those that lead to a proof, and to nothing where there is none."""


def _reason() -> str:
    words = wire.legible(request.form.get("why", ""))[:LONGEST_REASON].strip()
    if not words:
        raise Wrong(WHY)
    return words


def _number(name: str) -> int:
    typed = request.form.get(name, "")
    if not (typed.isascii() and typed.isdigit() and len(typed) < 16):
        raise Wrong(NOTHING_OF_THIS_CASE)
    return int(typed)


def _place_of(*ids: int) -> Manners | None:
    """The network on which the account of these is."""
    with gateway().store.reading() as memory:
        rows = [invitations.who(memory, each) for each in ids]
    return next((found for row in rows if row and (found := networks.of_namespace(row.namespace))), None)


def _writes_privately(*ids: int) -> Manners | None:
    """The same, where the house can write to it so that nobody else reads it."""
    place = _place_of(*ids)
    return place if place and place.writes_privately and place.name in proofs.our_networks() else None


def _our_name(*ids: int) -> str:
    """How the house is called where the account of these is; empty when that cannot be asked now."""
    manners, ours = _place_of(*ids), proofs.our_networks()
    try:
        return ours[manners.name].us.handle if manners and manners.name in ours else ""
    except Trouble:
        return ""


def _facts(token: str) -> IdentityFacts:
    """The case that this link leads to. Any link that leads nowhere is a plain 404."""
    now, tickets = clock.now(), gateway().store.tickets
    link = tickets.read_thread_link(token, now)
    if link is None:
        raise NoCase
    with gateway().store.reading() as memory:
        line, reader = recall.line(memory), messages_left.reader(memory, link[1])
        me = recall.agent(memory, link[1])
        known = recall.case(memory, tickets, line.house, now, case_id=link[0], alone=False) if line else None
        own = invitations.who(memory, known.call.case.whose) if known else None
        if reader is None or me is None or known is None or own is None:
            raise NoCase
        found = suggesting.might_be(memory, own.id, own.goes_by or known.call.contact.name, now, is_number=own.namespace == NUMBER)
        belongings = belonging.of(memory, own.id, link[0], now)
        proved = {each.other_id for each in belongings if each.is_proof}
        named = [(each, pairs.called(row.namespace, row.subject, row.display)) for each in found
                 if each.identifier_id not in proved and (row := invitations.who(memory, each.identifier_id))]
        facts = IdentityFacts(
            replace(known.call, meant_for=me), reader, own, pairs.called(own.namespace, own.subject, own.display),
            belongings, named, belonging.is_shared(memory, own.id), proofs.our_networks().keys())
    return replace(facts, there={each: place for each in facts.to_be_asked if (place := _writes_privately(own.id, each))})


# ---- answers ----


def _page(facts: IdentityFacts, wrong: str = "", told: str = "", status: int = 200) -> Response:
    is_link = told.startswith("http")
    return _page_of("who_is_it.html", status, facts=facts, wrong=wrong, told="" if is_link else told,
                    invitation=told if is_link else "", typed=request.form if wrong else {})


def _page_of(template: str, status: int = 200, **facts: Any) -> Response:
    return make_response(render_template(template, **facts), status)


refuse_plainly(door, NoCase)
