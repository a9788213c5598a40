"""Messenger and Instagram, over Meta's Graph. What happens there comes to our door; here is what we ask and say.

https://developers.facebook.com/docs/messenger-platform/send-messages and
https://developers.facebook.com/docs/instagram-platform/comment-moderation. There are neither keys nor a list of what was
said, so what is uncertain stays so and is not repeated.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import httpx

from flows import networks
from flows.posts import Author, Post
from voice_gateway.networks import Network, News, Trouble
from voice_gateway.networks.graph import SECONDS, Graph
from voice_gateway.settings import Settings
from voice_gateway.wire import legible

GRAPH = "https://graph.facebook.com/v24.0/"
LONGEST_MESSAGE, LONGEST_COMMENT = 1000, 2200
NO_SUCH_THING, NOT_ASKED_YET = 100, 230  # they have not written to us, so nothing of them is told
TOO_LATE = (2018278, 2534022)
_ID = re.compile(r"[A-Za-z0-9_.:=-]{1,250}")


def opened(settings: Settings) -> dict[str, Network]:
    """The house's page on Messenger, and its Instagram account if it has one."""
    assert settings.meta_page_id, "without it this is not opened"
    assert settings.meta_page_token, "it belongs to the page"
    page, token = settings.meta_page_id, settings.meta_page_token.get_secret_value()
    found: dict[str, Network] = {"messenger": Meta("messenger", page, page, token)}
    if settings.meta_instagram_id:
        found["instagram"] = Meta("instagram", settings.meta_instagram_id, page, token)
    return found


class Meta:
    """One network of Meta's, on which the house is `account`; whatever is written goes out by its `page`."""

    def __init__(self, name: str, account: str, page: str, token: str, transport: httpx.BaseTransport | None = None) -> None:
        self.name, self._account, self._page = name, account, page
        self._told, self._on_instagram = networks.of(name).told, name == "instagram"
        too_late = f"they wrote more than a day ago, and {self._told} lets us write only within 24 hours"
        web = httpx.Client(base_url=GRAPH, timeout=SECONDS, transport=transport, headers={"Authorization": f"Bearer {token}"})
        self._graph = Graph(web, self._told, "META_PAGE_TOKEN", frozenset({NO_SUCH_THING, NOT_ASKED_YET}), dict.fromkeys(TOO_LATE, too_late))

    @cached_property
    def us(self) -> Author:
        """The house's own account."""
        told = self._graph.asked("GET", self._account, fields="username,name" if self._on_instagram else "name")
        return self._author(told)

    def listen(self, since: str, also: tuple[str, ...] = ()) -> News:
        """Nothing: Meta tells by itself, and tries again for a day and a half when our door does not open."""
        return News((), since)

    def read(self, post_id: str) -> Post | None:
        """This message or comment as it is now; None when it is gone."""
        if not _ID.fullmatch(post_id):
            raise Trouble(f"{post_id[:40]!r} is no id of {self._told}", lasting=True)
        message = not post_id.isdigit()
        told = self._graph.asked("GET", post_id, or_none=True,
                           fields="id,created_time,from,message" if message else "id,timestamp,from,text,parent_id")
        if told is None:
            return None
        try:
            whose = self._author(told["from"])
            at = datetime.strptime(told["created_time" if message else "timestamp"], "%Y-%m-%dT%H:%M:%S%z").astimezone(UTC)
            return Post(self.name, str(told["id"]), str(told.get("parent_id") or told["id"]), self._with_reach(whose),
                        legible(told["message" if message else "text"]), at, private=message,
                        mentions=() if message else (self._account,))
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise self._graph.another_shape() from error

    def who_is(self, handle: str) -> Author | None:
        """Somebody who has written to us, by their number here; handles are told of nobody."""
        if not handle.isdigit():
            raise Trouble(f"{self._told} tells nobody's number by their handle: they write to us first", lasting=True, theirs=True)
        told = self._graph.asked("GET", handle, or_none=True, fields="name,username,follower_count" if self._on_instagram else "name")
        return None if told is None else self._author(told | {"id": handle})

    def answer(self, post: Post, words: str, key: str) -> str:
        """Answer below a comment on Instagram; on Messenger nothing is public."""
        if post.private or not self._on_instagram:
            raise Trouble("it was written to us alone: it is not answered in public", lasting=True)
        if not post.can_reply:
            raise Trouble("Instagram does not say what was said there: answer in the app", lasting=True)
        self._not_too_long(words, LONGEST_COMMENT)
        return self._graph.id_of(self._graph.asked("POST", f"{post.id}/replies", message=words), "id")

    def answered(self, post: Post, words: str, key: str) -> str:
        """The id of an answer of ours in these words, below a comment."""
        if post.private or not self._on_instagram:
            return ""
        told = self._graph.asked("GET", f"{post.id}/replies", or_none=True, fields="id,text,from") or {}
        try:
            return next((str(each["id"]) for each in told.get("data", ())
                         if each["from"]["id"] == self._account and legible(each["text"]) == legible(words)), "")
        except (LookupError, TypeError, AttributeError) as error:
            raise self._graph.another_shape() from error

    def write(self, to: Author, words: str, key: str) -> str:
        """Write to somebody privately, within a day after they wrote."""
        self._not_too_long(words, LONGEST_MESSAGE)
        if to.scope != self._account:
            raise Trouble("they are known to another account than ours", lasting=True)
        told = self._graph.asked("POST", f"{self._page}/messages", recipient={"id": to.subject}, messaging_type="RESPONSE",
                           message={"text": words})
        return self._graph.id_of(told, "message_id")

    def follow(self, whom: Author) -> None:
        """There is no such thing here for a program."""
        raise Trouble(f"{self._told} lets no program follow anybody", lasting=True)

    # ---- how it is done ----

    def _with_reach(self, author: Author) -> Author:
        """With how many follow them, once they have agreed by writing to us; until then that is unknown."""
        return (self.who_is(author.subject) or author) if self._on_instagram else author

    def _author(self, told: dict[str, Any]) -> Author:
        try:
            handle = f"@{told['username'].lower()}" if told.get("username") else ""
            return Author(self.name, str(told["id"]), handle, legible(str(told.get("name") or "")), scope=self._account,
                          followers=told.get("follower_count"))
        except (LookupError, TypeError, AttributeError) as error:
            raise self._graph.another_shape() from error

    def _not_too_long(self, words: str, most: int) -> None:
        if len(words) > most:
            raise Trouble(f"at most {most} characters can be said there, and these are {len(words)}", lasting=True)
