"""Second try: it did not work at once, and nobody is forgotten."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from flows import Turn, screened_callback
from tests.house import House
from voice_gateway.store.tables import NumberRow


def test_nobody_takes_it_and_the_promise_is_kept(house: House) -> None:
    """The next agent is rung, then the customer gets a text and a promise that is kept."""
    dana, sam, kim = house.customer("Dana"), house.agent("Sam"), house.agent("Kim")
    dana.asks_for_a_call()
    sam.phone.rings().lets_it_ring()
    kim.phone.rings().lets_it_ring()
    dana.phone.reads("We ring you again at 10:0", within=180)
    house.passes(4 * 60)
    sam.phone.rings(within=180).hears("Dana", "1").presses("1")
    dana.phone.rings().hears("You asked us to call").presses("1")
    assert dana.phone.talks_with(sam.phone)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1")


def test_the_customer_does_not_answer(house: House) -> None:
    """The agent is told at once, the customer gets a text, a retry is due and is kept."""
    dana, sam = house.customer("Dana"), house.agent("Sam")
    dana.asks_for_a_call()
    sam.phone.rings().hears("Dana").presses("1").hears("Calling them now")
    dana.phone.rings().lets_it_ring()
    sam.phone.hears("not coming to the phone", "ring again at", within=120)
    dana.phone.reads("could not reach you", "again at")
    assert sam.becomes_free()
    sam.phone.rings(within=15 * 60).hears("Dana").presses("1")
    dana.phone.rings().presses("1")
    assert dana.phone.talks_with(sam.phone)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1")


def test_a_customer_who_is_busy_is_one_who_did_not_answer(house: House) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    dana.asks_for_a_call()
    sam.phone.rings().hears("Dana").presses("1").hears("Calling them now")
    dana.phone.rings().declines()
    sam.phone.hears("not coming to the phone")
    dana.phone.reads("could not reach you")


@pytest.mark.weather("calm", "shuffle")
@pytest.mark.parametrize("what", ["Your call is important to us. [hold music]", "Please leave a message."])
def test_no_machine_and_no_hold_music_at_the_customers_end_is_talked_with(house: House, what: str) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    dana.phone.is_an_answering_machine(what, after=3)
    dana.asks_for_a_call()
    sam.phone.rings().hears("Dana").presses("1").hears("Calling them now")
    dana.phone.rings()
    sam.phone.hears("not coming to the phone", within=90)
    dana.phone.reads("could not reach you")
    assert not sam.phone.hears_whom


def test_the_customer_would_rather_have_another_time(house: House) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    dana.asks_for_a_call()
    sam.phone.rings().presses("1")
    dana.phone.rings().hears("another time").presses("2").hears("sent you a text")
    dana.phone.reads("another time", "again at")
    sam.phone.hears("not coming to the phone")


def test_after_two_more_tries_the_case_has_an_owner(house: House) -> None:
    dana, sam, maria = house.customer("Dana"), house.agent("Sam"), house.manager("Maria")
    dana.asks_for_a_call()
    for _again in range(2):
        sam.phone.rings(within=45 * 60).lets_it_ring()
        dana.phone.reads("nobody was free", "We ring you again", within=180)
    sam.phone.rings(within=45 * 60).lets_it_ring()
    dana.phone.reads("Maria looks after it", within=180)
    maria.phone.reads("is yours", "Dana")
    assert dana.state == "open"
    assert dana.ticket["owner"] == "Maria"
    maria.phone.reads("was promised an update from you", within=3 * 3600)


def test_a_message_left_when_all_else_failed_is_somebodys_work(house: House, caplog: pytest.LogCaptureFixture,
                                                              monkeypatch: pytest.MonkeyPatch) -> None:
    """The customer's turn is broken: they speak to a machine, and Maria gets it as a case."""
    dana, sam, maria = house.customer("Dana"), house.agent("Sam"), house.manager("Maria")
    turn = screened_callback.flow.turns["customer_answers"]

    def broken(_call: Any) -> Any:
        raise RuntimeError("a bug in a story")

    monkeypatch.setitem(screened_callback.flow.turns, "customer_answers", Turn(turn.flow, turn.name, broken))
    dana.asks_for_a_call()
    sam.phone.rings().presses("1").hears("Calling them now")
    dana.phone.rings().hears("One moment please", "leave a message", "[beep]").says("please ring me, it is about my refund")
    dana.phone.hangs_up()
    sam.phone.hears("not coming to the phone")
    dana.phone.reads("again at")
    maria.phone.reads("Dana left a message", within=120)
    monkeypatch.undo()
    caplog.clear()


@pytest.mark.weather("calm", "echo")
def test_a_story_that_breaks_off_the_line_gets_a_person(house: House, caplog: pytest.LogCaptureFixture,
                                                        monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is on the line to apologise to: Maria gets the case, and Sam is free again."""
    dana, sam, maria = house.customer("Dana"), house.agent("Sam"), house.manager("Maria")
    turn = screened_callback.flow.turns["agent_missed"]

    def broken(_call: Any) -> Any:
        raise RuntimeError("a bug in a story")

    monkeypatch.setitem(screened_callback.flow.turns, "agent_missed", Turn(turn.flow, turn.name, broken))
    dana.asks_for_a_call()
    sam.phone.rings().declines()
    maria.phone.reads("is yours", "Dana")
    assert dana.state == "open"
    assert sam.becomes_free()
    caplog.clear()


@pytest.mark.weather("calm")
def test_nobody_waits_with_music_for_a_call_that_does_not_come(house: House) -> None:
    """Our number is busy with other calls: Dana's phone cannot be rung, and Sam is told."""
    dana, sam = house.customer("Dana"), house.agent("Sam")
    dana.asks_for_a_call()
    sam.phone.rings().hears("Dana")
    with house.store.transaction() as memory:
        memory.execute(update(NumberRow).values(concurrent_calls=1))
    sam.phone.presses("1").hears("Calling them now", "not coming to the phone", within=90)
    dana.phone.reads("could not reach you")
    assert not dana.phone.heard
