"""X, by tweepy. Each look costs money, so each is counted before it is made, and nothing is asked for twice.

Prices are those of https://docs.x.com/x-api/getting-started/pricing, as of November 2026.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from typing import Any

import requests
import tweepy

from flows.networks import NotAHandle
from flows.networks.x import handle as handle_of
from flows.networks.x import manners
from flows.posts import Author, Post
from voice_gateway import clock
from voice_gateway.answer_length import counted
from voice_gateway.gateway import open_store
from voice_gateway.networks import SHAPE, Network, News, Trouble, rest, those_legible
from voice_gateway.networks.purse import Purse, for_x
from voice_gateway.networks.x_sign_in import SignIn
from voice_gateway.public_web import PublicWeb
from voice_gateway.settings import Settings
from voice_gateway.wire import legible

SECONDS = 10.0
MENTION, POST_READ, PERSON_READ, OWN_READ = 0.001, 0.005, 0.010, 0.001  # dollars
SAY, SAY_WITH_LINK, WRITE, FOLLOW = 0.015, 0.20, 0.015, 0.015
A_PAGE, MOST_PAGES = 100, 8
ONLY_ONCE = timedelta(minutes=15)  # the length of X's own windows
FIRST_MOMENT = 1288834974657  # ms; since then its ids count the milliseconds, 2**22 a piece
OF_POST: dict[str, Any] = {
    "expansions": ["author_id", "referenced_tweets.id.author_id"], "user_fields": ["public_metrics"], "user_auth": True,
    "tweet_fields": ["created_at", "conversation_id", "referenced_tweets", "entities", "public_metrics", "note_tweet"]}
_LINK = re.compile(r"https?://|\b[a-z0-9-]+\.(?:com|org|net|io|co|example)\b", re.IGNORECASE)


def opened(settings: Settings) -> dict[str, Network]:
    """The house's account there, as the environment tells."""
    assert settings.x_consumer_secret, "without it this is not opened"
    assert settings.x_access_token, "it belongs to the others"
    assert settings.x_access_token_secret, "it belongs to the others"
    client = tweepy.Client(
        consumer_key=settings.x_consumer_key, consumer_secret=settings.x_consumer_secret.get_secret_value(),
        access_token=settings.x_access_token, access_token_secret=settings.x_access_token_secret.get_secret_value(),
        return_type=dict)
    subject, purse = settings.x_access_token.partition("-")[0], for_x(open_store(settings), settings)
    if not settings.x_client_id:
        return {"x": X(client, subject, purse)}
    secret = settings.x_client_secret.get_secret_value() if settings.x_client_secret else ""
    return {"x": WhereOneSignsIn(client, subject, purse, SignIn(settings.x_client_id, secret, purse, PublicWeb()))}


class X:
    """The house's account on X. `subject`: its number there."""

    name = "x"

    def __init__(self, client: tweepy.Client, subject: str, purse: Purse) -> None:
        self._x, self._subject, self._purse = client, subject, purse
        self._x.session = _Impatient(self._x.session)

    @cached_property
    def us(self) -> Author:
        """The house's own account. Its number is the beginning of its token; its name is asked for once, since that costs."""
        return self.who_is(self._subject) or Author(self.name, self._subject, "")

    def listen(self, since: str, also: tuple[str, ...] = ()) -> News:
        """Who named us, or a colleague. Private messages are told by the webhook alone: each look would cost a cent for each."""
        if not since:
            return News((), str(int(clock.now().timestamp() * 1000 - FIRST_MOMENT) << 22))
        found: dict[str, Post] = {}
        for whom in (self._subject, *also):
            for page in self._pages(self._x.get_users_mentions, whom, MENTION if whom == self._subject else POST_READ, since_id=since):
                found |= {post.id: post for post, _ in page}
        posts = tuple(sorted(found.values(), key=lambda each: int(each.id)))
        return News(tuple(each for each in posts if each.author.subject != self._subject), posts[-1].id if posts else since)

    def read(self, post_id: str) -> Post | None:
        """This post as it is now; None when it is gone."""
        with self._speaking(POST_READ + PERSON_READ):
            told = self._or_none(self._x.get_tweet, post_id, **OF_POST)
            return self._post(told["data"], _people(told), _others(told)) if told else None

    def who_is(self, handle: str) -> Author | None:
        """Whose handle, or whose number, this is now."""
        with self._speaking():
            which = {"id": handle} if handle.isdigit() else {"username": handle_of(handle).removeprefix("@")}
        with self._speaking(PERSON_READ):
            told = self._or_none(self._x.get_user, **which, user_fields=["public_metrics"], user_auth=True)
            return self._author(told["data"]) if told else None

    def has_left(self, whom: Author) -> bool:
        """Is their account closed or suspended? X says of both that there is no such person."""
        return self.who_is(whom.subject) is None

    def answer(self, post: Post, words: str, key: str) -> str:
        """Answer whoever named or quoted us. X has no keys: it refuses the same words twice, and then what is there is found."""
        if post.private:
            raise Trouble("it was written to us alone: it is not answered in public", lasting=True)
        if not post.can_reply:
            raise Trouble("X lets a program answer only whoever has named or quoted us", lasting=True)
        if (length := counted(manners, words)) > manners.longest_answer:
            raise Trouble(f"a post on X has at most {manners.longest_answer} characters, and this would have {length}", lasting=True)
        try:
            with self._speaking(SAY_WITH_LINK if _LINK.search(words) else SAY, writes=True):
                return str(self._x.create_tweet(text=words, in_reply_to_tweet_id=post.id)["data"]["id"])
        except Trouble as trouble:
            if isinstance(trouble.__cause__, tweepy.Forbidden) and (before := self.answered(post, words, key)):
                return before
            raise

    def answered(self, post: Post, words: str, key: str) -> str:
        """The id of an answer of ours in these words to the post."""
        for page in self._pages(self._x.get_users_tweets, self._subject, OWN_READ, since_id=post.id):
            for said, answers in page:
                if said.words.endswith(legible(words)) and answers == post.id:
                    return said.id
        return ""

    def write(self, to: Author, words: str, key: str) -> str:
        """Write to somebody so that nobody else reads it."""
        with self._speaking(WRITE, writes=True):
            return str(self._x.create_direct_message(participant_id=to.subject, text=words)["data"]["dm_event_id"])

    def follow(self, whom: Author) -> None:
        """Follow somebody."""
        with self._speaking(FOLLOW, writes=True):
            self._x.follow_user(whom.subject)["data"]

    # ---- how it is done ----

    def _pages(self, ask: Callable[..., Any], whom: str, price: float, **how: Any) -> Iterator[list[tuple[Post, str]]]:
        """Every page, the newest first, each post with the id of the one that it answers: what is left out of one would never be asked for again."""
        token: dict[str, str] = {}
        for _ in range(MOST_PAGES):
            self._purse.must_hold(price)  # what is paid is what comes, and mostly nothing does
            with self._speaking():
                told = ask(whom, max_results=A_PAGE, **OF_POST, **how, **token)
                said = told.get("data", ())
                self._purse.add(len(said) * price)
                posts = those_legible(said, partial(self._post, people=_people(told), others=_others(told)), SHAPE)
                following = told["meta"].get("next_token")
            answers = {str(each.get("id")): _of(each).get("replied_to", "") for each in said}
            yield [(each, answers[each.id]) for each in posts]
            if not following:
                return
            token = {"pagination_token": str(following)}

    def _post(self, told: dict[str, Any], people: dict[str, Any], others: dict[str, Any]) -> Post:
        of = _of(told)
        mentions = tuple(str(each["id"]) for each in told.get("entities", {}).get("mentions", ()) if "id" in each)
        quotes_us = others.get(of.get("quoted", ""), {}).get("author_id") == self._subject
        whole = told.get("note_tweet", {}).get("text") or told["text"]
        whose = people.get(told["author_id"])  # X leaves out whom it does not show to us
        author = self._author(whose) if whose else Author(self.name, str(told["author_id"]), "")
        return Post(self.name, str(told["id"]), str(told["conversation_id"]), author,
                    legible(whole), datetime.fromisoformat(told["created_at"]).astimezone(UTC),
                    url=f"https://x.com/i/status/{told['id']}", mentions=mentions, repeats=of.get("retweeted", ""),
                    can_reply=self._subject in mentions or quotes_us, spread=int(told["public_metrics"]["retweet_count"]))

    def _author(self, told: dict[str, Any]) -> Author:
        reach = told.get("public_metrics", {}).get("followers_count")
        return Author(self.name, str(told["id"]), f"@{told['username'].lower()}", legible(told["name"]), followers=reach)

    @staticmethod
    def _or_none(ask: Callable[..., Any], *which: Any, **how: Any) -> Any:
        """What was asked for; None where X says that it is not there (it says so in an answer that is none of failure)."""
        try:
            told = ask(*which, **how)
        except tweepy.NotFound:
            return None
        gone = any(str(each.get("type", "")).endswith("resource-not-found") for each in told.get("errors", ()))
        return None if gone and "data" not in told else told

    @contextmanager
    def _speaking(self, price: float = 0, *, writes: bool = False) -> Iterator[None]:
        """Pay first; whatever goes wrong meanwhile is told as Trouble, in plain words."""
        if price:
            self._purse.pay(price)
        try:
            yield
        except tweepy.Unauthorized as error:
            raise Trouble("X does not let us in: look at the four X_ variables", lasting=True) from error
        except tweepy.TooManyRequests as error:
            raise Trouble("X says that we ask too often", again_after=_patience(error)) from error
        except tweepy.TwitterServerError as error:
            raise Trouble(f"X is out of order ({error.response.status_code})", maybe_done=writes) from error
        except tweepy.HTTPException as error:
            why = "; ".join(map(str, error.api_messages)) or error.response.status_code
            raise Trouble(f"X refuses it: {why}", lasting=True) from error
        except requests.JSONDecodeError as error:
            raise Trouble("X answers what we do not understand", maybe_done=writes) from error
        except requests.RequestException as error:
            raise Trouble("X cannot be reached, or is too slow", maybe_done=writes) from error
        except NotAHandle as error:
            raise Trouble(str(error), lasting=True, theirs=True) from error
        except SHAPE as error:
            raise Trouble("X answers in another shape than we know", maybe_done=writes) from error


class WhereOneSignsIn(X):
    """The same for a house with a client of its own, so that people can show there who they are."""

    def __init__(self, client: tweepy.Client, subject: str, purse: Purse, signing_in: SignIn) -> None:
        super().__init__(client, subject, purse)
        self.begin, self.finish = signing_in.begin, signing_in.finish


class _Impatient(requests.Session):
    """tweepy waits for ever where nobody tells it otherwise."""

    def __init__(self, like: requests.Session) -> None:
        super().__init__()
        self.adapters = like.adapters

    def request(self, *what: Any, **how: Any) -> requests.Response:
        return super().request(*what, **{"timeout": SECONDS} | how)


def _of(told: dict[str, Any]) -> dict[str, str]:
    """The posts that this one answers, quotes or passes on."""
    return {each["type"]: str(each["id"]) for each in told.get("referenced_tweets", ())}


def _people(told: dict[str, Any]) -> dict[str, Any]:
    return {each["id"]: each for each in told.get("includes", {}).get("users", ())}


def _others(told: dict[str, Any]) -> dict[str, Any]:
    return {each["id"]: each for each in told.get("includes", {}).get("tweets", ())}


def _patience(error: tweepy.TooManyRequests) -> timedelta:
    """Until when X wants to be left alone; a quarter of an hour where it does not say."""
    at = error.response.headers.get("x-rate-limit-reset", "")
    return rest(float(at) - clock.now().timestamp()) if at.isdigit() else ONLY_ONCE
