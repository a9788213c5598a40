"""Talks that are recorded: the house's rule, and what it and the carrier have of them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests.house import Agent, Customer, House, talks_and_is_content
from voice_gateway.store.tables import ConsentRow, JournalRow, RecordingRow

HOUR = 3600  # seconds
DAY = 24 * HOUR
A_FEW = pytest.mark.weather("calm", "echo")
CALM = pytest.mark.weather("calm")


def records(house: House, how: str = "announce", **more: Any) -> None:
    """The house records talks with customers of the United States, unless `more` says otherwise."""
    rule = {"countries": ["US"], "numbers": [], "how": how, "purpose": "training", "days": 1}
    house.keeps(recording={"rules": [rule | more]})


def tapes(house: House) -> list[Any]:
    return house.rows(select(*RecordingRow.__table__.columns).order_by(RecordingRow.id))


def at_carrier(house: House) -> list[Any]:
    """What the carrier has or had: recordings that are not deleted."""
    return [each for each in house.exchange.recordings.values() if not each.deleted]


def consents(house: House) -> list[str]:
    return [each.wording for each in house.rows(select(ConsentRow.wording).order_by(ConsentRow.id))]


def journal(house: House) -> list[str]:
    return [each.what for each in house.rows(select(JournalRow.what).order_by(JournalRow.id))]


def waits(dana: Customer) -> Customer:
    """Ring the house and say what it is about; what follows is the announcement, if there is one."""
    dana.dials().phone.hears("Press 1 to wait").presses("1")
    dana.phone.hears("what is it about").says("a refund")
    return dana


def takes(sam: Agent, whisper: str) -> None:
    sam.phone.rings().hears("is on the line").presses("1").hears(whisper)


def talk(house: House, dana: Customer, sam: Agent) -> None:
    """We ring both, Dana agrees, and they talk while the carrier records."""
    sam.phone.rings().hears("Press 1 to call now").presses("1")
    dana.phone.rings().hears("Press 1 to talk").presses("1")
    assert dana.phone.talks_with(sam.phone)
    house.passes(10)
    dana.phone.says("hello")
    talks_and_is_content(dana, sam)
