"""Reception: a greeting, four keys, and nobody who rings is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from tests.house import Agent, Customer, House, talks_and_is_content
from voice_gateway.store.tables import CaseRow, KnockRow
from voice_gateway.tickets import code_digest

HALF = pytest.mark.weather("calm", "shuffle")
CALM = pytest.mark.weather("calm")
NINE_TO_FIVE = [{"days": [1, 2, 3, 4, 5], "open": 9 * 60, "close": 17 * 60}]
UNTIL_TEN = [{"days": [1, 2, 3, 4, 5], "open": 8 * 60, "close": 10 * 60}]


# ---- what is heard first ----


@CALM
def test_each_number_has_its_greeting(house: House) -> None:
    house.agent("Sam")
    sales = house.number("+12025550101", greeting="Acme sales, good morning.")
    dana, ben = house.customer("Dana"), house.customer("Ben")
    dana.dials(sales).phone.hears("Acme sales, good morning.", "Press 1 to wait").hangs_up()
    ben.dials().phone.hears("Welcome to Acme Support.", "Press 1 to wait").hangs_up()


@CALM
def test_at_night_they_hear_when_we_open(house: House) -> None:
    """It is Wednesday 10:00, and the house closes at ten."""
    house.keeps_hours(UNTIL_TEN)
    sam, dana = house.agent("Sam"), house.customer("Dana")
    dana.dials().phone.hears("We are closed now. We open again Thursday 8:00 am.", "Press 2", "when we open")
    assert "to wait" not in dana.phone.heard
    dana.phone.presses("1").hears("That key does nothing here")
    dana.phone.presses("2").hears("Press 1 to be rung back").presses("1").hears("at Thursday 8:00 am. Goodbye.")
    assert not sam.phone.heard
    sam.phone.rings(within=23 * 3600).hears("is waiting for a call").presses("1")
    dana.phone.rings().presses("1")
    assert dana.phone.talks_with(sam.phone)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1")


@CALM
def test_on_a_holiday_they_hear_why(house: House) -> None:
    house.keeps_hours(NINE_TO_FIVE)
    house.keeps(closings=[{"day": "2026-03-04", "why": "Founders' Day"}])
    house.agent("Sam")
    dana = house.customer("Dana").dials()
    dana.phone.hears("We are closed today: Founders' Day. We open again Thursday 9:00 am.").hangs_up()


# ---- the keys ----


@HALF
def test_a_key_that_nobody_offered_hangs_up_on_nobody(house: House) -> None:
    sam, dana = house.agent("Sam"), house.customer("Dana")
    dana.dials().phone.hears("Press 1 to wait").presses("7").hears("That key does nothing here", "Press 1 to wait")
    dana.phone.presses("0").hears("That key does nothing here").presses("1").hears("what is it about").presses("5")
    dana.phone.hears("One moment please")
    sam.phone.rings().hears("Somebody is on the line, for").presses("1")
    assert dana.phone.talks_with(sam.phone)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1")


@HALF
def test_a_key_during_the_menu_is_taken_at_once(house: House) -> None:
    house.manager("Maria")
    dana = house.customer("Dana").dials()
    dana.phone.hears("Welcome to Acme Support.")
    dana.phone.presses("3").hears("after the tone", "[beep]").hangs_up()
    house.passes(180)
    assert dana.phone.heard.count("Press 1 to wait") == 1


@HALF
def test_a_key_where_nobody_listens_yet_is_asked_for_once_more(house: House) -> None:
    """During the greeting, the music, the colleague's whisper: nothing is lost by it."""
    sam, dana = house.agent("Sam"), house.customer("Dana").dials()
    house.passes(1)
    dana.phone.presses("2", at_once=True).hears("Welcome", "Press 1 to wait").presses("1")
    dana.phone.hears("what is it about").says("my shoes").hears("hold.wav").presses("7", at_once=True)
    sam.phone.answers().presses("1", at_once=True).hears("is on the line", "my shoes", "Press 1 to talk").presses("1")
    talks_and_is_content(dana, sam)


@CALM
def test_silence_leads_to_a_message(house: House) -> None:
    maria = house.manager("Maria")
    dana = house.customer("Dana").dials()
    dana.phone.hears("Press 1 to wait", "Press 1 to wait", "Please leave a message", "[beep]")
    dana.phone.says("please ring me about my refund").hangs_up()
    maria.phone.reads("left a message", within=180)
    assert house.cases[0].owner_id == maria.id


def test_be_rung_back_as_soon_as_it_is_their_turn(house: House) -> None:
    sam, dana = house.agent("Sam"), house.customer("Dana")
    dana.dials().phone.hears("Press 2 to be rung back").presses("2").hears("at this number").presses("9")
    dana.phone.hears("Press 1 to be rung back at this number").presses("1").hears("as soon as it is your turn. Goodbye")
    sam.phone.rings().hears("is waiting for a call").presses("1")
    dana.phone.rings().hears("You asked us to call", "Sam").presses("1")
    assert dana.phone.talks_with(sam.phone)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1")


def test_a_text_with_the_ticket(house: House) -> None:
    maria, dana = house.manager("Maria"), house.customer("Dana")
    dana.dials().phone.hears("Press 4 for a text").presses("4").hears("We have sent it", "Press 1 to wait")
    dana.phone.reads("where your request stands", "/t/").hangs_up()
    house.passes(20)
    assert house.cases[0].owner_id == maria.id


@HALF
def test_whoever_waits_for_a_call_and_wants_the_ticket_is_still_rung(house: House) -> None:
    sam, dana = house.agent("Sam"), house.customer("Dana")
    house.manager("Maria")
    dana.asks_for_a_call(when=(house.time.now() + timedelta(hours=1)).isoformat())
    dana.dials().phone.hears("Press 4").presses("4").hears("We have sent it").hangs_up()
    dana.phone.reads("/t/")
    sam.phone.rings(within=3700).hears("Dana").presses("1")
    dana.phone.rings().presses("1")
    assert dana.phone.talks_with(sam.phone)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1")


# ---- a call that we missed ----


def was_served(house: House, sam: Agent, number: str = "") -> Customer:
    """Somebody who had asked on the website, agreed to texts, and is content."""
    dana = house.customer("Dana", number).asks_for_a_call()
    sam.phone.rings().presses("1")
    dana.phone.rings().presses("1")
    assert dana.phone.talks_with(sam.phone)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1")
    house.passes(3600)
    return dana


def test_whoever_hangs_up_at_once_gets_one_text(house: House) -> None:
    sam = house.agent("Sam")
    dana = was_served(house, sam)
    dana.dials().phone.hears("Welcome").hangs_up()
    dana.phone.reads("we missed your call", "/t/")
    house.passes(15 * 60)
    dana.dials().phone.hears("Welcome")
    sam.phone.rings()
    dana.phone.hangs_up()
    house.passes(60)
    assert len(dana.phone.received) == 1
    assert house.cases[-1].owner_id == sam.id


@CALM
@pytest.mark.parametrize("number, later", [
    ("+442079460000", 0),  # a landline gets no texts
    ("+12025550177", 12),  # it is ten in the evening
])
def test_no_text_to_a_landline_or_at_night(house: House, number: str, later: int) -> None:
    dana = was_served(house, house.agent("Sam"), number)
    house.passes(later * 3600)
    dana.dials().phone.hears("Welcome").hangs_up()
    house.passes(60)
    assert not dana.phone.received
    assert house.cases[-1].owner_id


@CALM
def test_a_mobile_abroad_is_texted_in_its_own_daytime(house: House) -> None:
    """Ten in the morning here; five hours later it is eight in the evening in London, then night."""
    dana = was_served(house, house.agent("Sam"), "+447400123456")
    dana.dials().phone.hears("Welcome").hangs_up()
    dana.phone.reads("we missed your call")


@CALM
def test_nobody_is_texted_who_never_agreed(house: House) -> None:
    maria, dana = house.manager("Maria"), house.customer("Dana")
    dana.dials().phone.hears("Welcome").hangs_up()
    maria.phone.reads("Somebody was promised an update from you", within=3 * 3600)
    assert not dana.phone.received


# ---- the code ----

CODE = "246810"


def with_a_code(house: House) -> None:
    house.keeps(code_digest=code_digest(house.settings.secret_key.get_secret_value(), CODE))


def close_all(house: House) -> None:
    """Whatever is open is solved."""
    house.passes(15)
    with house.store.transaction() as memory:
        memory.execute(update(CaseRow).values(state="solved", closed_at=house.time.now()))


def types(dana: Customer, code: str) -> None:
    dana.phone.presses("*").hears("enter your code").presses(f"{code}#")


def test_whoever_knows_the_code_is_put_through(house: House) -> None:
    with_a_code(house)
    sam, dana = house.agent("Sam"), house.customer("Dana")
    dana.dials(anonymous=True).phone.hears("If you have a code, press star")
    types(dana, CODE)
    dana.phone.hears("One moment please", "You are next")
    sam.phone.rings().hears("Somebody is on the line").presses("1")
    assert dana.phone.talks_with(sam.phone)
    assert house.cases[0].urgent
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1")


@CALM
def test_five_wrong_codes_then_a_pause(house: House) -> None:
    with_a_code(house)
    sam, dana, ben = house.agent("Sam"), house.customer("Dana"), house.customer("Ben")
    dana.dials().phone.hears("press star")
    types(dana, "1")
    for wrong in ("2", "3", "4", "5"):
        dana.phone.hears("not right").presses(f"{wrong}#")
    dana.phone.hears("not right").presses(f"{CODE}#").hears("Codes cannot be used just now", "Press 1 to wait").hangs_up()
    close_all(house)
    for caller, pause in ((ben, 0), (dana, 15 * 60)):
        house.passes(pause)
        caller.dials().phone.hears("press star")
        types(caller, CODE)
        sam.phone.rings().presses("1")
        assert caller.phone.talks_with(sam.phone)
        caller.phone.hangs_up()
        sam.phone.hears("How did it go").presses("1")


@CALM
def test_all_numbers_together_have_so_many_tries(house: House) -> None:
    with_a_code(house)
    with house.store.transaction() as memory:
        memory.execute(insert(KnockRow), [{"what": "code", "at": house.time.now()}] * 40)
    house.manager("Maria")
    dana = house.customer("Dana").dials()
    dana.phone.hears("press star")
    types(dana, CODE)
    dana.phone.hears("Codes cannot be used just now").hangs_up()


@CALM
def test_without_a_code_none_is_right(house: House) -> None:
    house.manager("Maria")
    dana = house.customer("Dana").dials()
    dana.phone.hears("press star").presses("*").hears("enter your code", "enter your code", "Press 1 to wait")
    dana.phone.presses("*").hears("enter your code").presses("#").hears("Press 1 to wait").hangs_up()


@pytest.mark.weather("calm", "shuffle")
def test_a_fax_presses_no_key_and_is_work_like_any_message(house: House) -> None:
    fax, maria = house.customer("Fax"), house.manager("Maria")
    fax.dials().phone.hears("Press 1 to wait", "[beep]", within=90).says("[fax tone] " * 8)
    fax.phone.hears("Thank you").is_hung_up()
    maria.phone.reads("Somebody left a message", within=120)


@pytest.mark.weather("calm", "echo")
def test_the_menu_takes_words_as_well_as_keys(house: House) -> None:
    sam, dana = house.agent("Sam"), house.customer("Dana")
    dana.dials().phone.hears("Or say: wait").says("Purple")
    dana.phone.hears("We did not understand").says("I would like to wait, please")
    dana.phone.hears("what is it about").presses("1")
    sam.phone.rings().hears("is on the line").presses("1").hears("Connecting you")
    assert dana.phone.talks_with(sam.phone)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1").hears("Solved")


@CALM
def test_a_landline_is_not_offered_a_text(house: House) -> None:
    dana = house.customer("Dana", "+442079460123")
    house.manager("Maria")
    dana.dials().phone.hears("Press 1 to wait", "Press 3")
    assert "Press 4" not in dana.phone.heard
    dana.phone.presses("4").hears("That key does nothing").hangs_up()
    house.passes(30)
    assert not dana.phone.received
