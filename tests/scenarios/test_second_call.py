"""The second call: somebody outside is rung while the customer is on hold, and may be brought to them."""

from __future__ import annotations

import pytest

from tests.house import OUR_NUMBER, Agent, Customer, House, talks_and_is_content
from tests.scenarios import tapes
from tests.scenarios.talks import talk
from tests.scenarios.test_in_the_call import is_on_hold
from voice_gateway.store import colleagues

CALM = pytest.mark.weather("calm")


def rings_outside(dana: Customer, sam: Agent, olga: Customer) -> None:
    """Sam is in the second call, and Olga's telephone rings or will in a moment."""
    sam.phone.presses("*").hears("6 to ring somebody outside").presses("6").hears("Type the number")
    sam.phone.presses(f"{olga.phone.number.lstrip('+')}#").hears("We ring 1", "Press 1 if that is right").presses("1")
    sam.phone.hears("We ring them")
    is_on_hold(dana, sam)


def second_call(house: House, how: str = "queue") -> tuple[Customer, Agent, Customer]:
    """Sam talks with Olga, and Dana is on hold."""
    dana, sam, olga = house.customer("Dana"), house.agent("Sam"), house.customer("Olga")
    talk(house, dana, sam, how)
    house.passes(40)
    rings_outside(dana, sam, olga)
    olga.phone.rings().hears("This is Acme Support. Sam would like to talk with you").presses("1")
    assert sam.phone.talks_with(olga.phone, within=30)
    assert olga.phone.hears_whom == (sam.phone.number,)
    assert not dana.phone.hears_whom
    return dana, sam, olga


def three_talk(house: House, how: str = "queue") -> tuple[Customer, Agent, Customer]:
    dana, sam, olga = second_call(house, how)
    sam.phone.presses("*").hears("Press 1 to bring them together").presses("1")
    for one, other in ((dana, sam), (dana, olga), (sam, olga)):
        assert one.phone.talks_with(other.phone, within=30)
    return dana, sam, olga


@pytest.mark.parametrize("how", ["screened callback", "queue"])
def test_somebody_outside_is_brought_in_and_left_with_them(house: House, how: str) -> None:
    dana, sam, olga = three_talk(house, how)
    assert olga.phone.rung_by == OUR_NUMBER
    sam.phone.presses("*").hears("Press 1 to leave them to each other").presses("1").hears("it stays with you").is_hung_up()
    sam.phone.reads("is yours")
    assert sam.becomes_free()
    house.passes(60)
    assert dana.phone.talks_with(olga.phone)
    dana.phone.hangs_up()
    olga.phone.hears("Acme Support thanks you for your help").is_hung_up()
    assert house.cases[0].owner_id == sam.id


def test_a_word_with_somebody_outside_and_back(house: House) -> None:
    dana, sam, olga = second_call(house)
    sam.phone.presses("*").hears("Press 1 to bring them together").presses("2")
    olga.phone.hears("thanks you for your help").is_hung_up()
    assert dana.phone.talks_with(sam.phone, within=30)
    talks_and_is_content(dana, sam)


# ---- whoever was rung does not come, or goes ----


@CALM
@pytest.mark.parametrize("deed", ["declines", "says no", "never answers", "is a mailbox", "cannot be reached"])
def test_somebody_outside_who_does_not_come(house: House, deed: str) -> None:
    dana, sam, olga = house.customer("Dana"), house.agent("Sam"), house.customer("Olga")
    talk(house, dana, sam)
    if deed == "is a mailbox":
        olga.phone.is_an_answering_machine()
    if deed == "cannot be reached":
        olga.phone.is_switched_off()
    rings_outside(dana, sam, olga)
    if deed == "declines":
        olga.phone.declines()
    if deed == "says no":
        olga.phone.rings().presses("9").hears("Press 1 to talk").presses("2").hears("Of course. Goodbye")
    if deed == "never answers":
        olga.phone.lets_it_ring()
    sam.phone.hears("They did not come to the phone", "Press 1 to go back", within=90)
    assert not dana.phone.hears_whom
    sam.phone.presses("1")
    assert dana.phone.talks_with(sam.phone, within=30)
    talks_and_is_content(dana, sam)


@CALM
@pytest.mark.parametrize("where", ["in the room", "at the keys"])
def test_somebody_outside_hangs_up_first(house: House, where: str) -> None:
    dana, sam, olga = second_call(house)
    if where == "at the keys":
        sam.phone.presses("*").hears("Press 1 to bring")
    olga.phone.hangs_up()
    sam.phone.hears("They have left the line", "Press 1 to go back")
    assert dana.phone.talks_with(sam.phone, within=60), "whoever says nothing is back with them"
    talks_and_is_content(dana, sam)


@CALM
@pytest.mark.parametrize("how", ["screened callback", "queue"])
def test_somebody_outside_leaves_three(house: House, how: str) -> None:
    dana, sam, olga = three_talk(house, how)
    olga.phone.hangs_up()
    assert dana.phone.talks_with(sam.phone)
    talks_and_is_content(dana, sam)


@CALM
def test_somebody_outside_leaves_while_the_colleague_is_at_the_keys(house: House) -> None:
    dana, sam, olga = three_talk(house)
    sam.phone.presses("*").hears("Press 1 to leave them to each other")
    assert dana.phone.talks_with(olga.phone)
    olga.phone.hangs_up()
    sam.phone.hears("Press 1 to go back to them")
    dana.phone.hears("hold.wav")
    sam.phone.presses("1")
    talks_and_is_content(dana, sam)


@CALM
def test_three_and_goodbye_to_whoever_was_rung(house: House) -> None:
    dana, sam, olga = three_talk(house)
    sam.phone.presses("*").hears("2 to say goodbye").presses("2")
    olga.phone.hears("thanks you for your help").is_hung_up()
    talks_and_is_content(dana, sam)


@CALM
@pytest.mark.parametrize("how", ["screened callback", "queue"])
def test_somebody_outside_hangs_up_on_the_customer(house: House, how: str) -> None:
    dana, sam, olga = three_talk(house, how)
    sam.phone.presses("*").presses("1").reads("is yours")
    assert dana.phone.talks_with(olga.phone)
    olga.phone.hangs_up()
    dana.phone.hears("It stays with Sam").is_hung_up()


# ---- the customer goes ----


@CALM
@pytest.mark.parametrize("how", ["screened callback", "queue"])
@pytest.mark.parametrize("where", ["in the room", "at the keys", "still ringing", "typing"])
def test_the_customer_does_not_wait(house: House, how: str, where: str) -> None:
    if where in ("still ringing", "typing"):
        dana, sam, olga = house.customer("Dana"), house.agent("Sam"), house.customer("Olga")
        talk(house, dana, sam, how)
        if where == "typing":
            sam.phone.presses("*").hears("Press 1").presses("6").hears("Type the number")
        else:
            rings_outside(dana, sam, olga)
            olga.phone.rings()
    else:
        dana, sam, olga = second_call(house, how)
        if where == "at the keys":
            sam.phone.presses("*").hears("Press 1 to bring")
    dana.phone.hangs_up()
    sam.phone.hears("How did it go", within=60).presses("1").hears("Solved")
    olga.phone.is_hung_up()
    assert ("thanks you for your help" in olga.phone.heard) == (where in ("in the room", "at the keys"))


@CALM
@pytest.mark.parametrize("how", ["screened callback", "queue"])
def test_the_customer_hangs_up_on_three(house: House, how: str) -> None:
    dana, sam, olga = three_talk(house, how)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1").hears("Solved")
    olga.phone.hears("thanks you for your help").is_hung_up()


@CALM
@pytest.mark.parametrize("colleague", ["is there", "has left"])
def test_star_pressed_by_the_others(house: House, colleague: str) -> None:
    """It opens nothing for them: they are back in the room at once."""
    dana, sam, olga = three_talk(house)
    if colleague == "has left":
        sam.phone.presses("*").presses("1").reads("is yours")
    for one in (dana, olga):
        one.phone.presses("*", at_once=True)
        assert dana.phone.talks_with(olga.phone, within=30)
    dana.phone.hangs_up()
    olga.phone.hears("thanks you for your help")
    if colleague == "is there":
        sam.phone.hears("How did it go").presses("1").hears("Solved")


# ---- the colleague goes ----


@CALM
@pytest.mark.parametrize("where", ["in the room", "at the keys", "still ringing"])
def test_the_colleague_hangs_up_in_the_second_call(house: House, where: str) -> None:
    if where == "still ringing":
        dana, sam, olga = house.customer("Dana"), house.agent("Sam"), house.customer("Olga")
        talk(house, dana, sam)
        house.passes(40)
        rings_outside(dana, sam, olga)
        olga.phone.rings()
    else:
        dana, sam, olga = second_call(house)
        if where == "at the keys":
            sam.phone.presses("*").hears("Press 1 to bring")
    sam.phone.hangs_up()
    olga.phone.is_hung_up()
    dana.phone.hears("Sam has left the line").is_hung_up()
    sam.phone.reads("is yours")
    assert house.cases[0].owner_id == sam.id


@CALM
def test_the_colleague_falls_out_of_a_young_talk(house: House) -> None:
    """Whoever waited in line does not fall out with them: the next colleague is asked."""
    dana, sam, olga = house.customer("Dana"), house.agent("Sam"), house.customer("Olga")
    kim = house.agent("Kim")
    talk(house, dana, sam)
    sam.phone.presses("*").presses("6")
    sam.phone.presses(f"{olga.phone.number.lstrip('+')}#").presses("1")
    olga.phone.rings()
    sam.phone.hangs_up()
    olga.phone.is_hung_up()
    dana.phone.hears("we lost our colleague. You are next")
    kim.phone.rings(within=90).presses("1")
    talks_and_is_content(dana, kim)


@CALM
def test_the_colleague_hangs_up_on_three(house: House) -> None:
    """As with a colleague: whoever is with the customer stays with them."""
    dana, sam, olga = three_talk(house)
    sam.phone.hangs_up()
    sam.phone.reads("is yours")
    assert dana.phone.talks_with(olga.phone)
    dana.phone.hangs_up()
    olga.phone.hears("thanks you for your help")


# ---- keys that nobody expected ----


@CALM
@pytest.mark.parametrize("typed, told", [("911#", "Emergency numbers"), ("12#", "too short"), ("18765551234#", "in that country")])
def test_a_number_that_is_not_rung(house: House, typed: str, told: str) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    talk(house, dana, sam)
    sam.phone.presses("*").hears("Press 1").presses("6").hears("Type the number").presses(typed).hears(told, "Type the number")
    sam.phone.presses("*#")
    assert dana.phone.talks_with(sam.phone, within=30)
    talks_and_is_content(dana, sam)


@CALM
@pytest.mark.parametrize("whose", ["ours", "the customer's", "a colleague's", "a blocked one"])
def test_whose_number_is_not_rung(house: House, whose: str) -> None:
    dana, sam, kim, olga = house.customer("Dana"), house.agent("Sam"), house.agent("Kim"), house.customer("Olga")
    olga.is_known(is_blocked=True)
    number, told = {"ours": (OUR_NUMBER, "We cannot call this number"), "a blocked one": (olga.phone.number, "We cannot call this"),
                    "the customer's": (dana.phone.number, "That is the customer"),
                    "a colleague's": (kim.phone.number, "We cannot call this number")}[whose]
    talk(house, dana, sam)
    sam.phone.presses("*").hears("Press 1").presses("6").hears("Type the number").presses(f"{number.lstrip('+')}#").hears(told)
    assert dana.phone.talks_with(sam.phone, within=90), "whoever types nothing is back with them"
    talks_and_is_content(dana, sam)


@CALM
def test_bringing_together_before_anybody_is_there(house: House) -> None:
    dana, sam, olga = house.customer("Dana"), house.agent("Sam"), house.customer("Olga")
    talk(house, dana, sam)
    rings_outside(dana, sam, olga)
    olga.phone.rings()
    sam.phone.presses("*").hears("Press 1 to bring").presses("1").hears("They are not on the line yet").presses("2")
    assert dana.phone.talks_with(sam.phone, within=30)
    olga.phone.is_hung_up()
    talks_and_is_content(dana, sam)


@CALM
def test_nobody_is_rung_outside_while_a_colleague_is_asked(house: House) -> None:
    dana, sam, kim = house.customer("Dana"), house.agent("Sam"), house.agent("Kim")
    talk(house, dana, sam)
    sam.phone.presses("*").presses("2").hears("1 for Kim").presses("1").hears("We ring Kim")
    kim.phone.rings()
    sam.phone.presses("*").hears("Press 1").presses("6").hears("Kim is being asked")
    kim.phone.declines()
    sam.phone.presses("1")
    talks_and_is_content(dana, sam)


@CALM
def test_what_an_outsider_says_is_not_recorded(house: House) -> None:
    """They were not asked: the recording ends before they are with the customer."""
    tapes.records(house)
    dana, sam, olga = second_call(house, "screened callback")
    dana.phone.says("la la la", at_once=True)
    sam.phone.presses("*").hears("Press 1 to bring").presses("1").hears("It is not recorded any more")
    assert olga.phone.talks_with(dana.phone, within=30)
    olga.phone.says("my name is Olga")
    house.passes(60)
    sam.phone.presses("*").hears("leave them to each other").presses("*")
    talks_and_is_content(dana, sam)
    olga.phone.hears("thanks you for your help")
    house.passes(120)
    assert "my name is Olga" not in str([each.said for each in tapes.at_carrier(house)])
    assert [each.state for each in tapes.tapes(house)] == ["ended"]


@CALM
def test_whoever_supervises_is_not_led_to_a_customer_on_hold(house: House) -> None:
    dana, sam, olga = second_call(house)
    with house.store.reading() as memory:
        assert not colleagues.talks(memory)
    sam.phone.presses("*").presses("1")
    assert dana.phone.talks_with(olga.phone, within=30)
    with house.store.reading() as memory:
        assert [each.agent for each in colleagues.talks(memory)] == ["Sam"]
    talks_and_is_content(dana, sam)
    olga.phone.hears("thanks you for your help")


@CALM
def test_the_customer_reads_nothing_of_whom_we_rang(house: House) -> None:
    dana, sam, olga = second_call(house, "screened callback")
    told = str(dana.ticket)
    assert olga.phone.number not in told
    assert "guest" not in told
    sam.phone.presses("*").presses("2")
    olga.phone.hears("Goodbye")
    talks_and_is_content(dana, sam)
