"""The control API: what the page, the terminal and scenarios over a port ask of the exchange.

    POST /sandbox/phones/<number>/<action>   {"keys": "1"} ...     see handsets.py
    GET  /sandbox/phones/<number>/events?since=N&wait=SECONDS      a long poll
    GET  /sandbox/news?since=N&wait=SECONDS                        the same for all that happens
    POST /sandbox/people                     {"number": "+1202...", "name": "Dana"}
    GET  /sandbox/clock   POST /sandbox/clock {"speed": 10}
    GET  /sandbox/log   /sandbox/loose_ends   /sandbox/repro
    GET  /sandbox/media/<message sid>/<n>    a picture that a telephone got
    GET  /   /sandbox/telephones   /sandbox/telephones/<number>    the page, and one telephone of it
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from . import news, page
from .clock import RealClock
from .exchange import Exchange
from .geography import is_e164, normal
from .repro import repro
from .whatsapp import ADDRESS

LONGEST_POLL = 30.0
"""Wall seconds."""
LONGEST_NAME = 40
JSON = {"Content-Type": "application/json", "Cache-Control": "no-store"}


@dataclass(frozen=True)
class Asked:
    """One request; ``path`` without its beginning ``/sandbox/``."""

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def seen(self) -> int:
        """How far the asker has read."""
        return max(0, int(self.query.get("since", "0")))

    @property
    def wait(self) -> float:
        """How many wall seconds the asker would wait for news."""
        return min(max(0.0, float(self.query.get("wait", "0"))), LONGEST_POLL)

    @property
    def told(self) -> dict[str, Any]:
        """The JSON object in the body."""
        try:
            how = json.loads(self.body or b"{}")
        except ValueError:
            raise ValueError("the body must be JSON") from None
        if not isinstance(how, dict):
            raise ValueError("the body must be a JSON object")
        return how


@dataclass(frozen=True)
class Given:
    """One answer."""

    status: int
    body: bytes
    headers: dict[str, str]


def as_json(status: int, facts: dict[str, Any]) -> Given:
    """An answer in JSON."""
    return Given(status, json.dumps(facts).encode(), JSON)


def speed_of(x: Exchange) -> float:
    """How many of its seconds pass in one of the wall's."""
    return x.clock.speed if isinstance(x.clock, RealClock) else 1.0


def answer(x: Exchange, asked: Asked) -> Given:
    """Do what is asked; 409 with words if it cannot be done now."""
    words = [unquote(word) for word in asked.path.split("/")]
    try:
        if asked.method == "POST":
            return as_json(200, _done(x, words, asked))
        if asked.method == "GET":
            return _shown(x, words, asked)
    except (ValueError, TypeError) as error:
        return as_json(409, {"message": str(error)})
    except LookupError:
        return as_json(404, {"message": f"there is no /sandbox/{asked.path}"})
    return as_json(405, {"message": "POST or GET"})


def _done(x: Exchange, words: list[str], asked: Asked) -> dict[str, Any]:
    match words:
        case ["phones", number, "events"]:
            raise ValueError(f"GET the events of {number}")
        case ["phones", number, action]:
            return x.act(number, action, asked.told)
        case ["people"]:
            return _welcome(x, asked.told)
        case ["clock"]:
            return _change_speed(x, asked.told)
    raise LookupError


def _shown(x: Exchange, words: list[str], asked: Asked) -> Given:
    match words:
        case ["telephones"]:
            return Given(200, page.whole(x).encode(), page.HEADERS)
        case ["telephones", number]:
            return Given(200, page.telephone(x, address(number)).encode(), page.HEADERS)
        case ["media", sid, nth] if nth.isdigit():
            found = page.picture(x, sid, int(nth))
            return Given(200, found[0], {"Content-Type": found[1], **page.ALONE}) if found else Given(204, b"", {})
        case ["static", name]:
            return Given(200, *page.static(name))
        case ["repro"]:
            return Given(200, repro(x).encode(), {"Content-Type": "text/x-python; charset=utf-8"})
        case ["phones", number, "events"]:
            x.clock.watch(lambda: len(x.diary(number)) > asked.seen, asked.wait)
            with x.clock.lock:
                return as_json(200, {"events": [event.as_dict() for event in x.diary(number)[asked.seen :]]})
        case ["news"]:
            x.clock.watch(lambda: len(x.feed) > asked.seen, asked.wait)
            with x.clock.lock:
                fresh = news.since(x, asked.seen)
                return as_json(200, {"next": len(x.feed), "items": fresh, **_clock(x)})
        case [name]:
            with x.clock.lock:
                return as_json(200, _facts(x, name))
    raise LookupError


def _facts(x: Exchange, name: str) -> dict[str, Any]:
    if name == "clock":
        return _clock(x)
    if name == "loose_ends":
        return {"loose_ends": x.loose_ends()}
    if name == "log":
        return {
            "webhooks": [news.hook(entry) for entry in x.webhooks],
            "problems": [news.problem(one) for one in x.problems],
            "phones": sorted(x.handsets),
        }
    raise LookupError


def _clock(x: Exchange) -> dict[str, Any]:
    return {"now": x.clock.time(), "speed": speed_of(x)}


def _change_speed(x: Exchange, told: dict[str, Any]) -> dict[str, Any]:
    speed = told.get("speed")
    if not isinstance(speed, int | float) or isinstance(speed, bool):
        raise ValueError("speed must be a number")
    if not isinstance(x.clock, RealClock):
        raise ValueError("this clock is turned by hand")
    x.clock.change_speed(float(speed))
    return _clock(x)


def address(text: str) -> str:
    """A telephone's number or address in its normal form. Raises ValueError."""
    number = normal(text.strip())
    known = is_e164(number) or ADDRESS.fullmatch(number)
    if not known and not re.fullmatch(r"(client|sips?):[^\s?]{1,100}", number):
        raise ValueError(f"{text.strip()!r} is no telephone number; write it like +12025550111")
    return number


def _welcome(x: Exchange, told: dict[str, Any]) -> dict[str, Any]:
    number, name = address(str(told.get("number", ""))), " ".join(str(told.get("name", "")).split())
    if len(name) > LONGEST_NAME:
        raise ValueError(f"a name has at most {LONGEST_NAME} characters")
    with x.clock.lock:
        if x.owned(number):
            raise ValueError(f"{number} is one of the account's own numbers: it is rung, it does not ring")
        if name or number not in x.people:
            x.people[number] = name
        x.handset(number)
    return {"number": number, "name": x.people[number]}
