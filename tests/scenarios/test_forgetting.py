"""Whoever is forgotten here is forgotten at the carrier, and the carrier's own word for it is written down."""

from __future__ import annotations

from sqlalchemy import select

from flows import voicemail as story
from tests.house import House
from tests.scenarios.messages import CALM, decides, leaves_word, messages
from tests.scenarios.tapes import HOUR, at_carrier, records, talk
from voice_gateway.store import legs, outbox
from voice_gateway.store.identity import audit, erasing, persons
from voice_gateway.store.tables import IdentityEventRow, LegRow, MessageRow, OrderRow

CONFIRMED = select(IdentityEventRow.before, IdentityEventRow.after).where(IdentityEventRow.what == "erased at carrier")


def forget(house: House, number: str) -> erasing.Erased:
    with house.store.transaction() as memory:
        now = house.time.now()
        return erasing.erase(memory, persons.find(memory, "tel", number, now), "Kim", now)


def test_a_person_is_forgotten_at_the_carrier_too(house: House) -> None:
    records(house)
    dana, sam = house.customer("Dana"), house.agent("Sam")
    dana.asks_for_a_call()
    sam.phone.rings().lets_it_ring()
    dana.phone.reads("We ring you again", within=180)
    house.passes(4 * 60)
    talk(house, dana, sam)
    house.passes(60)
    assert len(at_carrier(house)) == 1
    texts, calls = house.rows(select(MessageRow.message_sid)), house.rows(select(LegRow.call_sid).where(LegRow.role == "customer"))
    assert texts
    assert calls
    erased = forget(house, dana.phone.number)
    assert erased.at_carrier == len(texts) + len(calls) + 1
    house.passes(HOUR)
    assert at_carrier(house) == []
    gone = {each.before for each in house.rows(CONFIRMED)}
    assert {sid for [sid] in (*texts, *calls)} < gone
    assert len(gone) == erased.at_carrier
    assert not any(sid for [sid] in house.rows(select(MessageRow.message_sid)))
    assert not any(sid for [sid] in house.rows(select(LegRow.call_sid)))
    assert [each.result for each in house.rows(select(OrderRow.result).where(OrderRow.kind == "forget"))] == ["erased"] * len(gone)
    with house.store.picture() as memory:
        assert audit.verify(memory).broken == ()


@CALM
def test_what_was_written_down_of_a_message_is_forgotten_at_the_carrier_too(house: House) -> None:
    dana, maria = house.customer("Dana").is_known(), house.manager("Maria")
    leaves_word(dana)
    maria.phone.reads("Dana left a message", within=120)
    decides(house, story.colleague_is_done, maria)
    assert house.exchange.transcriptions
    forget(house, dana.phone.number)
    house.passes(HOUR)
    assert not house.exchange.transcriptions
    assert all(each.deleted for each in house.exchange.recordings.values())


@CALM
def test_what_comes_late_from_the_carrier_brings_nobody_back(house: House) -> None:
    """The sound is fetched again for hours, and what was said may be written down late."""
    dana, maria = house.customer("Dana").is_known(), house.manager("Maria")
    leaves_word(dana)
    maria.phone.reads("Dana left a message", within=120)
    decides(house, story.colleague_is_done, maria)
    [message] = messages(house)
    with house.store.transaction() as memory:
        outbox.owe(memory, message.case_id, "fetch", house.time.now(), voicemail_id=message.id)
    forget(house, dana.phone.number)
    with house.store.transaction() as memory:
        legs.transcribed(memory, message.recording_sid, message.transcript_sid, "please ring me")
    house.passes(HOUR)
    assert [(each.kept_as, each.transcript) for each in messages(house)] == [("", "")]
