"""Picking up while they speak: a message is listened to, and becomes a talk or does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from flows import voicemail as story
from tests.house import Customer, House
from tests.scenarios.messages import A_FEW, WORDS, begins, decides, listens, messages
from voice_gateway.carrier import Unreached

SOON = 5  # seconds


def test_a_colleague_listens_and_picks_up(house: House) -> None:
    """Dana is heard while she speaks, then Sam presses star: from there on nothing is recorded."""
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    begins(dana)
    listens(house, sam, dana)
    dana.phone.says("it is about my refund")
    sam.phone.hears("it is about my refund").presses("*")
    dana.phone.hears("Sam is on the line now")
    assert dana.phone.talks_with(sam.phone)
    dana.phone.says("a secret between us")
    assert not any("secret" in " ".join(each.said) for each in house.exchange.recordings.values())
    assert "[music]" not in dana.phone.heard
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1").hears("Solved")
    house.passes(240)
    assert [each.state for each in house.cases] == ["solved"]
    assert {each.state for each in messages(house)} <= {"done"}


def test_who_picks_up_at_once_need_not_listen(house: House) -> None:
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    begins(dana)
    sam.phone.rings().hears("is leaving a message").presses("1").presses("*")
    assert dana.phone.talks_with(sam.phone, within=30)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1").hears("Solved")
    house.passes(240)


def test_the_caller_hangs_up_while_somebody_listens(house: House) -> None:
    """Both parts are kept, and one text tells of them."""
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    begins(dana).phone.says("this is the first part of it")
    listens(house, sam, dana)
    dana.phone.says("and this is the second, which somebody hears").hangs_up()
    sam.phone.hears("which somebody hears", "They have hung up", within=40).is_hung_up()
    sam.phone.reads("Dana left a message", "Hear it", within=240)
    assert "seconds" not in sam.phone.received[0], "the length of one part is not that of the message"
    house.passes(300)
    assert len(messages(house)) == 2
    assert all(each.kept_as and each.owner_id == sam.id for each in messages(house))
    assert [each.state for each in house.cases] == ["open"]
    assert sam.is_free
    decides(house, story.colleague_is_done, sam)
    assert {each.state for each in messages(house)} == {"done"}


def test_the_listener_hangs_up_and_the_message_goes_on(house: House) -> None:
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    begins(dana).phone.says("this is the first part of it")
    listens(house, sam, dana)
    dana.phone.says("and this is the second")
    sam.phone.hangs_up()
    assert house.exchange.run(lambda: dana.phone.is_listened_to, 40)
    dana.phone.says("and this is the third, to the tape again").presses("#").hears("A colleague will hear it")
    assert dana.phone.heard.count("[beep]") == 1
    sam.phone.reads("Dana left a message", within=240)
    house.passes(300)
    said = [" ".join(house.exchange.recordings[each.recording_sid].said) for each in messages(house)]
    assert sorted(said) == ["and this is the second", "and this is the third, to the tape again",
                            "this is the first part of it"]
    assert sam.is_free


def test_nobody_picks_up(house: House) -> None:
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    begins(dana)
    sam.phone.rings().hears("Press 1 to listen").presses("2").hears("The message is kept")
    dana.phone.says(WORDS).hangs_up()
    sam.phone.reads("Dana left a message of", within=120)


@A_FEW
def test_a_machine_picks_up_and_hears_nothing(house: House) -> None:
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    sam.phone.is_an_answering_machine(after=2)
    begins(dana)
    for part in ("one", "two", "three", "four", "five"):
        dana.phone.says(f"this is part {part} of what I have to say, and it takes its time")
    dana.phone.hangs_up()
    sam.phone.reads("Dana left a message", within=240)
    assert not sam.phone.hears_whom


@A_FEW
def test_who_answers_too_late_hears_that_they_have_finished(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    the_carrier_obeys_nobody(house, monkeypatch)
    begins(dana)
    sam.phone.rings()
    dana.phone.says("never mind, thanks").presses("#").hears("A colleague will hear it").is_hung_up()
    sam.phone.hears("They have just finished", within=20)
    sam.phone.reads("Dana left a message", within=120)


@pytest.mark.parametrize("ends", ["hangs up", "hash"])
def test_no_telephone_rings_on_for_a_message_that_is_over(house: House, ends: str) -> None:
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    begins(dana).phone.says("never mind, it has just come")
    sam.phone.lets_it_ring()
    ended(dana, ends)
    sam.phone.is_hung_up(within=SOON)
    sam.phone.reads("Dana left a message", within=120)
    assert not sam.phone.heard


@pytest.mark.parametrize("ends", ["hangs up", "hash"])
def test_who_is_still_being_asked_is_told_that_it_is_over(house: House, ends: str) -> None:
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    begins(dana).phone.says("never mind, it has just come")
    sam.phone.rings().hears("Press 1 to listen")
    ended(dana, ends)
    sam.phone.hears("They have just finished", within=SOON).is_hung_up()
    sam.phone.reads("Dana left a message", within=120)


def ended(dana: Customer, how: str) -> None:
    """Their message is over, in one way or the other."""
    if how == "hash":
        dana.phone.presses("#")
    else:
        dana.phone.hangs_up()


@pytest.mark.parametrize("obeys", [True, False])
@pytest.mark.weather("calm", "echo")
def test_who_rings_again_while_a_colleague_is_rung_about_their_message_gets_that_colleague(
        house: House, monkeypatch: pytest.MonkeyPatch, obeys: bool) -> None:
    """Even when that telephone cannot be stopped it does not stand in the way of the search for somebody."""
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    begins(dana).phone.says("never mind, I ring again")
    sam.phone.lets_it_ring()
    if not obeys:
        the_carrier_obeys_nobody(house, monkeypatch)
    dana.phone.hangs_up()
    dana.dials().phone.hears("One moment please")
    sam.phone.reads("Dana left a message", within=60)
    monkeypatch.undo()
    sam.phone.hears("Dana is on the line", within=90).presses("1")
    assert dana.phone.talks_with(sam.phone)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1").hears("Solved")
    house.passes(240)


def the_carrier_obeys_nobody(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """No running call can be stopped or led on."""
    def fails(*_what: str) -> None:
        raise Unreached("no connection to the carrier")

    for request in ("hang_up", "move"):
        monkeypatch.setattr(house.shop.carrier, request, fails, raising=False)


@A_FEW
def test_they_finish_while_somebody_chooses(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    the_carrier_obeys_nobody(house, monkeypatch)
    begins(dana).phone.says("it is about my refund")
    sam.phone.rings().hears("Press 1 to listen")
    dana.phone.presses("#").hears("A colleague will hear it")
    sam.phone.presses("1").hears("The message is kept")
    sam.phone.reads("Dana left a message", within=120)


@pytest.mark.parametrize("habit", [
    {"record_action_when_redirected": True}, {"star_while_waiting": False}, {"record_sid_in_action": False},
    {"conference_sequence_from": 1, "join_before_start": False},
])
@pytest.mark.weather("calm", "shuffle")
def test_whatever_the_carriers_habit_is_nobody_is_cut_off(house: House, habit: dict[str, Any]) -> None:
    house.exchange.unconfirmed = replace(house.exchange.unconfirmed, **habit)
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    begins(dana).phone.says("this is the first part of it")
    listens(house, sam, dana)
    dana.phone.says("and this is the second")
    sam.phone.hears("and this is the second").presses("*")
    assert dana.phone.talks_with(sam.phone, within=20)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("2").hears("It stays with you")
    sam.phone.reads("is yours").reads("Dana left a message", within=240)


@pytest.mark.parametrize("key", ["1", "1*"])
@pytest.mark.weather("calm", "shuffle")
def test_nobody_listens_to_silence_when_the_caller_cannot_be_led_to_them(house: House, monkeypatch: pytest.MonkeyPatch,
                                                                       key: str) -> None:
    """The carrier does not move Dana: Sam is not left alone for half a minute, and Dana's message goes on."""
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    move = house.shop.carrier.move

    def fails(call_sid: str, url: str) -> None:
        if "goes_on" in url:
            raise Unreached("no connection to the carrier")
        move(call_sid, url)

    monkeypatch.setattr(house.shop.carrier, "move", fails, raising=False)
    begins(dana).phone.says("this is the first part of it")
    sam.phone.rings().hears("Press 1 to listen").presses("1")
    if key == "1*":
        sam.phone.presses("*")
    dana.phone.says("and this is the second, " * 18)
    sam.phone.hears("could not", within=5).is_hung_up(within=20)
    dana.phone.says("and this is the third").presses("#").hears("A colleague will hear it")
    sam.phone.reads("Dana left a message", within=120)
    house.passes(120)
    assert len(messages(house)) == 1
