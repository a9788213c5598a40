"""Sending webhooks as Twilio does: signed, with a token against repeats, retried as asked.

https://www.twilio.com/docs/usage/webhooks/webhooks-security and
https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from urllib.parse import parse_qsl, quote_plus, urljoin, urlsplit, urlunsplit

from twilio.request_validator import RequestValidator

from .clock import Clock
from .feed import Feed
from .weather import Weather

Params = list[tuple[str, str]]
LONGEST = 15_000
"""Milliseconds: the hard ceiling for every webhook, retries included."""


_quoted = lru_cache(maxsize=4096)(quote_plus)


def form_text(fields: Params) -> str:
    """A form as it goes over the wire (the same words come again and again: remembered)."""
    return "&".join([f"{_quoted(name)}={_quoted(value)}" for name, value in fields])


class _Signed(dict[str, str]):
    """A form as Twilio's signer reads it fastest."""

    def getall(self, name: str) -> list[str]:
        """The values under one name."""
        return [self[name]]


@dataclass(frozen=True)
class WebhookRequest:
    """What goes out. The parameters of a GET are already in the URL."""

    method: str
    url: str
    params: Params
    headers: dict[str, str]


@dataclass(frozen=True)
class WebhookAnswer:
    """What came back; ``failure`` is ``connect``, ``timeout``, ``tls`` or ``host``."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    failure: str = ""
    seconds: float = 0.0

    @property
    def content_type(self) -> str:
        """The Content-Type header."""
        return next((v for k, v in self.headers.items() if k.lower() == "content-type"), "")

    @property
    def location(self) -> str:
        """The Location header."""
        return next((v for k, v in self.headers.items() if k.lower() == "location"), "")


Post = Callable[[WebhookRequest, Callable[[WebhookAnswer], None]], None]
"""Somebody who delivers a webhook and, now or later, tells the answer."""


@dataclass
class Webhook:
    """One line of the log: a delivery and what became of it."""

    kind: str
    method: str
    url: str
    params: dict[str, str]
    signature: str
    token: str
    at: datetime
    attempt: int = 0
    copy: int = 0
    status: int | None = None
    body: bytes = b""
    failure: str = ""
    verdict: int | None = None
    n: int = 0
    milliseconds: float | None = None


@dataclass(frozen=True)
class Problem:
    """A line as Twilio's debugger would show it."""

    code: int
    message: str
    url: str = ""
    at: datetime | None = None
    call_sid: str = ""


@dataclass(frozen=True)
class Overrides:
    """The connection overrides in a URL's fragment (milliseconds, as Twilio counts)."""

    retries: int = 1
    policy: frozenset[str] = frozenset({"ct"})
    read: int = LONGEST
    total: int = LONGEST

    @classmethod
    def of(cls, fragment: str) -> Overrides:
        """Read ``#rc=3&rp=all``; what is out of range is ignored."""
        words = dict(parse_qsl(fragment))

        def bounded(key: str, low: int, high: int, default: int) -> int:
            text = words.get(key, "")
            return int(text) if text.isdigit() and low <= int(text) <= high else default

        known = {"4xx", "5xx", "ct", "rt", "all"}
        policy = frozenset(words.get("rp", "ct").split(",")) & known
        return cls(
            bounded("rc", 0, 5, 1),
            policy or frozenset({"ct"}),
            bounded("rt", 100, LONGEST, LONGEST),
            bounded("tt", 100, LONGEST, LONGEST),
        )

    def again_after(self, answer: WebhookAnswer) -> bool:
        """Whether the policy repeats a request that went like this."""
        if answer.failure:
            reason = "rt" if answer.failure == "timeout" else "ct"
        elif answer.status >= 500:
            reason = "5xx"
        elif answer.status >= 400:
            reason = "4xx"
        else:
            return False
        return reason in self.policy or "all" in self.policy


def complaint(answer: WebhookAnswer) -> int | None:
    """Twilio's code for an answer that is no good, or None."""
    if answer.failure:
        return {"timeout": 11200, "connect": 11205, "host": 11210, "tls": 11220}.get(answer.failure, 11206)
    if answer.status >= 400 or answer.status < 200:
        return 11200
    return None


class Postman:
    """Delivers all webhooks of one exchange and keeps the log."""

    def __init__(
        self,
        clock: Clock,
        post: Post,
        weather: Weather,
        auth_token: str,
        new_token: Callable[[], str],
        hmac_sha256: bool = False,
        feed: Feed | None = None,
    ) -> None:
        self.log: list[Webhook] = []
        self.problems: list[Problem] = []
        self.under_way = 0
        self._clock, self._post, self._weather = clock, post, weather
        self._sign = RequestValidator(auth_token).compute_signature
        self._new_token = new_token
        self._sha256 = hmac_sha256
        self._feed = Feed() if feed is None else feed

    def problem(self, code: int, message: str, url: str = "", call_sid: str = "") -> None:
        """Show something in the debugger."""
        self.problems.append(Problem(code, message, url, self._clock.now(), call_sid))
        self._feed.add(self.problems[-1])

    def tell(self, kind: str, url: str, params: Params, method: str = "POST", call_sid: str = "") -> None:
        """Send a status callback: nobody waits for its answer; a bad one is a 15003."""
        if not url:
            return

        def answered(answer: WebhookAnswer, code: int | None) -> None:
            if code is not None:
                self.problem(15003, f"Warning response to callback: {code}", url, call_sid)

        told = dict(params)
        lateness = self._weather.lateness(told.get("MessageStatus", ""), told.get("To", ""))
        if lateness is None:
            return
        self.under_way += 1
        self._clock.after(lateness, lambda: self._deliver(kind, url, params, method, {}, answered))

    def ask(
        self,
        kind: str,
        url: str,
        params: Params,
        method: str,
        on_answer: Callable[[WebhookAnswer, int | None], None],
        headers: dict[str, str] | None = None,
    ) -> None:
        """Send a request whose answer matters; ``on_answer`` gets it with Twilio's verdict."""
        self.under_way += 1
        self._clock.soon(lambda: self._deliver(kind, url, params, method, headers or {}, on_answer))

    def _deliver(
        self,
        kind: str,
        url: str,
        params: Params,
        method: str,
        headers: dict[str, str],
        on_answer: Callable[[WebhookAnswer, int | None], None],
    ) -> None:
        address, _, fragment = url.partition("#")
        overrides = Overrides.of(fragment)
        token = self._new_token()
        started = self._clock.time()
        hops = 0

        def finish(entry: Webhook, answer: WebhookAnswer, code: int | None) -> None:
            entry.verdict = code
            self._feed.add(entry)
            self.under_way -= 1
            on_answer(answer, code)

        def send(attempt: int, copy: int, where: str, how: str) -> None:
            request, entry = self._request(kind, where, params, how, headers, token)
            entry.attempt, entry.copy = attempt, copy
            entry.n = len(self.log)
            self.log.append(entry)
            self._feed.add(entry)
            posted = time.perf_counter()
            spent = 0.0 if copy else self._clock.time() - started
            patience = min(overrides.read / 1000, overrides.total / 1000 - spent)

            def arrives(answer: WebhookAnswer) -> None:
                entry.milliseconds = (time.perf_counter() - posted + answer.seconds) * 1000
                if answer.seconds and answer.seconds >= patience:
                    answer = WebhookAnswer(failure="timeout", seconds=max(0.0, patience))
                self._clock.after(answer.seconds, lambda: answered(entry, answer, attempt, copy, where, how))

            self._post(request, arrives)

        def answered(
            entry: Webhook, answer: WebhookAnswer, attempt: int, copy: int, where: str, how: str
        ) -> None:
            nonlocal hops
            entry.status, entry.body = answer.status or None, answer.body
            entry.failure = answer.failure
            self._feed.add(entry)
            if copy:
                self._compare(entry, copies)
                return
            if 300 <= answer.status < 400 and answer.location:
                hops += 1
                if hops > 10:
                    finish(entry, answer, 11215)
                    return
                keeps = answer.status in (307, 308)
                send(attempt, 0, urljoin(where, answer.location), how if keeps else "GET")
                return
            spent = (self._clock.time() - started) * 1000
            if overrides.again_after(answer) and attempt < overrides.retries and spent < overrides.total:
                send(attempt + 1, 0, where, how)
                return
            copies.append(entry)
            finish(entry, answer, complaint(answer))
            for nth in range(1, self._weather.webhook_copies):
                send(attempt, nth, where, how)

        copies: list[Webhook] = []
        send(0, 0, address, method.upper())

    def _compare(self, entry: Webhook, copies: list[Webhook]) -> None:
        first = copies[0]
        if (first.status, first.body) != (entry.status, entry.body):
            self.problem(
                0,
                "a repeated webhook was answered differently: "
                f"{first.status} {first.body!r}, then {entry.status} {entry.body!r}",
                entry.url,
            )

    def _request(
        self,
        kind: str,
        url: str,
        params: Params,
        method: str,
        headers: dict[str, str],
        token: str,
    ) -> tuple[WebhookRequest, Webhook]:
        fields = list(params)
        if method == "GET":
            parts = urlsplit(url)
            query = "&".join(filter(None, [parts.query, form_text(fields)]))
            url = urlunsplit(parts._replace(query=query))
            fields = []
        algorithm = "HMAC_SHA256" if self._sha256 else None
        signature = self._sign(url, _Signed(fields), algorithm)
        sent = {
            "X-Twilio-Signature": signature,
            "I-Twilio-Idempotency-Token": token,
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
            **headers,
        }
        if self._sha256:
            sent["X-Twilio-Webhooks-Signature-Settings"] = "key=sandbox,algorithm=HMAC_SHA256"
        if method == "POST":
            sent["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
        entry = Webhook(kind, method, url, dict(params), signature, token, self._clock.now())
        return WebhookRequest(method, url, fields, sent), entry


def host_has_underscore(url: str) -> bool:
    """Twilio refuses status callbacks to hosts with underscores."""
    return "_" in (urlsplit(url).hostname or "")


def is_url(text: str) -> bool:
    """Whether Twilio would take it for an absolute address."""
    return re.match(r"https?://[^/\s]+", text) is not None
