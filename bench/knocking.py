"""A cheap client: requests made beforehand, a keep-alive connection, and a stop-watch."""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from bench.premises import ACCOUNT, BASE, TOKEN

LARGEST_ANSWER_BYTES = 65536
SECONDS_TO_ANSWER = 30

_validator = RequestValidator(TOKEN)

# What the carrier sends with a key that was pressed (https://www.twilio.com/docs/voice/twiml/gather).
_USUAL = {
    "AccountSid": ACCOUNT, "ApiVersion": "2010-04-01", "CallStatus": "in-progress", "Direction": "outbound-api",
    "Called": "+12025550111", "CalledCity": "WASHINGTON", "CalledCountry": "US", "CalledState": "DC", "CalledZip": "",
    "Caller": "+12025550100", "CallerCity": "WASHINGTON", "CallerCountry": "US", "CallerState": "DC", "CallerZip": "",
    "From": "+12025550100", "FromCity": "WASHINGTON", "FromCountry": "US", "FromState": "DC", "FromZip": "",
    "To": "+12025550111", "ToCity": "WASHINGTON", "ToCountry": "US", "ToState": "DC", "ToZip": "",
    "FinishedOnKey": "", "msg": "Gather End",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and after how many milliseconds."""

    status: int
    body: bytes
    ms: float


def webhook(path: str, call_sid: str, digits: str = "1") -> bytes:
    """A signed webhook of the carrier's, ready for the wire."""
    form = _USUAL | {"CallSid": call_sid, "Digits": digits}
    signature = _validator.compute_signature(BASE + path, form)
    return post(path, urlencode(form).encode(), "application/x-www-form-urlencoded; charset=utf-8",
                f"X-Twilio-Signature: {signature}\r\nI-Twilio-Idempotency-Token: 0c0ffee0-0000-4000-8000-000000000000\r\n"
                "User-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n")


def post(path: str, body: bytes, kind: str, headers: str = "") -> bytes:
    """A POST, ready for the wire."""
    return (f"POST {path} HTTP/1.1\r\nHost: bench.example.test\r\nContent-Type: {kind}\r\n{headers}"
            f"Content-Length: {len(body)}\r\n\r\n").encode() + body


class Connection:
    """One keep-alive connection to a server on this machine."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=SECONDS_TO_ANSWER)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, request: bytes) -> Answer:
        """Send it and wait for the whole answer."""
        begun = time.perf_counter_ns()
        self._socket.sendall(request)
        got = self._socket.recv(LARGEST_ANSWER_BYTES)
        while (missing := _missing(got)) != 0:
            more = self._socket.recv(LARGEST_ANSWER_BYTES)
            if not more:
                raise ConnectionError(f"the server hung up with {missing} bytes missing")
            got += more
        ended = time.perf_counter_ns()
        head, _, body = got.partition(b"\r\n\r\n")
        return Answer(int(head[9:12]), body, (ended - begun) / 1e6)

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        self._socket.close()


def _missing(got: bytes) -> int:
    """How many bytes of the answer are still to come; -1 when that is not known yet."""
    head, found, body = got.partition(b"\r\n\r\n")
    if not found:
        return -1
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value) - len(body)
    return 0 if head[9:12] == b"204" else -1
