"""A callback is asked for, moved, confirmed and cancelled by text."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.house import OUR_NUMBER, Agent, Customer, House, talks_and_is_content
from tests.scenarios.test_texting import writes
from voice_gateway.store.tables import JournalRow, LegRow

CALM = pytest.mark.weather("calm")
A_FEW = pytest.mark.weather("calm", "echo", "shuffle")


def promised(house: House, words: str = "LATER 11am") -> tuple[Customer, Agent]:
    """Dana is to be rung at eleven, in an hour."""
    dana, sam = house.customer("Dana"), house.agent("Sam")
    writes(dana, words).phone.reads("we ring you at 11:00 am (America/New_York)")
    return dana, sam


def test_later_moves_what_was_promised(house: House) -> None:
    dana, sam = promised(house)
    writes(dana, "later 10:20").phone.reads("we ring you at 10:20 am")
    sam.phone.rings(within=1400).presses("1").hears("Calling them now")
    dana.phone.rings().presses("1")
    talks_and_is_content(dana, sam)
    house.passes(3600)  # nobody rings at eleven
    assert len(house.cases) == 1


@A_FEW
def test_call_brings_it_forward(house: House) -> None:
    dana, sam = promised(house)
    writes(dana, "call me").phone.reads("we ring you as soon as a colleague is free")
    sam.phone.rings().presses("1").hears("Calling them now")
    dana.phone.rings().presses("1")
    talks_and_is_content(dana, sam)


@A_FEW
def test_cancel_and_start_again(house: House) -> None:
    """CANCEL is the carrier's word as well: it answers, and nobody else does, until START."""
    dana, sam = promised(house)
    writes(dana, "CANCEL")
    house.passes(10)
    assert house.cases[0].state == "cancelled"
    writes(dana, "CALL")
    house.passes(10)
    writes(dana, "START")
    house.passes(5)
    sam.phone.rings().presses("1").hears("Calling them now")
    dana.phone.rings().presses("1")
    talks_and_is_content(dana, sam)
    assert len(dana.phone.received) == 1


@A_FEW
def test_by_whatsapp_cancel_is_about_the_call_alone(house: House) -> None:
    house.exchange.own(f"whatsapp:{OUR_NUMBER}", sms_url="https://house.example.test/sms")
    house.agent("Sam")
    dana = house.exchange.phone("whatsapp:+12025550177")
    dana.texts("LATER 11am", to=f"whatsapp:{OUR_NUMBER}").reads("we ring you at 11:00 am")
    dana.texts("cancel", to=f"whatsapp:{OUR_NUMBER}").reads("cancelled")
    dana.texts("STATUS", to=f"whatsapp:{OUR_NUMBER}").reads("nothing of yours is open")
    assert house.cases[0].state == "cancelled"


@CALM
@pytest.mark.parametrize("words", ["YES", "ok", "Thanks!", "Ok, thank you.", "👍"])
def test_a_yes_to_a_promise_is_noted_and_nobody_is_troubled(house: House, words: str) -> None:
    dana, sam = promised(house)
    writes(dana, words)
    house.passes(30)
    assert not sam.phone.received
    assert house.rows(select(JournalRow.id).where(JournalRow.what == "confirmed"))
    house.is_forgotten()


@CALM
def test_a_yes_to_a_question_of_ours_is_an_answer(house: House) -> None:
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    writes(dana, "My lamp is broken")
    sam.phone.reads("My lamp is broken")
    dana.phone.reads("a colleague reads it now")
    sam.phone.texts("Shall we send a new one?", to=OUR_NUMBER)
    dana.phone.reads("Shall we send")
    writes(dana, "Yes")
    sam.phone.reads("T1 Dana: Yes")


@CALM
def test_status_tells_a_promise_and_a_place(house: House) -> None:
    dana, _sam = promised(house)
    writes(dana, "Status?").phone.reads("we ring you at 11:00 am")
    ben = house.customer("Ben")
    writes(ben, "STATUS").phone.reads("nothing of yours is open with us")
    assert [case.state for case in house.cases] == ["waiting", "cancelled"]
    house.is_forgotten()


@CALM
def test_help_is_the_carriers_to_explain(house: House) -> None:
    dana = house.customer("Dana")
    writes(dana, "HELP")
    house.passes(10)
    assert not dana.phone.received
    assert house.cases[0].state == "cancelled"


@CALM
@pytest.mark.parametrize("number, words, told, after", [
    ("+14155550123", "LATER 3PM", "we ring you at 3:00 pm (America/Los_Angeles)", timedelta(hours=8)),
    ("+12125550123", "LATER 3PM", "we ring you at 3:00 pm (America/New_York)", timedelta(hours=5)),
    ("+447400123456", "LATER 3PM", "we ring you at 3:00 pm (America/New_York)", timedelta(hours=5)),
    ("+12125550123", "later 3", "we ring you at 3:00 pm", timedelta(hours=5)),
    ("+12125550123", "LATER tomorrow 9am", "we ring you at Thursday 9:00 am", timedelta(hours=23)),
    ("+12125550123", "later at 15.30", "we ring you at 3:30 pm", timedelta(hours=5, minutes=30)),
    ("+12125550123", "LATER in 2 hours", "we ring you at 12:00 pm", timedelta(hours=2)),
    ("+12125550123", "later \u0663", "we ring you at 3:00 pm", timedelta(hours=5)),
    ("+12125550123", "call me later, 90 min", "we ring you at 11:30 am", timedelta(minutes=90)),
])
def test_times_on_whose_clock(house: House, number: str, words: str, told: str, after: timedelta) -> None:
    """Theirs, where their number can belong to one zone only; else the house's. The answer names it."""
    dana = house.customer("Dana", number)
    house.agent("Sam")
    began = house.time.now()
    writes(dana, words).phone.reads(told)
    promised_after = house.cases[0].due_at - began
    assert abs(promised_after - after) < timedelta(minutes=1)
    house.is_forgotten()


@CALM
@pytest.mark.parametrize("words", ["LATER yesterday", "later 3am", "LATER 31:00", "later on maybe", "LATER next year",
                                   "later 0 min", "later 99999 hours"])
def test_a_time_that_is_none_promises_nothing(house: House, words: str) -> None:
    dana = house.customer("Dana")
    house.agent("Sam")
    writes(dana, words).phone.reads("When shall we ring you?")
    assert house.cases[0].state == "cancelled"
    assert not house.rows(select(LegRow.id))


@CALM
def test_who_is_talking_is_not_rung_later(house: House) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    dana.asks_for_a_call()
    sam.phone.rings().presses("1").hears("Calling them now")
    dana.phone.rings().presses("1")
    assert dana.phone.talks_with(sam.phone)
    writes(dana, "LATER 3pm").phone.reads("Sam is with you")
    talks_and_is_content(dana, sam)
