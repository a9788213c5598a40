"""Asking for somebody: a customer names a colleague, and is told plainly what comes of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.house import MORNING, OUR_NUMBER, Agent, Customer, House, talks_and_is_content
from tests.scenarios.messages import leaves_word
from voice_gateway.store.tables import CaseRow, PersonRow

CALM = pytest.mark.weather("calm")
FROM_ELEVEN = [{"days": [1, 2, 3, 4, 5], "open": 11 * 60, "close": 17 * 60}]


def two_are_here(house: House) -> tuple[Customer, Agent, Agent]:
    """Kim has been idle longer than Sam."""
    kim, sam = house.agent("Kim"), house.agent("Sam Reed")
    return house.customer("Dana"), kim, sam


def asked_for(house: House) -> list[int | None]:
    return [row.asked_for_id for row in house.rows(select(CaseRow.asked_for_id))]


# ---- on the telephone ----


def test_whom_a_caller_asks_for_is_rung_first(house: House) -> None:
    dana, kim, sam = two_are_here(house)
    dana.dials().phone.hears("Press 1 to wait").presses("1").hears("what is it about").says("Can I talk to Sam, please?")
    dana.phone.hears("You asked for Sam, who is asked first", "One moment please")
    sam.phone.rings().hears("Can I talk to Sam").presses("1")
    talks_and_is_content(dana, sam)
    assert not kim.phone.unheard()
    assert asked_for(house) == [sam.id]


@CALM
def test_it_can_be_said_in_the_menu_and_others_come_when_that_one_does_not(house: House) -> None:
    dana, kim, sam = two_are_here(house)
    dana.dials().phone.hears("Or say").says("put me through to Sam Reed").hears("You asked for Sam")
    sam.phone.rings().presses("2").hears("next colleague")
    kim.phone.rings().presses("1")
    talks_and_is_content(dana, kim)


def test_who_is_not_at_work_is_waited_for_if_they_wish(house: House) -> None:
    """It is ten; Sam comes at eleven."""
    kim, sam, dana = house.agent("Kim"), house.agent("Sam", hours=FROM_ELEVEN), house.customer("Dana")
    dana.dials().phone.hears("Press 1 to wait").presses("1").hears("what is it about").says("is Sam there?")
    dana.phone.hears("Sam is not here before 11:00 am", "Press 1, and Sam rings you then").presses("1").hears("Sam will ring you at 11:00 am")
    house.passes(3590)
    assert not sam.phone.is_ringing
    assert not kim.phone.is_ringing
    sam.phone.rings(within=90).presses("1").hears("Calling them now")
    dana.phone.rings().presses("1")
    talks_and_is_content(dana, sam)


@CALM
def test_or_somebody_else_comes_now(house: House) -> None:
    kim, _sam, dana = house.agent("Kim"), house.agent("Sam", hours=FROM_ELEVEN), house.customer("Dana")
    dana.dials().phone.hears("Press 1 to wait").presses("1").hears("what is it about").says("ask for Sam")
    dana.phone.hears("Press 2 for somebody else").presses("2").hears("One moment please")
    kim.phone.rings().presses("1")
    talks_and_is_content(dana, kim)


@CALM
def test_when_we_are_closed_it_is_that_one_later_or_a_message(house: House) -> None:
    house.keeps_hours([{"days": [1, 2, 3, 4, 5], "open": 16 * 60, "close": 17 * 60}])
    sam, dana = house.agent("Sam"), house.customer("Dana")
    dana.dials().phone.hears("We are closed", "Or say").says("talk to Sam").hears("Sam is not here before 4:00 pm", "Press 2 to leave a message")
    dana.phone.presses("2").hears("after the tone", "[beep]").says("never mind, I write to him").presses("#").hears("Goodbye")
    sam.phone.reads("left a message", within=7 * 3600)
    house.is_forgotten()


@CALM
@pytest.mark.parametrize("why", [{"gone": True}, {"away_until": MORNING + timedelta(days=3)}])
def test_a_call_that_waits_for_one_who_has_left_or_is_ill_is_anothers(house: House, why: dict[str, Any]) -> None:
    kim, sam, dana = house.agent("Kim"), house.agent("Sam", hours=FROM_ELEVEN), house.customer("Dana")
    dana.dials().phone.hears("Press 1 to wait").presses("1").hears("what is it about").says("speak to Sam")
    dana.phone.hears("Sam is not here").presses("1").hears("or a colleague if Sam cannot")
    with house.store.transaction() as memory:
        memory.execute(update(PersonRow).where(PersonRow.id == sam.id).values(why))
    kim.phone.rings(within=3700).presses("1").hears("Calling them now")
    dana.phone.rings().presses("1")
    talks_and_is_content(dana, kim)


@CALM
def test_who_is_on_the_telephone_is_waited_for_but_not_for_ever(house: House) -> None:
    dana, kim, sam = two_are_here(house)
    ben = house.customer("Ben").waits_in_line("ask for Sam Reed")
    sam.phone.rings().presses("1")
    assert ben.phone.talks_with(sam.phone)
    dana.asks_for_a_call("I want to speak with Sam")
    house.passes(4 * 60)
    assert not kim.phone.is_ringing
    kim.phone.rings(within=180).presses("1").hears("Calling them now")
    dana.phone.rings().presses("1")
    talks_and_is_content(dana, kim)
    ben.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1").hears("Solved")


@CALM
def test_of_two_of_one_name_nobody_is_guessed(house: House) -> None:
    ray, fox, dana = house.agent("Sam Ray"), house.agent("Sam Fox"), house.customer("Dana")
    dana.dials().phone.hears("Press 1 to wait").presses("1").hears("what is it about").says("Can I talk to Sam")
    dana.phone.hears("more than one Sam", "Whoever is free first")
    ray.phone.rings().presses("1")
    talks_and_is_content(dana, ray)
    assert asked_for(house) == [None]
    assert not fox.phone.unheard()


# ---- by text, on the website, on the machine ----


def test_whom_a_writer_asks_for_reads_it(house: House) -> None:
    dana, kim, sam = two_are_here(house)
    dana.phone.texts("Hello, can I talk to Sam?", to=OUR_NUMBER)
    sam.phone.reads("T1", "can I talk to Sam?")
    dana.phone.reads("Sam reads it now. Text CALL to be rung: Sam is asked first")
    dana.phone.texts("CALL", to=OUR_NUMBER)
    dana.phone.reads("we ring you")
    sam.phone.rings().presses("1").hears("Calling them now")
    dana.phone.rings().presses("1")
    talks_and_is_content(dana, sam)
    assert not kim.phone.received


@CALM
def test_a_writer_is_told_plainly_what_happens(house: House) -> None:
    kim, _sam, dana = house.agent("Kim"), house.agent("Sam Ray", hours=FROM_ELEVEN), house.customer("Dana")
    house.agent("Lee Ray"), house.agent("Lee Fox")
    dana.phone.texts("ask for Sam", to=OUR_NUMBER)
    kim.phone.reads("ask for Sam")
    dana.phone.reads("Sam is not here before 11:00 am; a colleague reads it")
    dana.phone.texts("could Lee call me?", to=OUR_NUMBER)
    kim.phone.reads("could Lee call me?")
    dana.phone.reads("there is more than one Lee here", "the whole name")
    dana.phone.texts("Lee Fox", to=OUR_NUMBER)
    kim.phone.reads("Lee Fox")
    dana.phone.reads("Kim looks after it, and reads that you ask for Lee")


@CALM
def test_on_the_website_as_well(house: House) -> None:
    dana, kim, sam = two_are_here(house)
    dana.asks_for_a_call("a refund. I want to speak with Sam")
    assert "You asked for Sam." in str(dana.ticket)
    sam.phone.rings().presses("1").hears("Calling them now")
    dana.phone.rings().presses("1")
    talks_and_is_content(dana, sam)
    assert not kim.phone.unheard()


@CALM
def test_a_message_asks_for_somebody_once_it_is_written_down(house: House) -> None:
    dana, kim, sam = two_are_here(house)
    leaves_word(dana, "this is Dana, could Sam call me back", declined_by=kim)
    kim.phone.reads("could Sam call me back")
    dana.phone.texts("CALL", to=OUR_NUMBER)
    dana.phone.reads("we ring you")
    assert asked_for(house) == [sam.id]
    house.is_forgotten()
