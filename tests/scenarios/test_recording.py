"""A talk is recorded only where the house says so, after the customer has been told, and unless they refuse."""

from __future__ import annotations

from typing import Any

import pytest

from flows.facts import Recording as Heard
from tests.house import OUR_NUMBER, House, talks_and_is_content
from tests.scenarios.messages import messages
from tests.scenarios.tapes import (
    A_FEW,
    CALM,
    DAY,
    HOUR,
    at_carrier,
    consents,
    journal,
    records,
    takes,
    talk,
    tapes,
    waits,
)
from voice_gateway.carrier import Carrier, CarrierError, Unknown
from voice_gateway.sandbox.recordings import Recording


def test_a_talk_is_recorded_after_the_announcement(house: House) -> None:
    """Dana is told before anybody can hear her; what she says before is on no tape."""
    records(house)
    dana, sam = house.customer("Dana"), house.agent("Sam")
    waits(dana).phone.hears("This call is recorded for training. Press 9").says("oh, is it")
    dana.phone.hears("One moment please")
    takes(sam, "It is recorded.")
    assert dana.phone.talks_with(sam.phone)
    assert house.exchange.run(lambda: tapes(house)[0].state == "on", 60)
    dana.phone.says("I would like my money back")
    sam.phone.says("you will have it")
    house.passes(20)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1").hears("Solved")
    house.passes(60)
    [tape], [made] = tapes(house), at_carrier(house)
    assert made.said == ["I would like my money back", "you will have it"]
    assert tape.state == "ended"
    assert tape.fetched == "kept"
    assert tape.seconds > 0
    assert house.vault.open(tape.kept_as).content[:4] == b"RIFF"
    [consent] = [each for each in consents(house) if "recorded" in each]
    assert consent.startswith("agreed: This call is recorded for training.")
    assert "stayed on the line" in consent
    assert "talk is recorded" in journal(house)


def test_nothing_is_recorded_unless_the_house_says_so(house: House) -> None:
    dana, sam = house.customer("Dana"), house.agent("Sam")
    waits(dana).phone.hears("One moment please")
    takes(sam, "Connecting you")
    talks_and_is_content(dana, sam)
    house.passes(60)
    assert not at_carrier(house)
    assert not tapes(house)
    assert not consents(house)
    assert not [line for line in dana.phone.heard if "record" in line]


def test_a_customer_refuses(house: House) -> None:
    records(house)
    dana, sam = house.customer("Dana"), house.agent("Sam")
    waits(dana).phone.hears("Press 9 if you do not want that").presses("9").hears("One moment please")
    takes(sam, "It is not recorded.")
    talks_and_is_content(dana, sam)
    house.passes(60)
    assert not at_carrier(house)
    assert not tapes(house)
    [refusal] = [each for each in consents(house) if "recorded" in each]
    assert refusal.startswith("refused: ")
    assert "pressed 9" in refusal
    assert [each.may_record for each in house.cases] == ["no"]


def test_whom_we_ring_is_told_in_the_same_breath(house: House) -> None:
    records(house)
    dana, sam = house.customer("Dana").asks_for_a_call(), house.agent("Sam")
    sam.phone.rings().hears("Press 1 to call now").presses("1").hears("It is recorded unless they refuse")
    dana.phone.rings().hears("This call is recorded for training; to talk without that, press 9").presses("1")
    assert dana.phone.talks_with(sam.phone)
    assert house.exchange.run(lambda: tapes(house)[0].state == "on", 60)
    dana.phone.says("hello there")
    talks_and_is_content(dana, sam)
    house.passes(60)
    assert [each.said for each in at_carrier(house)] == [["hello there"]]
    assert "The call is recorded, as we told you." in [step["text"] for step in dana.ticket["steps"]]


def test_a_talk_is_erased_when_its_time_is_over(house: House) -> None:
    """In the vault and at the carrier, and the ticket says so."""
    records(house)
    dana, sam = house.customer("Dana").asks_for_a_call(), house.agent("Sam")
    sam.phone.rings().hears("Press 1 to call now").presses("1")
    dana.phone.rings().hears("Press 1 to talk").presses("1")
    assert dana.phone.talks_with(sam.phone)
    assert house.exchange.run(lambda: tapes(house)[0].state == "on", 60)
    talks_and_is_content(dana, sam)
    house.passes(120)
    [tape] = tapes(house)
    assert tape.kept_as
    house.passes(DAY + 3 * HOUR)
    [gone] = tapes(house)
    assert gone.erased_at
    assert gone.erased_at_carrier_at
    assert not gone.kept_as
    assert not at_carrier(house)
    with pytest.raises(LookupError):
        house.vault.open(tape.kept_as)
    assert dana.ticket["steps"][-1]["text"] == "The recording of the call was erased."


# ---- whom it is about ----


@CALM
@pytest.mark.parametrize("key, said, recorded", [("1", "agreed", 1), ("", "refused", 0), ("9", "refused", 0)])
def test_a_house_may_ask_and_silence_is_a_no(house: House, key: str, said: str, recorded: int) -> None:
    records(house, "ask")
    dana, sam = house.customer("Dana"), house.agent("Sam")
    waits(dana).phone.hears("May we record this call for training? Press 1 if you agree")
    if key:
        dana.phone.presses(key)
    dana.phone.hears("One moment please")
    takes(sam, "It is recorded." if recorded else "It is not recorded.")
    talks_and_is_content(dana, sam)
    house.passes(60)
    assert len(at_carrier(house)) == recorded
    assert consents(house)[0].startswith(said)


@CALM
@pytest.mark.parametrize("key, recorded", [("1", 0), ("3", 1)])
def test_whom_we_ring_may_be_asked_as_well(house: House, key: str, recorded: int) -> None:
    records(house, "ask")
    dana, sam = house.customer("Dana").asks_for_a_call(), house.agent("Sam")
    sam.phone.rings().hears("Press 1 to call now").presses("1").hears("It is recorded only if they agree")
    dana.phone.rings().hears("If we may record this call for training, press 3 instead of 1").presses(key)
    talks_and_is_content(dana, sam)
    house.passes(60)
    assert len(at_carrier(house)) == recorded


@CALM
def test_whom_we_ring_refuses_by_the_key_with_which_they_talk(house: House) -> None:
    records(house)
    dana, sam = house.customer("Dana").asks_for_a_call(), house.agent("Sam")
    sam.phone.rings().hears("Press 1 to call now").presses("1")
    dana.phone.rings().hears("press 9 instead of 1").presses("9").hears("Connecting you")
    talks_and_is_content(dana, sam)
    house.passes(60)
    assert not at_carrier(house)
    assert "You did not want it recorded." in [step["text"] for step in dana.ticket["steps"]]


@CALM
@pytest.mark.parametrize("rule, number, told", [
    ({"countries": ["GB"]}, "", False), ({"countries": ["GB"]}, "+442079460123", True),
    ({"numbers": ["+12025550199"]}, "", False), ({"numbers": [OUR_NUMBER]}, "", True), ({"how": "never"}, "", False),
])
def test_the_rule_is_that_of_their_country_and_of_our_number(house: House, rule: dict[str, Any], number: str, told: bool) -> None:
    records(house, **rule)
    dana, sam = house.customer("Dana", number), house.agent("Sam")
    waits(dana).phone.hears("This call is recorded" if told else "One moment please")
    if told:
        dana.phone.hears("One moment please")
    takes(sam, "It is recorded." if told else "It is not recorded.")
    talks_and_is_content(dana, sam)
    house.passes(60)
    assert len(at_carrier(house)) == int(told)


@CALM
@pytest.mark.parametrize("everybody", [False, True])
def test_who_shows_no_number_is_recorded_only_by_a_rule_for_everybody(house: House, everybody: bool) -> None:
    records(house, countries=[] if everybody else ["US", "CA", "GB"])
    dana, sam = house.customer("Dana"), house.agent("Sam")
    dana.dials(anonymous=True).phone.hears("Press 1 to wait").presses("1")
    dana.phone.hears("what is it about").says("a refund").hears(*["This call is recorded"] * everybody, "One moment please")
    sam.phone.rings().hears("is on the line").presses("1").hears("Connecting you")
    talks_and_is_content(dana, sam)
    house.passes(60)
    assert len(at_carrier(house)) == int(everybody)


@CALM
def test_a_no_holds_for_the_next_call_about_the_same_thing(house: House) -> None:
    records(house)
    dana, sam = house.customer("Dana"), house.agent("Sam")
    waits(dana).phone.hears("This call is recorded").presses("9").hears("One moment please")
    takes(sam, "It is not recorded.")
    assert dana.phone.talks_with(sam.phone)
    house.passes(30)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("2").hears("It stays with you")
    sam.phone.reads("T1 is yours")
    house.passes(60)
    dana.dials().phone.hears("Welcome", "One moment please")
    takes(sam, "It is not recorded.")
    talks_and_is_content(dana, sam)
    assert len(consents(house)) == 1


# ---- what may happen meanwhile ----


@A_FEW
def test_they_hang_up_while_they_are_told(house: House) -> None:
    records(house)
    dana, boss = house.customer("Dana"), house.manager("Mia")
    waits(dana).phone.hears("This call is recorded").hangs_up()
    house.passes(60)
    assert not tapes(house)
    assert [each.owner_id for each in house.cases] == [boss.id]


@A_FEW
def test_a_colleague_who_comes_before_they_decided_is_not_recorded(house: House) -> None:
    records(house)
    dana, sam = house.customer("Dana"), house.agent("Sam")
    waits(dana)
    sam.phone.rings().hears("is on the line").presses("1").hears("It is not recorded.")
    talks_and_is_content(dana, sam)
    house.passes(60)
    assert not tapes(house)


@CALM
def test_a_key_in_the_room_changes_nothing(house: House) -> None:
    records(house)
    dana, sam = house.customer("Dana"), house.agent("Sam")
    waits(dana).phone.hears("One moment please")
    takes(sam, "It is recorded.")
    assert dana.phone.talks_with(sam.phone)
    dana.phone.presses("9")
    talks_and_is_content(dana, sam)
    house.passes(60)
    assert len(at_carrier(house)) == 1


@CALM
def test_a_recording_that_cannot_begin_disturbs_nobody(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_call: Any, **_where: Any) -> str:
        raise CarrierError(21220, 400, "Requested resource is not eligible for recording")

    monkeypatch.setattr(Carrier, "begin_recording", refuses)
    records(house)
    dana, sam = house.customer("Dana"), house.agent("Sam")
    waits(dana).phone.hears("One moment please")
    takes(sam, "It is recorded.")
    talks_and_is_content(dana, sam)
    house.passes(60)
    [tape] = tapes(house)
    assert tape.fetched.startswith("never began")
    assert not at_carrier(house)


@A_FEW
def test_who_is_lost_and_then_leaves_a_message_is_on_two_different_tapes(house: House) -> None:
    """The first colleague's line breaks; what Dana says afterwards is a message, and no part of the talk."""
    records(house)
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    waits(dana).phone.hears("One moment please")
    takes(sam, "It is recorded.")
    assert dana.phone.talks_with(sam.phone)
    assert house.exchange.run(lambda: tapes(house)[0].state == "on", 60)
    dana.phone.says("hello Sam")
    sam.phone.hangs_up()
    dana.phone.hears("Sorry, we lost our colleague")
    house.passes(10)
    assert tapes(house)[0].state == "ended"
    sam.phone.rings().declines()
    dana.phone.presses("*").hears("3 to leave a message").presses("3").hears("[beep]")
    sam.phone.rings().declines()
    dana.phone.says("this is my message for you all, please ring me").hangs_up()
    sam.phone.reads("left a message", within=240)
    house.passes(300)
    assert [each.said for each in at_carrier(house)] == [["hello Sam"], ["this is my message for you all, please ring me"]]
    assert len(messages(house)) == 1
    assert len(tapes(house)) == 1


# ---- what the carrier does, and does not ----


@CALM
def test_a_recording_that_nobody_tells_of_is_looked_for(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Recording, "_tell", lambda *_what: None)
    records(house)
    dana, sam = house.customer("Dana").asks_for_a_call(), house.agent("Sam")
    talk(house, dana, sam)
    house.passes(600)
    assert [each.fetched for each in tapes(house)] == ["kept"]


@CALM
def test_one_whose_beginning_was_never_confirmed_is_found(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    begin = Carrier.begin_recording

    def no_answer(self: Carrier, call_sid: str, **where: str) -> str:
        begin(self, call_sid, **where)
        raise Unknown("the carrier did not answer")

    monkeypatch.setattr(Carrier, "begin_recording", no_answer)
    records(house)
    dana, sam = house.customer("Dana").asks_for_a_call(), house.agent("Sam")
    talk(house, dana, sam)
    house.passes(600)
    assert [each.fetched for each in tapes(house)] == ["kept"]
    assert len(at_carrier(house)) == 1


@CALM
def test_news_of_a_recording_that_come_again_change_nothing(house: House) -> None:
    records(house)
    dana, sam = house.customer("Dana").asks_for_a_call(), house.agent("Sam")
    talk(house, dana, sam)
    house.passes(60)
    [tape] = tapes(house)
    for _again in range(2):
        house.gateway.turns.talk_recorded(tape.case_id, tape.id, Heard(tape.recording_sid, 7))
    house.gateway.turns.talk_recorded(tape.case_id, tape.id, Heard("RE" + "f" * 32, 7))
    house.passes(60)
    assert tapes(house) == [tape]


@CALM
def test_what_is_no_sound_is_not_kept(house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Recording, "wav", lambda _self: b"<html>not a sound</html>")
    records(house)
    dana, sam = house.customer("Dana").asks_for_a_call(), house.agent("Sam")
    talk(house, dana, sam)
    house.passes(60)
    assert tapes(house)[0].fetched.startswith("refused")
    house.passes(DAY + 3 * HOUR)
    assert not at_carrier(house)
    caplog.clear()


@CALM
def test_it_is_erased_when_the_carrier_says_so_and_not_before(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([False, False])
    gone = Carrier.is_recording_gone
    monkeypatch.setattr(Carrier, "is_recording_gone", lambda self, sid: next(answers, True) and gone(self, sid))
    records(house)
    dana, sam = house.customer("Dana").asks_for_a_call(), house.agent("Sam")
    talk(house, dana, sam)
    house.passes(DAY + 8 * HOUR)
    assert next(answers, None) is None
    assert all(each.erased_at_carrier_at > each.erased_at for each in tapes(house))
    assert journal(house).count("recording erased") == 1
