"""Whoever supervises enters a running talk from an ordinary telephone, and leaves it, and nobody is disturbed."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.house import Agent, Customer, House
from tests.scenarios.own_line import CALM, rings_in
from voice_gateway.store.tables import JournalRow


def talk(house: House) -> tuple[Customer, Agent, Agent]:
    """Dana talks with Sam, and Maria, who manages, has chosen their talk on her own line."""
    dana, sam, maria = house.customer("Dana"), house.agent("Sam"), house.manager("Maria")
    dana.asks_for_a_call()
    sam.phone.rings().presses("1").hears("Calling them now")
    dana.phone.rings().presses("1")
    assert dana.phone.talks_with(sam.phone)
    chooses(maria)
    return dana, sam, maria


def chooses(maria: Agent) -> None:
    rings_in(maria).phone.hears("Hello Maria", "6 for the talks").presses("6").hears("Press 1 for Sam with Dana").presses("1")
    maria.phone.hears("Press 1 to listen, 2 to coach, 3 to talk with both")


def enters(house: House, maria: Agent, key: str, dana: Customer, sam: Agent) -> None:
    maria.phone.presses(key)
    assert house.exchange.run(lambda: set(maria.phone.hears_whom) == {dana.phone.number, sam.phone.number}, 20)


def ends(house: House, dana: Customer, sam: Agent) -> None:
    """They are still talking, and end it as always."""
    assert dana.phone.is_talking_to(sam.phone)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1").hears("Solved")
    assert not house.exchange.recordings


def test_listen_then_coach_then_barge(house: House) -> None:
    dana, sam, maria = talk(house)
    enters(house, maria, "1", dana, sam)
    assert dana.phone.hears_whom == (sam.phone.number,)
    assert sam.phone.hears_whom == (dana.phone.number,)
    maria.phone.presses("*").hears("Press 1 to listen")
    enters(house, maria, "2", dana, sam)
    maria.phone.says("offer a refund")
    sam.phone.hears("offer a refund")
    assert "offer a refund" not in dana.phone.heard
    maria.phone.presses("*").hears("Press 1 to listen")
    enters(house, maria, "3", dana, sam)
    assert maria.phone.is_talking_to(dana.phone)
    assert maria.phone.is_talking_to(sam.phone)
    maria.phone.presses("*").hears("Press 1 to listen").presses("0").hears("Press 1 if you are available").hangs_up()
    house.passes(2)
    ends(house, dana, sam)
    told = [(row.what, row.who) for row in house.rows(select(JournalRow.what, JournalRow.who).where(JournalRow.case_id == 1).order_by(JournalRow.id))]
    assert [each for each in told if each[1] == "Maria"] == [("listened in", "Maria"), ("coached", "Maria"), ("joined in", "Maria")]
    assert not any("Maria" in each["text"] for each in dana.ticket["steps"]), "it is for the house only"


def test_the_talk_ends_while_somebody_listens(house: House) -> None:
    dana, sam, maria = talk(house)
    enters(house, maria, "1", dana, sam)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1").hears("Solved")
    maria.phone.hears("That talk is over", "Press 1 if you are available").hangs_up()


@CALM
@pytest.mark.parametrize("key", ["1", "2", "3"])
def test_the_colleague_hangs_up_while_somebody_is_there(house: House, key: str) -> None:
    dana, sam, maria = talk(house)
    enters(house, maria, key, dana, sam)
    sam.phone.hangs_up()
    dana.phone.is_hung_up()
    sam.phone.reads("is yours")
    maria.phone.hears("That talk is over").hangs_up()


@CALM
@pytest.mark.parametrize("key", ["1", "2", "3"])
def test_who_hangs_up_ends_nobodys_talk(house: House, key: str) -> None:
    dana, sam, maria = talk(house)
    enters(house, maria, key, dana, sam)
    maria.phone.hangs_up()
    house.passes(3)
    ends(house, dana, sam)


@CALM
def test_an_agent_supervises_nobody(house: House) -> None:
    dana, sam, maria = talk(house)
    kim = house.agent("Kim")
    maria.phone.hangs_up()
    rings_in(kim).phone.hears("Hello Kim").presses("6").hears("That key does nothing here").hangs_up()
    assert "talks that are going on" not in kim.phone.heard
    ends(house, dana, sam)


@CALM
def test_nobody_waits_alone_for_a_talk_that_ended_on_the_way(house: House) -> None:
    """The carrier puts Maria into the room at the moment at which the others have left it."""
    _dana, sam, maria = talk(house)
    maria.phone.presses("1", at_once=True)
    sam.phone.hangs_up()
    sam.phone.reads("is yours")
    maria.phone.hears("That talk is over", within=60).hangs_up()


@CALM
def test_nobody_talks(house: House) -> None:
    maria = house.manager("Maria")
    rings_in(maria).phone.presses("6").hears("Nobody is talking with a customer", "Press 1 if you are available").hangs_up()
