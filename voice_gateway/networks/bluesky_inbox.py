"""What people write to the house in Bluesky's chat.

Its log is asked for news, from a mark that only it understands. What the log may have missed, because nobody asked for
long, or the chat was out of order, is found in the conversations themselves: those that the house has taken up, and those
that somebody new has begun. A conversation of several people is not the house's.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from atproto import Client, models
from atproto.exceptions import BadRequestError

from flows.facts import MINUTES, SECONDS
from flows.posts import Author
from voice_gateway import clock
from voice_gateway.networks import Trouble
from voice_gateway.networks import bluesky_chat as chat
from voice_gateway.networks.bluesky_account import Account
from voice_gateway.networks.bluesky_letter import Letter, has_come, is_legible, when
from voice_gateway.networks.bluesky_page import Found, Page, inner

log = logging.getLogger(__name__)

WHILE_TALKING, ELSE = 5 * SECONDS, 20 * SECONDS
"""The chat rings nobody, so it is asked: as often as people who wait look at their telephone, and seldom when nobody writes."""
TALKS_FOR = 10 * MINUTES
WHOLE_LOOK = 5 * MINUTES
LOOK_BACK = 15 * MINUTES
SHORTEST_REST, LONGEST_REST = 60 * SECONDS, 10 * MINUTES
CLOCKS_DIFFER_BY = 30 * SECONDS
PAGE, MOST_PAGES = 100, 50
READING = "read what is written to us privately"
METHODS = "chat.bsky.convo."


@dataclass(frozen=True, slots=True)
class Mark:
    """How far we have read: `rev` is the log's own word for it. Nothing from before `since` is looked for again."""

    rev: str
    since: datetime

    @staticmethod
    def told(written: Any) -> Mark:
        """From a cursor; from now on where it holds none yet. Raises what Python raises when it is illegible."""
        return Mark(str(written["rev"]), datetime.fromisoformat(written["since"])) if written else Mark("", clock.now())

    @property
    def written(self) -> dict[str, str]:
        return {"rev": self.rev, "since": self.since.isoformat()}


class Inbox:
    """The house's own, read by one process. Trouble there keeps nobody from reading what is public."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._look_at: datetime | None = None
        self._whole_look_at: datetime | None = None
        self._talking_until: datetime | None = None
        self._rest, self._trouble = SHORTEST_REST, ""
        self._is_ours: dict[str, bool] = {}

    def look(self, mark: Mark) -> tuple[list[Letter], Mark]:
        """What came since then, oldest first, and how far we are now; nothing while it is not time to ask again."""
        now = clock.now()
        if self._look_at and now < self._look_at:
            return [], mark
        try:
            us = self._account.session.did
            letters, after = chat.ask(self._account, READING, lambda client: self._read(client, mark, us))
        except Trouble as trouble:
            self._rests(trouble, now)
            return [], mark
        self._rest, self._trouble = SHORTEST_REST, ""
        is_alive = self._talking_until is not None and now < self._talking_until
        self._look_at = now + (WHILE_TALKING if is_alive else ELSE)
        return letters, after

    def find(self, post_id: str) -> Letter:
        """This message as it is there. Nobody can take one back: to delete it is to hide it from oneself. Raises Trouble."""
        talk, _, message = post_id.partition("/")

        def question(client: Client) -> Letter | None:
            return next((each for each in self._messages(client, talk, None) if each.message["id"] == message), None)

        found = chat.ask(self._account, "look at a private message again", question)
        if found is None:
            raise Trouble("our own account has deleted it for itself, so that it cannot be looked at again", lasting=True)
        return found

    def ours(self, to: Author, words: str, since: datetime) -> str:
        """The id of what we have written to them in these words since then; empty when there is nothing. Raises Trouble."""
        def question(client: Client) -> str:
            there = self._messages(client, chat.with_them(client, to).id, since - CLOCKS_DIFFER_BY)
            return next((each.id for each in there if each.by != to.subject and each.message["text"].strip() == words.strip()), "")

        return chat.ask(self._account, "look up what we wrote privately", question)

    def why_not(self) -> str:
        """Why we hear nothing of what is written to us privately; empty when we do."""
        try:
            chat.ask(self._account, READING, lambda client: self._log(client, ""))
        except Trouble as trouble:
            return str(trouble)
        return ""

    # ---- how it is done ----

    def _rests(self, trouble: Trouble, now: datetime) -> None:
        """Told once in the log; asked again more and more patiently, and then all of it is looked at."""
        if str(trouble) != self._trouble:
            log.warning("Bluesky's chat could not be read: %s", trouble)
        rest = LONGEST_REST if trouble.lasting else max(self._rest, trouble.again_after or timedelta(0))
        self._look_at, self._whole_look_at = now + rest, None
        self._rest, self._trouble = min(2 * self._rest, LONGEST_REST), str(trouble)

    def _read(self, client: Client, mark: Mark, us: str) -> tuple[list[Letter], Mark]:
        now = clock.now()
        missed = not mark.rev or self._whole_look_at is None or now >= self._whole_look_at
        try:
            entries, rev = self._log(client, mark.rev)
        except BadRequestError:
            if not mark.rev:
                raise
            (entries, rev), missed = self._log(client, ""), True  # it knows our mark no more
        told = [Letter(each["convoId"], each["message"]) for each in entries if _is_a_message(each)]
        if missed:
            told += [letter for talk in self._talks(client, mark.since) for letter in self._messages(client, talk, mark.since)]
            self._whole_look_at = now + WHOLE_LOOK
        since = mark.since
        if told:
            newest = max(each.at for each in told)
            self._talking_until, since = newest + TALKS_FOR, max(since, newest - LOOK_BACK)
        theirs = {each.id: each for each in told if each.by != us and self._is_between_us(client, each.talk)}
        return sorted(theirs.values(), key=lambda each: (each.at, str(each.message.get("rev")))), Mark(rev, since)

    def _log(self, client: Client, rev: str) -> tuple[list[Found], str]:
        """All that happened since this mark, and the next mark. Without one the log begins now."""
        found: list[Found] = []
        for _ in range(MOST_PAGES):
            page = _asked(client, "getLog", models.ChatBskyConvoGetLog.Params(cursor=rev or None))
            entries = page.found("logs")
            found += entries
            before, rev = rev, page.cursor or max((str(each.get("rev", "")) for each in entries), default=rev)
            if not entries or rev == before:
                break
        return found, rev

    def _talks(self, client: Client, since: datetime) -> Iterator[str]:
        """The conversations with one person in which something was written since then. Those of the latest word come first."""
        for status in ("accepted", chat.REQUEST):
            cursor: str | None = None
            for _ in range(MOST_PAGES):
                page = _asked(client, "listConvos", models.ChatBskyConvoListConvos.Params(status=status, limit=PAGE, cursor=cursor))
                talks = page.found("convos")
                lately = [each for each in talks if _is_of(each, since)]
                yield from (each["id"] for each in lately if self._knows(each))
                cursor = page.cursor
                if not lately or not cursor:
                    break

    def _messages(self, client: Client, talk: str, since: datetime | None) -> Iterator[Letter]:
        """What was written there since then, the newest first; all of it when no moment is given."""
        cursor: str | None = None
        for _ in range(MOST_PAGES):
            page = _asked(client, "getMessages", models.ChatBskyConvoGetMessages.Params(convo_id=talk, limit=PAGE, cursor=cursor))
            messages = [each for each in page.found("messages") if has_come(each)]
            yield from (Letter(talk, each) for each in messages if is_legible(each) and (since is None or when(each) >= since))
            cursor = page.cursor
            if not cursor or (since and messages and when(messages[-1]) < since):
                break

    def _is_between_us(self, client: Client, talk: str) -> bool:
        if talk not in self._is_ours:
            try:
                told = client.invoke_query(f"{METHODS}getConvo", params=models.ChatBskyConvoGetConvo.Params(convo_id=talk),
                                           output_encoding="application/json").content
            except BadRequestError:
                return True  # gone meanwhile; what somebody wrote to us is still to be read
            self._knows({"id": talk, **inner(told if isinstance(told, dict) else {}, "convo")})
        return self._is_ours[talk]

    def _knows(self, talk: Found) -> bool:
        """Is it a conversation with one person? That never changes."""
        members = talk.get("members")
        is_group = str(inner(talk, "kind").get("$type")).endswith("#groupConvo") or (isinstance(members, list) and len(members) > 2)
        self._is_ours[str(talk["id"])] = not is_group
        return not is_group


def _asked(client: Client, method: str, told: Any) -> Page:
    return Page(client.invoke_query(f"{METHODS}{method}", params=told, output_encoding="application/json").content)


def _is_of(talk: Found, since: datetime) -> bool:
    last = inner(talk, "lastMessage")
    return isinstance(talk.get("id"), str) and has_come(last) and when(last) >= since


def _is_a_message(entry: Found) -> bool:
    kind, message = str(entry.get("$type")), inner(entry, "message")
    return kind.endswith("#logCreateMessage") and isinstance(entry.get("convoId"), str) and has_come(message) and is_legible(message)
