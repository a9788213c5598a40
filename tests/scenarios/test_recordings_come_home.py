"""What the carrier does with recordings and transcripts: late, lost, twice, refused, hostile."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from flows import voicemail as story
from jobs.deliver import HANDS
from tests.doors.test_telephone import knock
from tests.house import ACCOUNT, BASE, OUR_NUMBER, House
from tests.scenarios.messages import (
    A_FEW,
    CALM,
    WORDS,
    begins,
    decides,
    journal,
    leaves_word,
    listens,
    messages,
)
from voice_gateway.sandbox.recordings import Recording
from voice_gateway.store.tables import LegRow
from voice_gateway.turn import Turns


@pytest.mark.parametrize("seconds", [0.0, 90.0, 400.0])
@CALM
def test_a_recording_that_nobody_tells_of_is_looked_for(house: House, monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Its callback is lost, and it is ready at once, or only after minutes."""
    house.keeps(voicemail={"transcribe": False})
    house.exchange.recordings_ready_after = seconds
    monkeypatch.setattr(Turns, "recorded", only_when_asked(house, monkeypatch))
    dana, maria = house.customer("Dana").is_known(), house.manager("Maria")
    begins(dana).phone.says(WORDS).hangs_up()
    maria.phone.reads("Dana left a message of 4 seconds.", within=300)
    decides(house, story.colleague_hears, maria)
    assert house.exchange.run(lambda: messages(house)[0].kept_as != "", 900)


def only_when_asked(house: House, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The carrier's own words of recordings are lost; what it answers when asked is not."""
    taken, asked = Turns.recorded, []
    find = HANDS["find"]

    def asks(shop: Any, order: Any) -> str:
        asked.append(order)
        try:
            return find(shop, order)
        finally:
            asked.pop()

    monkeypatch.setitem(HANDS, "find", asks)
    return lambda *what: taken(*what) if asked else None


@A_FEW
def test_both_parts_are_found_when_nobody_tells_of_them(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was recorded in the room in which it was listened to is in no call's list."""
    house.keeps(voicemail={"transcribe": False})
    monkeypatch.setattr(Turns, "recorded", only_when_asked(house, monkeypatch))
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    begins(dana).phone.says("this is the first part of it")
    listens(house, sam, dana)
    dana.phone.says("and this is the second").hangs_up()
    sam.phone.hears("They have hung up", within=40)
    sam.phone.reads("Dana left a message", within=300)
    house.passes(120)
    assert [bool(each.kept_as) for each in messages(house)] == [True, True]


@A_FEW
def test_a_message_at_the_door_of_last_resort_of_which_nobody_tells_is_looked_for(
        house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Turns, "message_left", lambda *_what: None)
    dana, maria = house.customer("Dana").is_known(), house.manager("Maria")
    only_the_last_resort_answers(house)
    dana.dials().phone.hears("something does not work", "[beep]").says(WORDS).hangs_up()
    maria.phone.reads("Dana left a message of 4 seconds", within=300)
    assert house.exchange.run(lambda: messages(house)[0].kept_as != "", 60)
    house.passes(300)
    assert len(messages(house)) == 1


@A_FEW
def test_who_says_nothing_at_the_door_of_last_resort_is_one_missed_call(house: House) -> None:
    dana, maria = house.customer("Dana").is_known(), house.manager("Maria")
    only_the_last_resort_answers(house)
    dana.dials().phone.hears("something does not work", "[beep]").hangs_up()
    house.passes(300)
    assert [each.owner_id for each in house.cases] == [maria.id]
    assert journal(house).count("missed call") == 1
    assert not messages(house)


def only_the_last_resort_answers(house: House) -> None:
    ours = house.exchange.owned(OUR_NUMBER)
    assert ours is not None
    ours.voice_url = f"{BASE}/voice/fallback"


@CALM
def test_a_recording_that_never_comes_leaves_work_without_sound(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.exchange.recordings_ready_after = None
    dana, maria = house.customer("Dana").is_known(), house.manager("Maria")
    begins(dana).phone.says(WORDS).hangs_up()
    maria.phone.reads("Dana left a message", WORDS, within=240)
    maria.phone.reads("Nobody has heard this yet", within=1200)
    house.passes(6 * 3600)
    assert messages(house)[0].state == "new"
    assert messages(house)[0].fetched.startswith("never came")
    maria.phone.reads("Nobody has heard this yet")
    maria.phone.reads("was promised an update from you")
    caplog.clear()


@CALM
def test_what_is_no_sound_is_not_kept(house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Recording, "wav", lambda _self: b"<html>not a sound</html>")
    dana, maria = house.customer("Dana").is_known(), house.manager("Maria")
    leaves_word(dana)
    maria.phone.reads("Dana left a message", within=120)
    house.passes(60)
    assert messages(house)[0].fetched.startswith("refused")
    assert messages(house)[0].state == "new"
    caplog.clear()


@CALM
def test_an_absent_recording_and_an_empty_one(house: House) -> None:
    """Nothing was said: either the carrier keeps nothing, or some seconds of silence, which are a message."""
    house.exchange.unconfirmed = replace(house.exchange.unconfirmed, silent_record_falls_through=True)
    dana, ben, maria = house.customer("Dana"), house.customer("Ben"), house.manager("Maria")
    begins(dana).phone.hears("A colleague will hear it", within=20)
    house.passes(300)
    assert not messages(house)
    assert "missed call" in journal(house)
    house.exchange.unconfirmed = replace(house.exchange.unconfirmed, silent_record_falls_through=False)
    begins(ben).phone.hears("A colleague will hear it", within=20)
    maria.phone.reads("left a message of 6 seconds. Hear it", within=120)


@A_FEW
def test_a_recording_may_come_while_they_are_still_on_the_line(house: House) -> None:
    house.exchange.recordings_ready_after = 0.2
    dana, maria = house.customer("Dana").is_known(), house.manager("Maria")
    begins(dana).phone.says(WORDS).presses("#")
    assert house.exchange.run(lambda: bool(messages(house)), 3) or house.weather.callback_delay
    assert dana.phone.is_off_hook or house.weather.callback_delay
    dana.phone.hears("A colleague will hear it", "Goodbye")
    maria.phone.reads("Dana left a message of 4 seconds", WORDS, within=120)
    house.passes(240)
    assert [each.seconds for each in messages(house)] == [4]
    assert "missed call" not in journal(house)


@A_FEW
def test_a_transcript_that_fails_is_not_waited_for(house: House) -> None:
    house.exchange.transcripts_fail = True
    dana, maria = house.customer("Dana").is_known(), house.manager("Maria")
    leaves_word(dana)
    maria.phone.reads("Dana left a message of 4 seconds. Hear it", within=120)


@A_FEW
def test_a_transcript_may_come_before_its_recording(house: House) -> None:
    house.exchange.recordings_ready_after = 30
    dana, maria = house.customer("Dana").is_known(), house.manager("Maria")
    leaves_word(dana)
    maria.phone.reads("Dana left a message of 4 seconds", WORDS, within=120)


@pytest.mark.parametrize("said", [
    "<script>alert(1)</script> <Say>hello</Say>", "abc \u202egnp.exe \u200f right to left", "one\ntwo\r\n\x00three",
    "word " * 1000, "\U0001f600 \U0001f469\u200d\U0001f680 smiles",
], ids=["script", "right-to-left", "lines", "long", "emoji"])
@CALM
def test_what_was_said_is_words_and_nothing_else(house: House, said: str) -> None:
    house.exchange.recordings_ready_after = 1
    dana, maria = house.customer("Dana").is_known(), house.manager("Maria")
    begins(dana).phone.says("hello").presses("#")
    recording = next(iter(house.exchange.recordings.values()))
    recording.said[:] = [said]
    recording.duration = 7
    maria.phone.reads("Dana left a message", "Hear it", within=120)
    text = maria.phone.received[0]
    assert text.isprintable()
    assert len(text) < 320
    assert messages(house)[0].transcript.isprintable()


@CALM
def test_no_address_that_a_webhook_names_is_ever_fetched(house: House, caplog: pytest.LogCaptureFixture,
                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    dana, maria = house.customer("Dana").is_known(), house.manager("Maria")
    begins(dana)
    wire, fetched = house.shop.carrier._wire, []
    fetch = wire.fetch

    def spied(url: str, auth: tuple[str, str]) -> Any:
        fetched.append(url)
        return fetch(url, auth)

    monkeypatch.setattr(wire, "fetch", spied)
    leg = house.rows(select(LegRow.id, LegRow.case_id))[0]
    for n, url in enumerate(("http://169.254.169.254/latest", "file:///etc/passwd", "http://localhost:6379/", "//elsewhere")):
        answer = knock(house, f"/voice/recorded?case={leg.case_id}&leg={leg.id}", RecordingSid=f"RE{n:032d}",
                       RecordingUrl=url, RecordingStatus="completed", RecordingDuration="9")
        assert answer.status_code == 204
    dana.phone.hangs_up()
    maria.phone.reads("left a message of 9 seconds", within=120)
    decides(house, story.colleague_is_done, maria)
    house.passes(6 * 3600)
    assert len(fetched) > 4
    assert {url.partition("/Recordings/")[0] for url in fetched} == {f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}"}
    caplog.clear()


@pytest.mark.parametrize("sid", ["", "RE1/../../Accounts", "RE1%2e", "RE" + "1" * 80, "RE\u0661"])
@CALM
def test_a_sid_that_cannot_be_one_is_refused(house: House, sid: str) -> None:
    for door in ("/voice/recorded?case=1&leg=1", "/voice/transcribed?case=1&leg=1", "/voice/fallback/recorded"):
        assert knock(house, door, RecordingSid=sid, RecordingStatus="completed").status_code == 400
    assert not messages(house)


@pytest.mark.weather("calm", "echo", "shuffle", "rest-fails-before", "rest-fails-after")
def test_what_came_home_is_erased_at_the_carrier(house: House) -> None:
    """Sound and words, once both are here; and only what the carrier confirms counts as erased."""
    house.keeps(voicemail={"erase_at_carrier": True})
    dana, maria = house.customer("Dana").is_known(), house.manager("Maria")
    leaves_word(dana)
    maria.phone.reads("Dana left a message", WORDS, within=120)
    assert house.exchange.run(lambda: messages(house)[0].erased_at is not None, 600)
    assert not house.exchange.transcriptions
    assert all(each.deleted for each in house.exchange.recordings.values())
    assert house.vault.open(messages(house)[0].kept_as).content
    assert journal(house).count("erased at the carrier") == 1


@CALM
def test_a_carrier_that_will_not_erase_is_asked_again(house: House) -> None:
    house.keeps(voicemail={"erase_at_carrier": True, "transcribe": False})
    dana, maria = house.customer("Dana").is_known(), house.manager("Maria")
    leaves_word(dana)
    assert house.exchange.run(lambda: bool(messages(house) and messages(house)[0].kept_as), 30)
    recording = house.exchange.recordings[messages(house)[0].recording_sid]
    recording.status = "in-progress"  # the carrier refuses: 20009
    maria.phone.reads("Dana left a message", within=120)
    assert not messages(house)[0].erased_at
    recording.status = "completed"
    assert house.exchange.run(lambda: messages(house)[0].erased_at is not None, 900)


@A_FEW
def test_what_is_not_worth_hearing_is_erased_as_well(house: House) -> None:
    house.keeps(voicemail={"erase_at_carrier": True})
    dana, _maria = house.customer("Dana").is_known(), house.manager("Maria")
    begins(dana)
    house.passes(0.7)
    dana.phone.hangs_up()
    house.passes(240)
    assert house.exchange.recordings
    assert all(each.deleted for each in house.exchange.recordings.values() if each.status != "absent")


@pytest.mark.weather("calm", "echo")
def test_however_often_the_carrier_tells_of_it_it_is_one_message(house: House) -> None:
    """Before the call has ended, twice, after it was looked for; and so for its words."""
    dana, maria = house.customer("Dana").is_known(), house.manager("Maria")
    begins(dana).phone.says(WORDS).hangs_up()
    maria.phone.reads("Dana left a message", within=120)
    house.passes(200)
    told = [each for each in house.exchange.webhooks if each.kind in ("recording-status", "transcription")]
    for each in [*told, *reversed(told)]:
        knock(house, each.url.removeprefix("https://house.example.test").partition("#")[0], **each.params)
    house.passes(60)
    assert len(messages(house)) == 1
    assert len(maria.phone.received) == 1


@A_FEW
def test_an_order_to_look_and_the_carriers_word_may_come_at_once(house: House) -> None:
    house.exchange.recordings_ready_after = 120
    dana, maria = house.customer("Dana").is_known(), house.manager("Maria")
    begins(dana).phone.says(WORDS).hangs_up()
    maria.phone.reads("Dana left a message", WORDS, within=300)
    house.passes(120)
    assert [each.seconds for each in messages(house)] == [4]
