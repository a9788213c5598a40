"""Threads, over Meta's Graph: who named us is looked for, and told at our door as well; replies to us are told there alone.

https://developers.facebook.com/docs/threads. Meta tells nobody's number there, only the handle that they have today. So an
author is "this handle in this conversation": enough to go on talking, and never the same as anybody elsewhere.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import httpx

from flows.networks.threads import manners
from flows.posts import Author, Post
from voice_gateway import clock
from voice_gateway.answer_length import counted
from voice_gateway.networks import Network, News, Trouble, those_legible
from voice_gateway.networks.graph import SECONDS, Graph, Refused
from voice_gateway.settings import Settings
from voice_gateway.wire import legible

GRAPH = "https://graph.threads.net/v1.0/"
LOOK_AT = "THREADS_TOKEN: it holds for 60 days, and one that is over cannot be renewed (docs/networks.md tells how to make another)"
OF_POST = "id,username,text,timestamp,permalink,root_post,is_reply"
A_PAGE, MOST_PAGES = 100, 50
OVERLAP = timedelta(minutes=15)  # a post may be shown later than it is dated
GONE = 24
NOT_YET = timedelta(seconds=30)
FULL = timedelta(hours=1)


def opened(settings: Settings) -> dict[str, Network]:
    """The house's account there."""
    assert settings.threads_user_id, "without it this is not opened"
    assert settings.threads_token, "it belongs to the account"
    return {"threads": Threads(settings.threads_user_id, settings.threads_token.get_secret_value())}


class Threads:
    """The house's account on Threads. `account`: its number there, as its token knows it."""

    name = "threads"

    def __init__(self, account: str, token: str, transport: httpx.BaseTransport | None = None) -> None:
        self._account, self._token = account, token
        web = httpx.Client(base_url=GRAPH, timeout=SECONDS, transport=transport, headers={"Authorization": f"Bearer {token}"})
        self._graph = Graph(web, manners.told, LOOK_AT, frozenset({GONE}))

    @cached_property
    def us(self) -> Author:
        """The house's own account."""
        told = self._graph.asked("GET", self._account, fields="id,username,name")
        try:
            return Author(self.name, str(told["id"]), f"@{told['username'].lower()}", legible(str(told.get("name") or "")))
        except (LookupError, TypeError, AttributeError) as error:
            raise self._graph.another_shape() from error

    def listen(self, since: str, also: tuple[str, ...] = ()) -> News:
        """Who named us. The mark is the newest moment, and the posts shortly before it that we have read already."""
        if not since:
            return News((), str(int(clock.now().timestamp())))
        newest, *read = since.split()
        begin = int(newest) - int(OVERLAP.total_seconds())
        found = sorted(self._mentions(begin), key=lambda each: (each.at, each.id))
        until = max([int(newest), *(int(each.at.timestamp()) for each in found)])
        lately = [each.id for each in found if each.at.timestamp() >= until - OVERLAP.total_seconds()]
        news = tuple(each for each in found if each.id not in read and each.author.handle != self.us.handle)
        return News(news, " ".join([str(until), *lately]))

    def read(self, post_id: str) -> Post | None:
        """This post as it is now; None when Meta says that it is gone, and not when it only does not show it to us."""
        if not post_id.isdigit():
            raise Trouble(f"{post_id[:40]!r} is no id of Threads", lasting=True)
        told = self._graph.asked("GET", post_id, or_none=True, fields=OF_POST)
        return self._post(told) if told else None

    def who_is(self, handle: str) -> Author | None:
        """Nobody is told of: a handle there is all that there is to know."""
        raise Trouble("Threads tells nobody's number by their handle, so nothing can be linked with an account there",
                      lasting=True, theirs=True)

    def answer(self, post: Post, words: str, key: str) -> str:
        """Answer below what they wrote. What is only made ready is seen by nobody; it is said when it is published."""
        if (length := counted(manners, words)) > manners.longest_answer:
            raise Trouble(f"a post on Threads has at most {manners.longest_answer} characters, and this would have {length}", lasting=True)
        self._must_have_room()
        try:
            ready = self._graph.id_of(self._graph.sent("POST", f"{self._account}/threads", data={
                "media_type": "TEXT", "text": words, "reply_to_id": post.id}), "id")
        except Trouble as trouble:
            trouble.maybe_done = False
            raise
        try:
            return self._graph.id_of(self._graph.sent("POST", f"{self._account}/threads_publish", data={"creation_id": ready}), "id")
        except Refused as refused:
            if refused.code == GONE:  # of what it has just made itself
                raise Trouble("Threads has not made it ready yet", again_after=NOT_YET) from refused
            raise

    def answered(self, post: Post, words: str, key: str) -> str:
        """The id of an answer of ours in these words to this post, among the replies that we have written."""
        told = self._graph.asked("GET", f"{self._account}/replies", fields="id,text,replied_to", limit=A_PAGE,
                                 since=int(post.at.timestamp()))
        try:
            return next((str(each["id"]) for each in told["data"]
                         if each["replied_to"]["id"] == post.id and legible(each["text"]) == legible(words)), "")
        except (LookupError, TypeError, AttributeError) as error:
            raise self._graph.another_shape() from error

    def write(self, to: Author, words: str, key: str) -> str:
        """Nothing is private there."""
        raise Trouble("nobody can be written to privately on Threads", lasting=True)

    def follow(self, whom: Author) -> None:
        """There is no such thing here for a program."""
        raise Trouble("Threads lets no program follow anybody", lasting=True)

    def lets_in_until(self) -> datetime | None:
        """When our token ends; None where Meta does not tell."""
        told = self._graph.asked("GET", "debug_token", input_token=self._token)
        try:
            until = told["data"]["expires_at"]
            return datetime.fromtimestamp(int(until), UTC) if until else None
        except (LookupError, TypeError, ValueError) as error:
            raise self._graph.another_shape() from error

    # ---- how it is done ----

    def _must_have_room(self) -> None:
        """Of replies there are 1,000 in 24 hours. Where Meta does not tell, it refuses by itself what is too many."""
        told = self._graph.asked("GET", f"{self._account}/threads_publishing_limit", fields="reply_quota_usage,reply_config")
        try:
            row = told["data"][0]
            used, most = int(row["reply_quota_usage"]), int(row["reply_config"]["quota_total"])
        except (LookupError, TypeError, ValueError):
            return
        if used >= most:
            raise Trouble(f"Threads takes {most} answers in 24 hours, and those are used up", again_after=FULL)

    def _mentions(self, begin: int) -> list[Post]:
        found: list[Post] = []
        page: dict[str, Any] = {}
        for _ in range(MOST_PAGES):
            told = self._graph.asked("GET", f"{self._account}/mentions", fields=OF_POST, limit=A_PAGE, since=begin, **page)
            try:
                found += those_legible(told["data"], self._post, Trouble)
                paging = told.get("paging") or {}
                if not paging.get("next"):
                    return found
                page = {"after": str(paging["cursors"]["after"])}
            except (LookupError, TypeError, AttributeError) as error:
                raise self._graph.another_shape() from error
        return found

    def _post(self, told: dict[str, Any]) -> Post:
        try:
            return of(told, self._account, datetime.strptime(told["timestamp"], "%Y-%m-%dT%H:%M:%S%z").astimezone(UTC))
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise self._graph.another_shape() from error


def of(told: dict[str, Any], us: str, at: datetime) -> Post:
    """A post as Meta tells it, here and at our door. Its author is known by their handle, within this conversation alone."""
    which = str(told["id"])
    thread = str((told.get("root_post") or {}).get("id") or which)
    name = legible(str(told.get("username") or "")).lower()
    author = Author("threads", f"@{name} in {thread}", f"@{name}", scope=us) if name else Author(
        "threads", f"author of {which}", "", "Somebody on Threads", scope=us)
    return Post("threads", which, thread, author, legible(str(told.get("text") or "(something that is no text)")), at,
                url=str(told.get("permalink") or ""), mentions=(us,))
