"""What the house asks and tells its own people about their telephones and handles."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flows import directory
from flows.words import Words
from voice_gateway import clock
from voice_gateway.store import recall, telephones, threads
from voice_gateway.turn import Turns


@dataclass(frozen=True, slots=True)
class StaffTurns:
    """Takes the turns of our own people's telephones and handles."""

    turns: Turns

    def asks_whose(self, person_id: int) -> None:
        """A telephone that the house file tells anew is asked whose it is, once."""
        def take() -> None:
            with self.turns.deciding() as (memory, line):
                person = recall.agent(memory, person_id)
                if person is None:
                    return
                case_id = threads.of_colleague(memory, self.turns.store.tickets, person, line.numbers[0], clock.now())
                known = recall.case(memory, self.turns.store.tickets, line.house, clock.now(), case_id=case_id)
                if known and telephones.is_new(memory, person_id):
                    telephones.becomes(memory, person_id, telephones.ASKED)
                    self.turns.play(memory, line, directory.telephone_is_asked, replace(known.call, meant_for=person))
        self.turns.until_nobody_was_faster(take)

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
