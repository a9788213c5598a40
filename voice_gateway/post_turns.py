"""Somebody wrote on a social network: whose it is, what it is about, and the turn that it takes."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flows import Turn, answering, listening, networks, no_more, proving, second_try
from flows.facts import Call
from flows.posts import Post
from flows.words import Fate, meaning_of
from voice_gateway import clock, codes_back, wire
from voice_gateway.codes_back import Read
from voice_gateway.store import MemoryLost, Refused, before, comings, conversations, posts, recall, staff
from voice_gateway.store.identity import denials
from voice_gateway.store.recall import Line
from voice_gateway.turn import NothingLoaded, Turns

log = logging.getLogger(__name__)

LONGEST_POST = 3000
LONGEST_HANDLE = 80


@dataclass(frozen=True, slots=True)
class PostTurns:
    """Takes the turns of those who write on networks."""

    turns: Turns

    def post_came_in(self, post: Post) -> None:
        """A post that names us, or a private message. It comes as often as it likes: one of an id is one.

        Whether it really comes from its network is settled before.
        """
        told = legible(post)
        try:
            self.turns.until_nobody_was_faster(lambda: self._read(told))
        except (MemoryLost, Refused, NothingLoaded):
            raise
        except Exception:
            log.exception("a story broke, a person takes over", extra={"network": post.network})
            self.turns.until_nobody_was_faster(lambda: self._read(told, second_try.story_broke))

    def post_is_gone(self, network: str, post_id: str) -> None:
        """Its author took a post back. When nothing of theirs is left, nobody waits for an answer any more."""
        def take() -> None:
            with self.turns.deciding() as (memory, line):
                case_id = conversations.is_gone(memory, network, post_id, clock.now())
                if case_id is not None:
                    call = self._case(memory, line, case_id)
                    asked = call.is_in_line and before.asked_for_a_call(memory, case_id, call.case.opened_at)
                    turn = answering.post_is_gone_and_they_are_rung if asked else answering.post_is_gone
                    self.turns.play(memory, line, turn, call)
        self.turns.until_nobody_was_faster(take)

    def answer_failed(self, kept: int, why: str) -> None:
        """The network does not take what we wrote; a colleague who wrote it is told."""
        def take() -> None:
            with self.turns.deciding() as (memory, line):
                ours = conversations.to_say(memory, kept)
                call = self._case(memory, line, ours.case_id)
                writer = recall.agent(memory, ours.person_id) if ours.person_id else None
                if conversations.not_said(memory, kept, why) and writer:
                    answered = posts.mention(memory, ours.case_id, clock.now(), ours.answers)
                    told = replace(call, meant_for=writer, fate=Fate(ours.words, why), mention=answered)
                    self.turns.play(memory, line, answering.was_not_said, told)
        self.turns.until_nobody_was_faster(take)

    def _read(self, post: Post, broken: Turn | None = None) -> None:
        now, space = clock.now(), networks.of(post.network).namespace
        with self.turns.deciding() as (memory, line):
            if posts.knows(memory, post):
                return
            who = posts.author_of(memory, post.author, space, now)
            if who is None:
                log.info("a blocked account was not listened to", extra={"network": post.network})
                return
            key = self.turns.store.tickets.secret_key
            read = codes_back.read(memory, key, post.words, who.id, now, channel_sid=f"post {post.id}")
            if not read.back and staff.whose(memory, who.id, now):
                return  # a colleague's own word is nobody's work
            case_id = posts.original_of(memory, post)
            passes_on = case_id is not None
            case_id = case_id or posts.case_of(memory, self.turns.store.tickets, post, who, line.numbers[0], now)
            if not (passes_on or read.back):
                comings.comes(memory, case_id, who.id, now, read.words)
            kept = posts.keep(memory, replace(post, words=read.words), case_id, who.id, now)
            if passes_on:
                conversations.is_passed_on(memory, post, case_id, now)
            else:
                call = replace(self._case(memory, line, case_id), mention=posts.news(memory, now, kept), proof=read.back)
                turn = broken or _turn(memory, post, who.id, read, now)
                own = proving.not_me_by_post  # about the account of who says it, whose case it ever is
                self.turns.play(memory, line, turn, replace(call, case=replace(call.case, whose=who.id)) if turn is own else call)

    def _case(self, memory: Any, line: Line, case_id: int) -> Call:
        known = recall.case(memory, self.turns.store.tickets, line.house, clock.now(), case_id=case_id)
        assert known is not None, f"case {case_id} has vanished"
        return known.call


def _turn(memory: Any, post: Post, account_id: int, read: Read, now: datetime) -> Turn:
    """A code that we wait for, what ends a link, STOP, or something for a human to read; or both the first and the last."""
    if read.back:
        return proving.code_comes_by_post if read.is_all else proving.code_and_more_by_post
    words = post.words.partition(" ")[2] if post.words.startswith("@") else post.words
    meaning = meaning_of(words)
    if meaning.command == "not me" and denials.pairs(memory, account_id, now):
        return proving.not_me_by_post
    if post.private and not meaning.softly:  # what is said in words of their own may say more
        return {"stop": no_more.wants_no_more, "start": no_more.wants_them_again}.get(meaning.command, listening.post_comes_in)
    return listening.post_comes_in


def stand_in(post: Post) -> Post:
    """What can be told of a post that cannot be taken in: who wrote it, and where it is to be found."""
    author = replace(post.author, handle=post.author.subject, name="", followers=None)
    return replace(post, thread=post.id, spread=0, author=author, words=f"We could not read this one. It stands here: {post.url or post.id}", mentions=(), repeats="")


def legible(post: Post) -> Post:
    """What a stranger wrote and calls themselves, without what cannot be printed, and not longer than a story can bear."""
    author = replace(post.author, handle=wire.legible(post.author.handle)[:LONGEST_HANDLE] or post.author.subject,
                     name=wire.legible(post.author.name)[:LONGEST_HANDLE])
    return replace(post, author=author, words=wire.legible(post.words)[:LONGEST_POST])
