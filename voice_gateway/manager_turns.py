"""What a manager touches on the page of a climb: the turn is taken at once, and the page tells what came of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flows import manager_page
from flows.facts import Call
from flows.words import Words
from voice_gateway import clock
from voice_gateway.store import recall
from voice_gateway.turn import Turns


@dataclass(frozen=True, slots=True)
class ManagerTurns:
    """Takes the turns of the page."""

    turns: Turns

    def does(self, case_id: int, person_id: int, words: str) -> str:
        """What a key would do; gives why nothing was done, or nothing."""
        def take() -> str:
            with self.turns.deciding() as (memory, line):
                call = self.facts(memory, line, case_id, person_id, words)
                why = manager_page.why_not(call)
                if not why:
                    self.turns.play(memory, line, manager_page.manager_touches, call)
                return why
        return self.turns.until_nobody_was_faster(take)

    def shares(self, case_id: int, person_id: int, target: int) -> None:
        """Set the share that they take personally."""
        def take() -> None:
            with self.turns.deciding() as (memory, line):
                self.turns.play(memory, line, manager_page.manager_shares,
                                self.facts(memory, line, case_id, person_id, str(target)))
        self.turns.until_nobody_was_faster(take)

    def facts(self, memory: Any, line: recall.Line, case_id: int, person_id: int, words: str = "", *, alone: bool = True) -> Call:
        """The case with its climb, for this colleague. Raises LookupError when there is no such case or colleague."""
        known = recall.case(memory, self.turns.store.tickets, line.house, clock.now(), case_id=case_id, alone=alone)
        who = recall.agent(memory, person_id)
        if known is None or who is None:
            raise LookupError(f"there is no case {case_id}, or no colleague {person_id}")
        call = replace(known.call, meant_for=who, words=Words(words))
        return self.turns.knowledge.more(memory, line, call, manager_page.manager_touches.recalls)
