"""Whoever comes back reaches whom they know, unless they are away; and a call that waits for one colleague does not wait for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.house import OUR_NUMBER, Agent, Customer, House, talks_and_is_content

CALM = pytest.mark.weather("calm")


def had_a_case_with_sam(house: House) -> tuple[Customer, Agent, Agent]:
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    dana.phone.texts("My lamp is broken", to=OUR_NUMBER)
    sam.phone.reads("T1 Dana: My lamp is broken")
    dana.phone.reads("a colleague reads it now")
    sam.phone.texts("DONE T1", to=OUR_NUMBER)
    sam.phone.reads("T1 is solved")
    kim = house.agent("Kim").differs(idle_since=house.time.now() - timedelta(hours=9))
    return dana, sam, kim


@CALM
def test_who_writes_again_is_read_by_the_same_one(house: House) -> None:
    """They have never talked; Kim has been idle for longer."""
    dana, sam, kim = had_a_case_with_sam(house)
    dana.phone.texts("It is broken again", to=OUR_NUMBER)
    sam.phone.reads("T2 Dana: It is broken again")
    dana.phone.reads("a colleague reads it now")
    assert not kim.phone.received


@CALM
def test_unless_they_are_away(house: House) -> None:
    dana, sam, kim = had_a_case_with_sam(house)
    sam.differs(away_until=house.time.now() + timedelta(hours=2))
    dana.phone.texts("It is broken again", to=OUR_NUMBER)
    kim.phone.reads("T2 Dana: It is broken again")
    dana.phone.reads("a colleague reads it now")


@CALM
@pytest.mark.parametrize("how", ["away", "gone"])
def test_a_call_that_one_has_promised_is_made_by_another_when_they_leave(house: House, how: str) -> None:
    """Sam promised it for ten minutes later, and is not there then."""
    dana, sam, kim = house.customer("Dana"), house.agent("Sam"), house.agent("Kim")
    dana.asks_for_a_call()
    sam.phone.rings().presses("3").hears("ring you again in ten minutes")
    dana.phone.reads("Sam of Acme Support will ring you")
    sam.differs(**({"gone": True} if how == "gone" else {"away_until": house.time.now() + timedelta(hours=4)}))
    kim.phone.rings(within=900).hears("Dana").presses("1")
    dana.phone.rings().presses("1")
    talks_and_is_content(dana, kim)
