"""What the house tells its own people about their handles."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flows import directory
from flows.words import Words
from voice_gateway import clock
from voice_gateway.store import recall
from voice_gateway.turn import Turns


@dataclass(frozen=True, slots=True)
class StaffTurns:
    """Takes the turns of our own people's handles."""

    turns: Turns

    def tells(self, case_id: int, person_id: int, what: str) -> None:
        """Something about a handle that they should know, in their own thread with the house."""
        def take() -> None:
            with self.turns.deciding() as (memory, line):
                known = recall.case(memory, self.turns.store.tickets, line.house, clock.now(), case_id=case_id)
                person = recall.agent(memory, person_id)
                if known and person:
                    call = replace(known.call, words=Words(what), meant_for=person)
                    self.turns.play(memory, line, directory.no_code_for_a_handle, call)
        self.turns.until_nobody_was_faster(take)
