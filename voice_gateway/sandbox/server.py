"""The exchange on a port: the REST API as Twilio has it, and telephones under /sandbox/.

    POST /sandbox/phones/<number>/<action>   {"keys": "1"} ...     see handsets.py
    GET  /sandbox/phones/<number>/events?since=N&wait=SECONDS      a long poll
    GET  /sandbox/log   /sandbox/clock   /sandbox/loose_ends   /sandbox/repro

The control API has no password: it is for loopback only.
"""

from __future__ import annotations

import base64
import binascii
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from requests.exceptions import ConnectTimeout, ReadTimeout

from .clock import RealClock
from .exchange import Exchange
from .repro import repro

LONGEST_POLL = 30.0
"""Wall seconds."""
LARGEST = 1_000_000
"""Bytes of a request's body."""


class SandboxServer(ThreadingHTTPServer):
    """Serves one exchange."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], exchange: Exchange) -> None:
        self.exchange = exchange
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
            self._json(413, {"message": "too large"})
            return
        body = self.rfile.read(length)
        parts = urlsplit(self.path)
        if parts.path.startswith("/sandbox/"):
            self._control(parts.path.removeprefix("/sandbox/"), dict(parse_qsl(parts.query)), body)
            return
        params = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
        try:
            answer = self.server.exchange.rest(self.command, self.path, params, self._auth())
        except (ConnectTimeout, ReadTimeout):
            self.close_connection = True
            return
        if isinstance(answer.body, bytes):
            self._send(answer.status, answer.body, answer.headers)
        elif answer.body is None:
            self._send(answer.status, b"", answer.headers)
        else:
            self._send(answer.status, json.dumps(answer.body).encode(), answer.headers)

    def _auth(self) -> tuple[str, str] | None:
        kind, _, code = self.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "basic":
            return None
        try:
            user, _, secret = base64.b64decode(code, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        return user, secret

    def _control(self, path: str, query: dict[str, str], body: bytes) -> None:
        words = [unquote(word) for word in path.split("/")]
        try:
            if words[0] == "phones" and len(words) == 3:
                self._phone(words[1], words[2], query, body)
            elif path == "repro":
                text = repro(self.server.exchange).encode()
                self._send(200, text, {"Content-Type": "text/x-python; charset=utf-8"})
            elif (facts := self._facts(path)) is not None:
                self._json(200, facts)
            else:
                self._json(404, {"message": f"there is no /sandbox/{path}"})
        except (ValueError, TypeError) as error:
            self._json(409, {"message": str(error)})

    def _phone(self, number: str, word: str, query: dict[str, str], body: bytes) -> None:
        x = self.server.exchange
        if word == "events" and self.command == "GET":
            since = int(query.get("since", "0"))
            wait = min(float(query.get("wait", "0")), LONGEST_POLL)
            x.clock.wait(lambda: len(x.diary(number)) > since, wait * speed_of(x))
            with x.clock.lock:
                events = [event.as_dict() for event in x.diary(number)[since:]]
            self._json(200, {"events": events})
        elif self.command == "POST":
            how = json.loads(body or b"{}")
            if not isinstance(how, dict):
                raise ValueError("the body must be a JSON object")
            self._json(200, x.act(number, word, how))
        else:
            self._json(405, {"message": "POST an action or GET events"})

    def _facts(self, path: str) -> dict[str, Any] | None:
        x = self.server.exchange
        with x.clock.lock:
            if path == "clock":
                return {"now": x.clock.time(), "speed": speed_of(x)}
            if path == "loose_ends":
                return {"loose_ends": x.loose_ends()}
            if path == "log":
                return {"webhooks": _hooks(x), "problems": _problems(x), "phones": sorted(x.handsets)}
        return None

    def _json(self, status: int, facts: dict[str, Any]) -> None:
        self._send(status, json.dumps(facts).encode(), {"Content-Type": "application/json"})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def speed_of(x: Exchange) -> float:
    """How many of its seconds pass in one of the wall's."""
    return x.clock.speed if isinstance(x.clock, RealClock) else 1.0


def _hooks(x: Exchange) -> list[dict[str, Any]]:
    return [
        {
            "kind": hook.kind,
            "method": hook.method,
            "url": hook.url,
            "params": hook.params,
            "at": hook.at.isoformat(),
            "attempt": hook.attempt,
            "status": hook.status,
            "failure": hook.failure,
            "verdict": hook.verdict,
            "body": hook.body.decode("utf-8", "replace"),
        }
        for hook in x.webhooks
    ]


def _problems(x: Exchange) -> list[dict[str, Any]]:
    return [
        {
            "code": problem.code,
            "message": problem.message,
            "url": problem.url,
            "at": problem.at.isoformat() if problem.at else None,
            "call_sid": problem.call_sid,
        }
        for problem in x.problems
    ]
