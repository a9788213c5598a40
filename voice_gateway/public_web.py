"""The web outside: what strangers name is asked for at public addresses only, in time, and never from within our own walls."""

from __future__ import annotations

import ipaddress
import socket
import time
from typing import Any
from urllib.parse import urlsplit

import httpx

SECONDS = 10.0
LONGEST_SECONDS = 20.0
LARGEST_BYTES = 512 * 1024
HTTPS_PORT = 443
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
        self._web = httpx.Client(timeout=SECONDS, trust_env=False, transport=transport)

    def ask(self, method: str, address: str, *, headers: dict[str, str] | None = None, **how: Any) -> httpx.Response:
        """One question, no redirects followed. Raises NotPublic before a word is said, Unanswered when nothing comes."""
        where, host = self._looked_up(address)
        request = self._web.build_request(method, where, headers={**(headers or {}), "Host": host}, **how)
        request.extensions["sni_hostname"] = urlsplit(address).hostname
        try:
            until = time.monotonic() + LONGEST_SECONDS
            answer = self._web.send(request, stream=True)
            try:
                content = b""
                for piece in answer.iter_bytes():
                    content += piece
                    if len(content) > LARGEST_BYTES:
                        raise Unanswered(f"{host} answers with more than {LARGEST_BYTES // 1024} kB")
                    if time.monotonic() > until:
                        raise Unanswered(f"{host} takes more than {LONGEST_SECONDS:.0f} seconds to answer")
            finally:
                answer.close()
        except httpx.HTTPError as error:
            raise Unanswered(f"{host} does not answer: {type(error).__name__}") from None
        kept = {name: value for name, value in answer.headers.items() if name not in ("content-encoding", "content-length")}
        return httpx.Response(answer.status_code, headers=kept, content=content)

    def close(self) -> None:
        """Let go of the connections."""
        self._web.close()

    def _looked_up(self, address: str) -> tuple[str, str]:
        """The same address with the number of its machine in place of the name, which may lie; and the name."""
        parts = urlsplit(address)
        name = parts.hostname or ""
        if self._near and name in OUR_OWN_MACHINE and parts.scheme in ("http", "https"):
            return address, parts.netloc
        if parts.scheme != "https" or not name or parts.username or parts.password:
            raise NotPublic(f"{address[:100]} does not begin with https:// and a name")
        try:
            port = parts.port or HTTPS_PORT
            found = [str(each[4][0]) for each in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)]
        except (OSError, ValueError):
            raise Unanswered(f"{name} is not to be found") from None
        number = next((each for each in found if is_public(each)), None)
        if number is None:
            raise NotPublic(f"{name} is at a private address")
        bare = f"[{number}]" if ":" in number else number
        return parts._replace(netloc=f"{bare}:{port}").geturl(), parts.netloc


def is_public(address: str) -> bool:
    """May we connect there? Addresses of this machine, of this network and of clouds' own services are not public."""
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None) or found
    return found.is_global and inner.is_global and not found.is_multicast
