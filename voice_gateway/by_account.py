"""Somebody writes from an account that hides its number: a number that they share or type, and the turn that it takes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flows import Turn, texting, their_number
from flows.codes import TO_NUMBER, CodeBack, Proof
from flows.facts import Call, Typed
from flows.identity import NUMBER, SITTING
from voice_gateway import code_numbers
from voice_gateway.knowledge import Knowledge
from voice_gateway.store import admit, before
from voice_gateway.store.identity import challenges, pairs
from voice_gateway.store.identity.on_whatsapp import NOTHING_TOLD, Told
from voice_gateway.store.recall import Line

WHY_ENOUGH_CODES = "Enough codes were sent for today. Please try again tomorrow."


@dataclass(frozen=True, slots=True)
class ByAccount:
    """Reads what they write. `memory` is the transaction in which the turn is taken."""

    memory: Any
    knowledge: Knowledge
    line: Line

    def reads(self, call: Call, words: str, told: Told = NOTHING_TOLD) -> tuple[Turn, Call]:
        """The turn that it takes, and what that is given."""
        if told.tel_id and told.account_id == call.case.whose:
            return their_number.number_is_shared, self._shared(call, told)
        if typed := their_number.typed_in(words):
            return their_number.number_is_typed, self._typed(call, typed)
        return texting.customer_writes, call

    def _shared(self, call: Call, told: Told) -> Call:
        """What they asked for within the hour before it is covered by the proof, and no older wish."""
        pair = pairs.pair(self.memory, told.tel_id, told.account_id)
        asked = before.asked_for_a_call(self.memory, call.case.id, since=call.now - SITTING)
        return replace(call, proof=CodeBack("vouched", pair, displaced=bool(told.displaced), asked=asked))

    def _typed(self, call: Call, raw: str) -> Call:
        """With a code that may go there, or with why none may."""
        typed = self.knowledge.ringable(self.memory, self.line, call, raw)
        if not typed.number:
            return replace(call, typed=typed)
        tel = admit.caller(self.memory, NUMBER, typed.number, call.now)
        if why := code_numbers.why_none(self.memory, tel.id, typed.number):
            return replace(call, typed=Typed(why=why))
        if challenges.were_enough(self.memory, tel.id, call.case.whose, call.now):
            return replace(call, typed=Typed(why=WHY_ENOUGH_CODES))
        pair = pairs.pair(self.memory, tel.id, call.case.whose)
        return replace(call, typed=typed, proof=Proof(pair, TO_NUMBER, then_rings=True))
