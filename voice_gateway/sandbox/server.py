"""The exchange on a port: the REST API as Twilio has it, telephones in the browser, and under /sandbox/ all else.

The control API (control.py) is for this computer: see guard.py.
"""

from __future__ import annotations

import base64
import binascii
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from requests.exceptions import ConnectTimeout, ReadTimeout

from . import square_page
from .control import Asked, Given, answer, as_json
from .exchange import Exchange
from .guard import Guard
from .page import ALONE, HEADERS
from .square_doors import answer as answer_on_the_square

LARGEST = 8_000_000
"""Bytes of a request's body; a picture of 5 MB in a text fits."""
PAGE = "telephones"


class SandboxServer(ThreadingHTTPServer):
    """Serves one exchange. ``token`` is needed to bind beyond loopback."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], exchange: Exchange, token: str = "") -> None:
        self.exchange = exchange
        self.guard = Guard(address[0], token)
        super().__init__(address, Handler)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{self.server_address[0]!s}:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server_version = "SandboxCarrier"
    disable_nagle_algorithm = True
    wbufsize = 65536
    server: SandboxServer

    def do_GET(self) -> None:
        """Fetch."""
        self._serve()

    def do_POST(self) -> None:
        """Create or update."""
        self._serve()

    def do_DELETE(self) -> None:
        """Delete."""
        self._serve()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Be quiet: /sandbox/log tells more."""

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST:
            self.close_connection = True
            refused = as_json(413, {"message": "too large"})
            self._send(refused.status, refused.body, refused.headers)
            return
        body = self.rfile.read(length)
        parts = urlsplit(self.path)
        if parts.path == "/" or parts.path.startswith("/sandbox/"):
            path = parts.path.removeprefix("/").removeprefix("sandbox/") or PAGE
            self._control(Asked(self.command, path, dict(parse_qsl(parts.query)), body))
            return
        if parts.path.startswith("/square/"):
            self._square(Asked(self.command, parts.path.removeprefix("/square/"), dict(parse_qsl(parts.query)), body))
            return
        params = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
        try:
            told = self.server.exchange.rest(self.command, self.path, params, self._auth())
        except (ConnectTimeout, ReadTimeout):
            self.close_connection = True
            return
        if isinstance(told.body, bytes):
            self._send(told.status, told.body, told.headers)
        elif told.body is None:
            self._send(told.status, b"", told.headers)
        else:
            self._send(told.status, json.dumps(told.body).encode(), told.headers)

    def _auth(self) -> tuple[str, str] | None:
        kind, _, code = self.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "basic":
            return None
        try:
            user, _, secret = base64.b64decode(code, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        return user, secret

    def _square(self, asked: Asked) -> None:
        guard, network = self.server.guard, asked.path.rstrip("/")
        refusal = guard.refusal(asked.method, self.headers, asked.query)
        if refusal:
            given = as_json(refusal[0], {"message": refusal[1]})
        elif network.isidentifier():
            given = self._square_page(asked, network)
        else:
            given = self._square_is_asked(asked)
        cookie = {} if refusal or guard.open else {"Set-Cookie": guard.cookie()}
        self._send(given.status, given.body, given.headers | cookie)

    def _square_is_asked(self, asked: Asked) -> Given:
        try:
            told = asked.told if asked.method == "POST" else {}
        except ValueError as error:
            return as_json(409, {"message": str(error)})
        with self.server.exchange.clock.lock:
            return as_json(*answer_on_the_square(self.server.exchange.square, asked.method, asked.path, asked.query, told))

    def _square_page(self, asked: Asked, network: str) -> Given:
        with self.server.exchange.clock.lock:
            town = self.server.exchange.square.town(network)
            page = square_page.says(town, asked.body) if asked.method == "POST" else square_page.whole(town)
        if not page:
            return Given(303, b"", {"Location": f"/square/{network}", **ALONE})
        return Given(422 if asked.method == "POST" else 200, page.encode(), HEADERS)

    def _control(self, asked: Asked) -> None:
        guard = self.server.guard
        refusal = guard.refusal(asked.method, self.headers, asked.query)
        if refusal:
            given = as_json(refusal[0], {"message": refusal[1]})
        else:
            given = answer(self.server.exchange, asked)
        headers = dict(given.headers)
        if asked.path == PAGE and not refusal and not guard.open:
            headers["Set-Cookie"] = guard.cookie()
        self._send(given.status, given.body, headers)

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        # Not send_response(): it would add this machine's Date to that of the exchange's own clock.
        self.send_response_only(status)
        headers = {"Server": self.version_string(), "Date": self.date_time_string()} | headers
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
