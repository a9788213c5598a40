"""A small application of the tests' own, and an exchange that calls it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl

import pytest
from twilio.rest import Client

from voice_gateway.sandbox import Exchange, wsgi_post

BASE = "https://app.test"
HOUSE = "+12025550100"


class App:
    """Answers each path with what was laid down for it: TwiML text, or a function of the form."""

    def __init__(self) -> None:
        self.pages: dict[str, Any] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []

    def __setitem__(self, path: str, answer: Any) -> None:
        self.pages[path] = answer

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
        form = dict(parse_qsl(body, keep_blank_values=True))
        form |= dict(parse_qsl(environ["QUERY_STRING"], keep_blank_values=True))
        path = environ["PATH_INFO"]
        self.asked.append((path, form))
        answer = self.pages.get(path, "")
        if callable(answer):
            answer = answer(form)
        status = "200 OK"
        if isinstance(answer, int):
            status, answer = f"{answer} Status", ""
        start(status, [("Content-Type", "text/xml")])
        return [str(answer).encode()]

    def to(self, path: str) -> list[dict[str, str]]:
        return [form for asked, form in self.asked if asked == path]


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
def make(app: App) -> Callable[..., Exchange]:
    def make_exchange(**how: Any) -> Exchange:
        exchange = Exchange(post=wsgi_post(app, BASE), **how)
        exchange.own(HOUSE, voice_url=f"{BASE}/voice", sms_url=f"{BASE}/sms")
        return exchange

    return make_exchange


@pytest.fixture
def exchange(make: Callable[..., Exchange]) -> Exchange:
    return make()


@pytest.fixture
def client(exchange: Exchange) -> Client:
    return client_of(exchange)


def client_of(exchange: Exchange) -> Client:
    return Client(exchange.account_sid, exchange.auth_token, http_client=exchange.http_client())


def response(*inner: str) -> str:
    return "<Response>" + "".join(inner) + "</Response>"
