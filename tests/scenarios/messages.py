"""Leaving messages, in the words of scenarios: what callers do, and what the house has of it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from flows import Turn
from tests.house import Agent, Customer, House
from voice_gateway.store.tables import JournalRow, VoicemailRow

WORDS = "please ring me, it is about my refund of last week"
A_FEW = pytest.mark.weather("calm", "echo", "shuffle")
CALM = pytest.mark.weather("calm")


def begins(customer: Customer, **how: Any) -> Customer:
    """They ring, choose to leave a message, and hear the tone."""
    customer.dials(**how)
    customer.phone.hears("Press 3").presses("3").hears("after the tone", "[beep]")
    return customer


def leaves_word(customer: Customer, words: str = WORDS, declined_by: Agent | None = None) -> Customer:
    """They speak and are done; whoever is rung meanwhile would rather read of it."""
    begins(customer).phone.says(words)
    if declined_by:
        declined_by.phone.declines()
    customer.phone.presses("#").hears("A colleague will hear it", "Goodbye")
    return customer


def messages(house: House) -> list[Any]:
    return house.rows(select(*VoicemailRow.__table__.columns).order_by(VoicemailRow.id))


def journal(house: House) -> list[str]:
    return [row.what for row in house.rows(select(JournalRow.what).order_by(JournalRow.id))]


def decides(house: House, turn: Turn, who: Agent, which: int = 0) -> None:
    """What they do on the message's page."""
    house.gateway.turns.colleague_decides(turn, messages(house)[which].id, who.id)


def listens(house: House, who: Agent, customer: Customer) -> None:
    """Their telephone rings while the message is left, and they press 1."""
    who.phone.rings().hears("is leaving a message", "Press 1 to listen").presses("1")
    assert house.exchange.run(lambda: customer.phone.number in who.phone.hears_whom, 20)
    assert who.phone.number not in customer.phone.hears_whom, "who listens is not heard"
