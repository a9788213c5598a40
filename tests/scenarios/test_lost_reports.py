"""The carrier took it, and we were never told: look it up, repeat nothing, forget nobody."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests.doors.test_telephone import knock
from tests.house import House
from voice_gateway.store.tables import MessageRow
from voice_gateway.turn import Turns


def deaf(*_heard: Any) -> None:
    """This report is lost."""


@pytest.mark.weather("rest-fails-after", "amnesia")
def test_a_ring_whose_answer_was_lost_is_not_repeated(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The carrier rings Sam, but neither its answer nor its report reaches us."""
    monkeypatch.setattr(Turns, "leg_rings", deaf)
    dana, sam = house.customer("Dana"), house.agent("Sam")
    dana.asks_for_a_call()
    sam.phone.rings()
    house.passes(15)
    assert len(house.exchange.calls) == 1
    sam.phone.lets_it_ring()
    dana.phone.reads("nobody was free", within=240)
    assert len(house.exchange.calls) == 1


@pytest.mark.weather("rest-fails-after", "amnesia")
def test_a_text_whose_answer_was_lost_is_not_sent_twice(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Turns, "text_delivered", deaf)
    dana, sam = house.customer("Dana"), house.agent("Sam")
    dana.asks_for_a_call()
    sam.phone.rings().declines()
    dana.phone.reads("nobody was free", within=180)
    house.passes(60)
    assert len(house.exchange.messages) == 1


@pytest.mark.weather("calm", "echo")
def test_a_leg_whose_end_was_never_told_is_asked_about(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Turns.leg_ended

    def told_by_us(turns: Turns, case_id: int, leg_id: int, outcome: str, call_sid: str | None = None) -> None:
        if call_sid is None:  # the carrier's own report names its call; ours, after asking, does not
            told(turns, case_id, leg_id, outcome)

    monkeypatch.setattr(Turns, "leg_ended", told_by_us)
    dana, sam = house.customer("Dana"), house.agent("Sam")
    dana.asks_for_a_call()
    sam.phone.rings().declines()
    dana.phone.reads("nobody was free", within=240)
    assert sam.becomes_free()


@pytest.mark.weather("calm")
def test_a_delivery_never_goes_backwards(house: House) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    dana.asks_for_a_call()
    sam.phone.rings().declines()
    dana.phone.reads("nobody was free", within=180)
    house.passes(30)
    message = house.rows(select(MessageRow.id, MessageRow.message_sid))[0]
    for late in ("queued", "sent", "sending"):
        answer = knock(house, f"/sms/delivered?message={message.id}", MessageSid=message.message_sid, MessageStatus=late)
        assert answer.status_code == 204
    assert house.rows(select(MessageRow.status))[0].status == "delivered"
