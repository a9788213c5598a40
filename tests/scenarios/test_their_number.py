"""Somebody whose WhatsApp hides its number wants to be rung: they share it, or show it by a code, and are."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select, update

from tests.house import OUR_NUMBER, Agent, House
from tests.scenarios.test_by_channels import NUMBER, OURS, PAGE, joined, on_whatsapp, writes
from voice_gateway.sandbox.phones import Phone
from voice_gateway.store.tables import ChallengeRow, ConsentRow, IdentifierRow, LinkRow
from voice_gateway.turn import Turns

CALM = pytest.mark.weather("calm")
SOON = 180
BUTTON = "HX" + "5" * 32


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
    """The house has had a button approved, and it comes once, whatever the weather."""
    here.keeps(texts={"contact_request": BUTTON})
    here.exchange.templates[BUTTON] = "Share your number and we ring you. [Share contact info]"
    sam, dana = here.agent("Sam"), on_whatsapp(here, "US.ABC123")
    writes(dana, sam)
    asks(dana, sam)
    dana.reads("[Share contact info]", within=SOON)
    telephone = shares(dana, here, "We ring you as soon as a colleague is free")
    sam.phone.rings(within=SOON).hears("is waiting for a call about My lamp is broken").presses("1").hears("Calling them now")
    telephone.rings(within=SOON).hears("You asked us to call", "Press 9 if that was not you").presses("1")
    talks(telephone, sam)


@CALM
@pytest.mark.parametrize("words", ["CALL", f"CALL {NUMBER}"])
def test_who_had_not_asked_texts_call(here: House, words: str) -> None:
    """Consent counts since the number is theirs, for that number; and each ring is looked at anew."""
    sam, dana = here.agent("Sam"), on_whatsapp(here, "US.ABC123")
    writes(dana, sam)
    telephone = shares(dana, here, "Text CALL to be rung")
    sam.phone.reads("has shared the number that ends in 0177")
    here.passes(10 * 60)
    assert not any(e.kind == "ring" for e in here.exchange.diary(telephone.number)), "nobody has agreed to it"
    dana.texts(words, to=OURS)
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
        memory.execute(update(LinkRow).values(fresh_until=here.time.now()))


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


def the_code(telephone: Phone) -> str:
    """What stands in the text that came to the number."""
    telephone.reads("from which we were asked to ring this number", "Never give it to anybody", within=SOON)
    found = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", telephone.received[-1])
    assert found
    return found[0]


def types(person: Phone, sam: Agent, words: str, to: str = OURS) -> None:
    """They type a number, which a colleague reads as well: it may be that nothing comes of it."""
    person.texts(words, to=to)
    sam.phone.reads(words, within=SOON)


@CALM
@pytest.mark.parametrize("address, to", [("whatsapp:US.ABC123", OURS), ("messenger:6012345678901234", PAGE)])
def test_a_number_that_is_typed_is_shown_by_a_code(here: House, address: str, to: str) -> None:
    """They are rung as soon as the code is back; whoever has the number reads of it there."""
    sam, dana, telephone = here.agent("Sam"), here.exchange.phone(address), here.exchange.phone(NUMBER)
    asks(dana, sam, to)
    types(dana, sam, "call me at +1 (202) 555-0177", to)
    dana.reads("we have texted a code to that number")
    dana.texts(the_code(telephone), to=to)
    dana.reads("the number that ends in 0177 are yours, as you have shown", "NOT ME")
    telephone.reads("the number that ends in 0177 are yours", "Not you? Reply NOT ME", "SHARED")
    sam.phone.rings().hears("is waiting for a call").presses("1")
    telephone.rings().hears("You asked us to call").presses("1")
    talks(telephone, sam)
    assert [(kind, number, state) for kind, number, _, state in joined(here)] == [("otp_roundtrip", NUMBER, "active")]


@CALM
@pytest.mark.parametrize("words, why", [
    ("CALL 911", "Emergency numbers"), ("call me on +61 2 5550 1234", "numbers in that country"), ("CALL +1 900 555 0123", "this kind of number"),
    (f"CALL {OUR_NUMBER}", "We cannot call this number"), ("CALL 12345", "too short"), ("CALL +44 20 7946 0123", "gets no texts"),
])
def test_to_some_numbers_no_code_goes(here: House, words: str, why: str) -> None:
    sam, dana = here.agent("Sam"), on_whatsapp(here, "US.ABC123")
    types(dana, sam, words)
    dana.reads(why)
    assert here.rows(select(ChallengeRow.id)) == []


@CALM
def test_codes_are_few(here: House) -> None:
    """Whoever types other people's numbers wakes few of them, and each of them can end it."""
    sam, dana, telephone = here.agent("Sam"), on_whatsapp(here, "US.ABC123"), here.exchange.phone(NUMBER)
    for words in ("CALL +1 202 555 0177", "CALL 202 555 0177", "CALL (202) 555-0177"):
        types(dana, sam, words)
        dana.reads("we have texted a code")
        the_code(telephone)
    types(dana, sam, f"CALL {NUMBER}")
    dana.reads("cannot ring that number just now")
    telephone.texts("NOT ME", to=OUR_NUMBER)
    telephone.reads("It has ended")
    sam.phone.reads("they are not whom we took them for")


@CALM
def test_a_code_that_is_too_late_rings_nobody(here: House) -> None:
    sam, dana, telephone = here.agent("Sam"), on_whatsapp(here, "US.ABC123"), here.exchange.phone(NUMBER)
    types(dana, sam, f"CALL {NUMBER}")
    dana.reads("we have texted a code")
    code = the_code(telephone)
    here.passes(601)
    dana.texts(code, to=OURS)
    dana.reads("that code is over")
    assert joined(here) == []


@CALM
def test_a_number_that_we_do_not_ring_is_thanked_for_and_not_rung(here: House) -> None:
    """It is theirs, as WhatsApp says; but the house does not ring numbers of that country."""
    sam, dana, abroad = here.agent("Sam"), on_whatsapp(here, "US.ABC123"), "+61491570156"
    asks(dana, sam)
    dana.shares_a_contact(abroad, OURS)
    dana.reads("the number that ends in 0156 is yours", "For now we ring nobody there")
    sam.phone.reads("has shared the number")
    dana.texts("CALL", to=OURS)
    dana.reads("we see no number here that we may ring")
    sam.phone.reads("CALL")
    sam.phone.texts("DONE", to=OUR_NUMBER)
    sam.phone.reads("T1 is solved")
    here.exchange.phone(abroad).reads("this number is theirs", within=12 * 3600)


@CALM
def test_a_contact_that_nobody_vouches_for_is_for_a_human_to_read(here: House) -> None:
    sam, dana = here.agent("Sam"), on_whatsapp(here, "US.ABC123")
    asks(dana, sam)
    dana.shares_a_contact(NUMBER, OURS, asked_for=False)
    sam.phone.reads("(shares a contact)")
    assert joined(here) == []


@CALM
def test_others_use_it_too(here: House) -> None:
    """Whoever reads it at the number says so: what waits is stopped, and nobody is rung there."""
    sam, dana = here.agent("Sam"), on_whatsapp(here, "US.ABC123")
    asks(dana, sam)
    telephone = shares(dana, here, "We ring you")
    sam.phone.rings().hears("is waiting for a call")
    telephone.texts("SHARED", to=OUR_NUMBER)
    telephone.reads("We tell nobody anything at this number")
    sam.phone.hears("We may not ring", "several people use this number").is_hung_up()
    sam.phone.reads("nobody is rung")


@CALM
def test_nobody_says_shared_of_a_number_that_is_not_shown_to_be_theirs(here: House) -> None:
    """Anybody can have a code sent to anybody's number. It is no word about who uses it, or nobody would be rung there any more."""
    sam, eve, telephone = here.agent("Sam"), on_whatsapp(here, "US.ABC123"), here.exchange.phone(NUMBER)
    types(eve, sam, f"CALL {NUMBER}")
    eve.reads("we have texted a code")
    the_code(telephone)
    types(eve, sam, "SHARED")
    assert not here.rows(select(IdentifierRow.id).where(IdentifierRow.shared))
    telephone.texts("SHARED", to=OUR_NUMBER)
    telephone.reads("We tell nobody anything at this number")
    assert here.rows(select(IdentifierRow.subject).where(IdentifierRow.shared)) == [(NUMBER,)]


@CALM
def test_another_number_stops_what_waits(here: House) -> None:
    """WhatsApp tells that the account has another number now."""
    sam, dana = here.agent("Sam"), on_whatsapp(here, "US.ABC123")
    asks(dana, sam)
    shares(dana, here, "We ring you")
    sam.phone.rings().hears("is waiting for a call")
    dana.has_another_number(OURS)
    sam.phone.hears("We may not ring").is_hung_up()
    sam.phone.reads("nobody is rung")
    assert [state for *_, state in joined(here)] == ["revoked"]


@CALM
def test_a_time_is_named_before_a_number(here: House) -> None:
    """It is kept, and they are rung then, however they show us where."""
    sam, dana = here.agent("Sam"), on_whatsapp(here, "US.ABC123")
    dana.texts("LATER someday", to=OURS)
    dana.reads("First text CALL and your number", "Then text LATER and the time again")
    dana.texts("LATER 3PM", to=OURS)
    dana.reads("First text CALL and your number", "Then we ring you at 3:00 pm (America/New_York)")
    telephone = shares(dana, here, "We ring you at 3:00 pm")
    here.passes(4 * 3600)
    assert not any(e.kind == "ring" for e in here.exchange.diary(telephone.number))
    here.passes(3600)
    sam.phone.rings().hears("is waiting for a call").presses("1")
    telephone.rings().hears("You asked us to call").presses("1")
    talks(telephone, sam)


@CALM
def test_a_time_is_named_before_a_number_is_shown_by_a_code(here: House) -> None:
    sam, dana = here.agent("Sam"), on_whatsapp(here, "US.ABC123")
    dana.texts("LATER 3PM", to=OURS)
    dana.reads("Then we ring you at 3:00 pm")
    dana.texts(f"CALL {NUMBER}", to=OURS)
    dana.reads("we have texted a code to that number")
    dana.texts(the_code(telephone := here.exchange.phone(NUMBER)), to=OURS)
    dana.reads("are yours, as you have shown")
    telephone.reads("are yours, as you have shown")
    here.passes(4 * 3600)
    assert not any(e.kind == "ring" for e in here.exchange.diary(telephone.number))
    sam.phone.rings(within=2 * 3600).hears("is waiting for a call").presses("1")
    telephone.rings().hears("You asked us to call").presses("1")
    talks(telephone, sam)


@CALM
def test_who_named_a_time_and_showed_no_number_is_answered_in_writing(here: House) -> None:
    """No colleague's telephone rings for nothing."""
    sam, dana = here.agent("Sam"), on_whatsapp(here, "US.ABC123")
    dana.texts("LATER 3PM", to=OURS)
    dana.reads("Then we ring you at 3:00 pm")
    here.passes(5 * 3600)
    sam.phone.reads("wanted to be rung now", "Answer in writing")
    assert not any(e.kind == "ring" for e in here.exchange.diary(sam.phone.number))


@CALM
def test_who_named_a_time_and_then_would_rather_be_rung_at_once_is(here: House) -> None:
    sam, dana = here.agent("Sam"), on_whatsapp(here, "US.ABC123")
    dana.texts("LATER 3PM", to=OURS)
    dana.reads("Then we ring you at 3:00 pm")
    dana.texts("CALL", to=OURS)
    dana.reads("To be rung, text CALL and your number")
    telephone = shares(dana, here, "We ring you as soon as a colleague is free")
    sam.phone.rings().hears("is waiting for a call").presses("1")
    telephone.rings().hears("You asked us to call").presses("1")
    talks(telephone, sam)


@pytest.mark.weather("amnesia")
def test_a_button_whose_report_was_lost_is_not_sent_twice(here: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands in it is not in our words, and yet it is found at the carrier."""
    monkeypatch.setattr(Turns, "text_delivered", lambda *_: None)
    here.keeps(texts={"contact_request": BUTTON})
    here.exchange.templates[BUTTON] = "Share your number and we ring you. [Share contact info]"
    sam, dana = here.agent("Sam"), on_whatsapp(here, "US.ABC123")
    asks(dana, sam)
    dana.reads("[Share contact info]", within=SOON)
    here.passes(120)
    assert len([each for each in here.exchange.messages.values() if each.template]) == 1


@CALM
def test_where_customers_are_rung_first_they_can_say_that_it_was_not_they(here: House) -> None:
    here.keeps(rings_first="customer")
    sam, dana = here.agent("Sam"), on_whatsapp(here, "US.ABC123")
    asks(dana, sam)
    telephone = shares(dana, here, "We ring you")
    telephone.rings().hears("You asked us to call", "Press 9 if that was not you").presses("9").hears("Goodbye").is_hung_up()
    sam.phone.reads("nobody is rung")
    assert [state for *_, state in joined(here)] == ["revoked"]


@CALM
def test_where_customers_are_rung_first_nobody_is_once_the_proof_has_ended(here: House) -> None:
    """A colleague is asked instead, and hears why."""
    here.keeps(rings_first="customer")
    sam, dana = here.agent("Sam"), on_whatsapp(here, "US.ABC123")
    telephone = shares(dana, here, "Text CALL to be rung")
    dana.texts("LATER 10:30", to=OURS)
    dana.reads("we ring you at 10:30 am")
    ends_at_night(here)
    sam.phone.rings(within=3600).hears("is waiting for a call").presses("1").hears("We may not ring", "a new code is needed")
    sam.phone.reads("Answer in writing")
    assert not any(e.kind == "ring" for e in here.exchange.diary(telephone.number))


@CALM
def test_a_number_that_has_changed_hands_is_not_rung(here: House) -> None:
    """Somebody else shares it while a colleague is being asked: neither of them is rung there, and the first is told."""
    sam, dana, heir = here.agent("Sam"), on_whatsapp(here, "US.ABC123"), on_whatsapp(here, "US.OTHER9")
    asks(dana, sam)
    telephone = shares(dana, here, "We ring you")
    sam.phone.rings().hears("is waiting for a call")
    asks(heir, sam)
    shares(heir, here, "Until now it was another account's", "For now we ring nobody there")
    sam.phone.hears("We may not ring").is_hung_up()
    sam.phone.reads("nobody is rung")
    sam.phone.reads("T2", "has shared the number")
    dana.reads("somebody else has shown that they have the telephone number")
    assert not any(e.kind == "ring" for e in here.exchange.diary(telephone.number))
