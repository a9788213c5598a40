"""The square: social networks that fit in a folder, for scenarios and for the demo. No real network is like it.

Each network is a town of its own. In it people have a subject that never changes and a handle that may, they
post where all can read it, write so that only one can, answer, pass on, and take back what they said.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

HANDLE = re.compile(r"@[\w.@-]*\w")
LONGEST = 3000
HOUSE = "acme.example"


class NotDone(Exception):
    """What was asked for is not possible in this town; the message says why."""


@dataclass(frozen=True)
class Citizen:
    """Somebody who has an account."""

    subject: str
    handle: str
    name: str = ""
    followers: int = 0


@dataclass(frozen=True)
class Said:
    """Something that was said. ``to`` is empty when all can read it, else the subject of the only one who can."""

    n: int
    id: str
    thread: str
    by: str
    words: str
    at: datetime
    to: str = ""
    answers: str = ""
    repeats: str = ""
    mentions: tuple[str, ...] = ()
    key: str = ""
    gone: bool = False


@dataclass
class Town:
    """One network. ``house`` is the subject of the account of whoever uses the sandbox."""

    name: str
    now: Callable[[], datetime]
    house: str = ""
    people: dict[str, Citizen] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    follows: set[tuple[str, str]] = field(default_factory=set)
    signed_in: dict[str, str] = field(default_factory=dict)

    def join(self, handle: str, name: str = "", followers: int = 0) -> Citizen:
        """Somebody opens an account, or has it already."""
        handle = handle.removeprefix("@").casefold()
        known = self.find(handle)
        if known:
            return known
        digest = hashlib.sha256(f"{self.name} {handle} {len(self.people)}".encode()).digest()
        subject = f"did:plc:{base64.b32encode(digest).decode().lower()[:24]}"
        self.people[subject] = Citizen(subject, handle, name, followers)
        return self.people[subject]

    def becomes(self, subject: str, **ways: object) -> Citizen:
        """Another handle, another name, other followers: the subject stays."""
        self.people[subject] = replace(self.people[subject], **ways)  # type: ignore[arg-type]
        return self.people[subject]

    def leave(self, subject: str) -> None:
        """Somebody closes their account: what they said goes with it."""
        del self.people[subject]
        self.said[:] = [replace(each, gone=True) if each.by == subject else each for each in self.said]

    def find(self, who: str) -> Citizen | None:
        """By subject, or by the handle that they have now."""
        handle = who.removeprefix("@").casefold()
        return self.people.get(who) or next((each for each in self.people.values() if each.handle == handle), None)

    def post(self, by: str, words: str, *, answers: str = "", repeats: str = "", key: str = "") -> Said:
        """Said so that all can read it. ``answers`` and ``repeats`` are ids of posts. One ``key`` posts once."""
        if known := self.of_key(by, key):
            return known
        named = [self.find(handle) for handle in HANDLE.findall(words)]
        above = self.get(answers or repeats) if answers or repeats else None
        if above is None and (answers or repeats):
            raise NotDone("that post is gone")
        mentions = tuple(dict.fromkeys(each.subject for each in named if each))
        return self._keep(by, words, answers=answers, repeats=repeats, key=key, mentions=mentions,
                          thread=above.thread if above and answers else "")

    def write(self, by: str, to: str, words: str, key: str = "") -> Said:
        """Said so that only one can read it."""
        if to not in self.people:
            raise NotDone("nobody has that account")
        return self.of_key(by, key) or self._keep(by, words, to=to, key=key)

    def take_back(self, post_id: str) -> None:
        """A post is deleted."""
        self.said[:] = [replace(each, gone=True) if each.id == post_id else each for each in self.said]

    def get(self, post_id: str) -> Said | None:
        """A post, unless it was taken back."""
        return next((each for each in self.said if each.id == post_id and not each.gone), None)

    def of_key(self, by: str, key: str) -> Said | None:
        """What was said with this key already."""
        return next((each for each in self.said if key and (each.by, each.key) == (by, key)), None)

    def spread(self, post_id: str) -> int:
        """How often a post was passed on."""
        return sum(each.repeats == post_id and not each.gone for each in self.said)

    def news(self, since: int, also: tuple[str, ...] = ()) -> list[Said]:
        """What concerns the house, or those named ``also``: they are named, answered, or written to."""
        ours = {self.house, *also}
        said_by_us = {each.id for each in self.said if each.by == self.house}
        about_us = {each.id for each in self.said if ours & set(each.mentions)}
        return [
            each for each in self.said
            if each.n > since and not each.gone and each.by != self.house
            and (each.to == self.house or ours & set(each.mentions) or each.answers in said_by_us
                 or each.repeats in about_us)
        ]

    def said_by_the_house_to(self, subject: str) -> list[Said]:
        """What the house wrote to somebody alone, or under what they had posted."""
        theirs = {each.id for each in self.said if each.by == subject}
        return [each for each in self.said if each.by == self.house and (each.to == subject or (not each.to and each.answers in theirs))]

    def _keep(self, by: str, words: str, **more: str | tuple[str, ...]) -> Said:
        if by not in self.people:
            raise NotDone("nobody has that account")
        if not words.strip() and not more.get("repeats"):
            raise NotDone("there is nothing in it")
        if len(words) > LONGEST:
            raise NotDone(f"longer than {LONGEST} letters")
        n = len(self.said) + 1
        post_id = f"at://{by}/post/{n}"
        more["thread"] = more.get("thread") or post_id
        self.said.append(Said(n, post_id, by=by, words=words, at=self.now(), **more))  # type: ignore[arg-type]
        return self.said[-1]


class Square:
    """All towns of one sandbox."""

    def __init__(self, now: Callable[[], datetime], house: str = HOUSE) -> None:
        self._now, self._house = now, house
        self.towns: dict[str, Town] = {}
        self.watched: dict[tuple[str, str], set[int]] = {}

    def town(self, network: str) -> Town:
        """The town of this network; the house has an account in each."""
        if network not in self.towns:
            town = self.towns[network] = Town(network, self._now)
            town.house = town.join(self._house, "The house").subject
        return self.towns[network]

    def unread(self, network: str, subject: str) -> list[Said]:
        """What the house said to somebody, or under their post, that they have not read."""
        town, read = self.town(network), self.watched.setdefault((network, subject), set())
        return [each for each in town.said_by_the_house_to(subject) if each.n not in read]

    def loose_ends(self) -> list[str]:
        """What nobody has read of those who are looked after."""
        return [f"on {network}, {self.town(network).people[subject].handle} has not read: {each.words!r}"
                for network, subject in self.watched for each in self.unread(network, subject)]
