"""Keys, words, recordings."""

from __future__ import annotations

import io
import wave

from .conftest import HOUSE, client_of, response

DANA = "+12025550111"


def test_keys_end_with_the_finish_key(exchange, app):
    app["/voice"] = response("<Gather action='/got'><Say>Your code.</Say></Gather>")
    app["/got"] = response("<Say>Thanks.</Say>")
    exchange.phone(DANA).dials(HOUSE).hears("Your code").presses("1234#").hears("Thanks")
    assert app.to("/got")[0]["Digits"] == "1234"


def test_the_finish_key_alone_goes_on(exchange, app):
    app["/voice"] = response("<Gather action='/got'><Say>Code.</Say></Gather><Say>None.</Say>")
    exchange.phone(DANA).dials(HOUSE).hears("Code").presses("#").hears("None")
    assert app.to("/got") == []


def test_an_empty_result_may_be_asked_for(exchange, app):
    app["/voice"] = response("<Gather action='/got' timeout='2' actionOnEmptyResult='true'/>")
    app["/got"] = response("<Say>Empty.</Say>")
    exchange.phone(DANA).dials(HOUSE).hears("Empty")
    assert app.to("/got")[0]["Digits"] == ""


def test_words(exchange, app):
    app["/voice"] = response(
        "<Gather input='dtmf speech' action='/got' speechTimeout='auto'><Say>Speak.</Say></Gather>"
    )
    app["/got"] = lambda form: response(f"<Say>I heard {form['SpeechResult']}.</Say>")
    exchange.phone(DANA).dials(HOUSE).hears("Speak").says("a refund").hears("I heard a refund")
    assert "Digits" not in app.to("/got")[0]


def test_a_gather_without_an_action_asks_its_own_document(exchange, app):
    app["/voice"] = lambda form: (
        response("<Say>Done.</Say>")
        if "Digits" in form
        else response("<Gather numDigits='1'><Say>Key.</Say></Gather>")
    )
    exchange.phone(DANA).dials(HOUSE).hears("Key").presses("5").hears("Done")


def test_keys_pressed_too_early_are_lost(exchange, app):
    app["/voice"] = response(
        "<Say>A rather long welcome to begin with.</Say>"
        "<Gather action='/got' numDigits='1' timeout='2'/><Say>Nothing.</Say>"
    )
    dana = exchange.phone(DANA).dials(HOUSE).hears("welcome").presses("1", at_once=True)
    dana.hears("Nothing")


RECORD = (
    "<Say>Speak after the tone.</Say><Record action='/recorded' maxLength='60' "
    "recordingStatusCallback='/ready' transcribe='true' transcribeCallback='/text'/>"
)


def test_a_voicemail(exchange, app):
    app["/voice"] = response(RECORD)
    app["/recorded"] = response("<Say>Thank you.</Say>")
    dana = exchange.phone(DANA).dials(HOUSE).hears("tone", "[beep]")
    dana.says("Please call me back about my refund.").presses("#").hears("Thank you").is_hung_up()
    exchange.pass_time(20)
    done = app.to("/recorded")[0]
    assert done["Digits"] == "#"
    assert int(done["RecordingDuration"]) >= 2
    ready = app.to("/ready")[0]
    assert ready["RecordingStatus"] == "completed"
    assert "From" not in ready
    assert ready["RecordingSource"] == "RecordVerb"
    assert app.to("/text")[0]["TranscriptionText"] == "Please call me back about my refund."
    path = done["RecordingUrl"].removeprefix(exchange.public_base_url)
    got = exchange.rest("GET", path, [], (exchange.account_sid, exchange.auth_token))
    assert isinstance(got.body, bytes)
    with wave.open(io.BytesIO(got.body)) as sound:
        assert sound.getnframes() // sound.getframerate() == int(done["RecordingDuration"])
    assert exchange.rest("GET", path).status == 401


def test_hanging_up_still_asks_the_action(exchange, app):
    app["/voice"] = response(RECORD)
    exchange.phone(DANA).dials(HOUSE).hears("[beep]").says("Bye now, friends.").hangs_up()
    exchange.pass_time(20)
    assert app.to("/recorded")[0]["Digits"] == "hangup"
    assert app.to("/recorded")[0]["CallStatus"] == "completed"
    recordings = client_of(exchange).recordings.list()
    assert [r.source for r in recordings] == ["RecordVerb"]
    client_of(exchange).recordings(recordings[0].sid).delete()
    assert client_of(exchange).recordings.list() == []


def test_silence_ends_a_recording(exchange, app):
    app["/voice"] = response("<Record action='/recorded' timeout='5'/>")
    app["/recorded"] = response()
    exchange.phone(DANA).dials(HOUSE).hears("[beep]").is_hung_up()
    assert app.to("/recorded")[0]["Digits"] == ""
