"""Screened callback: two phones, two yeses, one conversation."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.house import MORNING, House, talks_and_is_content


def test_two_yeses_join_the_call(house: House) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    dana.asks_for_a_call(about="a refund")
    sam.phone.rings().hears("Dana", "a refund").presses("1").hears("Calling them now")
    dana.phone.rings().hears("You asked us to call", "Sam").presses("1")
    assert dana.phone.talks_with(sam.phone)
    assert dana.state == "talking"
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1").hears("Solved")
    assert dana.state == "solved"
    assert sam.becomes_free()


def test_the_agent_hears_what_it_does_to_their_day(house: House) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    dana.asks_for_a_call(about="a refund", impact="I cannot pay my rent")
    sam.phone.rings().hears("a refund", "less than a minute", "I cannot pay my rent").presses("1")
    dana.phone.rings().hears("Press 1").presses("1")
    assert dana.phone.talks_with(sam.phone)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1")


def test_one_passes_and_the_next_is_rung(house: House) -> None:
    dana, sam, kim = house.customer("Dana"), house.agent("Sam"), house.agent("Kim")
    dana.asks_for_a_call(about="Where is it?")
    sam.phone.rings().hears("Dana").presses("2").hears("next colleague")
    kim.phone.rings().hears("Dana").presses("1")
    dana.phone.rings().hears("Kim").presses("1")
    assert dana.phone.talks_with(kim.phone)
    kim.phone.hangs_up()
    kim.phone.reads("is yours: Dana, about Where is it. http")
    assert dana.state == "open"


def test_the_longest_idle_is_asked_first(house: House) -> None:
    sam, kim = house.agent("Sam"), house.agent("Kim")
    dana, ben = house.customer("Dana"), house.customer("Ben")
    dana.asks_for_a_call()
    sam.phone.rings().presses("1")
    dana.phone.rings().presses("1")
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1")
    assert sam.becomes_free()
    ben.asks_for_a_call()
    kim.phone.rings().presses("1")
    ben.phone.rings().presses("1")
    assert ben.phone.talks_with(kim.phone)
    ben.phone.hangs_up()
    kim.phone.hears("How did it go").presses("1")


def test_an_answering_machine_at_the_agents_is_never_connected(house: House) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    sam.phone.is_an_answering_machine(greeting="This is Sam, please leave a message.", after=8)
    dana.asks_for_a_call()
    dana.phone.reads("nobody was free", "again at", within=240)
    assert not dana.phone.is_ringing
    assert dana.state == "waiting"


def test_two_agents_at_once_have_one_winner(house: House) -> None:
    """Sam thinks for so long that Kim is asked as well; both say yes."""
    dana, sam, kim = house.customer("Dana"), house.agent("Sam"), house.agent("Kim")
    dana.asks_for_a_call()
    house.exchange.run(lambda: sam.phone.is_ringing, 60)
    house.passes(18)
    sam.phone.rings().hears("Dana")
    kim.phone.rings(within=90).hears("Dana")
    kim.phone.presses("1")
    sam.phone.hears("A colleague was quicker")
    dana.phone.rings().hears("Kim").presses("1")
    assert dana.phone.talks_with(kim.phone)
    dana.phone.hangs_up()
    kim.phone.hears("How did it go").presses("1")


def test_the_agent_rings_in_ten_minutes(house: House) -> None:
    dana, sam, kim = house.customer("Dana"), house.agent("Sam"), house.agent("Kim")
    dana.asks_for_a_call()
    sam.phone.rings().hears("ten minutes").presses("3").hears("ten minutes")
    dana.phone.reads("Sam", "will ring you at 10:1")
    sam.phone.rings(within=12 * 60).hears("Dana").presses("1")
    dana.phone.rings().hears("Sam").presses("1")
    assert dana.phone.talks_with(sam.phone)
    assert not kim.phone.heard
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1")


@pytest.mark.weather("calm", "shuffle")
@pytest.mark.parametrize("why", ["is on the phone", "is away", "has left"])
def test_who_promised_a_call_is_waited_for_but_not_for_ever(house: House, why: str) -> None:
    """Five minutes while they talk with somebody else; not at all when they will not come."""
    sam, kim, dana, ada = house.agent("Sam"), house.agent("Kim"), house.customer("Dana"), house.customer("Ada")
    kim.differs(away_until=house.time.now() + timedelta(minutes=9))
    dana.asks_for_a_call()
    sam.phone.rings().presses("3").hears("in ten minutes")
    dana.phone.reads("Sam", "will ring you at 10:10")
    if why == "is on the phone":
        ada.waits_in_line()
        sam.phone.rings().presses("1")
        assert ada.phone.talks_with(sam.phone)
    elif why == "is away":
        sam.differs(away_until=house.time.now() + timedelta(hours=3))
    else:
        sam.differs(gone=True)
    house.passes((MORNING + timedelta(minutes=10, seconds=5) - house.time.now()).total_seconds())
    if why == "is on the phone":
        house.passes(4 * 60)
        assert not kim.phone.is_ringing
    kim.phone.rings(within=150).hears("Dana is waiting").presses("1")
    dana.phone.rings().presses("1")
    talks_and_is_content(dana, kim)
    if why == "is on the phone":
        talks_and_is_content(ada, sam)


def test_a_key_that_does_nothing_is_asked_again(house: House) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    dana.asks_for_a_call()
    sam.phone.rings().hears("Press 1").presses("9").hears("does nothing").presses("1")
    dana.phone.rings().presses("7").hears("Press 1 to talk").presses("1")
    assert dana.phone.talks_with(sam.phone)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("9").hears("does nothing").presses("1")


def test_the_agent_hangs_up_while_the_customer_is_rung(house: House) -> None:
    dana, sam, kim = house.customer("Dana"), house.agent("Sam"), house.agent("Kim")
    dana.asks_for_a_call()
    sam.phone.rings().presses("1").hears("Calling them now")
    dana.phone.rings()
    sam.phone.hangs_up()
    kim.phone.rings().hears("Dana").presses("1").hears("Calling them now")
    dana.phone.rings(within=90).hears("Kim").presses("1")
    assert dana.phone.talks_with(kim.phone)
    dana.phone.hangs_up()
    kim.phone.hears("How did it go").presses("1")


def test_nobody_is_rung_twice_at_once(house: House) -> None:
    """One agent, two callers: the second keeps their place until the first is done."""
    dana, ben, sam = house.customer("Dana"), house.customer("Ben"), house.agent("Sam")
    dana.asks_for_a_call()
    sam.phone.rings().hears("Dana").presses("1")
    ben.asks_for_a_call()
    dana.phone.rings().presses("1")
    assert dana.phone.talks_with(sam.phone)
    house.passes(60)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1")
    sam.phone.rings(within=20).hears("Ben").presses("1")
    ben.phone.rings().presses("1")
    assert ben.phone.talks_with(sam.phone)
    ben.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1")


def test_outside_their_hours_nobody_is_rung(house: House) -> None:
    """It is Wednesday 10:00; Sam works from 13:00."""
    afternoons = [{"days": [1, 2, 3, 4, 5], "open": 13 * 60, "close": 17 * 60}]
    sam = house.agent("Sam", hours=afternoons)
    house.keeps_hours(afternoons)
    dana = house.customer("Dana").asks_for_a_call()
    house.passes(2.5 * 3600)
    assert dana.state == "waiting"
    sam.phone.rings(within=3600).hears("Dana", "hours").presses("1")
    dana.phone.rings().presses("1")
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1")
