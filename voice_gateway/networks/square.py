"""The sandbox's square, which stands for a social network in scenarios and in the demo. No real network is like it."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import httpx

from flows import networks
from flows.posts import Author, Post
from voice_gateway.networks import Network, News, Trouble
from voice_gateway.settings import Settings

SECONDS = 10.0


class Square:
    """One network as the square plays it, and signing in there."""

    def __init__(self, name: str, url: str, transport: httpx.BaseTransport | None = None) -> None:
        self.name = name
        self._manners = networks.of(name)
        self._web = httpx.Client(base_url=f"{url}/square/{name}/", timeout=SECONDS, transport=transport, trust_env=False)

    @cached_property
    def us(self) -> Author:
        """The house's own account."""
        return self._author(self._ask("GET", "people", {"who": "us"}))

    def listen(self, since: str, also: tuple[str, ...] = ()) -> News:
        """What was said to us or about us since then."""
        told = self._ask("GET", "news", {"since": since, "also": ",".join(also)})
        return News(tuple(self._post(each) for each in told["posts"]), told["cursor"])

    def read(self, post_id: str) -> Post | None:
        """This post as it is now; None when it is gone."""
        told = self._ask("GET", "posts", {"id": post_id}, or_none=True)
        return self._post(told) if told else None

    def who_is(self, handle: str) -> Author | None:
        """Whose handle, or whose subject, this is now."""
        told = self._ask("GET", "people", {"who": handle}, or_none=True)
        return self._author(told) if told else None

    def has_left(self, whom: Author) -> bool:
        """Have they closed their account?"""
        return self.who_is(whom.subject) is None

    def answer(self, post: Post, words: str, key: str) -> str:
        """Answer where all can read it."""
        return str(self._ask("POST", "answers", {"to": post.id, "words": words, "key": key})["id"])

    def answered(self, post: Post, words: str, key: str) -> str:
        """The id of our answer of this key, if it is there."""
        return str(self._ask("GET", "answers", {"key": key})["id"])

    def write(self, to: Author, words: str, key: str) -> str:
        """Write to somebody privately, where the network that is played has such a thing."""
        if not self._manners.writes_privately:
            raise Trouble(f"nobody can be written to privately on {self._manners.told}", lasting=True)
        return str(self._ask("POST", "messages", {"to": to.subject, "words": words, "key": key})["id"])

    def follow(self, whom: Author) -> None:
        """Follow somebody."""
        self._ask("POST", "follows", {"whom": whom.subject})

    def begin(self, handle: str, back_to: str, state: str) -> tuple[str, dict[str, str]]:
        """Whoever names a handle is taken at their word, and sent straight back."""
        code = self._ask("POST", "sign_in", {"handle": handle})["code"]
        return f"{back_to}?{urlencode({'code': code, 'state': state})}", {}

    def finish(self, remembered: dict[str, str], answer: dict[str, str]) -> Author:
        """Who has signed in."""
        return self._author(self._ask("POST", "who", {"code": answer.get("code", "")}))

    def _ask(self, method: str, what: str, told: dict[str, str], *, or_none: bool = False) -> Any:
        how: Any = {"params": told} if method == "GET" else {"json": told}
        try:
            answer = self._web.request(method, what, **how)
        except httpx.HTTPError as error:
            reached = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
            raise Trouble(f"the square does not answer: {error}", maybe_done=reached) from error
        if or_none and answer.status_code == 404:
            return None
        if answer.is_error:
            raise Trouble(answer.json()["message"], lasting=answer.status_code < 429)
        return answer.json()

    def _author(self, told: dict[str, Any]) -> Author:
        reach = told["followers"] if self._manners.tells_reach else None
        return Author(self.name, told["subject"], f"@{told['handle']}", told["name"], followers=reach)

    def _post(self, told: dict[str, Any]) -> Post:
        mentions = tuple(told["mentions"])
        can_reply = not self._manners.answers_only_if_named or self.us.subject in mentions
        return Post(self.name, told["id"], told["thread"], self._author(told["author"]), told["words"],
                    datetime.fromisoformat(told["at"]), private=bool(told["to"]), mentions=mentions,
                    repeats=told["repeats"], can_reply=can_reply, spread=told["spread"])


def opened(settings: Settings) -> dict[str, Network]:
    """Every network that the square plays for this house."""
    return {name: Square(name, settings.square_url or "") for name in settings.square_networks.split()}
