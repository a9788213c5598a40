"""What counts as praise: only what cannot well be meant otherwise."""

from __future__ import annotations

import pytest

from flows.listening.praise import is_praise


@pytest.mark.parametrize("words", [
    "@house Thank you so much, Kim made my day!", "Thanks @house", "Great service, @house \U0001f44f", "I love @house, best airline",
    "Vielen Dank @house, gro\u00dfartiger Service", "Danke!", "\u00a1Muchas gracias @house, excelente!", "Merci @house, vous \u00eates formidables"])
def test_praise(words: str) -> None:
    assert is_praise(words)


@pytest.mark.parametrize("words", [
    "", "@house", "When do you open?", "@house please ring me", "Thanks for nothing, @house", "Great service? @house", "Amazing: two hours at the gate",
    "I would love to know where my bag is", "Thank you @house, but it is broken", "Great, another delay", "Thanks @house for losing it \U0001f644",
    "I don\u2019t love this, @house", "Thanks to you I missed my flight", "Thank you, and give me a refund", "Danke f\u00fcr nichts", "Danke, leider defekt",
    "Gracias por nada", "Merci, mais rien ne marche", "Thank you " * 300, "wonderful!!! my bag is lost", "@house THANK YOU!!!!"])
def test_in_doubt_it_is_none(words: str) -> None:
    """Nobody is let off an apology by a guess."""
    assert not is_praise(words)
