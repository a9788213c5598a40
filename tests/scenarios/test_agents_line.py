"""Somebody of the house rings it from their own telephone, and has a menu of their own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from flows import Turn, agents_line, voicemail
from tests.house import Agent, House, talks_and_is_content
from tests.scenarios.messages import WORDS, decides
from tests.scenarios.own_line import CALM, has_a_pin, rings_in
from voice_gateway.store.tables import CaseRow, LegRow, PersonRow


def test_away_and_there_again(house: House) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    rings_in(sam).phone.hears("Hello Sam", "Press 1 if you are available").presses("2").hears("how many hours")
    sam.phone.presses("0#").hears("You are away until you ring or text again").hangs_up()
    dana.asks_for_a_call()
    dana.phone.reads("nobody was free")
    rings_in(sam).phone.hears("Hello Sam").presses("1").hears("You are available").hangs_up()
    sam.phone.rings(within=400).presses("1").hears("Calling them now")
    dana.phone.rings().presses("1")
    talks_and_is_content(dana, sam)


def test_the_next_callback(house: House) -> None:
    """Dana waits for another try; Sam comes back, rings in, and takes her."""
    dana, sam = house.customer("Dana"), house.agent("Sam")
    sam.differs(away_until=house.time.now() + timedelta(hours=9))
    dana.asks_for_a_call("my lamp").phone.reads("nobody was free")
    rings_in(sam).phone.presses("3").hears("Dana is waiting for a call about my lamp", "Press 1 to take it").presses("1")
    sam.phone.hears("Hang up now").is_hung_up()
    sam.phone.rings(within=30).hears("Dana is waiting for a call").presses("1").hears("Calling them now")
    dana.phone.rings().presses("1")
    talks_and_is_content(dana, sam)


# ---- who is recognised ----


@CALM
def test_a_number_that_nobody_vouches_for_is_a_callers(house: House) -> None:
    """A spoofed number: reception, and never the menu."""
    sam, _maria = house.agent("Sam"), house.manager("Maria")
    rings_in(sam, verstat="TN-Validation-Passed-B").phone.hears("Welcome to Acme Support", "Press 1 to wait").hangs_up()
    assert "Hello Sam" not in sam.phone.heard
    house.passes(5)
    assert [each.state for each in house.cases] == ["open"]


@CALM
def test_a_pin_opens_it_where_nobody_vouches(house: House) -> None:
    sam = has_a_pin(house, house.agent("Sam"))
    rings_in(sam, verstat=None).phone.hears("type your PIN").presses("1111#").hears("not right").presses("4711#")
    sam.phone.hears("Hello Sam").presses("2").presses("2#").hears("You are away until 12:").hangs_up()


@CALM
def test_a_pin_is_not_guessed(house: House) -> None:
    """Five tries, then it is a caller like any other, and for a while even the right one does not help."""
    sam, _maria = has_a_pin(house, house.agent("Sam")), house.manager("Maria")
    rings_in(sam, verstat=None).phone.hears("type your PIN")
    for guess in ("1111", "2222", "3333", "4444"):
        sam.phone.presses(f"{guess}#").hears("not right")
    sam.phone.presses("5555#").hears("Welcome to Acme Support").hangs_up()
    rings_in(sam, verstat=None).phone.hears("type your PIN").presses("4711#").hears("Welcome to Acme Support").hangs_up()
    assert "Hello Sam" not in sam.phone.heard
    house.passes(16 * 60)
    rings_in(sam, verstat=None).phone.presses("4711#").hears("Hello Sam").hangs_up()


def test_who_is_also_a_customer_is_put_through_like_any_caller(house: House) -> None:
    sam, kim = house.agent("Sam"), house.agent("Kim")
    rings_in(sam).phone.hears("0 for reception").presses("0").hears("Welcome to Acme Support").presses("1")
    sam.phone.hears("what is it about").says("my own order").hears("One moment please")
    kim.phone.rings().hears("is on the line", "my own order").presses("1")
    assert sam.phone.talks_with(kim.phone)
    sam.phone.hangs_up()
    kim.phone.hears("How did it go").presses("1").hears("Solved")
    assert [each.state for each in house.cases] == ["staff", "solved"]
    assert [each.person_id for each in house.rows(select(LegRow.person_id).where(LegRow.role == "customer"))] == [None]


# ---- everything else that they may press ----


@CALM
def test_hanging_up_is_always_allowed(house: House) -> None:
    """At each question; and nobody is rung for what was not said to the end."""
    sam = has_a_pin(house, house.agent("Sam"))
    for keys in ("", "2", "3", "4", "5", "52025550199#", "9"):
        rings_in(sam).phone.hears("Hello Sam")
        for key in keys:
            sam.phone.presses(key)
        house.passes(3)
        sam.phone.hangs_up()
    rings_in(sam, verstat=None).phone.hears("type your PIN").hangs_up()
    house.passes(60)
    assert [each.state for each in house.cases] == ["staff"]
    assert len(house.rows(select(LegRow.id))) == 8


@CALM
def test_who_says_nothing_hears_it_twice(house: House) -> None:
    sam = house.agent("Sam")
    rings_in(sam).phone.hears("Press 1 if you are available", "Press 1 if you are available", "Goodbye").is_hung_up()


@CALM
@pytest.mark.parametrize("keys, told", [("2#", "until 12:"), ("336#", "until Wednesday"), ("337#", "At most 336 hours"),
                                        ("12*#", "At most 336 hours"), ("99999999#", "At most 336 hours")])
def test_away_for_some_hours(house: House, keys: str, told: str) -> None:
    sam = house.agent("Sam")
    rings_in(sam).phone.presses("2").hears("how many hours").presses(keys).hears(told).hangs_up()
    away = house.rows(select(PersonRow.away_until))[0][0]
    assert (away is None) == told.startswith("At most")


@CALM
def test_whom_nobody_wants(house: House) -> None:
    sam = house.agent("Sam")
    rings_in(sam).phone.presses("3").hears("Nobody waits to be rung", "Press 1 if").presses("4").hears("You have no messages")
    sam.phone.hangs_up()


@CALM
def test_a_callback_that_a_colleague_took_meanwhile(house: House) -> None:
    """Sam says yes when Kim has just been quicker: he reads it, and is not rung."""
    dana, sam, kim = house.customer("Dana"), house.agent("Sam"), house.agent("Kim")
    sam.differs(away_until=house.time.now() + timedelta(hours=9))
    kim.differs(away_until=house.time.now() + timedelta(minutes=1))
    dana.asks_for_a_call().phone.reads("nobody was free")
    house.passes(280)
    rings_in(sam).phone.presses("3").hears("Dana is waiting for a call", "Press 1 to take it")
    kim.phone.rings(within=60).presses("1").hears("Calling them now")
    sam.phone.presses("1").hears("Hang up now").reads("cannot be rung by you now")
    dana.phone.rings().presses("1")
    talks_and_is_content(dana, kim)


@CALM
def test_who_stays_on_the_line_is_rung_when_they_have_hung_up(house: House) -> None:
    """Two telephones show one number: Sam is not rung before he has hung up, and Dana is not forgotten."""
    dana, sam = house.customer("Dana"), house.agent("Sam")
    sam.differs(away_until=house.time.now() + timedelta(hours=9))
    dana.asks_for_a_call().phone.reads("nobody was free")
    rings_in(sam).phone.presses("3").hears("Press 1 to take it")
    other = rings_in(Agent(house, "Sam", house.exchange.phone("+12025550177"), sam.id), caller_id=sam.phone.number)
    other.phone.hears("Hello Sam").presses("2").hears("how many hours")
    sam.phone.presses("1").hears("Hang up now").is_hung_up()
    house.passes(10)
    assert not sam.phone.is_ringing
    other.phone.hangs_up()
    sam.phone.rings(within=15).hears("Dana is waiting").presses("1")
    dana.phone.rings().presses("1")
    talks_and_is_content(dana, sam)


@CALM
def test_the_urgent_come_first(house: House) -> None:
    sam = house.agent("Sam")
    sam.differs(away_until=house.time.now() + timedelta(hours=9))
    for name in ("Dana", "Ben"):
        house.customer(name).asks_for_a_call().phone.reads("nobody was free")
        house.passes(5)
    with house.store.transaction() as memory:
        memory.execute(update(CaseRow).where(CaseRow.caller_name == "Ben").values(urgent=True))
    rings_in(sam).phone.presses("3").hears("Ben is waiting").presses("2").hears("Press 1 if you are available").hangs_up()
    with house.store.transaction() as memory:
        memory.execute(update(CaseRow).where(CaseRow.state == "waiting").values(closed_at=house.time.now(), state="cancelled"))


@CALM
def test_who_rings_from_their_own_line_is_as_idle_as_before(house: House) -> None:
    dana, sam, _kim = house.customer("Dana"), house.agent("Sam"), house.agent("Kim")
    rings_in(sam).phone.presses("1").hears("You are available").hangs_up()
    dana.asks_for_a_call()
    sam.phone.rings().presses("1").hears("Calling them now")
    dana.phone.rings().presses("1")
    talks_and_is_content(dana, sam)


@CALM
def test_when_something_of_ours_is_broken_they_can_leave_word_like_any_caller(
        house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their own thread with the house is nobody's ticket: what they say to the carrier's tape is."""
    turn = agents_line.flow.turns["colleague_chooses"]

    def broken(_call: Any) -> Any:
        raise RuntimeError("a bug in a story")

    monkeypatch.setitem(agents_line.flow.turns, "colleague_chooses", Turn(turn.flow, turn.name, broken))
    sam, maria = house.agent("Sam"), house.manager("Maria")
    rings_in(sam).phone.presses("1").hears("One moment please", "leave a message", "[beep]").says(WORDS).hangs_up()
    maria.phone.reads("left a message", within=120)
    house.passes(60)
    caplog.clear()
    assert [each.state for each in house.cases] == ["staff", "open"]
    decides(house, voicemail.colleague_is_done, maria)
