"""Voicemail: what somebody says is kept, and is somebody's work."""

from __future__ import annotations

import io
import wave
from typing import Any

import pytest

from flows import Turn, reception
from flows import voicemail as story
from tests.house import OUR_NUMBER, House
from tests.scenarios.messages import A_FEW, CALM, WORDS, begins, decides, journal, leaves_word, messages


def test_a_message_is_brought_home_and_somebody_gets_one_text(house: House) -> None:
    dana, maria = house.customer("Dana").is_known(), house.manager("Maria")
    leaves_word(dana)
    maria.phone.reads(": Dana left a message of", "seconds", f'"{WORDS}"', "Hear it: https://house.example.test/v/",
                      within=120)
    message = messages(house)[0]
    assert (message.state, message.owner_id) == ("new", maria.id)
    assert house.exchange.run(lambda: messages(house)[0].kept_as != "", 60)
    kept = house.vault.open(messages(house)[0].kept_as)
    with wave.open(io.BytesIO(kept.content)) as sound:
        assert sound.getnframes() / sound.getframerate() == message.seconds
    decides(house, story.colleague_is_done, maria)
    assert messages(house)[0].state == "done"
    assert [each.state for each in house.cases] == ["solved"]


@A_FEW
def test_the_house_says_what_it_likes_before_the_tone(house: House) -> None:
    house.keeps(voicemail={"greeting": "You have reached the night desk. Speak after the tone."})
    dana, maria = house.customer("Dana"), house.manager("Maria")
    dana.dials()
    dana.phone.hears("Press 3").presses("3").hears("the night desk", "[beep]").says(WORDS).hangs_up()
    maria.phone.reads("Somebody left a message of 4 seconds", within=120)


@A_FEW
def test_whoever_it_is_for_greets_in_their_own_words(house: House) -> None:
    """Dana's case is with Sam, who is rung first and does not answer: it is his greeting that she hears."""
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam").differs(greeting="This is Sam. Talk to me.")
    leaves_word(dana, declined_by=sam)
    sam.phone.reads("Dana left a message", within=120)
    house.passes(300)
    dana.dials()
    sam.phone.rings().declines()
    dana.phone.hears("You are next").presses("*").hears("3 to leave a message").presses("3").hears("This is Sam. Talk to me.", "[beep]").says(WORDS)
    dana.phone.hangs_up()
    sam.phone.reads("Dana left a message", within=180)
    assert [each.owner_id for each in messages(house)] == [sam.id, sam.id]


def test_a_message_that_ends_by_hanging_up_is_a_message(house: House) -> None:
    """Record's action is asked for even then; nobody hears the answer."""
    dana, maria = house.customer("Dana").is_known(), house.manager("Maria")
    begins(dana).phone.says(WORDS).hangs_up()
    maria.phone.reads("Dana left a message of 4 seconds", WORDS, within=120)
    house.passes(200)
    assert [each.seconds for each in messages(house)] == [4]


@A_FEW
def test_a_key_other_than_the_hash_ends_no_message(house: House) -> None:
    dana, maria = house.customer("Dana").is_known(), house.manager("Maria")
    begins(dana).phone.says("it is about").presses("5").presses("*").says("my refund").presses("#")
    dana.phone.hears("A colleague will hear it")
    maria.phone.reads("Dana left a message", "it is about my refund", within=120)
    assert len(messages(house)) == 1


@A_FEW
def test_silence_ends_a_message(house: House) -> None:
    dana, maria = house.customer("Dana").is_known(), house.manager("Maria")
    begins(dana).phone.says(WORDS).hears("A colleague will hear it", within=15).is_hung_up()
    maria.phone.reads("Dana left a message of 4 seconds", within=120)


@A_FEW
def test_who_talks_for_half_an_hour_is_thanked_in_time(house: House) -> None:
    house.keeps(voicemail={"longest": 180})
    dana, maria = house.customer("Dana").is_known(), house.manager("Maria")
    begins(dana).phone.says("and then I said to him " * 1200)
    dana.phone.hears("A colleague will hear it", "Goodbye")
    assert messages(house)[0].seconds == 180
    maria.phone.reads("Dana left a message of 180 seconds. Hear it").reads("Nobody has heard this yet")


@pytest.mark.parametrize("moment", ["in the menu", "before the tone", "at the tone", "after the tone"])
@CALM
def test_who_hangs_up_at_once_is_a_missed_call_and_nobodys_message(house: House, moment: str) -> None:
    dana, maria = house.customer("Dana").is_known(), house.manager("Maria")
    dana.dials()
    dana.phone.hears("Press 4").presses("4").hears("We have sent it")
    dana.phone.reads("where your request stands")
    house.passes(20)
    if moment != "in the menu":
        dana.phone.presses("3").hears("after the tone")
    if moment in ("at the tone", "after the tone"):
        dana.phone.hears("[beep]")
    if moment == "after the tone":
        house.passes(0.9)
    dana.phone.hangs_up()
    house.passes(240)
    assert [(each.state, each.owner_id) for each in house.cases] == [("open", maria.id)]
    assert journal(house).count("missed call") == (0 if moment == "in the menu" else 1)
    assert not messages(house)


# ---- a message is work ----


@CALM
def test_what_nobody_hears_climbs(house: House) -> None:
    """Sam, then Kim after a quarter of an hour, then Maria, then Maria every day; until somebody has heard it."""
    dana = house.customer("Dana").is_known()
    sam, kim, maria = house.agent("Sam"), house.agent("Kim"), house.manager("Maria")
    leaves_word(dana, declined_by=sam)
    sam.phone.reads("Dana left a message", within=120)
    kim.phone.reads("Nobody has heard this yet", "Dana left a message", within=16 * 60)
    maria.phone.reads("Nobody has heard this yet", within=31 * 60)
    sam.phone.reads("was promised an update from you", within=2 * 3600)
    maria.phone.reads("Nobody has heard this yet", within=25 * 3600)
    decides(house, story.colleague_hears, maria)
    house.passes(20 * 3600)
    sam.phone.reads("still open with you")
    assert (messages(house)[0].state, messages(house)[0].heard_by_id, messages(house)[0].climbs) == ("heard", maria.id, 3)


@CALM
def test_at_night_it_waits_for_the_morning_with_the_manager(house: House) -> None:
    """Wednesday 10:00; the house is open in the afternoon only, and nobody is rung or reminded before."""
    afternoons = [{"days": [1, 2, 3, 4, 5], "open": 13 * 60, "close": 17 * 60}]
    house.keeps_hours(afternoons)
    dana, sam, maria = house.customer("Dana").is_known(), house.agent("Sam", hours=afternoons), house.manager("Maria")
    dana.dials()
    dana.phone.hears("We are closed now", "Press 3").presses("3").hears("[beep]").says(WORDS).hangs_up()
    maria.phone.reads("Dana left a message", within=120)
    house.passes(2.5 * 3600)
    sam.phone.reads("Nobody has heard this yet", within=3600)
    decides(house, story.colleague_hears, sam)
    maria.phone.reads("still open with you")


@CALM
def test_a_house_in_which_nobody_is_left_keeps_the_message(house: House) -> None:
    """The day somebody comes they are told."""
    dana, maria = house.customer("Dana").is_known(), house.manager("Maria")
    maria.differs(gone=True)
    leaves_word(dana)
    house.passes(600)
    assert [(each.state, each.owner_id) for each in messages(house)] == [("new", None)]
    noor = house.manager("Noor")
    noor.phone.reads("Nobody has heard this yet", "Dana left a message", within=26 * 3600)
    decides(house, story.colleague_is_done, noor)


@CALM
def test_whoever_has_left_the_house_is_told_nothing(house: House) -> None:
    """Sam owns the case, and leaves: what comes in for him goes to those who are still here."""
    dana, sam, maria = house.customer("Dana").is_known(), house.agent("Sam"), house.manager("Maria")
    leaves_word(dana, declined_by=sam)
    sam.differs(gone=True)
    maria.phone.reads("Dana left a message", within=120)
    decides(house, story.colleague_hears, maria)
    maria.phone.reads("was promised an update from you", within=3 * 3600)
    assert not sam.phone.received


def test_ringing_back_rings_the_colleague_first(house: House) -> None:
    """Dana sees the house's number, whoever it is that rings. A second click rings nobody twice."""
    dana, sam, maria = house.customer("Dana").is_known(), house.agent("Sam"), house.manager("Maria")
    leaves_word(dana, declined_by=sam)
    sam.phone.reads("Dana left a message", within=120)
    decides(house, story.colleague_rings_back, maria)
    decides(house, story.colleague_rings_back, maria)
    maria.phone.rings().hears("Dana is waiting for a call", "Press 1 to call now").presses("1")
    decides(house, story.colleague_rings_back, sam)
    dana.phone.rings()
    assert dana.phone.rung_by == OUR_NUMBER
    dana.phone.hears("You asked us to call").presses("1")
    assert dana.phone.talks_with(maria.phone)
    dana.phone.hangs_up()
    maria.phone.hears("How did it go").presses("1").hears("Solved")
    assert [each.state for each in messages(house)] == ["done"]
    assert len([each for each in house.exchange.calls.values() if each.to == dana.phone.number]) == 1


@A_FEW
def test_an_anonymous_caller_cannot_be_rung_back(house: House) -> None:
    dana, maria = house.customer("Dana"), house.manager("Maria")
    begins(dana, anonymous=True).phone.says(WORDS).presses("#")
    maria.phone.reads("Somebody left a message", within=120)
    decides(house, story.colleague_rings_back, maria)
    house.passes(60)
    assert len(house.exchange.calls) == 1
    assert messages(house)[0].state == "new"
    decides(house, story.colleague_is_done, maria)


@A_FEW
def test_who_rings_again_is_led_to_whoever_has_their_message(house: House) -> None:
    """The first message is not lost by the second call; solved is solved for both."""
    dana = house.customer("Dana").is_known()
    sam, kim = house.agent("Sam"), house.agent("Kim")
    leaves_word(dana, declined_by=sam)
    sam.phone.reads("Dana left a message", within=120)
    house.passes(200)
    dana.dials().phone.hears("One moment please")
    sam.phone.rings().hears("Dana is on the line").presses("1")
    assert dana.phone.talks_with(sam.phone)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1").hears("Solved")
    assert [each.state for each in messages(house)] == ["done"]
    assert not kim.phone.heard


@pytest.mark.weather("calm", "echo")
def test_who_rings_again_at_once_is_not_taken_out_of_the_line_by_their_message(house: House) -> None:
    """The recording comes while they wait: it is kept, and they still get somebody."""
    house.exchange.recordings_ready_after = 25
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    begins(dana).phone.says(WORDS)
    sam.phone.declines()
    dana.phone.hangs_up()
    house.passes(2)
    dana.dials().phone.hears("One moment please")
    sam.phone.rings().lets_it_ring()
    sam.phone.reads("Dana left a message", within=90)
    sam.phone.rings(within=120).hears("Dana is on the line").presses("1")
    assert dana.phone.talks_with(sam.phone)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1").hears("Solved")
    house.passes(120)
    assert [each.state for each in messages(house)] == ["done"]


@A_FEW
def test_done_with_one_message_is_not_done_with_another(house: House) -> None:
    dana, maria = house.customer("Dana").is_known(), house.manager("Maria")
    leaves_word(dana)
    maria.phone.reads("Dana left a message", within=120)
    house.passes(300)
    dana.dials().phone.hears("You are next")
    maria.phone.rings().declines()
    dana.phone.presses("*").hears("3 to leave a message").presses("3").hears("[beep]")
    dana.phone.says("and another thing").presses("#")
    maria.phone.reads("and another thing", within=120)
    decides(house, story.colleague_is_done, maria)
    assert [each.state for each in messages(house)] == ["done", "new"]
    assert house.cases[0].state == "open"
    decides(house, story.colleague_is_done, maria, which=1)
    assert house.cases[0].state == "solved"


# ---- other ways to the tone ----


@A_FEW
def test_from_the_line_with_the_star_key(house: House) -> None:
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    dana.waits_in_line()
    sam.phone.rings().hears("Dana is on the line")
    dana.phone.presses("*").hears("3 to leave a message").presses("3").hears("[beep]")
    sam.phone.hears("do not wait any more")
    dana.phone.says(WORDS).presses("#")
    sam.phone.reads("Dana left a message", within=120)
    assert len(messages(house)) == 1


@A_FEW
def test_from_waiting_too_long(house: House) -> None:
    house.keeps(line={"longest_wait": 60})
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    dana.waits_in_line()
    sam.phone.rings().declines()
    sam.phone.rings(within=90).declines()
    dana.phone.hears("nobody could come", within=180).hears("[beep]", within=60)
    sam.phone.rings().hears("is leaving a message").presses("2")
    dana.phone.says(WORDS).hangs_up()
    sam.phone.reads("Dana left a message", within=120)


@A_FEW
def test_because_a_colleague_would_rather_have_it_so(house: House) -> None:
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    dana.waits_in_line()
    sam.phone.rings().hears("4 to let them leave a message").presses("4").hears("They will leave a message")
    dana.phone.hears("after the tone", "[beep]").says(WORDS).presses("#")
    sam.phone.reads("Dana left a message", within=120)


def test_a_message_at_the_door_of_last_resort_is_kept_like_any_other(house: House, caplog: pytest.LogCaptureFixture,
                                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    """Something of ours is broken when they ring: they speak to the carrier's tape, and are work all the same."""
    turn = reception.flow.turns["caller_rings"]

    def broken(_call: Any) -> Any:
        raise RuntimeError("a bug in a story")

    monkeypatch.setitem(reception.flow.turns, "caller_rings", Turn(turn.flow, turn.name, broken))
    dana, maria = house.customer("Dana").is_known(), house.manager("Maria")
    dana.dials().phone.hears("One moment please", "leave a message", "[beep]").says(WORDS).hangs_up()
    monkeypatch.undo()
    maria.phone.reads("Dana left a message of 4 seconds", within=180)
    assert house.exchange.run(lambda: messages(house)[0].kept_as != "", 60)
    caplog.clear()


@pytest.mark.weather("calm", "echo")
def test_who_rings_back_after_hours_is_rung_all_the_same(house: House) -> None:
    """Maria has gone home and reads the text: she pressed the button, so hers is the phone that rings."""
    maria, dana = house.manager("Maria"), house.customer("Dana")
    leaves_word(dana)
    maria.phone.reads("left a message", within=120)
    house.keeps_hours([{"days": [1], "open": 0, "close": 60}])
    house.gateway.turns.forget_the_house()
    decides(house, story.colleague_rings_back, maria)
    maria.phone.rings().hears("waiting for a call").presses("1").hears("Calling them now")
    dana.phone.rings().hears("You asked us to call").presses("1")
    assert dana.phone.talks_with(maria.phone)
    dana.phone.hangs_up()
    maria.phone.hears("How did it go").presses("1").hears("Solved")
