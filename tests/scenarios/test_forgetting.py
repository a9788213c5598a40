"""Whoever is forgotten here is forgotten at the carrier, and the carrier's own word for it is written down."""

from __future__ import annotations

from sqlalchemy import select

from tests.house import House
from tests.scenarios.tapes import HOUR, at_carrier, records, talk
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
