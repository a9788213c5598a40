"""A code was given to us, in a text, in a post or on a page: whether one was expected from there, and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flows import proving
from flows.codes import AGREE, CodeBack
from flows.identity.grant import NoGrant
from voice_gateway import proof_codes
from voice_gateway.store import outbox
from voice_gateway.store.identity import challenges, grants, pairs


def in_words(memory: Any, secret_key: str, words: str, from_id: int, now: datetime, channel_sid: str = "") -> CodeBack | None:
    """What came of a code among these words; None when there is none, or none was expected: then they are just words."""
    code = proof_codes.found_in(words)
    expected = challenges.expected(memory, from_id, now) if code else ""
    if not expected:
        return None
    if expected == "over":
        return CodeBack("over")
    return given(memory, secret_key, code, from_id, now, channel_sid=channel_sid)


def given(memory: Any, secret_key: str, code: str, from_id: int, now: datetime, *, sitting: str = "",
          channel_sid: str = "") -> CodeBack:
    """What came of a code that is expected from there. Whoever waits for the proof is told in a turn of its own."""
    answered = challenges.answer(memory, secret_key, code, from_id, now, sitting=sitting, channel_sid=channel_sid)
    if not answered.was_right:
        return CodeBack("wrong")
    pair = pairs.pair(memory, answered.tel_id, answered.account_id)
    if answered.purpose == AGREE:
        return CodeBack("agreed", pair)
    turn = proving.is_proved_and_rung if answered.then_rings else proving.is_proved
    if answered.case_id is not None:
        outbox.owe_turn(memory, answered.case_id, turn.address, now)
    displaced = answered.proved.displaced if answered.proved else ()
    return CodeBack("proved", pair, _why_not(memory, answered, now), displaced=bool(displaced))


def _why_not(memory: Any, answered: challenges.Answered, now: datetime) -> str:
    if answered.case_id is None:
        return ""
    found = grants.resolve_for_route(memory, answered.case_id, "tel", now, authentic=True)
    return found.why if isinstance(found, NoGrant) else ""
