"""STOP and START: kept in our own book, whatever the carrier keeps; and nobody's words are lost over it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.house import OUR_NUMBER, Agent, Customer, House
from voice_gateway.sandbox.opt_out import OptOutWords
from voice_gateway.store.tables import ConsentRow, IdentifierRow, MessageRow, OrderRow

CALM = pytest.mark.weather("calm")
A_FEW = pytest.mark.weather("calm", "echo", "shuffle")


def has_opted_out(house: House, customer: Customer) -> bool:
    return bool(house.rows(select(IdentifierRow.opted_out_at).where(
        IdentifierRow.subject == customer.phone.number))[0].opted_out_at)


def in_a_thread(house: House) -> tuple[Customer, Agent]:
    """Dana wrote, Sam answered."""
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    dana.phone.texts("My lamp is broken", to=OUR_NUMBER)
    sam.phone.reads("My lamp is broken")
    dana.phone.reads("a colleague reads it now")
    sam.phone.texts("Which one?", to=OUR_NUMBER)
    dana.phone.reads("Which one?")
    return dana, sam


def test_stop_holds_until_start_and_whoever_answers_is_told(house: House) -> None:
    dana, sam = in_a_thread(house)
    dana.phone.texts("STOP", to=OUR_NUMBER)
    house.passes(5)
    sam.phone.texts("The green one?", to=OUR_NUMBER)
    sam.phone.reads("T1 Dana wants no more texts, so this was not sent. Ring instead", "The green one?")
    dana.phone.texts("START", to=OUR_NUMBER)
    house.passes(5)
    sam.phone.texts("The green one?", to=OUR_NUMBER)
    dana.phone.reads("The green one?")


@A_FEW
@pytest.mark.parametrize("words", ["STOP", "stop.", "StopAll", "unsubscribe", "END", "quit", "Revoke", "OPTOUT"])
def test_every_word_of_the_family_from_who_never_had_a_text(house: House, words: str) -> None:
    dana = house.customer("Dana")
    house.agent("Sam")
    dana.phone.texts(words, to=OUR_NUMBER)
    house.passes(10)
    assert has_opted_out(house, dana)
    assert house.cases[0].state == "cancelled"


@A_FEW
def test_advanced_opt_out_knows_words_that_we_do_not(house: House) -> None:
    """The carrier has answered ARRET already, and says so: we keep it, and say nothing."""
    words = OptOutWords(stop=frozenset({"ARRET"}), start=frozenset({"OUI"}))
    house.exchange.messaging_service(OUR_NUMBER, advanced_opt_out=words)
    dana, sam = in_a_thread(house)
    dana.phone.texts("ARRET", to=OUR_NUMBER)
    house.passes(5)
    assert has_opted_out(house, dana)
    sam.phone.texts("Hello?", to=OUR_NUMBER)
    sam.phone.reads("wants no more texts")
    dana.phone.texts("OUI", to=OUR_NUMBER)
    house.passes(5)
    assert not has_opted_out(house, dana)


@A_FEW
def test_a_block_of_the_carriers_that_we_never_heard_of_is_learnt(house: House) -> None:
    """21610: at once for a number of ours, later for a Messaging Service; either way Sam hears of it once."""
    dana, sam = in_a_thread(house)
    house.exchange.opted_out.add((dana.phone.number, OUR_NUMBER))
    sam.phone.texts("The green one?", to=OUR_NUMBER)
    sam.phone.reads("T1 Dana wants no more texts, so this was not sent")
    assert has_opted_out(house, dana)


@A_FEW
def test_told_later_by_a_report_it_counts_as_well(house: House) -> None:
    dana, sam = in_a_thread(house)
    dana.phone.gets_no_texts(21610)
    sam.phone.texts("The green one?", to=OUR_NUMBER)
    sam.phone.reads("T1 Dana wants no more texts, so this was not sent")
    assert has_opted_out(house, dana)


@A_FEW
def test_start_is_no_help_while_the_carrier_still_refuses(house: House) -> None:
    """START makes us try again; when the carrier refuses once more, we have learnt it once more."""
    dana, sam = in_a_thread(house)
    dana.phone.texts("STOP", to=OUR_NUMBER)
    house.passes(5)
    dana.phone.texts("START", to=OUR_NUMBER)
    house.passes(5)
    assert not has_opted_out(house, dana)
    house.exchange.opted_out.add((dana.phone.number, OUR_NUMBER))
    sam.phone.texts("Welcome back", to=OUR_NUMBER)
    sam.phone.reads("wants no more texts")
    assert has_opted_out(house, dana)


@A_FEW
@pytest.mark.parametrize("code, told", [(30003, "switched off"), (30005, "not in use"), (30006, "gets no texts"),
                                        (30007, "could not be reached by text")])
def test_an_answer_that_does_not_arrive_is_told_once(house: House, code: int, told: str) -> None:
    dana, sam = in_a_thread(house)
    dana.phone.gets_no_texts(code)
    sam.phone.texts("The green one?", to=OUR_NUMBER)
    sam.phone.reads(told, "so this was not sent", "The green one?")
    house.passes(600)
    assert not house.rows(select(OrderRow.id).where(OrderRow.done_at.is_(None), OrderRow.kind == "text"))


@CALM
def test_a_landline_gets_no_texts(house: House) -> None:
    dana, sam = in_a_thread(house)
    dana.phone.is_a_landline()
    sam.phone.texts("The green one?", to=OUR_NUMBER)
    sam.phone.reads("gets no texts", "The green one?")


@CALM
def test_the_ticket_goes_on_telling(house: House) -> None:
    """Who wants no texts still sees how it stands."""
    dana, sam = in_a_thread(house)
    dana.phone.texts("STOP", to=OUR_NUMBER)
    house.passes(5)
    sam.phone.texts("Hello?", to=OUR_NUMBER)
    sam.phone.reads("wants no more texts")
    with house.store.reading() as memory:
        page = house.facts(memory, house.cases[0].id).case.page
    told = house.browser.get(page.removeprefix("https://house.example.test") + ".json").get_json()
    assert told["headline"] == "Sam looks after it."
    assert "A text could not be delivered." in [step["text"] for step in told["steps"]]


@CALM
def test_who_wants_no_texts_gets_no_automatic_answer_either(house: House) -> None:
    dana, sam = in_a_thread(house)
    dana.phone.texts("STOP", to=OUR_NUMBER)
    house.passes(5)
    dana.phone.texts("STATUS", to=OUR_NUMBER)
    dana.phone.texts("But where is my lamp?", to=OUR_NUMBER)
    sam.phone.reads("But where is my lamp?")
    house.passes(30)
    assert len(dana.phone.received) == 2


@CALM
@pytest.mark.parametrize("words", [
    "I cannot stop laughing", "Please don't stop the delivery", "End of story: it works", "stop by any time",
    "The cancel button is broken", "How do I start it?", "Nonstop noise", "STOP it from beeping, how?"])
def test_a_word_in_the_middle_of_a_sentence_is_none(house: House, words: str) -> None:
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    dana.phone.texts(words, to=OUR_NUMBER)
    sam.phone.reads(f"T1 Dana: {words}")
    dana.phone.reads("a colleague reads it now")
    assert not has_opted_out(house, dana)


@A_FEW
def test_by_whatsapp_the_house_says_it_itself(house: House) -> None:
    """There no carrier answers STOP."""
    house.exchange.own(f"whatsapp:{OUR_NUMBER}", sms_url="https://house.example.test/sms")
    house.agent("Sam")
    dana = house.exchange.phone("whatsapp:+12025550177")
    dana.texts("Stop", to=f"whatsapp:{OUR_NUMBER}")
    dana.reads("you will get no more texts from us")
    dana.texts("Start", to=f"whatsapp:{OUR_NUMBER}")
    dana.reads("you will get our texts again")
    assert not house.rows(select(ConsentRow.id))


@CALM
def test_a_report_that_a_text_failed_is_heeded_once(house: House) -> None:
    dana, sam = in_a_thread(house)
    dana.phone.gets_no_texts(30003)
    sam.phone.texts("The green one?", to=OUR_NUMBER)
    sam.phone.reads("switched off")
    lost = house.rows(select(MessageRow.id).where(MessageRow.body == "The green one?", ~MessageRow.inbound))[0].id
    house.gateway.turns.text_delivered(lost, None, "undelivered", 8, 30003)
    house.gateway.turns.text_delivered(lost, None, "sent", 4, None)
    house.passes(60)
    assert house.rows(select(MessageRow.status).where(MessageRow.id == lost))[0].status == "undelivered"
