"""Whom words ask for: exact names, and nobody is guessed."""

from __future__ import annotations

import pytest

from flows.namesakes import asks_for

NAMES = ("Sam", "Kim Lee", "Dana Fox", "Dana Ray", "Will Hart", "Zoë Ä")


@pytest.mark.parametrize("words, asked", [
    ("can I talk to Sam", {"Sam"}), ("CAN I TALK TO SAM NOW", {"Sam"}), ("talk to Sam ASAP", {"Sam"}), ("Is Sam there?", {"Sam"}),
    ("I want to speak with kim lee about my bill", {"Kim Lee"}), ("Kim, please", {"Kim Lee"}), ("Kim Lee", {"Kim Lee"}),
    ("ask for Dana", {"Dana Fox", "Dana Ray"}), ("ask for dana ray please", {"Dana Ray"}), ("could zoë call me?", {"Zoë Ä"}),
    ("Hello. When can Will ring me?", {"Will Hart"}), ("not Kim, can I talk to Sam", {"Sam"}),
])
def test_they_ask_for(words: str, asked: set[str]) -> None:
    assert asks_for(words, NAMES) == asked


@pytest.mark.parametrize("words", [
    "", "Sam", "This is Sam in apartment 4", "My name is Sam, please help", "I talked to Sam yesterday", "talk to Sam's boss",
    "Can I talk to Sam Smith?", "I never want to talk to Sam again", "talk to someone about Sam", "will you call me", "ask for Samantha",
    "talk to " * 2000,
])
def test_they_ask_for_nobody(words: str) -> None:
    assert asks_for(words, NAMES) == frozenset()
