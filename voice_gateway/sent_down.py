"""Which case somebody means who sends one down by text; and those who do it from outside."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from flows import sending_down
from flows.climbing import ToldOf
from flows.escalation import sent_down
from flows.sending_down import SentDown
from voice_gateway import callers, clock, wire
from voice_gateway.store import admit, keep, recall, threads
from voice_gateway.store.recall import Line
from voice_gateway.turn import Turns


def case_for(memory: Any, turns: Turns, line: Line, said: SentDown, now: datetime) -> int | None:
    """The open case of this tag or number, opened if it is by a number; None: nothing can be sent by these words."""
    if not said.is_whole:
        return None
    if said.case_id is not None:
        return said.case_id if threads.is_open(memory, said.case_id) else None
    number = callers.number_of(said.number)
    if not number or number in line.numbers:
        return None
    return admit.case_of_number(memory, turns.store.tickets, number, now, our_number=line.numbers[0], about=said.note)


def outsider_writes(memory: Any, turns: Turns, line: Line, texted: wire.Texted, sender: threads.Sender, ours: str) -> None:
    """Somebody whom the house trusts to send cases down. They are answered in a thread of their own."""
    said, now = sending_down.parsed(texted.body), clock.now()
    assert said is not None, "they wrote ESCALATE"
    own = threads.of_outsider(memory, turns.store.tickets, sender.subject, ours, now)
    heard = threads.words(memory, sender, texted.body, len(texted.pictures), texted.known, now)
    words = replace(heard, message=threads.written(memory, own, sender, ours, texted.message_sid, texted.body, (), now))
    case_id, told = case_for(memory, turns, line, said, now), list[ToldOf]()
    known = recall.case(memory, turns.store.tickets, line.house, now, case_id=case_id) if case_id else None
    if known and not known.call.case.is_over:
        order = sent_down.sent(said.reason, "Somebody whom the house trusts", said.note)
        keep.keep(memory, known.call, (), [order], our_number=ours, tickets=turns.store.tickets)
        told.append(ToldOf(known.call.case.id, known.call.contact.name, is_open=True))
    thread = recall.case(memory, turns.store.tickets, line.house, now, case_id=own)
    assert thread is not None, f"case {own} has vanished"
    turns.play(memory, line, sending_down.outsider_is_told, replace(thread.call, words=words, told_of=tuple(told)))
