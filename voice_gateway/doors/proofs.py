"""The door at which somebody shows who they are: they sign in on a network, and type a code that was texted to them.

The link is for one use and one account, and to open it does nothing. Whoever goes on sits in one browser, with a signed
cookie that no other page can send along (SameSite), and that is what a foreign page could not ride on. Which
account it is comes from the network alone, and which number from the code alone; nothing is linked before both are there.
"""

from __future__ import annotations

import hmac
import logging
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, jsonify, make_response, render_template, request

from flows import networks
from flows.codes import SIGNED_IN, TO_NUMBER
from flows.identity import NUMBER
from flows.posts import Author
from voice_gateway import clock, code_numbers, dialling, limits, proof_codes
from voice_gateway.codes_back import CONSENT
from voice_gateway.doors import customers, proof_cookie, proof_slip
from voice_gateway.doors.customers import gateway
from voice_gateway.doors.proof_facts import ProofFacts, sign_in_places
from voice_gateway.doors.refusals import refuse_plainly
from voice_gateway.knowledge import to_ring
from voice_gateway.networks import Network, SignsIn, Trouble, for_them
from voice_gateway.networks.bluesky_sign_in import METADATA_PATH, client_metadata
from voice_gateway.networks.opening import open_networks
from voice_gateway.proof_turns import ProofTurns
from voice_gateway.store import admit, look_up, posts, recall
from voice_gateway.store.identity import invitations
from voice_gateway.store.identity.challenges import TooMany
from voice_gateway.store.identity.reaching import why_not_rung
from voice_gateway.tickets import digest

log = logging.getLogger(__name__)
door = Blueprint("proofs", __name__)

BACK = "/prove/back"
HEADERS = customers.HEADERS | {"X-Robots-Tag": "noindex, nofollow"}
LONGEST_HANDLE = 300
WRONG_CODE = ("That is not the code, or its ten minutes are over, or it was tried too often. Nothing was linked. Look again, or have "
              "another one sent.")
FIRST = "Please sign in first. What began here more than half an hour ago is forgotten."
OFTEN = "That was often. Please wait a little, or call us."
ENOUGH = "Enough codes were sent for today. Please call us, or try again tomorrow."


class NoInvitation(Exception):
    """This link leads nowhere, or not any more."""


class Wrong(Exception):
    """This cannot be taken as it is; the message says why, to whoever typed it."""

    def __init__(self, why: str, status: int = 422) -> None:
        super().__init__(why)
        self.status = status


@door.after_request
def with_headers(response: Response) -> Response:
    """The same strict headers on all that leaves this door."""
    response.headers.update(HEADERS)
    return response


@door.get("/prove/<token>")
def page(token: str) -> Response:
    """How far they have come, and what is next; and what was not taken just now."""
    facts, slip = _facts(token), proof_slip.held()
    response = _page_of("prove.html", slip.status, facts=facts, wrong=slip.why, typed=slip.typed, consent=CONSENT)
    return proof_slip.told(response, facts.page) if slip.why else response


@door.get(METADATA_PATH)
def of_ourselves() -> Response:
    """What servers on Bluesky read of us before they let anybody sign in for us."""
    return jsonify(client_metadata(_base(), f"{_base()}{BACK}"))


@door.get(BACK)
@door.get(f"{BACK}/<path:_server>")
def came_back(_server: str = "") -> Response:
    """The network sends their browser back. Only the browser that went there is let in again."""
    held = proof_cookie.held()
    token = _sent_from(held)
    facts = _facts(token or next(reversed(held), ""))
    if facts.sitting is None or not token:
        return proof_slip.sent_back(facts.page, "That did not begin in this browser, or took too long. Please sign in once more.", 400)
    try:
        _signed_in(facts, facts.sitting)
    except Wrong as error:
        return proof_slip.sent_back(facts.page, str(error), error.status)
    return _on(token, held[token])


@door.post("/prove/<token>")
def goes_on(token: str) -> Response:
    """Sign in, type a number, type the code; or go back a step."""
    facts = _facts(token)
    deed = request.form.get("deed", "")
    try:
        if facts.step == "over":
            return Response(status=303, headers={"Location": facts.page})
        if deed not in DEEDS:
            raise Wrong("This page knows no such button.", 400)
        key = proof_cookie.held()[token] if facts.sitting else ""
        if not facts.sitting:
            with gateway().store.transaction() as memory:
                key = invitations.sit_down(memory, facts.invited.id, clock.now())
            facts = _facts(token, key)
        return DEEDS[deed](facts, token, key)
    except Wrong as error:
        return proof_slip.sent_back(facts.page, str(error), error.status)
    except TooMany:
        return proof_slip.sent_back(facts.page, ENOUGH, 429)
    except limits.TooOften:
        return proof_slip.sent_back(facts.page, OFTEN, 429)


@door.post("/t/<token>/prove")
def from_the_ticket(token: str) -> Response:
    """Whoever has the ticket may show who they are: a one-time link of its own is made for that."""
    case_id = _case_of_ticket(token, is_open=True)
    try:
        _knocks()
    except limits.TooOften:
        return _page_of("out_of_order.html", 429, words=OFTEN)
    with gateway().store.transaction() as memory:
        made = invitations.invite(memory, case_id, None, clock.now())
    return Response(status=303, headers={"Location": f"/prove/{made}"})


@door.post("/t/<token>/not-me")
def not_me(token: str) -> Response:
    """Whoever has the ticket says that they are not whom we take them for: it ends at once."""
    ProofTurns(gateway().turns).denies(_case_of_ticket(token))
    return Response(status=303, headers={"Location": f"/t/{token}?not-me"})


def _case_of_ticket(token: str, *, is_open: bool = False) -> int:
    with gateway().store.reading() as memory:
        found = look_up.ticket(memory, digest(token))
    if found is None or (is_open and found.closed_at is not None):
        raise NoInvitation
    return int(found.case_id)


# ---- what they do ----


def _signs_in(facts: ProofFacts, token: str, key: str) -> Response:
    """Their browser goes to the network, with a word by which we know it again."""
    place = next((each for each in facts.places if each.name == request.form.get("network", "")), None)
    if place is None or facts.sitting is None:
        raise Wrong("Please choose a network.")
    typed = request.form.get("handle", "") or (facts.bound.display if facts.bound else "")
    if len(typed) > LONGEST_HANDLE:
        raise Wrong("That is too long for a name.")
    try:
        handle = place.handle(typed)
    except networks.NotAHandle as error:
        raise Wrong(f"{str(error)[:1].upper()}{str(error)[1:]}.") from None
    _knocks()
    state = secrets.token_urlsafe(16)
    try:
        address, remembered = _signing_in(facts.ours[place.name]).begin(handle, f"{_base()}{BACK}", state)
    except Trouble as error:
        log.warning("signing in on %s could not begin: %s", place.told, error)
        raise _not_signed_in(error, place.told, "Please try again in a minute, or call us.") from None
    with gateway().store.transaction() as memory:
        invitations.changes(memory, facts.sitting.id, network=place.name, state_hash=digest(state), remembered=remembered,
                            account_id=None, tel_id=None)
    if address.startswith(f"{_base()}/"):
        return proof_cookie.given(Response(status=303, headers={"Location": address}), token, key)
    return proof_cookie.given(_page_of("prove_going.html", facts=facts, place=place, address=address), token, key)


def _signed_in(facts: ProofFacts, sitting: invitations.Sitting) -> None:
    """The network says who they are. It must be whom the link was made for."""
    manners = networks.of(sitting.network)
    with gateway().store.transaction() as memory:
        invitations.changes(memory, sitting.id, state_hash="", remembered={})  # one answer to each going there
    try:
        author = _finished(facts.ours[sitting.network], sitting.remembered)
    except (Trouble, KeyError) as error:
        log.warning("signing in on %s did not come to an end: %s", manners.told, error)
        trouble = error if isinstance(error, Trouble) else Trouble("what began here is forgotten")
        raise _not_signed_in(trouble, manners.told, "Please sign in once more, or call us.") from None
    now = clock.now()
    with gateway().store.transaction() as memory:
        who = posts.author_of(memory, author, manners.namespace, now)
        if who and (facts.invited.account_id in (None, who.id)):
            invitations.changes(memory, sitting.id, account_id=who.id)
            return
    if who is None:
        raise Wrong("We cannot take this account. Please call us.", 403)
    raise Wrong(f"You have signed in as {author.handle}, and this link is for {facts.who}. Nothing was linked.", 403)


def _sent_from(held: Mapping[str, str]) -> str:
    """From which of its links this browser was sent to the network; empty if it comes from none of them."""
    state, now = digest(request.args.get("state", "")), clock.now()
    with gateway().store.reading() as memory:
        for token, key in held.items():
            sitting = invitations.sitting(memory, key, now)
            if sitting and sitting.state_hash and hmac.compare_digest(state, sitting.state_hash):
                return token
    return ""


def _finished(network: Network, remembered: dict[str, str]) -> Author:
    """Once more when the network only stumbled: they have typed their password there, and shall not do it twice."""
    answer = request.args.to_dict() | {"came_back_to": f"{_base()}{request.path}"}
    try:
        return _signing_in(network).finish(remembered, answer)
    except Trouble as error:
        if error.lasting or error.again_after:
            raise
        return _signing_in(network).finish(remembered, answer)


def _not_signed_in(trouble: Trouble, told: str, then: str) -> Wrong:
    """What can be tried again reads so; what cannot, as what it is."""
    why = for_them(trouble, told)
    if not trouble.lasting:
        return Wrong(f"{why[:1].upper()}{why[1:]}. {then}", 502)
    return Wrong(f"Nothing was linked: {why}. If you cannot help it, please call us.", 403)


def _would_rather_write(facts: ProofFacts, token: str, key: str) -> Response:
    """Not everybody can sign in where they write: then the code comes back from there."""
    return _back_to(facts, token, key, account_id=None, tel_id=None, state_hash="", remembered={"writes": "yes"})


def _wants_another(facts: ProofFacts, token: str, key: str) -> Response:
    """To the same number once more, and the page says so."""
    return _wants_a_code(facts, token, key, again=True)


def _wants_a_code(facts: ProofFacts, token: str, key: str, *, again: bool = False) -> Response:
    """To the number that they type, as strictly as on the website; or to the one that their case has."""
    if facts.sitting is None or facts.step not in ("number", "post", "code"):
        raise Wrong(FIRST, 409)
    account_id = facts.sitting.account_id or facts.invited.account_id
    if account_id is None:
        raise Wrong(FIRST, 409)
    number = facts.invited.number or (facts.sent_to if again else "") or _ringable(facts)
    _knocks(number)
    with gateway().store.transaction() as memory:
        tel_id = admit.caller(memory, NUMBER, number, clock.now()).id
        why = code_numbers.why_none(memory, tel_id, number)
    if why:
        raise Wrong(why, 403)
    signed_in = facts.sitting.account_id is not None
    ProofTurns(gateway().turns).asks(
        facts.invited.case_id, tel_id, account_id, SIGNED_IN if signed_in else TO_NUMBER,
        us=_our_name(facts) if not signed_in else "", sitting=facts.sitting.name if signed_in else "",
        then_rings=not facts.invited.number)
    with gateway().store.transaction() as memory:
        others = "others" in facts.sitting.remembered if again else request.form.get("others") == "yes"
        said = {"others": others, "writes": "writes" in facts.sitting.remembered}
        invitations.changes(memory, facts.sitting.id, tel_id=tel_id, remembered={name: "yes" for name, is_so in said.items() if is_so})
    return _on(token, key, "?again" if again else "")


def _types_the_code(facts: ProofFacts, token: str, key: str) -> Response:
    if facts.sitting is None or facts.step != "code":
        raise Wrong(FIRST, 409)
    _knocks()
    code = proof_codes.found_in(request.form.get("code", "").replace(" ", ""))
    back = ProofTurns(gateway().turns).typed(facts.invited, facts.sitting, code) if code else None
    if back is None or back.came != "proved":
        raise Wrong(WRONG_CODE)
    return _on(token, key)


def _takes_another_number(facts: ProofFacts, token: str, key: str) -> Response:
    return _back_to(facts, token, key, tel_id=None)


def _signs_out(facts: ProofFacts, token: str, key: str) -> Response:
    return _back_to(facts, token, key, account_id=None, tel_id=None, remembered={})


def _back_to(facts: ProofFacts, token: str, key: str, **what: Any) -> Response:
    if facts.sitting:
        with gateway().store.transaction() as memory:
            invitations.changes(memory, facts.sitting.id, **what)
    return _on(token, key)


DEEDS = {"sign_in": _signs_in, "number": _wants_a_code, "code": _types_the_code, "again": _wants_another,
         "another": _takes_another_number, "out": _signs_out, "write": _would_rather_write}


def _ringable(facts: ProofFacts) -> str:
    """The number that they typed, if we may ring it and they agree to it."""
    with gateway().store.reading() as memory:
        line = recall.line(memory)
        assert line is not None, "whoever types it has opened a page of the house"
        try:
            number = to_ring(memory, line, request.form.get("phone", ""))
        except dialling.NotANumber as error:
            raise Wrong(error.why) from None
        except dialling.NotAllowed as error:
            raise Wrong(error.why, 403) from None
    if request.form.get("consent") != "yes":
        raise Wrong("We may call you only if you agree.")
    return number


def _knocks(number: str = "") -> None:
    """As seldom as on the website. Raises TooOften."""
    refusal = None
    with gateway().store.transaction() as memory:
        keeper = limits.Doorkeeper(memory, clock.now(), gateway().settings.secret_key.get_secret_value(),
                                   current_app.extensions.get("limits", limits.USUAL))
        try:
            keeper.knock(request.remote_addr or "")
            if number:
                keeper.new_case(number)
        except limits.TooOften as error:
            refusal = error
    if refusal:
        raise refusal


# ---- what is known ----


@door.app_template_global("may_sign_in")
def may_sign_in() -> bool:
    """Is there a network on which somebody can show by signing in who they are?"""
    return bool(sign_in_places(our_networks()))


def our_networks() -> Mapping[str, Network]:
    """Those on which the house has an account."""
    known = current_app.extensions.get("networks")
    if known is None:
        known = current_app.extensions["networks"] = open_networks(gateway().settings)
    return known


def _signing_in(network: Any) -> SignsIn:
    return network  # type: ignore[no-any-return]


def _our_name(facts: ProofFacts) -> str:
    """How the house is called on the network of this account; empty when that cannot be asked now."""
    known = networks.of_namespace(facts.bound.namespace) if facts.bound else None
    try:
        return facts.ours[known.name].us.handle if known and known.name in facts.ours else ""
    except Trouble:
        return ""


def _base() -> str:
    return gateway().settings.public_base_url


def _facts(token: str, key: str = "") -> ProofFacts:
    """Where they stand. Any link that leads nowhere is a plain 404."""
    now = clock.now()
    known_key = key or proof_cookie.held().get(token, "")
    with gateway().store.reading() as memory:
        line, invited = recall.line(memory), invitations.invitation(memory, token)
        if line is None or invited is None or (invited.expires_at < now and not invited.used_at):
            raise NoInvitation
        sitting = invitations.sitting(memory, known_key, now) if known_key else None
        row = invitations.who
        return ProofFacts(
            f"/prove/{token}", line.house, invited, sitting, row(memory, invited.account_id), row(memory, sitting.account_id if sitting else None),
            getattr(row(memory, sitting.tel_id if sitting else None), "subject", ""), our_networks(),
            urlsplit(gateway().store.tickets.page(invited.ticket_seed)).path,
            why_not_rung(memory, invited.case_id, now) if invited.used_at and not invited.number else "", now,
            sitting is not None and invitations.has_shown(memory, invited, sitting))


# ---- answers ----


def _on(token: str, key: str, more: str = "") -> Response:
    return proof_cookie.given(Response(status=303, headers={"Location": f"/prove/{token}{more}"}), token, key)


def _page_of(template: str, status: int = 200, **facts: Any) -> Response:
    return make_response(render_template(template, **facts), status)


refuse_plainly(door, NoInvitation, "no_link.html")
