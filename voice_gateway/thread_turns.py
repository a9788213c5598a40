"""What a colleague does on the page of a thread: the turn is taken at once, and the page tells what came of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flows import Turn, closing_in_public, thread_page
from flows.facts import Call
from flows.words import Amends, Words
from voice_gateway import before_posting, clock
from voice_gateway.store import conversations, correspondence, posts, recall
from voice_gateway.turn import Turns


@dataclass(frozen=True, slots=True)
class ThreadTurns:
    """Takes the turns of the page."""

    turns: Turns

    def answers(self, case_id: int, person_id: int, words: str, after: int, turn: Turn = thread_page.colleague_answers,
                to: int | None = None) -> str:
        """Send these words; gives why nothing was sent, or nothing. `after` is the last text on their page, `to` the post
        that they answer.

        A button that is pressed twice sends once.
        """
        def take() -> str:
            with self.turns.deciding() as (memory, line):
                call = self._call(memory, line, case_id, person_id, words, to)
                said = conversations if call.contact.network else correspondence
                if said.has_answered(memory, case_id, person_id, after):
                    return ""
                why = thread_page.why_not_sent(call, is_update=turn is thread_page.colleague_updates)
                if not why:
                    self.turns.play(memory, line, turn, call)
                return why
        return self.turns.until_nobody_was_faster(take)

    def makes_amends(self, case_id: int, person_id: int, said: Amends, owner_id: int) -> str:
        """Say it in public, and close the case; gives why not, or nothing."""
        def take() -> str:
            with self.turns.deciding() as (memory, line):
                call = self._call(memory, line, case_id, person_id, said.in_public)
                call = replace(call, words=replace(call.words or Words(""), amends=said), named=recall.agent(memory, owner_id))
                why = closing_in_public.why_not(call, said, call.named)
                if not why:
                    self.turns.play(memory, line, closing_in_public.colleague_makes_amends, call)
                return why
        return self.turns.until_nobody_was_faster(take)

    def does(self, turn: Turn, case_id: int, person_id: int, words: str = "") -> None:
        """Ring them, close it, or send it to a manager because of the reason of which `words` are the code."""
        def take() -> None:
            with self.turns.deciding() as (memory, line):
                self.turns.play(memory, line, turn, self._call(memory, line, case_id, person_id, words))
        self.turns.until_nobody_was_faster(take)

    def _call(self, memory: Any, line: recall.Line, case_id: int, person_id: int, words: str = "", to: int | None = None) -> Call:
        known = recall.case(memory, self.turns.store.tickets, line.house, clock.now(), case_id=case_id)
        assert known is not None, f"case {case_id} has vanished"
        call = replace(known.call, meant_for=recall.agent(memory, person_id), words=Words(words) if words else None)
        if call.contact.network:
            call = replace(call, mention=posts.mention(memory, case_id, clock.now(), to))
        return before_posting.looked_at(memory, line, call, words) if call.contact.network and words else call
