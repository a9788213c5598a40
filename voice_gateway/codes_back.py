"""A code was given to us, in a text, in a post or on a page: whether one was expected from there, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flows import proving, their_number
from flows.codes import AGREE, CodeBack
from voice_gateway import proof_codes, taken_over
from voice_gateway.store import before, outbox
from voice_gateway.store.identity import challenges, pairs, reaching
from voice_gateway.tickets import Tickets

CONSENT = "We may call and text you about this at this number."


@dataclass(frozen=True, slots=True)
class Read:
    """What somebody wrote: what came of a code in it, if that is to be told; and its words, in which codes are hidden.

    `is_all`: there is nothing else in it, so that nobody needs to read it.
    """

    back: CodeBack | None
    words: str
    is_all: bool = False


def read(memory: Any, secret_key: str, words: str, from_id: int, now: datetime, channel_sid: str = "") -> Read:
    """What came of a code among these words. What only looks like one, such as an order's number, is just words."""
    sent = challenges.lately(memory, from_id, now) if proof_codes.may_be_in(words) else []
    if not sent:
        return Read(None, words)
    code = proof_codes.found_in(words)
    hidden = proof_codes.without(words, lambda each: challenges.is_among(sent, secret_key, each))
    is_all = bool(code) and proof_codes.is_all_there_is(proof_codes.without(words, lambda each: each == code))
    if not any(challenges.holds(each, now) for each in sent):
        is_late = is_all and challenges.is_among(sent, secret_key, code)
        return Read(CodeBack("over"), proof_codes.HIDDEN, is_all=True) if is_late else Read(None, hidden)
    back = given(memory, secret_key, code, from_id, now, channel_sid=channel_sid) if code else None
    if is_all:
        return Read(back, proof_codes.HIDDEN, is_all=True)
    return Read(back if back and back.came != "wrong" else None, hidden)


def given(memory: Any, secret_key: str, code: str, from_id: int, now: datetime, *, sitting: str = "",
          channel_sid: str = "", alone: bool | None = None) -> CodeBack:
    """What came of a code that is expected from there. Whoever waits for the proof is told in a turn of its own.

    `alone`: whether they said that nobody else uses the number. What somebody agreed to where they typed a number counts only now that the number is theirs.
    """
    answered = challenges.answer(memory, secret_key, code, from_id, now, sitting=sitting, channel_sid=channel_sid, alone=alone)
    if not answered.was_right:
        return CodeBack("wrong")
    pair = pairs.pair(memory, answered.tel_id, answered.account_id)
    if answered.purpose == AGREE:
        return CodeBack("agreed", pair, challenge=answered.challenge_id)
    if answered.then_rings and answered.case_id:
        before.agreed(memory, answered.tel_id, answered.case_id, CONSENT, "proof", now)
    rung = proving.is_proved_and_rung if sitting else their_number.number_is_shown  # a page says "now"
    turn = rung if answered.then_rings else proving.is_proved
    if answered.case_id is not None:
        outbox.owe_turn(memory, answered.case_id, turn.address, now)
    displaced = answered.proved.displaced if answered.proved else ()
    taken_over.tell(memory, Tickets(secret_key, ""), displaced, now)
    return CodeBack("proved", pair, _why_not(memory, answered, now), bool(displaced), answered.challenge_id)


def _why_not(memory: Any, answered: challenges.Answered, now: datetime) -> str:
    if not answered.then_rings or answered.case_id is None:
        return ""
    return reaching.why_not_rung(memory, answered.case_id, now)
