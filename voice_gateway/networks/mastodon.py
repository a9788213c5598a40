"""Mastodon, by its own library: notifications are asked for, and the stream only says when it is worth asking.

What a server keeps back from newcomers as "filtered" is asked for as well: a complaint often is somebody's first post.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import mastodon as library
import requests

from flows.networks import NotAHandle
from flows.networks.mastodon import handle as handle_of
from flows.networks.mastodon import manners
from flows.posts import Author, Post
from voice_gateway import clock
from voice_gateway.answer_length import counted
from voice_gateway.networks import SHAPE, Network, News, Trouble, rest, those_legible
from voice_gateway.networks.mastodon_public import LOOK_EVERY, Overheard, Place
from voice_gateway.networks.mastodon_sign_in import SignIn
from voice_gateway.networks.page_words import plain
from voice_gateway.public_web import OUR_OWN_MACHINE, PublicWeb
from voice_gateway.settings import Settings
from voice_gateway.wire import legible

log = logging.getLogger(__name__)

SECONDS = 10.0
A_PAGE, MOST_PAGES = 40, 5
MOST_MENTIONS = 10
PRIVATE = "direct"
NOTHING_YET = "0"
A_WHILE = timedelta(minutes=5)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
CANNOT = "the server of MASTODON_URL"


def opened(settings: Settings) -> dict[str, Network]:
    """The house's account there, as the environment tells."""
    assert settings.mastodon_url, "without it this is not opened"
    assert settings.mastodon_token, "it belongs to the address"
    return {"mastodon": Mastodon(settings.mastodon_url, settings.mastodon_token.get_secret_value())}


class Mastodon:
    """The house's account on one server."""

    name = "mastodon"

    def __init__(self, url: str, token: str, adapter: requests.adapters.BaseAdapter | None = None) -> None:
        self._url = url.rstrip("/")
        self.signing_in = SignIn(PublicWeb(near=urlsplit(url).hostname in OUR_OWN_MACHINE))
        self._server, self._notices = self._client(url, token, adapter), self._client(url, token, adapter, filtered=True)
        self.overheard, self._deaf_until = Overheard(self._server), LONG_AGO
        self._subjects: dict[str, str] = {}

    @staticmethod
    def _client(url: str, token: str, adapter: requests.adapters.BaseAdapter | None, *, filtered: bool = False) -> Any:
        session = requests.Session()
        if adapter:
            session.mount(url, adapter)
        if filtered:  # the library has no word for it yet; servers before 4.3 do not heed it
            session.params = {"include_filtered": "true"}
        return library.Mastodon(access_token=token, api_base_url=url, session=session, request_timeout=SECONDS,
                                mastodon_version="4.3.0", version_check_mode="none",
                                ratelimit_method="throw", user_agent="voice-gateway")

    @cached_property
    def us(self) -> Author:
        """The house's own account."""
        with self._speaking():
            return self._author(self._server.account_verify_credentials())

    @cached_property
    def _domain(self) -> str:
        """How the server is called in handles, which need not be where it is."""
        return str(self._server.instance_v2()["domain"]).lower()

    @cached_property
    def longest_answer(self) -> int:
        """How long a post may be, as the server is set up."""
        with self._speaking():
            return int(self._server.instance_v2()["configuration"]["statuses"]["max_characters"])

    def listen(self, since: str, also: tuple[str, ...] = ()) -> News:
        """Mentions of us, those that were filtered too, what was written to us "directly", and who names those in `also` in public."""
        if not since:
            with self._speaking():
                newest = self._notices.notifications(types=["mention"], limit=1)
                return News((), str(newest[0]["id"]) if newest else NOTHING_YET)
        place = Place.told(since)
        posts: dict[str, Post] = {}
        with self._speaking():
            for _ in range(MOST_PAGES):
                page = sorted(self._notices.notifications(types=["mention"], min_id=place.notices, limit=A_PAGE),
                              key=lambda each: int(each["id"]))
                said = [each["status"] for each in page if each["status"]]
                posts |= {each.id: each for each in those_legible(said, self._post, SHAPE)}
                place = replace(place, notices=str(page[-1]["id"]) if page else place.notices)
                if len(page) < A_PAGE:
                    break
        place = self._overheard(place, also, posts)
        return News(tuple(posts.values()), place.cursor)

    def _overheard(self, place: Place, people: tuple[str, ...], posts: dict[str, Post]) -> Place:
        """Add who names our people; gives how far we have read. Whatever is wrong with it keeps nobody from what was written to us."""
        said: list[Any] = []
        if clock.now() < self._deaf_until:
            return place
        with self._if_it_goes():
            self.overheard.are_ours(people, self._number)
            said, place = self.overheard.since(place)
        for each in said:
            with self._if_it_goes():
                posts.setdefault(str(each["id"]), self._post(each))
        return place

    @contextmanager
    def _if_it_goes(self) -> Iterator[None]:
        """Else it is left for a while: for longer where only a person can mend it. A server that wants rest is left alone in all."""
        try:
            with self._speaking():
                yield
        except Trouble as trouble:
            if trouble.again_after:
                raise
            self._deaf_until = clock.now() + (A_WHILE if trouble.lasting else LOOK_EVERY)
            log.warning("who names a colleague on Mastodon could not be looked for: %s", trouble)

    def overhear(self, ring: Callable[[], None]) -> None:
        """Ring whenever somebody names a colleague in public, until that stream ends."""
        with self._speaking():
            self.overheard.stream(ring)

    def why_deaf(self) -> str:
        """Why nobody is heard who names a colleague alone; empty when they are."""
        try:
            with self._speaking():
                self._server.timeline_public(limit=1)
        except Trouble as trouble:
            return str(trouble)
        return ""

    def wake(self, ring: Callable[[], None]) -> None:
        """Ring whenever the server says that there is something new, until its stream ends. Nothing is taken from it."""
        with self._speaking():
            self._server.stream_user(_Listener(ring), timeout=A_WHILE.total_seconds())

    def read(self, post_id: str) -> Post | None:
        """This post as it is now; None when it is gone."""
        with self._speaking():
            status = self._or_none(self._server.status, post_id)
            return self._post(status) if status else None

    def who_is(self, handle: str) -> Author | None:
        """Whose handle, or whose address as an actor, this is now; their own server is asked."""
        with self._speaking():
            wanted = handle if _is_subject(handle) else handle_of(handle)
            found = (self._author(each) for each in self._candidates(wanted))
            return next((each for each in found if wanted in (each.subject, each.handle)), None)

    def has_left(self, whom: Author) -> bool:
        """Does our server know the account no more, or as suspended? Another server that is only down tells nothing here."""
        with self._speaking():
            known = self._or_none(self._server.account_lookup, self._known_as(whom.handle))
            return known is None or bool(known.get("suspended"))

    def answer(self, post: Post, words: str, key: str) -> str:
        """Answer as openly as the post itself is; the server knows the key for an hour."""
        if post.private:
            raise Trouble("it was written to us alone: it is not answered in public", lasting=True)
        with self._speaking():
            there = self._or_none(self._server.status, post.id)
            as_it_is = _text(there, "visibility") if there else ""
        if not as_it_is:
            raise Trouble("the post is gone", lasting=True)
        return self._say(post.author, words, key, in_reply_to_id=post.id, visibility=as_it_is)

    def answered(self, post: Post, words: str, key: str) -> str:
        """The id of an answer of ours in these words below the post."""
        with self._speaking():
            below = self._or_none(self._server.status_context, post.id)
            ours = [each for each in below["descendants"] if each["account"]["uri"] == self.us.subject] if below else []
            return next((str(each["id"]) for each in ours if str(each["in_reply_to_id"]) == post.id
                         and _said(each).endswith(legible(words))), "")

    def write(self, to: Author, words: str, key: str) -> str:
        """Write so that only they see it, and whoever runs their server or ours: by what they are called today, since
        the handle that we know may be somebody else's by now."""
        with self._speaking():
            called = self._author(self._account_of(to))
        return self._say(called, words, key, visibility=PRIVATE)

    def follow(self, whom: Author) -> None:
        """Follow somebody."""
        with self._speaking():
            account = self._account_of(whom)
            _text(self._server.account_follow(_text(account, "id")), "id")

    def begin(self, handle: str, back_to: str, state: str) -> tuple[str, dict[str, str]]:
        """Where somebody shows that this account is theirs: on the server that its address names, as our own server knows it."""
        whom = self.who_is(handle)
        if whom is None:
            raise Trouble(f"there is nobody called {handle} on Mastodon", lasting=True, theirs=True)
        at = urlsplit(whom.subject)
        with self._speaking():
            server = self._url if at.netloc.lower() == self._domain else f"{at.scheme}://{at.netloc}"
        return self.signing_in.begin(whom, server, back_to, state)

    def finish(self, remembered: dict[str, str], answer: dict[str, str]) -> Author:
        """Whose account it is."""
        return self.signing_in.finish(remembered, answer)

    def proves_page(self, whom: Author, page: str) -> bool:
        """Does their profile name this page, and does the page name their profile (rel=me)?

        The server has looked; the house itself never fetches a page that a stranger names.
        """
        with self._speaking():
            fields = self._account_of(whom)["fields"]
            return any(each["verified_at"] and page.rstrip("/") in (link.rstrip("/") for link in _links(each["value"]))
                       for each in fields)

    # ---- how it is done ----

    def _say(self, to: Author, words: str, key: str, **how: Any) -> str:
        with self._speaking():
            said = f"@{self._known_as(to.handle)} {words}"
        length, longest = counted(manners, words, to.handle), self.longest_answer
        if length > longest:
            raise Trouble(f"a post there has at most {longest} characters, and this would have {length}", lasting=True)
        with self._speaking(writes=True):
            return _text(self._server.status_post(said, idempotency_key=key, **how), "id")

    def _known_as(self, handle: str) -> str:
        """How the server itself calls them: without its own name."""
        return handle.removeprefix("@").removesuffix(f"@{self._domain}")

    def _account_of(self, whom: Author) -> Any:
        """Their account, which may be called otherwise by now."""
        for wanted in (whom.handle, whom.subject):
            for each in self._candidates(wanted):
                if each["uri"] == whom.subject:
                    return each
        raise Trouble(f"{whom.handle} is not there any more", lasting=True)

    def _candidates(self, wanted: str) -> Iterator[Any]:
        """Accounts that may be meant: whom the server knows, then whom it finds when it asks around."""
        bare = self._known_as(wanted)
        known = None if _is_subject(wanted) else self._or_none(self._server.account_lookup, bare)
        if known:
            yield known
        yield from self._server.search_v2(bare, resolve=True, result_type="accounts")["accounts"]

    def _author(self, account: Any) -> Author:
        acct, followers = _text(account, "acct").lower(), account["followers_count"]
        return Author(self.name, _text(account, "uri"), f"@{acct}" if "@" in acct else f"@{acct}@{self._domain}",
                      legible(str(account["display_name"] or "")), followers=followers if followers >= 0 else None)

    def _post(self, status: Any) -> Post:
        author = self._author(status["account"])
        return Post(
            self.name, _text(status, "id"), self._thread(status), author, _said(status), _when(status["created_at"]),
            url=str(status["url"] or status["uri"]), private=_text(status, "visibility") == PRIVATE,
            mentions=tuple(self._subject(each) for each in status["mentions"][:MOST_MENTIONS]),
            spread=int(status["reblogs_count"]))

    def _thread(self, status: Any) -> str:
        if not status["in_reply_to_id"]:
            return str(status["id"])
        around = self._or_none(self._server.status_context, status["id"])
        return str(around["ancestors"][0]["id"]) if around and around["ancestors"] else str(status["in_reply_to_id"])

    def _number(self, subject: str) -> str:
        """The number by which our server calls whoever has this address; empty if it knows nobody of it."""
        found = list(self._candidates(subject))
        with suppress(NotAHandle):  # the address of a profile tells the handle too
            found += [] if found else self._candidates(handle_of(subject))
        return next((str(each["id"]) for each in found if each["uri"] == subject), "")

    def _subject(self, mention: Any) -> str:
        """The address as an actor of somebody who is named: a mention itself tells only the server's own number."""
        known = str(mention["id"])
        if known not in self._subjects:
            account = self._or_none(self._server.account, known)
            self._subjects[known] = _text(account, "uri") if account else ""
        return self._subjects[known]

    @staticmethod
    def _or_none(ask: Callable[..., Any], which: Any) -> Any:
        try:
            return ask(which)
        except library.MastodonNotFoundError:
            return None

    @contextmanager
    def _speaking(self, *, writes: bool = False) -> Iterator[None]:
        """Whatever goes wrong meanwhile is told as Trouble, in plain words."""
        try:
            yield
        except library.MastodonUnauthorizedError as error:
            raise Trouble(f"{CANNOT} does not let us in: look at MASTODON_TOKEN", lasting=True) from error
        except library.MastodonRatelimitError as error:
            raise Trouble(f"{CANNOT} says that we ask too often", again_after=self._patience()) from error
        except library.MastodonServerError as error:
            raise Trouble(f"{CANNOT} is out of order ({error.args[1]})", maybe_done=writes) from error
        except library.MastodonNetworkError as error:
            raise Trouble(f"{CANNOT} cannot be reached, or is too slow", maybe_done=writes) from error
        except library.MastodonAPIError as error:
            refused = len(error.args) > 1 and isinstance(error.args[1], int)
            raise Trouble(f"{CANNOT} refuses it: {error.args[-1] or error.args[-2]}" if refused else f"{CANNOT} answers what we do not understand",
                          lasting=refused, maybe_done=writes and not refused) from error
        except library.MastodonMalformedEventError as error:
            raise Trouble(f"{CANNOT} sends in its stream what we do not understand") from error
        except NotAHandle as error:
            raise Trouble(str(error), lasting=True, theirs=True) from error
        except SHAPE as error:
            raise Trouble(f"{CANNOT} answers in another shape than we know", maybe_done=writes) from error

    def _patience(self) -> timedelta:
        """For how long the server wants to be left alone; five minutes where it does not say."""
        at = self._server.ratelimit_reset or self._notices.ratelimit_reset
        return rest(at - clock.now().timestamp()) if at else A_WHILE


class _Listener(library.StreamListener):
    """Hears that something is new, and rings."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring

    def on_notification(self, notification: Any) -> None:
        self._ring()


def _text(told: Any, name: str) -> str:
    """What must be there: the library makes None of whatever a server leaves out."""
    found = told[name]
    if found in (None, ""):
        raise TypeError(f"there is no {name}")
    return str(found)


def _is_subject(typed: str) -> bool:
    return typed.startswith(("https://", "http://"))


def _said(status: Any) -> str:
    """A post's words, with the warning above them if there is one."""
    return legible("\n".join(filter(None, (str(status["spoiler_text"] or ""), plain(str(status["content"]))))))


def _when(at: Any) -> datetime:
    if not isinstance(at, datetime):
        raise TypeError(f"{at!r} is no time")
    return at


def _links(html: str) -> list[str]:
    return [each for each in html.replace("'", '"').split('"') if urlsplit(each).scheme in ("http", "https")]
