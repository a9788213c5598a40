"""The house's account on the network, a customer's, and the house's way to both."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from flows.posts import Post
from tests.at_network import AtNetwork
from tests.bluesky.people import PASSWORD, Somebody, somebody, until
from voice_gateway.networks.bluesky import Bluesky
from voice_gateway.networks.bluesky_account import Account


@dataclass
class Desk:
    """The house on the network, and what it has read so far."""

    network: AtNetwork
    us: Somebody
    kept: Path
    house: Bluesky = field(init=False)
    cursor: str = ""

    def __post_init__(self) -> None:
        self.restarts()
        self.cursor = self.house.listen("").cursor

    def restarts(self, password: str = PASSWORD) -> Bluesky:
        """Another process of the house."""
        self.house = Bluesky(Account(self.network.server, self.us.handle, password, self.kept))
        return self.house

    def reads(self, count: int = 1) -> list[Post]:
        """The next posts to us, as soon as there are so many."""
        def more() -> list[Post]:
            posts = list(self.house.listen(self.cursor).posts)
            return posts if len(posts) >= count else []

        posts = until(more)
        self.cursor = self.house.listen(self.cursor).cursor
        return posts


@pytest.fixture(scope="session")
def desk(at_network: AtNetwork, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(at_network, somebody(at_network, "Desk"), tmp_path_factory.mktemp("bluesky"))


@pytest.fixture(scope="session")
def dana(at_network: AtNetwork) -> Somebody:
    return somebody(at_network, "Dana")
