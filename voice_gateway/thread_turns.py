"""What a colleague does on the page of a thread: the turn is taken at once, and the page tells what came of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flows import Turn, thread_page
from flows.facts import Call
from flows.words import Words
from voice_gateway import clock
from voice_gateway.store import conversations, correspondence, posts, recall
from voice_gateway.turn import Turns


@dataclass(frozen=True, slots=True)
class ThreadTurns:
    """Takes the turns of the page."""

    turns: Turns

    def answers(self, case_id: int, person_id: int, words: str, after: int) -> str:
        """Send these words; gives why nothing was sent, or nothing. `after` is the last text on their page.

        A button that is pressed twice sends once.
        """
        def take() -> str:
            with self.turns.deciding() as (memory, line):
                call = self._call(memory, line, case_id, person_id)
                said = conversations if call.contact.network else correspondence
                if said.has_answered(memory, case_id, person_id, after):
                    return ""
                why = thread_page.why_not_sent(call)
                if not why:
                    answer = replace(call, words=Words(words))
                    self.turns.play(memory, line, thread_page.colleague_answers, answer)
                return why
        return self.turns.until_nobody_was_faster(take)

    def does(self, turn: Turn, case_id: int, person_id: int) -> None:
        """Ring them, or close it."""
        def take() -> None:
            with self.turns.deciding() as (memory, line):
                self.turns.play(memory, line, turn, self._call(memory, line, case_id, person_id))
        self.turns.until_nobody_was_faster(take)

    def _call(self, memory: Any, line: recall.Line, case_id: int, person_id: int) -> Call:
        known = recall.case(memory, self.turns.store.tickets, line.house, clock.now(), case_id=case_id)
        assert known is not None, f"case {case_id} has vanished"
        mention = posts.mention(memory, case_id, clock.now()) if known.call.contact.network else None
        return replace(known.call, meant_for=recall.agent(memory, person_id), mention=mention)
