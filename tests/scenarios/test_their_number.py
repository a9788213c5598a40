"""Somebody whose WhatsApp hides its number wants to be rung: they share it, or show it by a code, and are."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from tests.house import OUR_NUMBER, Agent, House
from tests.scenarios.test_by_channels import NUMBER, OURS, PAGE, joined, on_whatsapp, writes
from voice_gateway.sandbox.phones import Phone
from voice_gateway.store import recall
from voice_gateway.store.identity import links
from voice_gateway.store.tables import ChallengeRow, ConsentRow, IdentifierRow, LegRow, LinkRow

CALM = pytest.mark.weather("calm")
SOON = 180


@pytest.fixture
def here(house: House) -> House:
    for sender in (OURS, PAGE):
        house.exchange.own(sender, sms_url="https://house.example.test/sms")
    return house


def asks(person: Phone, sam: Agent, to: str = OURS) -> None:
    """They want to be rung, and we do not know where."""
    person.texts("CALL", to=to)
    person.reads("we see no number here that we may ring", "such as CALL +12025550121", within=SOON)
    sam.phone.reads("CALL", within=SOON)


def shares(person: Phone, here: House, *more: str) -> Phone:
    """They share it; and at the number it is read as well."""
    person.shares_a_contact(NUMBER, OURS)
    person.reads("the number that ends in 0177 is yours, as WhatsApp says", *more, "Not you? Reply NOT ME", "SHARED", within=SOON)
    return here.exchange.phone(NUMBER).reads("has shown by WhatsApp that this number is theirs", "NOT ME", "SHARED", within=SOON)


def talks(telephone: Phone, sam: Agent) -> None:
    assert telephone.talks_with(sam.phone)
    telephone.hangs_up()
    sam.phone.hears("How did it go").presses("1").hears("Solved")


def test_who_asked_to_be_rung_and_shares_their_number_is_rung(here: House) -> None:
    sam, dana = here.agent("Sam"), on_whatsapp(here, "US.ABC123")
    writes(dana, sam)
    asks(dana, sam)
    telephone = shares(dana, here, "We ring you as soon as a colleague is free")
    sam.phone.rings(within=SOON).hears("is waiting for a call about My lamp is broken").presses("1").hears("Calling them now")
    telephone.rings(within=SOON).hears("You asked us to call", "Press 9 if that was not you").presses("1")
    talks(telephone, sam)


@CALM
def test_who_had_not_asked_texts_call(here: House) -> None:
    """Consent counts since the number is theirs, for that number; and each ring is looked at anew."""
    sam, dana = here.agent("Sam"), on_whatsapp(here, "US.ABC123")
    writes(dana, sam)
    telephone = shares(dana, here, "Text CALL to be rung")
    sam.phone.reads("has shared the number that ends in 0177")
    here.passes(10 * 60)
    assert not any(e.kind == "ring" for e in here.exchange.diary(telephone.number)), "nobody has agreed to it"
    dana.texts("CALL", to=OURS)
    dana.reads("we ring you as soon as a colleague is free")
    assert {each.namespace for each in here.rows(select(IdentifierRow.namespace).join(
        ConsentRow, ConsentRow.identifier_id == IdentifierRow.id))} == {"wa_bsuid", "tel"}
    sam.phone.rings().hears("is waiting for a call").presses("1")
    telephone.rings().hears("You asked us to call").presses("1")
    talks(telephone, sam)


@CALM
def test_an_old_wish_is_not_taken_up(here: House) -> None:
    """What they asked for long before the number was theirs, they ask for again."""
    sam, dana = here.agent("Sam"), on_whatsapp(here, "US.ABC123")
    asks(dana, sam)
    sam.phone.texts("What is it about?", to=OUR_NUMBER)
    dana.reads("What is it about?")
    here.passes(61 * 60)
    shares(dana, here, "Text CALL to be rung")
    sam.phone.reads("has shared the number that ends in 0177")


@CALM
@pytest.mark.parametrize("said_at", ["whatsapp", "number"])
def test_not_me_stops_it_at_once(here: House, said_at: str) -> None:
    """A colleague is just being asked; nobody is rung, and the house knows nothing of a number any more."""
    sam, dana = here.agent("Sam"), on_whatsapp(here, "US.ABC123")
    asks(dana, sam)
    telephone = shares(dana, here, "We ring you")
    sam.phone.rings().hears("is waiting for a call")
    who, to = (dana, OURS) if said_at == "whatsapp" else (telephone, OUR_NUMBER)
    who.texts("NOT ME", to=to)
    who.reads("It has ended")
    sam.phone.hears("We may not ring", "Thank you").is_hung_up()
    sam.phone.reads("nobody is rung")
    sam.phone.reads("they are not whom we took them for")
    dana.texts("CALL", to=OURS)
    dana.reads("we see no number here that we may ring")
    sam.phone.reads("CALL")
    assert [state for *_, state in joined(here)] == ["revoked"]
    assert not any(e.kind == "ring" for e in here.exchange.diary(telephone.number))


@CALM
def test_on_the_telephone_nine_says_that_it_was_not_they(here: House) -> None:
    sam, dana = here.agent("Sam"), on_whatsapp(here, "US.ABC123")
    asks(dana, sam)
    telephone = shares(dana, here, "We ring you")
    sam.phone.rings().hears("is waiting").presses("1")
    telephone.rings().hears("Press 9").presses("9").hears("We do not ring you because of it any more").is_hung_up()
    sam.phone.hears("We may not ring").is_hung_up()
    sam.phone.reads("nobody is rung")
    assert [state for *_, state in joined(here)] == ["revoked"]


def ends_at_night(here: House) -> None:
    """The proof is there, but counts no more; and nobody was told, as when its time is over."""
    with here.store.transaction() as memory:
        memory.execute(LinkRow.__table__.update().values(fresh_until=here.time.now()))


@CALM
def test_the_proof_ends_between_the_ring_and_the_yes(here: House) -> None:
    """The colleague says yes, and nobody is rung: they answer in writing, where they were written to."""
    sam, dana = here.agent("Sam"), on_whatsapp(here, "US.ABC123")
    asks(dana, sam)
    telephone = shares(dana, here, "We ring you")
    sam.phone.rings().hears("is waiting for a call")
    ends_at_night(here)
    sam.phone.presses("1").hears("We may not ring", "a new code is needed", "We text you the page")
    sam.phone.reads("Answer in writing")
    sam.phone.texts("T1 We write to you instead", to=OUR_NUMBER)
    dana.reads("We write to you instead")
    assert not any(e.kind == "ring" for e in here.exchange.diary(telephone.number))


@CALM
def test_the_proof_ends_between_the_yes_and_the_ring(here: House) -> None:
    """It is looked at again by whoever is about to place the call."""
    sam, dana = here.agent("Sam"), on_whatsapp(here, "US.ABC123")
    asks(dana, sam)
    telephone = shares(dana, here, "We ring you")
    sam.phone.rings().hears("is waiting for a call")
    here.exchange.run(lambda: sam.phone.is_listened_to, 30)
    here.exchange.at(0.01, lambda: ends_at_night(here))
    sam.phone.presses("1", at_once=True).hears("Calling them now")
    sam.phone.hears("We may not ring")
    sam.phone.reads("Answer in writing")
    assert not any(e.kind == "ring" for e in here.exchange.diary(telephone.number))
