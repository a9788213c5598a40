"""Somebody's browser at the page where they sign in: what its scripts send, without the scripts."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import httpx

from tests.bluesky.people import PASSWORD, Somebody


class Browser:
    """It keeps cookies also where the page comes over http, as a real one does on its own machine."""

    def __init__(self, page: str) -> None:
        self._page, self._cookies = page, dict[str, str]()
        self._origin = f"{urlsplit(page).scheme}://{urlsplit(page).netloc}"
        self._web = httpx.Client(trust_env=False)
        answer = self._sends("GET", page, {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "sec-fetch-site": "none"})
        assert answer.status_code == 200, answer.text[:500]

    def agrees(self, who: Somebody, password: str = PASSWORD) -> dict[str, str]:
        """Sign in and say yes; what the address says to which the browser is sent back."""
        self._calls("sign-in", {"username": who.handle, "password": password, "locale": "en", "remember": True})
        return dict(parse_qsl(urlsplit(self._calls("consent", {"did": who.did})["url"]).query))

    def declines(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self._calls("reject", {})["url"]).query))

    def close(self) -> None:
        self._web.close()

    def _calls(self, what: str, told: dict[str, object]) -> dict[str, str]:
        answer = self._sends("POST", f"{self._origin}/@atproto/oauth-provider/~api/{what}", {
            "sec-fetch-mode": "same-origin", "sec-fetch-site": "same-origin", "origin": self._origin, "referer": self._page,
            "x-csrf-token": self._cookies["csrf-token"]}, told)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def _sends(self, method: str, address: str, headers: dict[str, str], told: object = None) -> httpx.Response:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        answer = self._web.request(method, address, headers={**headers, "cookie": cookies}, json=told)
        for line in answer.headers.get_list("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer
