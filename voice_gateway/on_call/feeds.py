"""Fetch a calendar: from a file of ours, or from a public address, whole, in time, and never from within our own walls."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from voice_gateway.public_web import is_public

LARGEST_BYTES = 2 * 2**20
LONGEST_SECONDS = 15
MOST_REDIRECTS = 3
PIECE_BYTES = 64 * 1024
MOVED = (301, 302, 303, 307, 308)


class WrongCalendar(ValueError):
    """The calendar cannot be used; the message says why, and never its address, which is often a secret."""


def fetch(source: str) -> str:
    """The text of a calendar. Raises WrongCalendar saying why there is none."""
    content = _from_address(source) if source.startswith("https://") else _from_file(Path(source))
    if not content.strip():
        raise WrongCalendar("it is empty")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WrongCalendar("it is not written in UTF-8") from None
    if not text.lstrip().upper().startswith("BEGIN:VCALENDAR"):
        raise WrongCalendar("it is no calendar: it does not begin with BEGIN:VCALENDAR")
    return text


def _from_file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise WrongCalendar(f"its file {path.name} cannot be read: {error.strerror}") from None
    return _small(content)


def _from_address(address: str) -> bytes:
    until = time.monotonic() + LONGEST_SECONDS
    for _hop in range(MOST_REDIRECTS + 1):
        status, location, content = _asked(address, until)
        if status == http.client.OK:
            return content
        if status not in MOVED or not location:
            raise WrongCalendar(f"it could not be reached: its server answered {status}")
        address = urljoin(address, location)
        if not address.startswith("https://"):
            raise WrongCalendar("its server leads on to an address that does not begin with https://")
    raise WrongCalendar(f"its server leads on more than {MOST_REDIRECTS} times")


def _asked(address: str, until: float) -> tuple[int, str, bytes]:
    """One question: the status, where it leads on to, and what came."""
    parts = urlsplit(address)
    try:
        line = PublicLine(parts.hostname or "", parts.port or http.client.HTTPS_PORT, until)
        try:
            line.request("GET", f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}",
                         headers={"Accept": "text/calendar", "User-Agent": "voice-gateway"})
            answer = line.getresponse()
            content = _whole(answer, until) if answer.status == http.client.OK else b""
            return answer.status, answer.getheader("Location", ""), content
        finally:
            line.close()
    except TimeoutError:
        raise WrongCalendar(f"it could not be reached within {LONGEST_SECONDS} s") from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        if isinstance(error, WrongCalendar):
            raise
        raise WrongCalendar(f"it could not be reached: {getattr(error, 'strerror', '') or type(error).__name__}") from None


def _whole(answer: http.client.HTTPResponse, until: float) -> bytes:
    content = b""
    while piece := answer.read1(PIECE_BYTES):
        content = _small(content + piece)
        if time.monotonic() > until:
            raise TimeoutError
    return content


def _small(content: bytes) -> bytes:
    if len(content) > LARGEST_BYTES:
        raise WrongCalendar(f"it is larger than {LARGEST_BYTES // 2**20} MB")
    return content


class PublicLine(http.client.HTTPSConnection):
    """A connection to a public address. Which one it is, is looked at before a word is said: a name may lie."""

    def __init__(self, host: str, port: int, until: float) -> None:
        self.trust = ssl.create_default_context()
        super().__init__(host, port, timeout=max(0.1, until - time.monotonic()), context=self.trust)

    def connect(self) -> None:
        """Raises WrongCalendar when every address of the name is a private one."""
        addresses = [found[4] for found in socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)]
        public = [each for each in addresses if is_public(str(each[0]))]
        if not public:
            raise WrongCalendar("it is at a private address; put it into a file instead")
        plain = socket.create_connection((str(public[0][0]), self.port), self.timeout)
        self.sock = self.trust.wrap_socket(plain, server_hostname=self.host)
