"""Bluesky, on the AT Protocol: its notifications are the truth of what was written to us.

Everything is found by names that never change: accounts by their DID, posts by their address. What the network answers is
read field by field, so that a new kind of post does not hide the others. https://docs.bsky.app/docs/category/http-reference
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from atproto import AtUri, Client, models
from atproto.exceptions import BadRequestError

from flows.facts import MINUTES
from flows.posts import Author, Post
from voice_gateway.networks import News, Trouble
from voice_gateway.networks.bluesky_account import GONE, Account, error_name
from voice_gateway.settings import Settings

NAME = "bluesky"
REASONS = ["mention", "reply", "quote"]
MOST_AT_ONCE = 25
PAGE = 100
LOOK_BACK = 15 * MINUTES
"""Posts are sorted by the moment that their author's clock claims, so one that comes now may belong before the last."""
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST_POST = 300
POST, FOLLOW = "app.bsky.feed.post", "app.bsky.graph.follow"
MENTION = "app.bsky.richtext.facet#mention"
LETTERS_OF_A_KEY = "234567abcdefghijklmnopqrstuvwxyz"

Found = Mapping[str, Any]
"""What the network tells of something, as it came."""


def opened(settings: Settings) -> Mapping[str, Bluesky]:
    """The house's account there."""
    assert settings.bluesky_handle and settings.bluesky_password, "the settings have seen to it"
    password = settings.bluesky_password.get_secret_value()
    return {NAME: Bluesky(Account(settings.bluesky_url, settings.bluesky_handle, password, settings.data_dir))}


class Bluesky:
    """The network, as the house's account sees it."""

    name = NAME

    def __init__(self, account: Account) -> None:
        self.account = account

    @property
    def us(self) -> Author:
        """The house's own account."""
        session = self.account.session
        return Author(NAME, session.did, session.handle)

    def listen(self, since: str, also: tuple[str, ...] = ()) -> News:
        """What names us, answers us or quotes us since this cursor."""
        if not since:
            latest = list(self._notices(None))
            return News((), Place(max(map(_when, latest), default=BEGINNING), frozenset(map(_mark, latest))).cursor)
        place = Place.told(since)
        notices = list(self._notices(place.start))
        fresh = [each for each in notices if not place.knows(each)]
        return News(tuple(self._posts(fresh)), place.after(notices).cursor)

    def read(self, post_id: str) -> Post | None:
        """This post as it is now, with its author's reach; None when it is gone."""
        view = self._views([post_id]).get(post_id)
        return next(self._posts([view]), None) if view else None

    def who_is(self, handle: str) -> Author | None:
        """Whose handle this is now, or whose DID."""
        return next(iter(self._authors([handle]).values()), None)

    def _notices(self, start: datetime | None) -> Iterator[Found]:
        """Notices from the newest back to this moment; the newest alone when none is given."""
        cursor: str | None = None
        while True:
            told = models.AppBskyNotificationListNotifications.Params(
                reasons=REASONS, limit=PAGE if start else 1, cursor=cursor)
            page = self._ask("read what is written to us", "app.bsky.notification.listNotifications", told)
            notices = [each for each in page["notifications"] if _is_a_post(each)]
            yield from notices
            before, cursor = cursor, page.get("cursor")
            if not start or not cursor or cursor == before or (notices and _when(notices[-1]) < start):
                return

    def _posts(self, found: Iterable[Found]) -> Iterator[Post]:
        """These as posts, oldest first, as they are now. One that the network shows no longer is told as it was noticed."""
        noticed = sorted(found, key=_when)
        views = self._views([each["uri"] for each in noticed])
        authors = self._authors({each["author"]["did"] for each in noticed})
        for each in noticed:
            did = each["author"]["did"]
            yield _post(views.get(each["uri"], each), authors.get(did) or _author(each["author"]))

    def _views(self, addresses: Iterable[str]) -> dict[str, Found]:
        """Posts by address, those that are there."""
        views: dict[str, Found] = {}
        for some in _by_handfuls(each for each in addresses if each.startswith("at://")):
            answer = self._ask("read posts", "app.bsky.feed.getPosts", models.AppBskyFeedGetPosts.Params(uris=some))
            views |= {each["uri"]: each for each in answer["posts"]}
        return views

    def _authors(self, names: Iterable[str]) -> dict[str, Author]:
        """Accounts by their DID, those that there are, with their reach."""
        authors: dict[str, Author] = {}
        for some in _by_handfuls(names):
            told = models.AppBskyActorGetProfiles.Params(actors=some)
            answer = self._ask("look people up", "app.bsky.actor.getProfiles", told)
            authors |= {each["did"]: _author(each) for each in answer["profiles"]}
        return authors

    def _ask(self, what: str, method: str, told: Any) -> Any:
        def question(client: Client) -> Any:
            return client.invoke_query(method, params=told, output_encoding="application/json").content

        return self.account.ask(what, question)


@dataclass(frozen=True, slots=True)
class Place:
    """How far we have read: everything before `start`, and after it what is `seen`."""

    start: datetime
    seen: frozenset[str] = frozenset()

    @staticmethod
    def told(cursor: str) -> Place:
        """Raises Trouble when this is no cursor of ours."""
        try:
            told = json.loads(cursor)
            return Place(datetime.fromisoformat(told["start"]), frozenset(told["seen"].split()))
        except (ValueError, TypeError, KeyError, AttributeError):
            raise Trouble("the place at which we stopped reading Bluesky is illegible", lasting=True) from None

    def after(self, notices: list[Found]) -> Place:
        """Where we are once these have been read, which are all since `start` or more."""
        newest = max(map(_when, notices), default=self.start)
        start = max(self.start, newest - LOOK_BACK)
        return Place(start, frozenset(_mark(each) for each in notices if _when(each) >= start))

    def knows(self, notice: Found) -> bool:
        return _when(notice) < self.start or _mark(notice) in self.seen

    @property
    def cursor(self) -> str:
        return json.dumps({"start": self.start.isoformat(), "seen": " ".join(sorted(self.seen))})


def _by_handfuls(names: Iterable[str]) -> Iterator[list[str]]:
    every = list(names)
    return (every[first:first + MOST_AT_ONCE] for first in range(0, len(every), MOST_AT_ONCE))


def _is_a_post(notice: Found) -> bool:
    try:
        return str(notice["uri"]).startswith("at://") and bool(notice["author"]["did"]) and bool(_when(notice))
    except (KeyError, TypeError, ValueError):
        return False


def _when(found: Found) -> datetime:
    return datetime.fromisoformat(found["indexedAt"])


def _mark(notice: Found) -> str:
    return hashlib.sha256(notice["uri"].encode()).hexdigest()[:10]


def _author(found: Found) -> Author:
    return Author(NAME, found["did"], found["handle"], found.get("displayName") or "", followers=found.get("followersCount"))


def _post(found: Found, author: Author) -> Post:
    record, address = found["record"], AtUri.from_str(found["uri"])
    thread = ((record.get("reply") or {}).get("root") or {}).get("uri") or found["uri"]
    viewer = found.get("viewer") or {}
    return Post(
        network=NAME, id=found["uri"], thread=thread, author=author, words=record.get("text") or "", at=_when(found),
        url=f"https://bsky.app/profile/{author.subject}/post/{address.rkey}", mentions=_mentions(record),
        can_reply=not viewer.get("replyDisabled", False), spread=found.get("repostCount") or 0,
    )


def _mentions(record: Found) -> tuple[str, ...]:
    features = (each for facet in record.get("facets") or () for each in facet.get("features") or ())
    return tuple(dict.fromkeys(each["did"] for each in features if each.get("$type") == MENTION and each.get("did")))
