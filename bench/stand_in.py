"""A stand-in for the carrier that costs next to nothing: `python -m bench.stand_in PORT ACCOUNT`.

It takes the two requests that create something, calls and texts, and answers as the carrier does
(201 and the new resource). Nobody is rung. It remembers when it accepted what, on the clock
that all processes of a machine share, and tells it at `GET /accepted`: one line each, with the
seconds since boot, the seconds since 1970, and the number rung or texted.

The sandbox knows far more of the carrier's manners, and takes far more of our two cores for it: what
is measured here is us.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs
from urllib.request import ProxyHandler, build_opener

if TYPE_CHECKING:
    from bench.premises import Premises

LARGEST_REQUEST_BYTES = 65536


@dataclass(frozen=True, slots=True)
class Accepted:
    """A request that the carrier took: when (monotonic and since 1970, seconds), and for whom."""

    monotonic: float
    at: float
    to: str


_accepted: list[str] = []


def start(place: Premises, port: int) -> None:
    """Let the carrier of these premises be reached on this port."""
    place.start("carrier", "-m", "bench.stand_in", str(port), place.settings.twilio_account_sid)
    place.answers("carrier", port)


def accepted(port: int) -> list[Accepted]:
    """All that the stand-in took so far, oldest first."""
    with build_opener(ProxyHandler({})).open(f"http://127.0.0.1:{port}/accepted", timeout=30) as answer:
        lines = answer.read().decode().splitlines()
    return [Accepted(float(line.split()[0]), float(line.split()[1]), line.split()[2]) for line in lines]


def serve(listener: socket.socket, account: str) -> None:
    """Answer until told to stop, each connection in a thread of its own."""
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=_converse, args=(connection, account), daemon=True).start()


def _converse(connection: socket.socket, account: str) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    got = b""
    with connection:
        while True:
            head, found, rest = got.partition(b"\r\n\r\n")
            length = _length(head) if found else 0
            if not found or len(rest) < length:
                more = connection.recv(LARGEST_REQUEST_BYTES)
                if not more:
                    return
                got += more
                continue
            got = rest[length:]
            connection.sendall(_answer(head.split(b" ", 2)[1].decode(), rest[:length].decode(), account))


def _length(head: bytes) -> int:
    lines = (line.partition(b":") for line in head.split(b"\r\n")[1:])
    return next((int(value) for name, _, value in lines if name.lower() == b"content-length"), 0)


def _answer(path: str, body: str, account: str) -> bytes:
    if path == "/accepted":
        return _http("200 OK", "\n".join(_accepted).encode(), "text/plain")
    form = parse_qs(body)
    to = form["To"][0]
    _accepted.append(f"{time.monotonic()} {time.time()} {to}")
    kind = "CA" if path.endswith("/Calls.json") else "SM"
    created = {"sid": f"{kind}{len(_accepted):032x}", "account_sid": account, "to": to, "from": form["From"][0],
               "status": "queued", "api_version": "2010-04-01", "direction": "outbound-api", "error_code": None}
    return _http("201 CREATED", json.dumps(created).encode(), "application/json")


def _http(status: str, body: bytes, kind: str) -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def main(port: int, account: str) -> None:
    with socket.create_server(("127.0.0.1", port), backlog=128) as listener:
        serve(listener, account)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
