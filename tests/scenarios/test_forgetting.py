"""Whoever is forgotten here is forgotten at the carrier, and the carrier's own word for it is written down."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from flows import voicemail as story
from tests.house import OUR_NUMBER, Customer, House
from tests.scenarios.messages import CALM, decides, journal, leaves_word, messages
from tests.scenarios.tapes import HOUR, at_carrier, records, talk
from voice_gateway.sandbox import transcriptions
from voice_gateway.store import legs, outbox
from voice_gateway.store.identity import audit, erasing, persons
from voice_gateway.store.tables import CaseRow, IdentityEventRow, LegRow, MessageRow, OrderRow

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


def whose_message_was_dealt_with(house: House) -> Customer:
    """Dana has left a message, and Maria is done with it."""
    dana, maria = house.customer("Dana").is_known(), house.manager("Maria")
    leaves_word(dana)
    maria.phone.reads("Dana left a message", within=120)
    decides(house, story.colleague_is_done, maria)
    return dana


@CALM
def test_what_was_written_down_of_a_message_is_forgotten_at_the_carrier_too(house: House) -> None:
    dana = whose_message_was_dealt_with(house)
    assert house.exchange.transcriptions
    forget(house, dana.phone.number)
    house.passes(HOUR)
    assert not house.exchange.transcriptions
    assert all(each.deleted for each in house.exchange.recordings.values())


@CALM
def test_what_comes_late_from_the_carrier_brings_nobody_back(house: House) -> None:
    """The sound is fetched again for hours, and what was said may be written down late."""
    dana = whose_message_was_dealt_with(house)
    [message] = messages(house)
    with house.store.transaction() as memory:
        outbox.owe(memory, message.case_id, "fetch", house.time.now(), voicemail_id=message.id)
    forget(house, dana.phone.number)
    with house.store.transaction() as memory:
        legs.transcribed(memory, message.recording_sid, message.transcript_sid, "please ring me")
    house.passes(HOUR)
    assert [(each.kept_as, each.transcript) for each in messages(house)] == [("", "")]


@CALM
def test_what_is_written_down_late_is_told_to_no_story(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither whom they asked for nor how bad it is comes out of it, and the carrier forgets it as well."""
    monkeypatch.setattr(transcriptions, "WRITING", 30 * 60)
    dana, maria = house.customer("Dana").is_known(), house.manager("Maria")
    leaves_word(dana, "I am in the hospital, please let Maria ring me")
    maria.phone.reads("Dana left a message", within=300)
    decides(house, story.colleague_is_done, maria)
    forget(house, dana.phone.number)
    before = journal(house)
    house.passes(HOUR)
    assert [each for each in journal(house)[len(before):] if each != "erased at the carrier"] == []
    assert [(each.urgent, each.asked_for_id) for each in house.rows(select(CaseRow.urgent, CaseRow.asked_for_id))] == [(False, None)]
    assert [each.transcript for each in messages(house)] == [""]
    assert not house.exchange.transcriptions


@pytest.mark.weather("calm", "echo")
def test_a_recording_of_which_the_carrier_tells_late_is_not_kept(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcriptions, "WRITING", 40 * 60)
    house.exchange.recordings_ready_after = 30 * 60
    dana, maria = house.customer("Dana").is_known(), house.manager("Maria")
    leaves_word(dana)
    maria.phone.texts("DONE T1", to=OUR_NUMBER)
    maria.phone.reads("T1 is solved")
    forget(house, dana.phone.number)
    house.passes(3 * HOUR)
    assert [(each.kept_as, each.transcript, each.fetched, each.state) for each in messages(house)] == [("", "", "erased", "done")]
    assert not house.exchange.transcriptions
    assert all(each.deleted for each in house.exchange.recordings.values())


@CALM
def test_nobody_is_asked_to_hear_a_message_of_somebody_who_is_forgotten(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcriptions, "WRITING", 30 * 60)
    dana, maria = house.customer("Dana").is_known(), house.manager("Maria")
    leaves_word(dana)
    maria.phone.texts("DONE T1", to=OUR_NUMBER)
    maria.phone.reads("T1 is solved")
    assert [each.state for each in messages(house)] == ["new"]
    forget(house, dana.phone.number)
    house.passes(24 * HOUR)
