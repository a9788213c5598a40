"""A code is wanted, or typed on a page: the turn is taken at once, and the page tells what came of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flows import Turn, proving
from flows.codes import LINK, CodeBack, Proof
from flows.facts import Call
from flows.words import Words
from voice_gateway import clock, codes_back
from voice_gateway.store import recall
from voice_gateway.store.identity import invitations, pairs
from voice_gateway.turn import Turns


@dataclass(frozen=True, slots=True)
class ProofTurns:
    """Takes the turns of those who show who they are, and of colleagues who ask for it."""

    turns: Turns

    def asks(self, case_id: int, tel_id: int, account_id: int, way: str, *, us: str = "", purpose: str = LINK,
             sitting: str = "", then_rings: bool = False, person_id: int | None = None) -> None:
        """Send a code. Raises TooMany when there were enough of them today."""
        def take() -> None:
            with self.turns.deciding() as (memory, line):
                call = self._call(memory, line, case_id)
                pair = pairs.pair(memory, tel_id, account_id, us)
                proof = Proof(pair, way, purpose, sitting, then_rings)
                meant_for = recall.agent(memory, person_id) if person_id else None
                self.turns.play(memory, line, proving.code_is_wanted, replace(call, proof=proof, meant_for=meant_for))
        self.turns.until_nobody_was_faster(take)

    def tells(self, case_id: int, turn: Turn, words: str) -> None:
        """Something came of what they wrote, later than at once."""
        def take() -> None:
            with self.turns.deciding() as (memory, line):
                self.turns.play(memory, line, turn, replace(self._call(memory, line, case_id), words=Words(words)))
        self.turns.until_nobody_was_faster(take)

    def denies(self, case_id: int) -> None:
        """They are not whom we take them for."""
        def take() -> None:
            with self.turns.deciding() as (memory, line):
                self.turns.play(memory, line, proving.not_me_on_the_page, self._call(memory, line, case_id))
        self.turns.until_nobody_was_faster(take)

    def typed(self, invited: invitations.Invitation, sitting: invitations.Sitting, code: str) -> CodeBack:
        """A code was typed on the page where they have signed in."""
        def take() -> CodeBack:
            with self.turns.deciding() as (memory, line):
                now = clock.now()
                call = self._call(memory, line, invited.case_id)
                back = codes_back.given(memory, self.turns.store.tickets.secret_key, code, sitting.account_id or 0, now,
                                        sitting=sitting.name, alone=sitting.alone)
                if back.came == "proved":
                    invitations.use_up(memory, invited.id, now)
                    self.turns.doorbell.after_commit(invited.case_id)
                    self.turns.play(memory, line, proving.code_is_typed, replace(call, proof=back))
                return back
        return self.turns.until_nobody_was_faster(take)

    def _call(self, memory: Any, line: recall.Line, case_id: int) -> Call:
        known = recall.case(memory, self.turns.store.tickets, line.house, clock.now(), case_id=case_id)
        assert known is not None, f"case {case_id} has vanished"
        return known.call

