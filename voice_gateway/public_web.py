"""The web outside: what strangers name is asked for at public addresses only, in time, and never from within our own walls."""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import httpx

SECONDS = 10.0
LONGEST_SECONDS = 20.0
LARGEST_BYTES = 512 * 1024
HTTPS_PORT, LAST_PORT = 443, 65535
TOO_LONG = "{} takes too long to answer"
OUR_OWN_MACHINE = ("localhost", "127.0.0.1", "::1")


class NotPublic(ValueError):
    """This address is not one that a stranger may send us to. The message says why."""


class Unanswered(ConnectionError):
    """Nothing that can be used came back. The message says why."""


class PublicWeb:
    """Asks at addresses that others have named. `near`: this machine may be asked as well, for an operator who tries things.

    `transport` is for tests.
    """

    def __init__(self, *, near: bool = False, transport: httpx.BaseTransport | None = None) -> None:
        self._near = near
        a_line_each = httpx.Limits(max_keepalive_connections=0)
        self._web = httpx.Client(timeout=SECONDS, trust_env=False, transport=transport, limits=a_line_each)

    def ask(self, method: str, address: str, *, headers: dict[str, str] | None = None, **how: Any) -> httpx.Response:
        """One question, no redirects followed. Raises NotPublic before a word is said, Unanswered when nothing comes."""
        where, name, host = self._looked_up(address)
        as_it_is = {"Host": host, "Accept-Encoding": "identity"}
        request = self._web.build_request(method, where, headers={**(headers or {}), **as_it_is}, **how)
        line = _Line(LONGEST_SECONDS)
        request.extensions |= {"sni_hostname": name, "trace": line.tells}
        try:
            with line:
                answer = self._web.send(request, stream=True)
                try:
                    content = _content(answer, host)
                finally:
                    answer.close()
        except httpx.HTTPError as error:
            raise Unanswered(TOO_LONG.format(host) if line.is_cut else f"{host} does not answer: {type(error).__name__}") from None
        if line.is_cut:
            raise Unanswered(TOO_LONG.format(host))
        kept = {name: value for name, value in answer.headers.items() if name != "content-length"}
        return httpx.Response(answer.status_code, headers=kept, content=content)

    def close(self) -> None:
        """Let go of the connections."""
        self._web.close()

    def _looked_up(self, address: str) -> tuple[httpx.URL, str, str]:
        """The same address with the number of its machine in place of the name, which may lie; the name, and it with its port."""
        try:
            url = httpx.URL(address)
        except httpx.InvalidURL:
            raise NotPublic(f"{address[:100]!r} is no address") from None
        name, host = url.raw_host.decode(), url.netloc.decode()
        if self._near and name in OUR_OWN_MACHINE and url.scheme in ("http", "https"):
            return url, name, host
        if url.scheme != "https" or not name or url.userinfo or (url.port or 0) > LAST_PORT:
            raise NotPublic(f"{address[:100]} does not begin with https:// and a name")
        try:
            found = [str(each[4][0]) for each in socket.getaddrinfo(name, url.port or HTTPS_PORT, type=socket.SOCK_STREAM)]
        except (OSError, ValueError):
            raise Unanswered(f"{name} is not to be found") from None
        number = next((each for each in found if is_public(each)), None)
        if number is None:
            raise NotPublic(f"{name} is at a private address")
        return url.copy_with(host=number), name, host


class _Line:
    """The line to one server, which is cut when all has taken too long: a drop now and then would keep it open for ever."""

    def __init__(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self._cut)
        self._socket: socket.socket | None = None
        self.is_cut = False

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def tells(self, _event: str, told: Mapping[str, Any]) -> None:
        """What happens on it; a connection that is made is one to be cut. https://www.encode.io/httpcore/extensions/#trace"""
        asked_of = getattr(told.get("return_value"), "get_extra_info", None)
        if asked_of:
            self._socket = asked_of("socket")
            if self.is_cut:
                self._cut()

    def _cut(self) -> None:
        self.is_cut = True
        if self._socket:
            with suppress(OSError):
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)  # not a secure line's own, which another thread is reading


def _content(answer: httpx.Response, host: str) -> bytes:
    """All that comes, as long as it is no more than we want. Raises Unanswered."""
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise Unanswered(f"{host} answers folded, although it was asked not to")
    content = b""
    for piece in answer.iter_bytes():
        content += piece
        if len(content) > LARGEST_BYTES:
            raise Unanswered(f"{host} answers with more than {LARGEST_BYTES // 1024} kB")
    return content


def is_public(address: str) -> bool:
    """May we connect there? Addresses of this machine, of this network and of clouds' own services are not public."""
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None) or found
    return found.is_global and inner.is_global and not found.is_multicast
