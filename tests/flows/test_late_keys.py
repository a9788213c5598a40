"""Whoever comes second orders nothing, whatever they press, say, text or touch: they are told who has it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from flows import Turn
from flows.climbing import ACKNOWLEDGED, Climb
from flows.facts import Agent, Call, Callback, Case, Contact, Leg
from flows.house import House
from flows.manager_page import manager_touches
from flows.manager_texts import manager_writes
from flows.orders import Text
from flows.page_manager import (
    manager_answers,
    manager_chooses,
    manager_missed,
    reason_is_given,
    time_is_named,
)
from flows.verbs import Say
from flows.words import Words

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
MARIA, NOOR = Agent(1, "Maria", "+12025550111"), Agent(2, "Noor Ali", "+12025550112")
CALL = Call(NOW, House("Acme", "UTC"), Case(1, "a refund", "open", NOW, "https://t", owner=NOOR), Contact(1, "Dana", "+12025550121"),
            Callback(NOW - timedelta(hours=1), NOW), leg=Leg(7, "manager", MARIA),
            climb=Climb(1, 1, "a test", "sent_down", NOW, state=ACKNOWLEDGED, acknowledged_by=NOOR, acknowledged_at=NOW))


@pytest.mark.parametrize("turn", [manager_answers, manager_chooses, time_is_named, reason_is_given])
@pytest.mark.parametrize("key", ["1", "2", "4", "5", "6", "7", "9", ""])
def test_a_late_key(turn: Turn, key: str) -> None:
    [told] = turn(replace(CALL, digits=key, speech="three p.m."))
    assert isinstance(told, Say)
    assert "Noor has T1 already, since 3:00 pm." in told.words


def test_a_late_end_of_a_ring() -> None:
    assert list(manager_missed(CALL)) == []


@pytest.mark.parametrize("words", ["1", "mine", "mine 3pm", "pass", "resolved", "6 T1 2"])
def test_a_late_text_and_a_late_touch(words: str) -> None:
    late = replace(CALL, leg=None, meant_for=MARIA, words=Words(words))
    [told] = manager_writes(late)
    assert isinstance(told, Text)
    assert "Noor has T1 already" in told.words
    assert list(manager_touches(late)) == []
