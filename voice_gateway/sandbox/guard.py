"""Who may press keys here: this computer's own programs, this page, and whoever has the token.

A web page elsewhere must not reach the telephones through somebody's browser. A browser says where a
request comes from (Origin, Sec-Fetch-Site) and under which name it reached us (Host); a name that is not
ours is a page that has had its own name pointed at us.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Protocol
from urllib.parse import urlsplit


class Headers(Protocol):
    """A request's headers; names in any case."""

    def get(self, name: str, otherwise: str, /) -> str:
        """A header, or the other thing."""


COOKIE = "sandbox_token"
ELSEWHERE = frozenset({"cross-site", "same-site"})


def is_loopback(host: str) -> bool:
    """Whether this name can only mean this computer."""
    bare = host.strip("[]").lower()
    if bare == "localhost" or bare.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(bare).is_loopback
    except ValueError:
        return False


class Guard:
    """Judges requests to the page and the control API. Without a token only loopback is served."""

    def __init__(self, bound_to: str, token: str = "") -> None:
        self.token = token
        self.open = is_loopback(bound_to)
        if not self.open and not token:
            raise ValueError(f"bound to {bound_to}, beyond this computer: a token is needed")

    def refusal(
        self, method: str, headers: Headers, query: Mapping[str, str]
    ) -> tuple[int, str] | None:
        """Status and words, or None."""
        host = headers.get("Host", "")
        if self.open and not is_loopback(urlsplit(f"//{host}").hostname or ""):
            return 403, f"these telephones are on this computer, not at {host or 'no name'}"
        origin = headers.get("Origin", "")
        if origin and urlsplit(origin).netloc != host:
            return 403, f"a page of {origin} may not use these telephones"
        if method != "GET" and headers.get("Sec-Fetch-Site", "") in ELSEWHERE:
            return 403, "a page elsewhere may not use these telephones"
        if not self.open and not self.has_token(headers, query):
            return 401, "the token is missing or wrong"
        return None

    def has_token(self, headers: Headers, query: Mapping[str, str]) -> bool:
        """As a bearer, in the cookie that the page was given, or in the address."""
        if not self.token:
            return False
        kind, _, bearer = headers.get("Authorization", "").partition(" ")
        shown = [bearer if kind.lower() == "bearer" else "", query.get("token", "")]
        try:
            cookie = SimpleCookie(headers.get("Cookie", "")).get(COOKIE)
        except CookieError:
            cookie = None
        shown.append(cookie.value if cookie else "")
        return any(hmac.compare_digest(one.encode(), self.token.encode()) for one in shown)

    def cookie(self) -> str:
        """What the page's answer sets, so that its script need not know the token."""
        return f"{COOKIE}={self.token}; Path=/; HttpOnly; SameSite=Strict"
