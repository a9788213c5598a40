"""People on the network of the tests: they post, answer, rename themselves and go."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from atproto import Client, client_utils, models

from tests.at_network import AtNetwork

PASSWORD = "a password of the tests"
LOOK_EVERY_SECONDS = 0.1
WITHIN_SECONDS = 30.0
NUMBERS = itertools.count(1)

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Reference:
    """A post as whoever answers it must name it."""

    uri: str
    cid: str

    @property
    def there(self) -> models.ComAtprotoRepoStrongRef.Main:
        return models.ComAtprotoRepoStrongRef.Main(uri=self.uri, cid=self.cid)


@dataclass
class Somebody:
    """An account, signed in."""

    client: Client
    handle: str
    did: str

    def posts(self, words: str, *, to: Somebody | None = None, under: Reference | None = None,
              root: Reference | None = None) -> Reference:
        """Post these words; `to` names somebody in it, `under` answers a post."""
        text = client_utils.TextBuilder()
        if to:
            text.mention(f"@{to.handle}", to.did).text(" ")
        reply = models.AppBskyFeedPost.ReplyRef(parent=under.there, root=(root or under).there) if under else None
        made = self.client.send_post(text.text(words), profile_identify=self.did, reply_to=reply)
        return Reference(uri=made.uri, cid=made.cid)

    def hears(self) -> list[str]:
        """What the app tells them of, the newest first."""
        told = self.client.app.bsky.notification.list_notifications()
        return [str(getattr(each.record, "text", each.reason)) for each in told.notifications]


@contextmanager
def somebody(network: AtNetwork, name: str) -> Iterator[Somebody]:
    """A new account, signed in."""
    client, handle = Client(network.server), f"{name.lower()}{next(NUMBERS)}.test"
    made = client.com.atproto.server.create_account(models.ComAtprotoServerCreateAccount.Data(
        handle=handle, email=f"{handle}@example.com", password=PASSWORD))
    client.login(handle, PASSWORD, fetch_bsky_profile=False)
    yield Somebody(client, handle, made.did)
    client.request.close()


def until(looked: Callable[[], Thing], within_seconds: float = WITHIN_SECONDS) -> Thing:
    """Wait for a thing itself, at most so many real seconds: the app sees a post a moment after it was made."""
    for _look in range(int(within_seconds / LOOK_EVERY_SECONDS)):
        if found := looked():
            return found
        threading.Event().wait(LOOK_EVERY_SECONDS)
    return looked()
