"""The queue, as colleagues hear it: who is asked, who wins, and who is told that it is over."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.house import OUR_NUMBER, House, talks_and_is_content
from voice_gateway.store.tables import LegRow

HALF = pytest.mark.weather("calm", "shuffle")
CALM = pytest.mark.weather("calm")
SOON = 5
SALES = "+12025550101"


# ---- what each colleague may do ----


@pytest.mark.parametrize("deed", ["declines", "is silent", "is busy", "is off", "has a machine", "presses wrong keys",
                                  "hangs up mid-question", "passes"])
@CALM
def test_whatever_the_first_does_the_next_is_asked(house: House, deed: str) -> None:
    sam, kim, dana = house.agent("Sam"), house.agent("Kim"), house.customer("Dana")
    if deed == "is busy":
        sam.phone.is_busy()
    if deed == "is off":
        sam.phone.is_switched_off()
    if deed == "has a machine":
        sam.phone.is_an_answering_machine(after=4)
    dana.waits_in_line()
    if deed == "declines":
        sam.phone.declines()
    if deed == "is silent":
        sam.phone.lets_it_ring()
    if deed == "presses wrong keys":
        sam.phone.rings().hears("Press 1").presses("9").hears("does nothing here").presses("#").hears("Press 1").hangs_up()
    if deed == "hangs up mid-question":
        sam.phone.rings().hears("is on the line").hangs_up()
    if deed == "passes":
        sam.phone.rings().hears("2 to pass").presses("2").hears("next colleague")
    if deed == "has a machine":
        sam.phone.rings()
    kim.phone.rings(within=90).hears("is on the line").presses("1")
    talks_and_is_content(dana, kim)


@HALF
def test_in_ten_minutes_and_the_caller_hears_it(house: House) -> None:
    sam, kim, dana = house.agent("Sam"), house.agent("Kim"), house.customer("Dana")
    dana.waits_in_line()
    sam.phone.rings().hears("3 to ring them in ten minutes").presses("3").hears("We told them")
    dana.phone.hears("Sam cannot come to the phone just now, and will ring you at 10:1").is_hung_up()
    house.passes(8 * 60)
    assert not kim.phone.heard
    sam.phone.rings(within=240).hears("is waiting for a call").presses("1")
    dana.phone.rings().presses("1")
    talks_and_is_content(dana, sam)


@HALF
def test_nobody_else_is_asked_before_the_ten_minutes_are_over(house: House) -> None:
    """Kim was rung beside Sam: that it stops is no reason to ask anybody at once."""
    sam, kim, dana = house.agent("Sam"), house.agent("Kim"), house.customer("Dana")
    house.keeps(line={"strategy": "all at once"})
    dana.waits_in_line()
    kim.phone.rings()
    sam.phone.rings().hears("ten minutes").presses("3")
    kim.phone.is_hung_up(within=SOON + 20)
    house.passes(8 * 60)
    assert len(house.rows(select(LegRow.id).where(LegRow.role == "agent"))) == 2
    sam.phone.rings(within=240).presses("1")
    dana.phone.rings().presses("1")
    talks_and_is_content(dana, sam)


@HALF
def test_let_them_leave_a_message(house: House) -> None:
    sam, dana = house.agent("Sam"), house.customer("Dana").waits_in_line()
    sam.phone.rings().hears("4 to let them leave a message").presses("4").hears("They will leave a message")
    dana.phone.hears("leave a message after the tone", "[beep]").says("please ring me back").hangs_up()
    sam.phone.reads("left a message", within=200)


# ---- what each colleague hears ----


@HALF
def test_nobody_has_to_tell_it_for_the_nth_time(house: House) -> None:
    """Who, for how long, how often before, and what was last promised; a borrowed number is named as one."""
    maria, sam, dana = house.manager("Maria"), house.agent("Sam"), house.customer("Dana").is_known()
    dana.dials().phone.hears("Welcome").hangs_up()
    house.passes(400)
    dana.dials().phone.hears("One moment please")
    maria.phone.rings().declines()
    sam.phone.rings().hears("Dana is on the line, for less than a minute", "Their number is not verified.",
                            "They asked 1 time before.", "Last we said that Maria would look after it.").presses("1")
    assert "before others" not in sam.phone.heard
    talks_and_is_content(dana, sam)


@HALF
def test_who_goes_before_others_is_announced_as_such(house: House) -> None:
    maria, sam = house.manager("Maria"), house.agent("Sam")
    dana, ben = house.customer("Dana").is_known(insider=True), house.customer("Ben")
    dana.dials(verstat="TN-Validation-Passed-A")
    sam.phone.rings().hears("Dana is on the line", "They go before others: the house has marked them.").presses("1")
    talks_and_is_content(dana, sam)
    ben.dials().phone.hears("Welcome").hangs_up()
    house.passes(30)
    ben.dials().phone.hears("One moment please")
    maria.phone.rings().declines()
    sam.phone.rings().hears("is on the line", "They go before others.").presses("1")
    talks_and_is_content(ben, sam)


# ---- the caller leaves ----


@pytest.mark.parametrize("deed", ["rings", "listens"])
def test_when_the_caller_leaves_telephones_fall_silent(house: House, deed: str) -> None:
    house.manager("Maria")
    sam, dana = house.agent("Sam"), house.customer("Dana").waits_in_line()
    sam.phone.rings()
    if deed == "listens":
        sam.phone.hears("is on the line")
    dana.phone.hangs_up()
    soon = SOON + house.weather.callback_delay  # the carrier may be late with the news
    if deed == "listens":
        sam.phone.hears("They do not wait any more", within=soon)
        sam.phone.is_hung_up()
    else:
        sam.phone.is_hung_up(within=soon)
    assert house.cases[0].owner_id


@HALF
def test_when_the_caller_would_rather_be_rung_back_whoever_listens_may_still_say_yes(house: House) -> None:
    """They have just hung up: their telephone rings when the line is free again, and they are not found busy."""
    sam, dana = house.agent("Sam"), house.customer("Dana").waits_in_line()
    sam.phone.rings().hears("is on the line")
    dana.phone.presses("*").hears("Press 1 to be rung back").presses("1").hears("as soon as it is your turn")
    sam.phone.presses("1").hears("Calling them now")
    dana.phone.rings().presses("1")
    talks_and_is_content(dana, sam)


# ---- talks that break ----


def test_a_colleague_whom_we_lose_is_replaced(house: House) -> None:
    sam, kim, dana = house.agent("Sam"), house.agent("Kim"), house.customer("Dana")
    dana.waits_in_line()
    sam.phone.rings().presses("1")
    assert dana.phone.talks_with(sam.phone)
    sam.phone.hangs_up()
    kim.phone.rings(within=60).hears("is on the line").presses("1")
    talks_and_is_content(dana, kim)


@HALF
def test_who_has_lost_a_colleague_may_still_leave_the_line(house: House) -> None:
    sam, dana = house.agent("Sam"), house.customer("Dana").waits_in_line()
    sam.phone.rings().presses("1")
    assert dana.phone.talks_with(sam.phone)
    sam.phone.hangs_up()
    sam.phone.rings(within=70).declines()
    dana.phone.presses("*").hears("Press 1 to be rung back").presses("1").hears("Goodbye")
    sam.phone.rings(within=90).hears("is waiting for a call").presses("1")
    dana.phone.rings().presses("1")
    talks_and_is_content(dana, sam)


@HALF
def test_a_colleague_who_hangs_up_after_a_talk_has_the_case(house: House) -> None:
    sam, dana = house.agent("Sam"), house.customer("Dana").waits_in_line()
    sam.phone.rings().presses("1")
    assert dana.phone.talks_with(sam.phone)
    house.passes(60)
    sam.phone.hangs_up()
    dana.phone.is_hung_up()
    sam.phone.reads("is yours", "a refund")
    assert house.cases[0].owner_id == sam.id


@pytest.mark.weather("calm", "echo", "shuffle")
def test_the_star_key_by_accident(house: House) -> None:
    sam, dana = house.agent("Sam"), house.customer("Dana").waits_in_line()
    sam.phone.rings().presses("1")
    assert dana.phone.talks_with(sam.phone)
    dana.phone.presses("*")
    house.passes(3)
    assert dana.phone.talks_with(sam.phone)
    house.passes(40)
    sam.phone.hangs_up()
    dana.phone.is_hung_up()
    sam.phone.reads("is yours")


# ---- who is asked ----


@CALM
def test_the_longest_idle_is_asked_first(house: House) -> None:
    sam, kim = house.agent("Sam"), house.agent("Kim")
    for caller, agent in ((house.customer("Dana"), sam), (house.customer("Ben"), kim), (house.customer("Ada"), sam)):
        caller.waits_in_line()
        agent.phone.rings().presses("1")
        talks_and_is_content(caller, agent)
        assert agent.becomes_free()


@CALM
def test_in_order(house: House) -> None:
    house.keeps(line={"strategy": "in order"})
    sam, kim = house.agent("Sam"), house.agent("Kim")
    for name in ("Dana", "Ben"):
        caller = house.customer(name).waits_in_line()
        sam.phone.rings().presses("1")
        talks_and_is_content(caller, sam)
        assert sam.becomes_free()
    ada = house.customer("Ada").waits_in_line()
    sam.phone.rings().declines()
    kim.phone.rings().presses("1")
    talks_and_is_content(ada, kim)


def test_all_at_once_has_one_winner(house: House) -> None:
    house.keeps(line={"strategy": "all at once"})
    sam, kim, joe, dana = house.agent("Sam"), house.agent("Kim"), house.agent("Joe"), house.customer("Dana")
    dana.waits_in_line()
    for each in (sam, kim, joe):
        each.phone.rings()
    kim.phone.hears("is on the line")
    sam.phone.hears("is on the line").presses("1")
    if house.weather.name in ("calm", "echo"):
        joe.phone.is_hung_up(within=1)
    kim.phone.hears("A colleague was quicker")
    joe.phone.is_hung_up(within=30)
    talks_and_is_content(dana, sam)


@CALM
def test_the_skill_that_a_number_needs_comes_first(house: House) -> None:
    house.number(SALES, skill="shoes")
    sam, kim = house.agent("Sam"), house.agent("Kim").is_good_at("shoes")
    dana, ben, ada = house.customer("Dana"), house.customer("Ben"), house.customer("Ada")
    dana.waits_in_line(number=SALES)
    kim.phone.rings().presses("1")
    assert dana.phone.talks_with(kim.phone)
    ben.waits_in_line(number=SALES)
    sam.phone.rings().presses("1")
    talks_and_is_content(ben, sam)
    talks_and_is_content(dana, kim)
    ada.waits_in_line(number=OUR_NUMBER)
    sam.phone.rings().presses("1")
    talks_and_is_content(ada, sam)


@CALM
def test_a_skill_goes_before_the_order(house: House) -> None:
    house.keeps(line={"strategy": "in order"})
    house.number(SALES, skill="shoes")
    house.agent("Sam")
    kim, dana = house.agent("Kim").is_good_at("shoes"), house.customer("Dana").waits_in_line(number=SALES)
    kim.phone.rings().presses("1")
    talks_and_is_content(dana, kim)


@HALF
def test_everybody_is_on_the_phone_then_one_is_free(house: House) -> None:
    """The longest waiting is served first, and nobody is rung twice."""
    sam, kim = house.agent("Sam"), house.agent("Kim")
    first, second = house.customer("First").waits_in_line(), house.customer("Second")
    sam.phone.rings().presses("1")
    assert first.phone.talks_with(sam.phone)
    second.waits_in_line()
    kim.phone.rings().presses("1")
    assert second.phone.talks_with(kim.phone)
    dana = house.customer("Dana").waits_in_line("the third")
    house.passes(5)
    ben = house.customer("Ben").waits_in_line("the fourth")
    talks_and_is_content(second, kim)
    kim.phone.rings(within=30).hears("the third").presses("1")
    assert dana.phone.talks_with(kim.phone)
    assert not sam.phone.is_ringing
    talks_and_is_content(first, sam)
    sam.phone.rings(within=30).hears("the fourth").presses("1")
    talks_and_is_content(ben, sam)
    talks_and_is_content(dana, kim)
    assert len(house.rows(select(LegRow.id).where(LegRow.role == "agent"))) == 4


@CALM
def test_whoever_was_refused_by_one_is_first_for_the_next(house: House) -> None:
    """Sam has passed Dana on; Ben came later, and waits until Kim has spoken with her."""
    sam, kim = house.agent("Sam"), house.agent("Kim")
    ada = house.customer("Ada").waits_in_line()
    sam.phone.rings().declines()
    kim.phone.rings().presses("1")
    assert ada.phone.talks_with(kim.phone)
    dana = house.customer("Dana").waits_in_line("the first")
    sam.phone.rings().presses("2")
    house.passes(3)
    sam.differs(away_until=house.time.now().replace(hour=23))
    ben = house.customer("Ben").waits_in_line("the second")
    talks_and_is_content(ada, kim)
    kim.phone.rings(within=10).hears("the first").presses("1")
    talks_and_is_content(dana, kim)
    kim.phone.rings(within=10).hears("the second").presses("1")
    talks_and_is_content(ben, kim)


@HALF
def test_the_caller_leaves_at_the_instant_at_which_a_colleague_comes(house: House) -> None:
    """Sam has said yes while Dana looked at the keys: nobody stands in the room for ever."""
    maria, sam, dana = house.manager("Maria"), house.agent("Sam"), house.customer("Dana").waits_in_line()
    sam.phone.rings().hears("is on the line")
    dana.phone.presses("*").hears("2 at another number")
    sam.phone.presses("1", at_once=True)
    dana.phone.hangs_up()
    sam.phone.is_hung_up(within=40)
    assert sam.becomes_free()
    assert house.cases[0].owner_id == maria.id


@HALF
def test_who_was_to_leave_a_message_and_waits_on_is_not_forgotten(house: House) -> None:
    """Sam wants a message at the instant at which Dana presses star: she stays in line, and Kim is asked."""
    sam, kim, dana = house.agent("Sam"), house.agent("Kim"), house.customer("Dana").waits_in_line()
    sam.phone.rings().hears("4 to let them")
    house.exchange.act(dana.phone.number, "press", {"keys": "*"})
    sam.phone.presses("4")
    house.passes(1)
    if "after the tone" not in dana.phone.heard:
        kim.phone.rings(within=100).presses("1")
        talks_and_is_content(dana, kim)


@pytest.mark.weather("calm", "shuffle")
def test_hold_music_at_a_colleagues_end_takes_no_call(house: House) -> None:
    """Somebody has parked their own telephone: music presses no key, so the next colleague is asked."""
    sam, kim, dana = house.agent("Sam"), house.agent("Kim"), house.customer("Dana")
    sam.phone.is_an_answering_machine("[hold music] Your call is important to us. [hold music]", after=2)
    dana.waits_in_line()
    sam.phone.rings()
    kim.phone.rings(within=120).hears("is on the line").presses("1")
    talks_and_is_content(dana, kim)
