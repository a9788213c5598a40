"""The queue: waiting with music, and every way out of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert

from tests.house import OUR_NUMBER, Agent, Customer, House, talks_and_is_content
from voice_gateway.sandbox.unconfirmed import Unconfirmed
from voice_gateway.store.tables import CaseRow, IdentifierRow, JournalRow

HALF = pytest.mark.weather("calm", "shuffle")
CALM = pytest.mark.weather("calm")


def is_on_the_phone(house: House, sam: Agent) -> Customer:
    """Ada talks with Sam, and nobody else is there."""
    ada = house.customer("Ada").waits_in_line()
    sam.phone.rings().presses("1")
    assert ada.phone.talks_with(sam.phone)
    return ada


def test_who_waits_is_put_through(house: House) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    dana.dials()
    dana.phone.hears("Welcome to Acme Support").presses("1")
    dana.phone.hears("what is it about").says("This is Dana, about a refund")
    dana.phone.hears("One moment please", "You are next", "hold.wav")
    sam.phone.rings().hears("is on the line", "This is Dana, about a refund", "not verified").presses("1")
    sam.phone.hears("Connecting you")
    assert dana.phone.talks_with(sam.phone)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1").hears("Solved")


@CALM
@pytest.mark.parametrize("said", ["</Say><Hangup/>", '" & <Dial>+19005550123</Dial>', "{{ 7 * 7 }}"])
def test_what_they_say_is_words_and_nothing_else(house: House, said: str) -> None:
    sam, dana = house.agent("Sam"), house.customer("Dana").waits_in_line(said)
    sam.phone.rings().hears(f'They said: "{said}".').presses("1")
    talks_and_is_content(dana, sam)


# ---- what is heard while waiting ----


def others_waited(house: House, *minutes: float) -> None:
    """That many people were talked with after so many minutes each."""
    now = house.time.now()
    with house.store.transaction() as memory:
        for n, wait in enumerate(minutes):
            whose = memory.execute(insert(IdentifierRow).returning(IdentifierRow.id), {
                "namespace": "tel", "subject": f"+1202555{9000 + n}", "first_seen": now}).scalar_one()
            case = memory.execute(insert(CaseRow).returning(CaseRow.id), {
                "identifier_id": whose, "caller_name": "Other", "about": "", "state": "solved", "closed_at": now,
                "ticket_seed": f"{n}", "token_hash": f"{n}", "opened_at": now, "wanted_at": now, "due_at": now,
            }).scalar_one()
            for at, what in ((now - timedelta(minutes=wait), "joined the line"), (now, "talking")):
                memory.execute(insert(JournalRow), {"case_id": case, "at": at, "what": what})


@CALM
def test_place_and_wait_are_told_at_once_and_every_minute(house: House) -> None:
    others_waited(house, *range(3, 13))
    sam = house.agent("Sam")
    ada = is_on_the_phone(house, sam)
    ben, dana = house.customer("Ben").waits_in_line(), house.customer("Dana").waits_in_line()
    dana.phone.hears("You are number 2 in line. Others waited 7 to 11 more minutes from here.", "hold.wav")
    dana.phone.hears("You are number 2 in line. Others waited 6 to 10 more minutes", within=65)
    ben.phone.hangs_up()
    dana.phone.hears("You are next. Others waited", within=65)
    ada.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1")
    sam.phone.rings().presses("1")
    talks_and_is_content(dana, sam)


@CALM
def test_with_fewer_than_ten_waits_no_number_is_guessed(house: House) -> None:
    others_waited(house, *range(3, 12))
    sam = house.agent("Sam")
    ada = is_on_the_phone(house, sam)
    dana = house.customer("Dana").waits_in_line()
    dana.phone.hears("You are next. [play").hangs_up()
    house.passes(20)
    talks_and_is_content(ada, sam)


@CALM
def test_real_calls_make_the_band(house: House) -> None:
    """Ten callers were put through within the first minute: the eleventh hears so."""
    sam = house.agent("Sam")
    for _each in range(10):
        caller = house.customer("Somebody").waits_in_line()
        sam.phone.rings().presses("1")
        talks_and_is_content(caller, sam)
    house.passes(31)
    dana = house.customer("Dana").waits_in_line()
    dana.phone.hears("You are next. It should take about a minute.")
    sam.phone.rings().presses("1")
    talks_and_is_content(dana, sam)


# ---- leaving it by the star key ----


def test_rung_back_with_the_place_kept(house: House) -> None:
    """Ben comes later and waits on; Dana is rung first all the same."""
    sam = house.agent("Sam")
    ada = is_on_the_phone(house, sam)
    dana = house.customer("Dana").waits_in_line("the first")
    house.passes(10)
    ben = house.customer("Ben").waits_in_line("the second")
    dana.phone.presses("*").hears("Press 1 to be rung back").presses("1").hears("as soon as it is your turn. Goodbye")
    ben.phone.hears("You are number 2 in line", within=70)
    house.passes(30)
    ada.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1")
    sam.phone.rings(within=10).hears("is waiting for a call about the first", "minute").presses("1")
    dana.phone.rings().hears("You asked us to call").presses("1")
    talks_and_is_content(dana, sam)
    sam.phone.rings(within=10).hears("the second").presses("1")
    talks_and_is_content(ben, sam)


def test_rung_back_at_another_number(house: House) -> None:
    """The place is kept all the same: Ben came later, and waits until they have talked."""
    sam = house.agent("Sam")
    ada = is_on_the_phone(house, sam)
    dana, at_work = house.customer("Dana").waits_in_line(), house.customer("Dana, at work")
    house.passes(5)
    ben = house.customer("Ben").waits_in_line("the second")
    dana.phone.presses("*").hears("2 at another number").presses("2").hears("type the number").presses("2025550198#")
    dana.phone.hears("We will ring 1 2 0 2 5 5 5 0 1 9 8").presses("2").hears("type the number")
    dana.phone.presses(f"{at_work.phone.number[2:]}#").hears("We will ring").presses("1").hears("Goodbye")
    ada.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1")
    sam.phone.rings(within=70).hears("is waiting for a call about a refund").presses("1")
    at_work.phone.rings().presses("1")
    talks_and_is_content(at_work, sam)
    assert not dana.phone.is_ringing
    sam.phone.rings(within=70).hears("the second").presses("1")
    talks_and_is_content(ben, sam)


@CALM
@pytest.mark.parametrize("typed, why", [
    ("911", "Emergency numbers cannot be called"), ("9005550123", "cannot call this kind"),
    ("01137120000000", "cannot call numbers in that country"), (OUR_NUMBER[2:], "We cannot call this number"),
    ("2025550166", "We cannot call this number"), ("55512", "too short"),
])
def test_a_number_that_we_do_not_ring_is_asked_again(house: House, typed: str, why: str) -> None:
    house.manager("Maria")
    Customer(house, "Blocked", house.exchange.phone("+12025550166")).is_known(blocked=True)
    sam = house.agent("Sam")
    ada = is_on_the_phone(house, sam)
    dana = house.customer("Dana").waits_in_line()
    dana.phone.presses("*").hears("2 at another number").presses("2").hears("type the number").presses(f"{typed}#")
    dana.phone.hears(why, "type the number").hangs_up()
    house.passes(20)
    assert house.cases[1].owner_id
    talks_and_is_content(ada, sam)


@HALF
def test_a_message_instead_of_waiting(house: House) -> None:
    maria, sam = house.manager("Maria"), house.agent("Sam")
    ada = is_on_the_phone(house, sam)
    dana = house.customer("Dana").waits_in_line()
    dana.phone.presses("*").hears("3 to leave a message").presses("3").hears("[beep]").says("please ring me back")
    dana.phone.hangs_up()
    maria.phone.reads("left a message", within=200)
    talks_and_is_content(ada, sam)


@CALM
@pytest.mark.parametrize("key", ["0", "7", ""])
def test_whoever_would_rather_wait_on_has_kept_the_place(house: House, key: str) -> None:
    sam = house.agent("Sam")
    ada = is_on_the_phone(house, sam)
    dana, ben = house.customer("Dana").waits_in_line("the first"), house.customer("Ben").waits_in_line("the second")
    dana.phone.presses("*").hears("To keep waiting, press 0")
    if key:
        dana.phone.presses(key)
    dana.phone.hears("You have kept your place", "You are next")
    ada.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1")
    sam.phone.rings(within=10).hears("the first").presses("1")
    talks_and_is_content(dana, sam)
    sam.phone.rings().hears("the second").presses("1")
    talks_and_is_content(ben, sam)


@CALM
def test_where_the_star_key_is_deaf_while_waiting_nothing_is_lost(house: House) -> None:
    house.exchange.unconfirmed = Unconfirmed(star_while_waiting=False)
    sam = house.agent("Sam")
    ada = is_on_the_phone(house, sam)
    dana = house.customer("Dana").waits_in_line()
    dana.phone.presses("*", at_once=True).hears("You are next", within=70)
    ada.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1")
    sam.phone.rings().presses("1")
    talks_and_is_content(dana, sam)


@HALF
@pytest.mark.parametrize("deed", ["looks at the keys", "types a number", "confirms it"])
def test_a_colleague_who_comes_meanwhile_comes_first(house: House, deed: str) -> None:
    sam, dana = house.agent("Sam"), house.customer("Dana").waits_in_line()
    sam.phone.rings().hears("is on the line")
    dana.phone.presses("*").hears("2 at another number")
    if deed != "looks at the keys":
        dana.phone.presses("2").hears("type the number")
    if deed == "confirms it":
        dana.phone.presses("2025550199#").hears("We will ring")
    sam.phone.presses("1").hears("Connecting you")
    dana.phone.hears("Sam has just come to the phone")
    talks_and_is_content(dana, sam)


# ---- limits ----


def test_when_the_line_is_full_they_are_rung_back(house: House) -> None:
    house.keeps(line={"places": 1})
    sam = house.agent("Sam")
    ada = is_on_the_phone(house, sam)
    ben, dana = house.customer("Ben").waits_in_line("the first"), house.customer("Dana")
    dana.dials().phone.hears("Press 1").presses("1").hears("cannot take one more").presses("1").hears("cannot take one more")
    dana.phone.presses("2").hears("at this number").presses("1").hears("Goodbye")
    ada.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1")
    sam.phone.rings().hears("the first").presses("1")
    talks_and_is_content(ben, sam)
    sam.phone.rings(within=70).hears("is waiting for a call").presses("1")
    dana.phone.rings().presses("1")
    talks_and_is_content(dana, sam)


@CALM
@pytest.mark.parametrize("key", ["3", ""])
def test_when_the_line_is_full_a_message_may_be_left(house: House, key: str) -> None:
    house.keeps(line={"places": 0})
    maria, dana = house.manager("Maria"), house.customer("Dana")
    dana.dials().phone.hears("Press 1").presses("1").hears("cannot take one more")
    if key:
        dana.phone.presses(key)
    dana.phone.hears("after the tone", "[beep]").says("please ring me back").hangs_up()
    maria.phone.reads("left a message", within=200)


def test_the_longest_wait_leads_on_to_a_message(house: House) -> None:
    """Also when the request that moves them fails at first."""
    house.keeps(line={"longest_wait": 100})
    maria, sam = house.manager("Maria"), house.agent("Sam")
    ada = is_on_the_phone(house, sam)
    dana = house.customer("Dana").waits_in_line()
    dana.phone.hears("nobody could come to the phone", "leave a message after the tone", "[beep]", within=240)
    dana.phone.says("please ring me back").hangs_up()
    maria.phone.reads("left a message", within=200)
    talks_and_is_content(ada, sam)


@CALM
def test_who_cannot_be_led_on_is_led_on_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.keeps(line={"longest_wait": 100})
    maria, sam = house.manager("Maria"), house.agent("Sam")
    ada = is_on_the_phone(house, sam)
    dana = house.customer("Dana").waits_in_line()
    move, refusals = house.shop.carrier.move, iter(range(1))

    def refused(sid: str, url: str) -> None:
        if "nobody_came" in url and next(refusals, None) is not None:
            return  # accepted, and nothing came of it
        move(sid, url)

    monkeypatch.setattr(house.shop.carrier, "move", refused)
    dana.phone.hears("nobody could come to the phone", within=240).presses("0").hears("You have kept your place")
    dana.phone.hears("nobody could come to the phone", within=100).presses("1").hears("Goodbye")
    ada.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1")
    sam.phone.rings().presses("1")
    dana.phone.rings().presses("1")
    talks_and_is_content(dana, sam)
    assert not maria.phone.heard


@CALM
def test_nobody_on_shift(house: House) -> None:
    maria = house.manager("Maria")
    dana = house.customer("Dana").waits_in_line()
    dana.phone.hears("nobody could come to the phone").presses("3").hears("[beep]").hangs_up()
    house.passes(180)
    assert house.cases[0].owner_id == maria.id


@CALM
def test_an_anonymous_caller_may_leave_the_line_too(house: House) -> None:
    sam = house.agent("Sam")
    ada = is_on_the_phone(house, sam)
    dana = house.customer("Dana").waits_in_line(anonymous=True)
    dana.phone.presses("*").hears("Press 2 to be rung back at a number that you type").presses("1").hears("kept your place")
    dana.phone.presses("*").hears("Press 2").presses("2").hears("type the number")
    dana.phone.presses(f"{dana.phone.number[2:]}#").hears("We will ring").presses("1").hears("Goodbye")
    ada.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1")
    sam.phone.rings(within=70).presses("1")
    dana.phone.rings().presses("1")
    talks_and_is_content(dana, sam)
