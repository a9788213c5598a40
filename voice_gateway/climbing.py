"""The shell around the law of climbing: steps that are due are taken, and whoever may be told now is told."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flows import ladder
from voice_gateway import clock
from voice_gateway.store import Refused, climbs, pages, recall
from voice_gateway.turn import Turns

TURNS = {"ring": ladder.somebody_is_rung, "text": ladder.somebody_is_texted}


@dataclass(frozen=True, slots=True)
class Climbing:
    """Takes the steps of climbs."""

    turns: Turns

    def climb(self) -> None:
        """Whatever is due now: first all steps, then the telephones."""
        while self._step() == climbs.MOST_AT_ONCE:
            pass
        with self.turns.store.reading() as memory:
            due = pages.due(memory, clock.now())
        for person_id, how in due:
            try:
                self._tell(person_id, how)
            except Refused:  # they have just been rung for something else
                with self.turns.store.transaction() as memory:
                    pages.again(memory, person_id, how, clock.now() + pages.LINE_BUSY_FOR)

    def _step(self) -> int:
        with self.turns.deciding() as (memory, line):
            return climbs.step(memory, line.house, clock.now())

    def _tell(self, person_id: int, how: str) -> None:
        with self.turns.deciding() as (memory, line):
            bundle = pages.bundle(memory, person_id, how, clock.now())
            if bundle is None:
                return
            known = recall.case(memory, self.turns.store.tickets, line.house, clock.now(), case_id=bundle.case_id)
            assert known is not None, f"case {bundle.case_id} has vanished"
            call = replace(known.call, meant_for=recall.agent(memory, person_id))
            self.turns.play(memory, line, TURNS[how], call)
            pages.went_out(memory, bundle, clock.now())
