"""The door to a thread: the page on which a colleague reads what a customer texted, and answers.

As with messages the link is the secret: signed, for one colleague and one case, good for two weeks, and nothing
else lets anybody in, so there is nothing that a foreign page could ride on. An answer is looked at before it is
sent, since it may be more than one text. What cannot be sent stays in the form.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request

from flows import Turn, answering
from flows import thread_page as story
from flows.facts import Call
from flows.words import Words
from voice_gateway import before_posting, clock, wire
from voice_gateway.doors import customers
from voice_gateway.doors.bubbles import Shown
from voice_gateway.doors.customers import gateway
from voice_gateway.doors.refusals import refuse_plainly
from voice_gateway.doors.thread_facts import ThreadFacts, shown
from voice_gateway.segments import size_of
from voice_gateway.store import addressees, conversations, correspondence, messages_left, posts, recall
from voice_gateway.thread_turns import ThreadTurns
from voice_gateway.tickets import digest

door = Blueprint("threads", __name__)

LONGEST_ANSWER = 1500  # characters; the carrier takes 1600
HEADERS = customers.HEADERS | {"X-Robots-Tag": "noindex, nofollow"}
SENDS = {"send": story.colleague_answers, "update": story.colleague_updates}
DEEDS = {"ring": story.colleague_rings, "solve": story.colleague_solves, "invite": answering.colleague_invites,
         "follow": answering.colleague_follows, "pin": answering.colleague_pins}


class NoThread(Exception):
    """This link leads to no thread, or not any more, or not for them."""


@door.after_request
def with_headers(response: Response) -> Response:
    """The same strict headers on all that leaves this door."""
    response.headers.update(HEADERS)
    return response


@door.get("/w/<token>")
def thread(token: str) -> Response:
    """Who wrote what and when, what became of it, and an empty form."""
    return _thread(_facts(token))


@door.post("/w/<token>")
def does(token: str) -> Response:
    """Look at an answer, send it, fill in a saved reply, ring them, send it to a manager, or close it."""
    facts = _facts(token, _number("to"))
    words = wire.legible(request.form.get("words", ""))
    deed = request.form.get("deed", "")
    if deed in DEEDS:
        ThreadTurns(gateway().turns).does(DEEDS[deed], facts.call.case.id, facts.reader.id)
        return _back()
    if deed.startswith("up:"):
        ThreadTurns(gateway().turns).does(story.colleague_sends_up, facts.call.case.id, facts.reader.id, deed.removeprefix("up:"))
        return _back()
    if deed.startswith("reply:"):
        saved = facts.house.reply(deed.removeprefix("reply:"))
        return _thread(facts, " ".join(filter(None, [words, saved])))
    if deed not in ("look", *SENDS):
        abort(400, "This page knows no such button.")
    call = _as_said(facts.call, words)
    wrong = _wrong_with(words) or story.why_not_sent(call)
    if wrong:
        return _thread(facts, words, wrong, status=409 if facts.why_not else 400)
    if deed == "look" or request.form.get("looked") != _looked(facts, words):
        return _thread(facts, words, looked=True, written=call.words)
    return _sends(facts, words, SENDS[deed])


def _sends(facts: ThreadFacts, words: str, turn: Turn) -> Response:
    why = ThreadTurns(gateway().turns).answers(facts.call.case.id, facts.reader.id, words, _number("after"), turn, facts.goes_to)
    return _thread(facts, words, why, status=409) if why else _back()


def _number(field: str) -> int:
    typed = request.form.get(field, "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 16 else 0


def _looked(facts: ThreadFacts, words: str) -> str:
    """What has been looked at: the words, and who gets them."""
    return digest(f"{facts.goes_to or ''} {words}")


def _as_said(call: Call, words: str) -> Call:
    """With these words, looked at as they would be said on a network."""
    if not (words and call.contact.network):
        return call
    with gateway().store.reading() as memory:
        line = recall.line(memory)
        return before_posting.looked_at(memory, line, replace(call, words=Words(words)), words) if line else call


def _wrong_with(words: str) -> str:
    if not words:
        return "Write something first."
    if len(words) > LONGEST_ANSWER:
        return f"That is {len(words)} characters long; one answer may have {LONGEST_ANSWER}."
    return ""


@door.route("/w/", defaults={"_rest": ""}, methods=["GET", "POST"])
@door.route("/w/<path:_rest>", methods=["GET", "POST"])
def nowhere(_rest: str) -> Response:
    """What begins like a link and is none."""
    raise NoThread


def _facts(token: str, chosen: int = 0) -> ThreadFacts:
    """The thread that this link leads to, and whose post of it they answer. Any link that leads nowhere is a plain 404."""
    now, tickets = clock.now(), gateway().store.tickets
    link = tickets.read_thread_link(token, now)
    if link is None:
        raise NoThread
    with gateway().store.reading() as memory:
        line, reader = recall.line(memory), messages_left.reader(memory, link[1])
        if line is None or reader is None:
            raise NoThread
        known = recall.case(memory, tickets, line.house, now, case_id=link[0], alone=False)
        me = recall.agent(memory, link[1])
        if known is None or me is None:
            raise NoThread
        texts = correspondence.texts(memory, link[0])
        pictures: dict[int, tuple[Shown, ...]] = {}
        for each in texts:
            if each.pictures:
                found = correspondence.pictures_of(memory, each.pictures)
                addresses = [tickets.picture_address(each.id, n, now).removeprefix(tickets.base_url)
                             for n in range(len(found))]
                pictures[each.id] = tuple(shown(found, addresses))
        call, voices = replace(recall.more(memory, known.call, frozenset({"elsewhere"})), meant_for=me), []
        said, watch = [], None
        if call.contact.network:
            to = addressees.of_page(memory, link[0], link[1], chosen)
            call = replace(call, mention=posts.mention(memory, link[0], now, to))
            voices = addressees.everybody(memory, link[0])
            said, watch = conversations.conversation(memory, link[0]), conversations.stopwatch(memory, link[0])
        return ThreadFacts(call, reader, texts, messages_left.notes(memory, link[0]), pictures, said, watch, voices)


# ---- answers ----


def _thread(facts: ThreadFacts, words: str = "", wrong: str = "", looked: bool = False, status: int = 200,
            written: Words | None = None) -> Response:
    size = size_of(words) if words else None
    return _page_of("thread.html", status, facts=facts, words=words, wrong=wrong, size=size, written=written,
                    looked=_looked(facts, words) if looked else "")


def _back() -> Response:
    return Response(status=303, headers={"Location": f"{request.path}#now"})


def _page_of(template: str, status: int = 200, **facts: Any) -> Response:
    return make_response(render_template(template, **facts), status)


refuse_plainly(door, NoThread)
