"""Bluesky, on the AT Protocol: its notifications are the truth of what was written to us.

Everything is found by names that never change: accounts by their DID, posts by their address. What the network answers is
read field by field, so that a new kind of post does not hide the others. https://docs.bsky.app/docs/category/http-reference
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from atproto import Client, models
from atproto.exceptions import BadRequestError

from flows.facts import MINUTES
from flows.networks.bluesky import manners
from flows.posts import Author, Post
from voice_gateway import clock
from voice_gateway.answer_length import counted
from voice_gateway.networks import News, Trouble
from voice_gateway.networks import bluesky_chat as chat
from voice_gateway.networks import bluesky_stream as stream
from voice_gateway.networks.bluesky_account import GONE, NO_SUCH_PROFILE, Account, error_message, error_name
from voice_gateway.networks.bluesky_inbox import Inbox, Mark
from voice_gateway.networks.bluesky_letter import Letter
from voice_gateway.networks.bluesky_page import Found, Page, inner, mentions
from voice_gateway.networks.bluesky_sign_in import SignIn
from voice_gateway.settings import Settings

log = logging.getLogger(__name__)

NAME = "bluesky"
REASONS = ["mention", "reply", "quote"]
MOST_AT_ONCE = 25
PAGE, MOST_PAGES = 100, 500
LOOK_BACK = 15 * MINUTES
"""Posts are sorted by the moment that their author's clock claims, so one that comes now may belong before the last."""
DEAF_FOR = 1 * MINUTES
CLOCKS_DIFFER_BY = 5 * MINUTES
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
PUBLIC = "at://"
POST, FOLLOW = "app.bsky.feed.post", "app.bsky.graph.follow"
LETTERS_OF_A_KEY = "234567abcdefghijklmnopqrstuvwxyz"


def opened(settings: Settings) -> Mapping[str, Bluesky]:
    """The house's account there."""
    assert settings.bluesky_handle and settings.bluesky_password, "the settings have seen to it"
    password = settings.bluesky_password.get_secret_value()
    account = Account(settings.bluesky_url, settings.bluesky_handle, password, settings.data_dir)
    return {NAME: Bluesky(account, SignIn.of(settings.public_base_url, settings.bluesky_url))}


class Bluesky:
    """The network, as the house's account sees it."""

    name = NAME

    def __init__(self, account: Account, signing_in: SignIn) -> None:
        self.account, self.signing_in, self.inbox = account, signing_in, Inbox(account)
        self._deaf_until = BEGINNING

    @property
    def us(self) -> Author:
        """The house's own account."""
        session = self.account.session
        return Author(NAME, session.did, session.handle)

    def listen(self, since: str, also: tuple[str, ...] = ()) -> News:
        """What names us, answers us or quotes us since this cursor, and what is written to us in the chat."""
        if not since:
            latest = list(self._notices(None))
            newest = _newest(latest, BEGINNING)
            begins = Place(newest, frozenset(map(_mark, latest)), Mark("", clock.now()), newest)
            return News((), begins.cursor)
        place = Place.told(since)
        notices = list(self._notices(place.start))
        naming = self._overheard(also, place.named)
        fresh = [*(each for each in notices if not place.knows(each)), *(each for each in naming or () if _mark(each) not in place.seen)]
        letters, mark = self.inbox.look(place.chat)
        posts = sorted([*self._posts(fresh), *self._told(letters)], key=lambda each: each.at)
        return News(tuple(posts), replace(place.after([*notices, *(naming or ())], searched=naming is not None), chat=mark).cursor)

    def why_deaf(self) -> str:
        """Why nobody is heard who names a colleague alone; empty when they are."""
        try:
            list(self._naming((self.us.subject,), clock.now()))
        except Trouble as trouble:
            return str(trouble)
        return ""

    def wake(self, ring: Callable[[], None]) -> None:
        """Ring whenever somebody may have written to us."""
        stream.listen(self.account.url, self.us.subject, ring)

    def read(self, post_id: str) -> Post | None:
        """This post as it is now, with its author's reach; None when it is gone."""
        if not post_id.startswith(PUBLIC):
            return next(self._told([self.inbox.find(post_id)], only_who_is_there=True), None)
        view = self._views([post_id]).get(post_id)
        return next(self._posts([view]), None) if view else None

    def who_is(self, handle: str) -> Author | None:
        """Whose handle this is now, or whose DID."""
        return next(iter(self._authors([handle]).values()), None)

    def has_left(self, whom: Author) -> bool:
        """Is their account closed, suspended or taken down?"""
        told = models.AppBskyActorGetProfile.Params(actor=whom.subject)

        def question(client: Client) -> bool:
            try:
                client.invoke_query("app.bsky.actor.getProfile", params=told, output_encoding="application/json")
            except BadRequestError as refused:
                if error_name(refused) in GONE or error_message(refused) == NO_SUCH_PROFILE:
                    return True
                raise
            return False

        return self.account.ask("see whether an account is still there", question)

    def answer(self, post: Post, words: str, key: str) -> str:
        """Answer under this post. The address of an answer is made from its key, so a second one finds the first."""
        if (length := counted(manners, words)) > manners.longest_answer:
            raise Trouble(f"a post on Bluesky has at most {manners.longest_answer} characters, and this would have {length}", lasting=True)
        parent = self._views([post.id]).get(post.id)
        if parent is None:
            raise Trouble("the post is gone, or its author has blocked us", lasting=True)

        def record(client: Client) -> models.AppBskyFeedPost.Record:
            return models.AppBskyFeedPost.Record(
                created_at=client.get_current_time_iso(), text=words, facets=client.detect_facets(words),
                reply=models.AppBskyFeedPost.ReplyRef(parent=_reference(parent), root=_root(parent)))

        return self._put("answer", POST, record_key(f"{post.id} {key}", post.at), record)

    def answered(self, post: Post, words: str, key: str) -> str:
        """The address of our answer of this key, if it is there."""
        return self._there(POST, record_key(f"{post.id} {key}", post.at))

    def write(self, to: Author, words: str, key: str) -> str:
        """Write to somebody in Bluesky's chat."""
        return chat.write(self.account, to, words)

    def written(self, to: Author, words: str, since: datetime) -> str:
        """The id of what we have written to them in the chat since then, if it is there: the chat knows no keys."""
        return self.inbox.ours(to, words, since)

    def unheard(self) -> str:
        """Why we hear nothing of what is written to us privately; empty when we do."""
        return self.inbox.why_not()

    def follow(self, whom: Author) -> None:
        """Follow somebody whom we do not follow yet."""
        profile = self._profiles([whom.subject]).get(whom.subject)
        if profile is None:
            raise Trouble(f"@{whom.handle} is no longer on Bluesky", lasting=True)
        if not inner(profile, "viewer").get("following"):
            self._put("follow people", FOLLOW, record_key(whom.subject, BEGINNING), lambda client: models.AppBskyGraphFollow.Record(
                created_at=client.get_current_time_iso(), subject=whom.subject))

    def begin(self, handle: str, back_to: str, state: str) -> tuple[str, dict[str, str]]:
        """Where somebody shows that this account is theirs."""
        return self.signing_in.begin(handle, back_to, state)

    def finish(self, remembered: dict[str, str], answer: dict[str, str]) -> Author:
        """Whose account it is. That is proved even when nothing more can be told of it at the moment."""
        did = self.signing_in.finish(remembered, answer)
        try:
            return self.who_is(did) or Author(NAME, did, did)
        except Trouble:
            return Author(NAME, did, did)

    def _put(self, what: str, kind: str, key: str, record: Callable[[Client], Any]) -> str:
        """Write this record of ours down there, unless it is there."""
        def question(client: Client) -> str:
            return str(client.com.atproto.repo.create_record(models.ComAtprotoRepoCreateRecord.Data(
                repo=self.us.subject, collection=kind, rkey=key, record=record(client))).uri)

        there = self._there(kind, key)
        try:
            return there or self.account.ask(what, question, writes=True)
        except Trouble as refused:
            if refused.lasting and (made := self._there(kind, key)):
                return made  # by another process, at the same moment
            raise

    def _there(self, kind: str, key: str) -> str:
        """The address of this record of ours; empty when it is not there."""
        told = models.ComAtprotoRepoGetRecord.Params(repo=self.us.subject, collection=kind, rkey=key)

        def question(client: Client) -> str:
            try:
                return str(client.invoke_query("com.atproto.repo.getRecord", params=told,
                                               output_encoding="application/json").content["uri"])
            except BadRequestError as refused:
                if error_name(refused) == "RecordNotFound":
                    return ""
                raise

        return self.account.ask("look up what we wrote", question)

    def _overheard(self, colleagues: tuple[str, ...], start: datetime) -> list[Found] | None:
        """Posts since then that name our people; None where they could not be searched for. That keeps nobody from what is written to us."""
        if clock.now() < self._deaf_until:
            return None
        try:
            return list(self._naming(colleagues, start))
        except Trouble as trouble:
            if trouble.again_after:
                raise
            self._deaf_until = clock.now() + DEAF_FOR
            log.warning("who names a colleague on Bluesky could not be looked for: %s", trouble)
            return None

    def _naming(self, colleagues: tuple[str, ...], start: datetime) -> Iterator[Found]:
        """Posts since then that name one of these: they are no news to our own account, so they are searched for."""
        for did, author in self._authors(colleagues).items():
            told = models.AppBskyFeedSearchPosts.Params(q=f"@{author.handle}", mentions=did, sort="latest", limit=PAGE,
                                                        since=start.isoformat())
            page = self._ask("search for posts", "app.bsky.feed.searchPosts", told)
            yield from (each for each in page.found("posts") if _is_a_post(each) and did in mentions(each["record"]))

    def _notices(self, start: datetime | None) -> Iterator[Found]:
        """Notices from the newest back to this moment; the newest page alone when none is given."""
        cursor: str | None = None
        for _ in range(MOST_PAGES):
            told = models.AppBskyNotificationListNotifications.Params(
                reasons=REASONS, limit=PAGE, cursor=cursor)
            page = self._ask("read what is written to us", "app.bsky.notification.listNotifications", told)
            notices = [each for each in page.found("notifications") if _is_a_post(each)]
            yield from notices
            before, cursor = cursor, page.cursor
            if not start or not cursor or cursor == before or (notices and _when(notices[-1]) < start):
                return
        raise Trouble(f"Bluesky comes to no end: more than {MOST_PAGES} pages of what is written to us")

    def _posts(self, found: Iterable[Found]) -> Iterator[Post]:
        """These as posts, oldest first, as they are now. One that the network shows no longer is told as it was noticed."""
        noticed = sorted({each["uri"]: each for each in found}.values(), key=_when)
        views = self._views([each["uri"] for each in noticed])
        authors = self._authors({each["author"]["did"] for each in noticed})
        for each in noticed:
            did = each["author"]["did"]
            yield _post(views.get(each["uri"], each), authors.get(did) or _author(each["author"]))

    def _told(self, letters: list[Letter], *, only_who_is_there: bool = False) -> Iterator[Post]:
        """Messages of the chat as posts that only we can read. Whoever has left meanwhile is known by their DID."""
        authors = self._authors({each.by for each in letters})
        for each in letters:
            if each.by in authors or not only_who_is_there:
                author = authors.get(each.by) or Author(NAME, each.by, each.by)
                yield Post(NAME, each.id, each.talk, author, each.words, each.at, private=True, mentions=mentions(each.message))

    def _views(self, addresses: Iterable[str]) -> dict[str, Found]:
        """Posts by address, those that are there."""
        views: dict[str, Found] = {}
        for some in _by_handfuls(each for each in addresses if each.startswith(PUBLIC)):
            page = self._ask("read posts", "app.bsky.feed.getPosts", models.AppBskyFeedGetPosts.Params(uris=some))
            views |= {each["uri"]: each for each in page.found("posts") if _is_a_post(each)}
        return views

    def _authors(self, names: Iterable[str]) -> dict[str, Author]:
        """Accounts by their DID, those that there are, with their reach."""
        return {did: _author(each) for did, each in self._profiles(names).items()}

    def _profiles(self, names: Iterable[str]) -> dict[str, Found]:
        profiles: dict[str, Found] = {}
        for some in _by_handfuls(names):
            told = models.AppBskyActorGetProfiles.Params(actors=some)
            page = self._ask("look people up", "app.bsky.actor.getProfiles", told)
            profiles |= {each["did"]: each for each in page.found("profiles") if _is_an_account(each)}
        return profiles

    def _ask(self, what: str, method: str, told: Any) -> Page:
        def question(client: Client) -> Page:
            return Page(client.invoke_query(method, params=told, output_encoding="application/json").content)

        return self.account.ask(what, question)


@dataclass(frozen=True, slots=True)
class Place:
    """How far we have read: everything before `start`, and after it what is `seen`; how far in the `chat`; since when our
    people's names are searched for.
    """

    start: datetime
    seen: frozenset[str]
    chat: Mark
    named: datetime

    @staticmethod
    def told(cursor: str) -> Place:
        """Raises Trouble when this is no cursor of ours."""
        try:
            told = json.loads(cursor)
            start, named = (datetime.fromisoformat(each) for each in (told["start"], told.get("named", told["start"])))
            return Place(start, frozenset(told["seen"].split()), Mark.told(told.get("chat")), named)
        except (ValueError, TypeError, KeyError, AttributeError):
            raise Trouble("the place at which we stopped reading Bluesky is illegible", lasting=True) from None

    def after(self, notices: list[Found], *, searched: bool) -> Place:
        """Where we are once these have been read, which are all since `start` or more."""
        start = max(self.start, _newest(notices, self.start) - LOOK_BACK)
        seen = frozenset(_mark(each) for each in notices if _when(each) >= start)
        return Place(start, seen, self.chat, start if searched else self.named)

    def knows(self, notice: Found) -> bool:
        return _when(notice) < self.start or _mark(notice) in self.seen

    @property
    def cursor(self) -> str:
        return json.dumps({"start": self.start.isoformat(), "seen": " ".join(sorted(self.seen)), "chat": self.chat.written,
                           "named": self.named.isoformat()})


def _by_handfuls(names: Iterable[str]) -> Iterator[list[str]]:
    every = list(names)
    return (every[first:first + MOST_AT_ONCE] for first in range(0, len(every), MOST_AT_ONCE))


def _is_a_post(found: Found) -> bool:
    try:
        if _when(found).tzinfo is None:
            return False
    except (KeyError, TypeError, ValueError):
        return False
    author = found.get("author")
    return (str(found.get("uri")).startswith(PUBLIC) and isinstance(found.get("record"), dict)
            and isinstance(author, dict) and _is_an_account(author))


def _is_an_account(found: Found) -> bool:
    return all(isinstance(found.get(name), str) and found[name] for name in ("did", "handle"))


def _when(found: Found) -> datetime:
    return datetime.fromisoformat(found["indexedAt"])


def _newest(found: list[Found], otherwise: datetime) -> datetime:
    """The newest moment among these. One that is yet to come would make us skip all that comes before it."""
    return max((_when(each) for each in found if _when(each) <= clock.now() + CLOCKS_DIFFER_BY), default=otherwise)


def _mark(notice: Found) -> str:
    return hashlib.sha256(notice["uri"].encode()).hexdigest()[:10]


def _author(found: Found) -> Author:
    return Author(NAME, found["did"], found["handle"], found.get("displayName") or "", followers=found.get("followersCount"))


def _post(found: Found, author: Author) -> Post:
    record, key = found["record"], found["uri"].rpartition("/")[2]
    thread = inner(inner(record, "reply"), "root").get("uri") or found["uri"]
    return Post(
        network=NAME, id=found["uri"], thread=thread, author=author, words=record.get("text") or "", at=_when(found),
        url=f"https://bsky.app/profile/{author.subject}/post/{key}", mentions=mentions(record),
        can_reply=not inner(found, "viewer").get("replyDisabled", False), spread=found.get("repostCount") or 0,
    )


def record_key(meant: str, at: datetime) -> str:
    """An address for what is meant by these words: always the same one, in the form that the network wants (a TID).

    It begins with a moment, by which repositories are sorted. https://atproto.com/specs/tid
    """
    moment = int(at.timestamp()) * 1_000_000
    chance = int.from_bytes(hashlib.sha256(meant.encode()).digest()[:4]) >> 2
    number = (moment << 10) + chance
    return "".join(LETTERS_OF_A_KEY[number >> shift & 31] for shift in range(60, -1, -5))


def _reference(found: Found) -> models.ComAtprotoRepoStrongRef.Main:
    return models.ComAtprotoRepoStrongRef.Main(uri=found["uri"], cid=found["cid"])


def _root(parent: Found) -> models.ComAtprotoRepoStrongRef.Main:
    """The post with which the conversation began."""
    return _reference(inner(inner(parent["record"], "reply"), "root") or parent)
