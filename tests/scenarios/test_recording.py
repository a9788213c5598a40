"""A talk is recorded only where the house says so, after the customer has been told, and unless they refuse."""

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


def test_a_talk_is_recorded_after_the_announcement(house: House) -> None:
    """Dana is told before anybody can hear her; what she says before is on no tape."""
    records(house)
    dana, sam = house.customer("Dana"), house.agent("Sam")
    waits(dana).phone.hears("This call is recorded for training. Press 9").says("oh, is it")
    dana.phone.hears("One moment please")
    takes(sam, "It is recorded.")
    assert dana.phone.talks_with(sam.phone)
    assert house.exchange.run(lambda: tapes(house)[0].state == "on", 60)
    dana.phone.says("I would like my money back")
    sam.phone.says("you will have it")
    house.passes(20)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1").hears("Solved")
    house.passes(60)
    [tape], [made] = tapes(house), at_carrier(house)
    assert made.said == ["I would like my money back", "you will have it"]
    assert tape.state == "ended"
    assert tape.fetched == "kept"
    assert tape.seconds > 0
    assert house.vault.open(tape.kept_as).content[:4] == b"RIFF"
    [consent] = [each for each in consents(house) if "recorded" in each]
    assert consent.startswith("agreed: This call is recorded for training.")
    assert "stayed on the line" in consent
    assert "talk is recorded" in journal(house)


def test_nothing_is_recorded_unless_the_house_says_so(house: House) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    waits(dana).phone.hears("One moment please")
    takes(sam, "Connecting you")
    talks_and_is_content(dana, sam)
    house.passes(60)
    assert not at_carrier(house)
    assert not tapes(house)
    assert not consents(house)
    assert not [line for line in dana.phone.heard if "record" in line]


def test_a_customer_refuses(house: House) -> None:
    records(house)
    dana, sam = house.customer("Dana"), house.agent("Sam")
    waits(dana).phone.hears("Press 9 if you do not want that").presses("9").hears("One moment please")
    takes(sam, "It is not recorded.")
    talks_and_is_content(dana, sam)
    house.passes(60)
    assert not at_carrier(house)
    assert not tapes(house)
    [refusal] = [each for each in consents(house) if "recorded" in each]
    assert refusal.startswith("refused: ")
    assert "pressed 9" in refusal
    assert [each.may_record for each in house.cases] == ["no"]


def test_whom_we_ring_is_told_in_the_same_breath(house: House) -> None:
    records(house)
    dana, sam = house.customer("Dana").asks_for_a_call(), house.agent("Sam")
    sam.phone.rings().hears("Press 1 to call now").presses("1").hears("It is recorded unless they refuse")
    dana.phone.rings().hears("This call is recorded for training; to talk without that, press 9").presses("1")
    assert dana.phone.talks_with(sam.phone)
    assert house.exchange.run(lambda: tapes(house)[0].state == "on", 60)
    dana.phone.says("hello there")
    talks_and_is_content(dana, sam)
    house.passes(60)
    assert [each.said for each in at_carrier(house)] == [["hello there"]]
    assert "The call is recorded, as we told you." in [step["text"] for step in dana.ticket["steps"]]


def test_a_talk_is_erased_when_its_time_is_over(house: House) -> None:
    """In the vault and at the carrier, and the ticket says so."""
    records(house)
    dana, sam = house.customer("Dana").asks_for_a_call(), house.agent("Sam")
    sam.phone.rings().hears("Press 1 to call now").presses("1")
    dana.phone.rings().hears("Press 1 to talk").presses("1")
    assert dana.phone.talks_with(sam.phone)
    assert house.exchange.run(lambda: tapes(house)[0].state == "on", 60)
    talks_and_is_content(dana, sam)
    house.passes(120)
    [tape] = tapes(house)
    assert tape.kept_as
    house.passes(DAY + 3 * HOUR)
    [gone] = tapes(house)
    assert gone.erased_at
    assert gone.erased_at_carrier_at
    assert not gone.kept_as
    assert not at_carrier(house)
    with pytest.raises(LookupError):
        house.vault.open(tape.kept_as)
    assert dana.ticket["steps"][-1]["text"] == "The recording of the call was erased."
