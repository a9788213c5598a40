"""Voicemail: what somebody says is kept, is somebody's work, and may be listened to while it is said."""

from __future__ import annotations

import io
import wave
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from flows import voicemail as story
from tests.doors.test_telephone import knock
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


def leaves_word(customer: Customer, words: str = WORDS) -> Customer:
    begins(customer).phone.says(words).presses("#").hears("A colleague will hear it", "Goodbye")
    return customer


def messages(house: House) -> list[Any]:
    return house.rows(select(*VoicemailRow.__table__.columns).order_by(VoicemailRow.id))


def journal(house: House) -> list[str]:
    return [row.what for row in house.rows(select(JournalRow.what).order_by(JournalRow.id))]


def decides(house: House, turn: Any, who: Agent, which: int = 0) -> None:
    """What they do on the message's page."""
    house.gateway.turns.colleague_decides(turn, messages(house)[which].id, who.id)


# ---- a message is left, and somebody is told ----


def test_a_message_is_brought_home_and_somebody_gets_one_text(house: House) -> None:
    dana, maria = house.customer("Dana").is_known(), house.manager("Maria")
    leaves_word(dana)
    maria.phone.reads(": Dana left a message of", "seconds", f'"{WORDS}"', "Hear it: https://house.example.test/v/",
                      within=120)
    message = messages(house)[0]
    assert (message.state, message.owner_id) == ("new", maria.id)
    assert house.exchange.run(lambda: messages(house)[0].kept_as != "", 60)
    kept = house.vault.open(messages(house)[0].kept_as)
    with wave.open(io.BytesIO(kept.content)) as sound:
        assert sound.getnframes() / sound.getframerate() == message.seconds
    decides(house, story.colleague_is_done, maria)
    assert messages(house)[0].state == "done"
    assert [each.state for each in house.cases] == ["solved"]
