"""Somebody who has tapped the one-time link: at our own page, at the network's where they sign in, and back."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import httpx
from lxml import html

from tests.bluesky.browser import Browser
from tests.bluesky.people import Somebody


class Visitor:
    """Their browser, with our cookie."""

    def __init__(self, page: str) -> None:
        self._page = page
        self._web = httpx.Client(trust_env=False, follow_redirects=True, timeout=60)
        self._shown = self._web.get(page)

    def sees(self, phrase: str) -> Visitor:
        assert phrase in self._said, self._said
        return self

    def signs_in(self, who: Somebody) -> Visitor:
        """To the network, and back with what it says."""
        self.does("sign_in", network="bluesky").sees("Go on to Bluesky")
        (there,) = self._read.xpath("//a[@class='button']/@href")
        with closing(Browser(there)) as browser:
            answer = browser.agrees(who)
        self._shown = self._web.get(answer.pop("redirect_uri"), params=answer)
        return self

    def does(self, deed: str, **typed: str) -> Visitor:
        """Press a button of the page."""
        self._shown = self._web.post(self._page, data={"deed": deed, **typed})
        return self

    def close(self) -> None:
        self._web.close()

    @property
    def _read(self) -> Any:
        return html.document_fromstring(self._shown.content)

    @property
    def _said(self) -> str:
        return " ".join(str(self._read.text_content()).split())
