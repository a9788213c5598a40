"""The REST face: who asks, for what, and the answer in Twilio's shape.

https://www.twilio.com/docs/usage/api: Basic authentication, form in, JSON out, pages of
50 (at most 1000), errors as {code, message, more_info, status}.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from requests.exceptions import ConnectTimeout, ReadTimeout

from . import (
    caller_ids,
    dialing_permissions,
    lookup,
    rest_accounts,
    rest_calls,
    rest_conferences,
    rest_media,
    rest_messages,
    rest_queues,
    rest_recordings,
    rest_verify,
)
from .form import Form
from .parameters import unknown
from .rest_errors import RestError, not_found
from .results import Created, File, Moved, Page, Result
from .shapes import VERSION, home
from .times import http_date

if TYPE_CHECKING:
    from .exchange import Exchange

Body = dict[str, Any] | bytes | None


@dataclass
class RestAnswer:
    """Status, body (a dict for JSON, bytes for media) and headers."""

    status: int
    body: Body = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class RestExchangeLog:
    """One request and what it got; ``unknown`` are parameters Twilio does not have."""

    method: str
    path: str
    params: list[tuple[str, str]]
    at: float
    status: int = 0
    body: Body = None
    unknown: list[str] = field(default_factory=list)
    befell: str = ""


Handler = Callable[..., Result]
KEPT = 65_536
"""Bytes of a file that the log keeps."""
SID = r"([A-Z]{2}[0-9a-fA-F]{32})"
SID_OR_CURRENT = r"([A-Z]{2}[0-9a-fA-F]{32}|Twilio\.CURRENT)"
KEY = r"([^/]+)"


def _routes() -> list[tuple[str, re.Pattern[str], str, str, Handler]]:
    c, m, k = rest_calls, rest_messages, rest_conferences
    r, a, q, d, o = rest_recordings, rest_accounts, rest_queues, rest_media, caller_ids
    rooms = rf"/Conferences/{KEY}"
    table: list[tuple[str, str, str, str, Handler]] = [
        ("POST", "/Calls.json", "create", "calls", c.create),
        ("GET", "/Calls.json", "list", "calls", c.every),
        ("GET", f"/Calls/{SID}.json", "fetch", "calls", c.fetch),
        ("POST", f"/Calls/{SID}.json", "update", "calls", c.update),
        ("DELETE", f"/Calls/{SID}.json", "delete", "calls", c.delete),
        ("POST", "/Messages.json", "create", "messages", m.create),
        ("GET", "/Messages.json", "list", "messages", m.every),
        ("GET", f"/Messages/{SID}.json", "fetch", "messages", m.fetch),
        ("POST", f"/Messages/{SID}.json", "update", "messages", m.update),
        ("DELETE", f"/Messages/{SID}.json", "delete", "messages", m.delete),
        ("GET", f"/Messages/{SID}/Media.json", "list", "media", d.every),
        ("GET", f"/Messages/{SID}/Media/{SID}.json", "fetch", "media", d.fetch),
        ("GET", f"/Messages/{SID}/Media/{SID}", "content", "media", d.content),
        ("DELETE", f"/Messages/{SID}/Media/{SID}.json", "delete", "media", d.delete),
        ("GET", "/Conferences.json", "list", "conferences", k.every),
        ("GET", f"{rooms}.json", "fetch", "conferences", k.fetch),
        ("POST", f"{rooms}.json", "update", "conferences", k.update),
        ("POST", f"{rooms}/Participants.json", "create", "participants", k.add),
        ("GET", f"{rooms}/Participants.json", "list", "participants", k.present),
        ("GET", f"{rooms}/Participants/{KEY}.json", "fetch", "participants", k.one),
        ("POST", f"{rooms}/Participants/{KEY}.json", "update", "participants", k.change),
        ("DELETE", f"{rooms}/Participants/{KEY}.json", "delete", "participants", k.kick),
        ("GET", "/Recordings.json", "list", "recordings", r.every),
        ("GET", f"/Recordings/{SID}.json", "fetch", "recordings", r.fetch),
        ("DELETE", f"/Recordings/{SID}.json", "delete", "recordings", r.delete),
        ("GET", rf"/Recordings/{SID}(?:\.wav|\.mp3)?", "media", "recordings", r.media),
        ("POST", f"/Calls/{SID}/Recordings.json", "create", "call-recordings", r.start),
        ("GET", f"/Calls/{SID}/Recordings.json", "list", "call-recordings", r.of_call),
        ("GET", f"{rooms}/Recordings.json", "list", "conference-recordings", r.of_room),
        ("GET", "/Transcriptions.json", "list", "transcriptions", r.written),
        ("GET", f"/Transcriptions/{SID}.json", "fetch", "transcriptions", r.written_one),
        ("DELETE", f"/Transcriptions/{SID}.json", "delete", "transcriptions", r.delete_written),
        ("POST", "/Queues.json", "create", "queues", q.create),
        ("GET", "/Queues.json", "list", "queues", q.every),
        ("GET", f"/Queues/{SID}.json", "fetch", "queues", q.fetch),
        ("POST", f"/Queues/{SID}.json", "update", "queues", q.update),
        ("DELETE", f"/Queues/{SID}.json", "delete", "queues", q.delete),
        ("GET", f"/Queues/{SID}/Members.json", "list", "members", q.members),
        ("GET", f"/Queues/{SID}/Members/{KEY}.json", "fetch", "members", q.member),
        ("POST", f"/Queues/{SID}/Members/{KEY}.json", "update", "members", q.dequeue),
        ("GET", "/OutgoingCallerIds.json", "list", "outgoing_caller_ids", o.every),
        ("POST", "/OutgoingCallerIds.json", "create", "outgoing_caller_ids", o.verify),
        ("GET", f"/OutgoingCallerIds/{SID}.json", "fetch", "outgoing_caller_ids", o.fetch),
        ("POST", f"/OutgoingCallerIds/{SID}.json", "update", "outgoing_caller_ids", o.update),
        ("DELETE", f"/OutgoingCallerIds/{SID}.json", "delete", "outgoing_caller_ids", o.delete),
        ("GET", "/IncomingPhoneNumbers.json", "list", "incoming_phone_numbers", a.numbers),
        ("POST", "/IncomingPhoneNumbers.json", "create", "incoming_phone_numbers", a.buy),
    ]
    for where, name, show in (
        (f"/Calls/{SID}", "call-recordings", r.call_one),
        (rooms, "conference-recordings", r.room_one),
    ):
        at = f"{where}/Recordings/{SID_OR_CURRENT}.json"
        table += [
            ("GET", at, "fetch", name, show),
            ("POST", at, "update", name, r.pause),
            ("DELETE", at, "delete", name, r.delete_one),
        ]
    for method, verb, handler in (
        ("GET", "fetch", a.number),
        ("POST", "update", a.set_number),
        ("DELETE", "delete", a.give_up),
    ):
        at = f"/IncomingPhoneNumbers/{SID}.json"
        table.append((method, at, verb, "incoming_phone_numbers", handler))
    return [(w, re.compile(p.replace(".json", r"\.json")), v, n, h) for w, p, v, n, h in table]


def _other_products() -> list[tuple[str, re.Pattern[str], str, str, Handler]]:
    v, one = rest_verify, rf"/v2/Services/{SID}"
    table: list[tuple[str, str, str, str, Handler]] = [
        ("GET", f"/v2/PhoneNumbers/{KEY}", "fetch", "phone_numbers", lookup.fetch),
        ("GET", f"/v1/DialingPermissions/Countries/{KEY}", "fetch", "countries", dialing_permissions.fetch),
        ("POST", "/v2/Services", "create", "services", v.create_service),
        ("GET", "/v2/Services", "list", "services", v.services),
        ("GET", one, "fetch", "services", v.service),
        ("POST", one, "update", "services", v.change_service),
        ("DELETE", one, "delete", "services", v.delete_service),
        ("POST", f"{one}/Verifications", "create", "verifications", v.create),
        ("GET", f"{one}/Verifications/{KEY}", "fetch", "verifications", v.fetch),
        ("POST", f"{one}/Verifications/{KEY}", "update", "verifications", v.update),
        ("POST", f"{one}/VerificationCheck", "create", "verification_check", v.check),
    ]
    return [(how, re.compile(path), verb, name, handler) for how, path, verb, name, handler in table]


ROUTES = _routes()
OTHER_PRODUCTS = _other_products()


class Rest:
    """The REST API of one exchange."""

    def __init__(self, x: Exchange) -> None:
        self._x = x
        self._at_once = 0
        self.log: list[RestExchangeLog] = []

    @contextmanager
    def one_more(self) -> Iterator[bool]:
        """A request is under way; False if it is one too many at once for this account."""
        most = self._x.concurrent_requests
        self._at_once += 1
        try:
            yield most is None or self._at_once <= most
        finally:
            self._at_once -= 1

    def refuse(self, method: str, path: str, params: list[tuple[str, str]]) -> RestAnswer:
        """Too many requests at once."""
        entry = RestExchangeLog(method, path, params, self._x.clock.time(), 429)
        entry.body = RestError(429, 20429, "Too Many Requests").body()
        self.log.append(entry)
        return RestAnswer(429, entry.body, {"Twilio-Concurrent-Requests": str(self._at_once)})

    def request(
        self, method: str, path: str, params: list[tuple[str, str]], auth: tuple[str, str] | None
    ) -> RestAnswer:
        """Answer one request. Raises requests' timeouts when the weather says so."""
        entry = RestExchangeLog(method, path, params, self._x.clock.time())
        self.log.append(entry)
        entry.befell = self._x.weather.befalls(method, path, params)
        if entry.befell == "before":
            raise ConnectTimeout("the sandbox's weather: not accepted")
        if entry.befell == "429":
            answer = RestAnswer(429, RestError(429, 20429, "Too Many Requests").body())
        else:
            answer = self._answer(method, path, params, auth, entry)
        entry.status, entry.body = answer.status, answer.body
        if isinstance(answer.body, bytes):
            entry.body = answer.body[:KEPT]
        answer.headers.setdefault("Date", http_date(self._x.clock.now()))
        answer.headers.setdefault("Twilio-Request-Id", f"RQ{self._x.sid('')}")
        answer.headers.setdefault("Twilio-Concurrent-Requests", str(max(1, self._at_once)))
        if entry.befell == "after":
            raise ReadTimeout("the sandbox's weather: accepted, but the answer is lost")
        return answer

    def _answer(
        self,
        method: str,
        path: str,
        params: list[tuple[str, str]],
        auth: tuple[str, str] | None,
        entry: RestExchangeLog,
    ) -> RestAnswer:
        parts = urlsplit(path)
        form = Form(params + parse_qsl(parts.query, keep_blank_values=True))
        try:
            result = rest_media.at_cdn(self._x, parts.path, form, auth is not None) if method == "GET" else None
            if result is None:
                self._authenticate(auth)
                result = self._route(method, unquote(parts.path), form, entry)
        except RestError as error:
            return RestAnswer(error.status, error.body(), {"Content-Type": "application/json"})
        json = {"Content-Type": "application/json; charset=utf-8"}
        if result is None:
            return RestAnswer(204)
        if isinstance(result, Moved):
            return RestAnswer(result.status, None, {"Location": result.to})
        if isinstance(result, File):
            return RestAnswer(result.status, result.content, {"Content-Type": result.content_type})
        if isinstance(result, bytes):
            return RestAnswer(200, result, {"Content-Type": "audio/x-wav"})
        if isinstance(result, Page):
            return RestAnswer(200, paged(result, parts.path, form), json)
        if isinstance(result, Created):
            return RestAnswer(201, result.body, json)
        return RestAnswer(200, result, json)

    def _authenticate(self, auth: tuple[str, str] | None) -> None:
        if auth is None:
            raise RestError(401, 20003, "Authenticate")
        user, secret = auth
        if (user, secret) == (self._x.account_sid, self._x.auth_token):
            return
        if not secret or self._x.api_keys.get(user) != secret:
            raise RestError(401, 20003, "Authenticate")

    def _route(self, method: str, path: str, form: Form, entry: RestExchangeLog) -> Result:
        x = self._x
        if path == f"/{VERSION}/Accounts.json" and method == "GET":
            entry.unknown = unknown("list", "accounts", form.names)
            return rest_accounts.accounts(x, form)
        if path == f"{home(x)}.json" and method == "GET":
            return rest_accounts.account(x)
        inside = path.startswith(home(x) + "/")
        there = False
        for how, pattern, verb, resource, handler in ROUTES if inside else OTHER_PRODUCTS:
            match = pattern.fullmatch(path.removeprefix(home(x)) if inside else path)
            if match is None:
                continue
            there = True
            if how == method:
                entry.unknown = unknown(verb, resource, form.names)
                if entry.unknown:
                    named = ", ".join(entry.unknown)
                    x.postman.problem(20001, f"Unknown parameters to {verb} {resource}: {named}")
                return handler(x, form, *match.groups())
        if there:
            raise RestError(405, 20004, "Method not allowed")
        raise not_found(path)


def paged(page: Page, path: str, form: Form) -> dict[str, Any]:
    """Cut a list into pages as Twilio does."""
    size = form.number("PageSize", 50, 0, 100_000, 20001)
    size = min(max(size, 1), 1000)
    number = form.number("Page", 0, 0, 1_000_000, 20001)
    kept = [(k, v) for k, v in form.pairs if k not in ("Page", "PageSize", "PageToken")]

    def uri(n: int, token: str = "") -> str:
        query = [*kept, ("PageSize", str(size)), ("Page", str(n))]
        return f"{path}?{urlencode(query + ([('PageToken', token)] if token else []))}"

    start = number * size
    items = page.items[start : start + size]
    more = start + size < len(page.items)
    if page.host:
        meta = {
            "first_page_url": page.host + uri(0),
            "key": page.key,
            "next_page_url": page.host + uri(number + 1) if more else None,
            "page": number,
            "page_size": size,
            "previous_page_url": page.host + uri(number - 1) if number else None,
            "url": page.host + uri(number),
        }
        return {page.key: items, "meta": meta}
    return {
        page.key: items,
        "end": max(start, start + len(items) - 1),
        "first_page_uri": uri(0),
        "next_page_uri": uri(number + 1, "PT" + items[-1].get("sid", "")) if more else None,
        "page": number,
        "page_size": size,
        "previous_page_uri": uri(number - 1) if number else None,
        "start": start,
        "uri": uri(number),
    }
