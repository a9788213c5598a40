"""At night nobody is woken by a text that they did not just ask for; and none is lost over it.

It is ten in the morning in New York, and five in Honolulu.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.house import OUR_NUMBER, Agent, Customer, House
from voice_gateway.callers import daytime
from voice_gateway.store.tables import ConsentRow, IdentifierRow, JournalRow

CALM = pytest.mark.weather("calm")
A_FEW = pytest.mark.weather("calm", "shuffle")
IN_HONOLULU = "+18085550123"
UNTIL_EIGHT_THERE = 3 * 3600 + 300
A_SLOW_TICK = 700  # nothing happens for hours, so the house looks seldom for what is due


def asleep(house: House) -> tuple[Customer, Agent]:
    """Dana sleeps in Honolulu, Sam is at work in New York."""
    return house.customer("Dana", IN_HONOLULU), house.agent("Sam")


def it_was_long_ago(house: House) -> None:
    """What she wrote and agreed to was yesterday."""
    then = house.time.now() - timedelta(hours=20)
    with house.store.transaction() as memory:
        memory.execute(update(ConsentRow).values(at=then))
        memory.execute(update(IdentifierRow).values(wrote_at=then))


def wrote_yesterday(house: House) -> tuple[Customer, Agent]:
    dana, sam = asleep(house)
    dana.phone.texts("My lamp is broken", to=OUR_NUMBER)
    sam.phone.reads("T1 Somebody: My lamp is broken")
    dana.phone.reads("a colleague reads it now")
    it_was_long_ago(house)
    return dana, sam


def test_a_promise_made_at_night_is_read_in_the_morning(house: House) -> None:
    """And Sam knows when."""
    dana, sam = wrote_yesterday(house)
    sam.phone.texts("We ring you at ten your time", to=OUR_NUMBER)
    sam.phone.reads("It may be night where Somebody is", "sent at 1:00 pm")
    house.passes(3600)
    assert len(dana.phone.received) == 1
    dana.phone.reads("We ring you at ten your time", within=UNTIL_EIGHT_THERE)
    house.passes(A_SLOW_TICK)
    assert len(dana.phone.received) == 2


@A_FEW
def test_what_was_overtaken_meanwhile_is_not_sent_in_the_morning(house: House) -> None:
    """Nobody was free, and the second try reached her: at eight no text tells her that we shall ring."""
    dana, sam = asleep(house)
    dana.asks_for_a_call()
    it_was_long_ago(house)
    sam.phone.rings().declines()
    sam.phone.rings(within=600).presses("1").hears("Calling them now")
    dana.phone.rings().presses("1")
    assert dana.phone.talks_with(sam.phone)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1").hears("Solved")
    house.passes(UNTIL_EIGHT_THERE + A_SLOW_TICK)
    assert not dana.phone.received
    assert house.rows(select(JournalRow.id).where(JournalRow.what == "not sent"))


@A_FEW
def test_who_writes_at_night_is_answered_at_night(house: House) -> None:
    dana, sam = asleep(house)
    dana.phone.texts("Is anybody there?", to=OUR_NUMBER)
    sam.phone.reads("T1 Somebody: Is anybody there?")
    dana.phone.reads("a colleague reads it now")
    house.passes(2 * 3600)
    sam.phone.texts("I am, sorry", to=OUR_NUMBER)
    dana.phone.reads("I am, sorry")
    house.is_forgotten()


@CALM
def test_who_just_clicked_reads_at_once_what_becomes_of_it(house: House) -> None:
    """Nobody is there at all, so the next try is promised within the minute in which they asked."""
    dana = house.customer("Dana", IN_HONOLULU)
    dana.asks_for_a_call().phone.reads("nobody was free to ring you yet")
    house.is_forgotten()


@CALM
def test_a_colleague_is_told_at_any_hour(house: House) -> None:
    sam = house.agent("Sam")
    house.passes(13 * 3600)
    sam.phone.texts("WHO", to=OUR_NUMBER)
    sam.phone.reads("Nobody else is there")


@CALM
@pytest.mark.parametrize("number, begins", [
    ("+12025550123", "2026-03-04T13:00"),  # Washington: eight o'clock there
    (IN_HONOLULU, "2026-03-04T18:00"),
    ("+18005550123", "2026-03-04T22:00"),  # toll-free: from Guam to Bermuda
    ("+447400123456", "2026-03-04T09:00"),  # Britain: it is day
    ("", "2026-03-04T13:00"),  # WhatsApp without a number
])
def test_when_day_begins(house: House, number: str, begins: str) -> None:
    """Asked at nine in the morning in London, four in New York."""
    at = house.time.now().replace(hour=9)
    found = daytime(number, at, "America/New_York")
    assert found.isoformat().startswith(begins)
