"""A text comes in: whose it is, what it is about, and the turn that it takes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flows import Turn, agent_texts, texting
from flows.facts import Agent, Thread, Words
from voice_gateway import callers, clock, wire
from voice_gateway.store import recall, threads
from voice_gateway.store.recall import Line
from voice_gateway.turn import Turns

TRUSTED_FOR = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class TextTurns:
    """Takes the turns of those who write."""

    turns: Turns

    def text_comes_in(self, texted: wire.Texted) -> None:
        """Somebody writes: a customer, or a colleague from their own telephone. A repeat changes nothing."""
        self.turns.until_nobody_was_faster(lambda: self._read(texted))

    def picture_was_refused(self, case_id: int, person_id: int, why: str) -> None:
        """What a colleague sent along cannot be sent on: they are told."""
        def tell() -> None:
            with self.turns.deciding() as (memory, line):
                person = recall.agent(memory, person_id)
                if person:
                    self._play_text(memory, line, agent_texts.picture_was_refused, case_id, Words(why), person)
        self.turns.until_nobody_was_faster(tell)

    def _read(self, texted: wire.Texted) -> None:
        sender, now = threads.Sender(*callers.sender_of(texted.sender)), clock.now()
        with self.turns.deciding() as (memory, line):
            if threads.knows(memory, texted.message_sid):
                return
            ours = callers.number_of(texted.called.removeprefix("whatsapp:"))
            ours = ours if ours in line.numbers else line.numbers[0]
            colleague = threads.colleague_at(memory, sender)
            if colleague:
                self._colleague_writes(memory, line, texted, sender, ours, colleague)
                return
            case_id = threads.of_customer(memory, self.turns.store.tickets, sender, ours, now)
            if case_id is not None:
                heard = threads.words(memory, sender, texted.body, len(texted.pictures), texted.known, now)
                message_id = threads.written(memory, case_id, sender, ours, texted.message_sid, texted.body,
                                             texted.pictures, now)
                self._play_text(memory, line, texting.customer_writes, case_id, replace(heard, message=message_id))

    def _colleague_writes(self, memory: Any, line: Line, texted: wire.Texted, sender: threads.Sender, ours: str,
                          row: Any) -> None:
        """About the case whose tag they name, else the only one that waits for them, else to the house itself."""
        person, now = Agent(row.id, row.name, row.phone), clock.now()
        turn, own = self._what_a_colleague_may(memory, row, person, texted, now), None
        waiting = threads.threads_of(memory, row.id, now)
        if turn is None:
            tagged = agent_texts.addressed(texted.body)
            own = tagged if tagged is not None else agent_texts.only_one(texted.body, waiting)
            if own is not None and (own <= 0 or not threads.exists(memory, own)):
                turn, own = agent_texts.no_such_case, None
        case_id = own or threads.of_colleague(memory, self.turns.store.tickets, person, ours, now)
        turn = turn or (agent_texts.colleague_writes if own else agent_texts.colleague_commands)
        message_id = threads.written(memory, case_id, sender, ours, texted.message_sid, texted.body, texted.pictures,
                                     now, row.id)
        words = Words(texted.body, len(texted.pictures), message_id)
        self._play_text(memory, line, turn, case_id, words, person, waiting)

    def _what_a_colleague_may(self, memory: Any, row: Any, person: Agent, texted: wire.Texted, now: datetime) -> Turn | None:
        """None: all. A telephone number can be borrowed, so whoever has a PIN shows it now and then."""
        if row.pin_digest is None or (row.trusted_until and row.trusted_until > now):
            return None
        if not self.turns.knowledge.is_pin(memory, person, row.pin_digest, texted.body, now):
            return agent_texts.colleague_is_asked_for_a_pin
        threads.trust(memory, row.id, now + TRUSTED_FOR)
        return agent_texts.colleague_is_trusted

    def _play_text(self, memory: Any, line: Line, turn: Turn, case_id: int, words: Words,
                   meant_for: Agent | None = None, waiting: tuple[Thread, ...] = ()) -> None:
        known = recall.case(memory, self.turns.store.tickets, line.house, clock.now(), case_id=case_id)
        assert known is not None, f"case {case_id} has vanished"
        if words.pictures:
            self.turns.doorbell.after_commit(case_id)
        self.turns.play(memory, line, turn, replace(known.call, words=words, meant_for=meant_for, threads=waiting))
