"""A stage for played calls: a small application that answers as it is told, and an exchange that calls it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from twilio.rest import Client

from voice_gateway.sandbox import Exchange, WebhookAnswer, WebhookRequest

BASE = "https://app.example.test"
HOUSE, DANA, SAM, KIM = "+12025550100", "+12025550111", "+12025550122", "+12025550133"


@dataclass
class Page:
    """An answer in full, where TwiML with 200 is not enough."""

    body: str | bytes = ""
    type: str | None = "text/xml"
    status: int = 200
    seconds: float = 0.0
    failure: str = ""
    location: str = ""


@dataclass
class Stage:
    """Pages by path, everything that was asked, and the exchange that asks."""

    pages: dict[str, Any] = field(default_factory=dict)
    asked: list[WebhookRequest] = field(default_factory=list)
    exchange: Exchange = field(init=False)

    def __post_init__(self) -> None:
        self.opens()

    def opens(self, **how: Any) -> Exchange:
        """Begin with a new exchange that has one number."""
        self.exchange = Exchange(post=self._post, calls_per_second=100, **how)
        self.exchange.own(HOUSE, voice_url=f"{BASE}/voice", sms_url=f"{BASE}/sms",
                          status_callback=f"{BASE}/number-status")
        return self.exchange

    def __setitem__(self, path: str, page: Page | str | Callable[[dict[str, str]], Any]) -> None:
        self.pages[path] = page

    def _post(self, request: WebhookRequest, on_answer: Callable[[WebhookAnswer], None]) -> None:
        self.asked.append(request)
        page = self.pages.get(urlsplit(request.url).path, "")
        if callable(page):
            page = page(self._form(request))
        if not isinstance(page, Page):
            page = Page(page) if page else Page(status=204, type=None)
        headers = {"Content-Type": page.type} if page.type else {}
        if page.location:
            headers["Location"] = page.location
        body = page.body if isinstance(page.body, bytes) else page.body.encode()
        if page.failure:
            on_answer(WebhookAnswer(failure=page.failure, seconds=page.seconds))
        else:
            on_answer(WebhookAnswer(page.status, headers, body, seconds=page.seconds))

    @staticmethod
    def _form(request: WebhookRequest) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True)) | dict(request.params)

    def to(self, path: str) -> list[dict[str, str]]:
        """What was asked of this path, as forms, in order."""
        return [self._form(request) for request in self.asked if urlsplit(request.url).path == path]

    def requests_to(self, path: str) -> list[WebhookRequest]:
        """The same, with headers and addresses."""
        return [request for request in self.asked if urlsplit(request.url).path == path]

    @property
    def client(self) -> Client:
        """Twilio's own client, answered by the exchange."""
        x = self.exchange
        return Client(x.account_sid, x.auth_token, http_client=x.http_client())

    @property
    def dana(self) -> Any:
        return self.exchange.phone(DANA)

    @property
    def sam(self) -> Any:
        return self.exchange.phone(SAM)

    @property
    def kim(self) -> Any:
        return self.exchange.phone(KIM)


def response(*inner: str) -> str:
    return "<Response>" + "".join(inner) + "</Response>"
