"""The house's account on the network, a customer's, and the house's way to both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from flows.posts import Post
from tests.at_network import AtNetwork
from tests.bluesky.people import PASSWORD, Reference, Somebody, somebody, until
from voice_gateway.networks.bluesky import Bluesky
from voice_gateway.networks.bluesky_account import Account
from voice_gateway.networks.bluesky_sign_in import SignIn


@dataclass
class Desk:
    """The house on the network, and what it has read so far."""

    network: AtNetwork
    us: Somebody
    kept: Path
    house: Bluesky = field(init=False)
    cursor: str = ""

    def __post_init__(self) -> None:
        self.house = self._begun(PASSWORD)
        self.cursor = self.house.listen("").cursor

    def restarts(self, password: str = PASSWORD) -> Bluesky:
        """Another process of the house."""
        self.closes()
        self.house = self._begun(password)
        return self.house

    def closes(self) -> None:
        self.house.account.close()
        self.house.signing_in.web.close()

    def reference(self, address: str) -> Reference:
        """A post as somebody who answers it names it."""
        view = until(lambda: self.us.client.app.bsky.feed.get_posts({"uris": [address]}).posts)[0]
        return Reference(uri=view.uri, cid=view.cid)

    def _begun(self, password: str) -> Bluesky:
        account = Account(self.network.server, self.us.handle, password, self.kept)
        return Bluesky(account, SignIn.of("http://127.0.0.1:8000", self.network.server))

    def reads(self, count: int = 1) -> list[Post]:
        """The next posts to us, as soon as there are so many."""
        def more() -> list[Post]:
            posts = list(self.house.listen(self.cursor).posts)
            return posts if len(posts) >= count else []

        posts = until(more)
        self.cursor = self.house.listen(self.cursor).cursor
        return posts


@pytest.fixture(scope="package")
def desk(at_network: AtNetwork, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with somebody(at_network, "Desk") as us:
        found = Desk(at_network, us, tmp_path_factory.mktemp("bluesky"))
        yield found
        found.closes()


@pytest.fixture(scope="package")
def dana(at_network: AtNetwork) -> Iterator[Somebody]:
    with somebody(at_network, "Dana") as dana:
        yield dana
