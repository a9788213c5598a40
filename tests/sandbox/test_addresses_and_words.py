"""Client and Sip telephones, signing levels, transcriptions, recordings that are late."""

from __future__ import annotations

import pytest

from tests.oracles import check_log

from .conftest import BASE, HOUSE, client_of, response

DANA = "+12025550111"
EVENTS = "initiated ringing answered completed"


def test_a_client_rings_with_its_parameters(exchange, app):
    app["/voice"] = response(
        f"<Dial action='/done'><Client url='/screen' statusCallback='/leg' statusCallbackEvent='{EVENTS}'>"
        "<Identity>sam</Identity><Parameter name='case' value='7'/><Parameter name='why' value='a refund &amp; more'/>"
        "</Client></Dial>")
    app["/screen"] = response("<Say>A caller.</Say>")
    app["/done"] = response()
    dana = exchange.phone(DANA).dials(HOUSE)
    sam = exchange.phone("client:sam").rings()
    assert sam.rung_with == {"case": "7", "why": "a refund & more"}
    sam.hears("A caller")
    assert sam.talks_with(dana)
    sam.hangs_up()
    exchange.settle()
    assert [one["CallStatus"] for one in app.to("/leg")] == ["initiated", "ringing", "in-progress", "completed"]
    assert {one["To"] for one in app.to("/leg")} == {"client:sam"}
    assert "ToCountry" not in app.to("/leg")[0]
    assert app.to("/done")[0]["DialCallStatus"] == "completed"
    check_log(exchange)


@pytest.mark.parametrize("written", ["sip:kim@pbx.example.test?x-case=7", "kim@pbx.example.test?x-case=7"])
def test_a_sip_telephone(exchange, app, written):
    app["/voice"] = response(f"<Dial><Sip statusCallback='/leg' username='u' password='p'>{written}</Sip></Dial>")
    dana = exchange.phone(DANA).dials(HOUSE)
    kim = exchange.phone("sip:kim@pbx.example.test").rings()
    assert kim.rung_with == {"x-case": "7"}
    kim.answers()
    assert kim.talks_with(dana)
    dana.hangs_up()
    exchange.settle()
    assert app.to("/leg")[0]["To"] == "sip:kim@pbx.example.test"
    check_log(exchange)


def test_a_client_is_called_by_rest(exchange, app):
    app["/hello"] = response("<Say>Hello.</Say>")
    call = client_of(exchange).calls.create(to="client:sam?case=7", from_=HOUSE, url=f"{BASE}/hello")
    sam = exchange.phone("client:sam").rings()
    assert (call.to, sam.rung_with) == ("client:sam", {"case": "7"})
    sam.hears("Hello").is_hung_up()


def test_clients_and_numbers_ring_together(exchange, app):
    app["/voice"] = response("<Dial><Client>sam</Client><Number>+12025550122</Number></Dial>")
    dana, sam, kim = exchange.phone(DANA).dials(HOUSE), exchange.phone("client:sam"), exchange.phone("+12025550122")
    kim.rings()
    sam.answers()
    assert sam.talks_with(dana)
    assert not kim.is_ringing


@pytest.mark.parametrize("verstat", ["TN-Validation-Passed-A", "TN-Validation-Passed-B-Diverted", "No-TN-Validation",
                                     "TN-Validation-Failed-C-Passthrough", "TN-Validation-Passed-A-Passthrough", None])
def test_the_signing_level_is_the_callers(exchange, app, verstat):
    app["/voice"] = response("<Say>Hello.</Say>")
    exchange.phone(DANA).dials(HOUSE, verstat=verstat).hears("Hello").is_hung_up()
    assert app.to("/voice")[0].get("StirVerstat") == verstat
    exchange.settle()
    check_log(exchange)


def test_no_signing_level_is_made_up(exchange):
    with pytest.raises(AssertionError, match="no StirVerstat"):
        exchange.phone(DANA).dials(HOUSE, verstat="TN-Validation-Passed-D")


def test_the_level_of_our_own_call_is_told_where_a_scenario_says_so(exchange, app):
    exchange.shaken[DANA] = "B"
    client_of(exchange).calls.create(to=DANA, from_=HOUSE, url=f"{BASE}/x", status_callback=f"{BASE}/status",
                                     status_callback_event=EVENTS.split())
    exchange.phone(DANA).answers()
    exchange.settle()
    assert [one.get("StirStatus") for one in app.to("/status")] == [None, "B", "B", None]
    check_log(exchange)


RECORD = response("<Record action='/after' transcribe='true' transcribeCallback='/written' playBeep='false'"
                  " recordingStatusCallback='/recorded'/>")
SCRIPT = "<script>alert(1)</script> & ring me back, please"


def leave_a_message(exchange, app, *words):
    app["/voice"], app["/after"] = RECORD, response()
    dana = exchange.phone(DANA).dials(HOUSE)
    for said in words:
        dana.says(said)
    dana.presses("#", at_once=True).is_hung_up()
    exchange.pass_time(30)


def test_what_was_spoken_is_written(exchange, app):
    leave_a_message(exchange, app, SCRIPT)
    (told,) = app.to("/written")
    assert (told["TranscriptionText"], told["TranscriptionStatus"]) == (SCRIPT, "completed")
    client = client_of(exchange)
    assert client.transcriptions(told["TranscriptionSid"]).fetch().transcription_text == SCRIPT
    assert [one.recording_sid for one in client.transcriptions.list()] == [told["RecordingSid"]]
    assert client.transcriptions(told["TranscriptionSid"]).delete() is True
    check_log(exchange)


@pytest.mark.parametrize("length, written", [(1, 0), (3, 1), (119, 1), (121, 0)])
def test_only_so_long_recordings_are_written_down(exchange, app, length, written):
    app["/voice"] = RECORD.replace("<Record", f"<Record maxLength='{length}' timeout='0' trim='do-not-trim'")
    app["/after"] = response()
    exchange.phone(DANA).dials(HOUSE).says("x", at_once=True)
    exchange.settle()
    exchange.pass_time(15)
    assert len(app.to("/written")) == written


def test_a_transcript_that_fails(exchange, app):
    exchange.transcripts_fail = True
    leave_a_message(exchange, app, "please ring me back")
    (told,) = app.to("/written")
    assert (told["TranscriptionText"], told["TranscriptionStatus"]) == ("", "failed")
    check_log(exchange)


def test_a_recording_that_never_arrives(exchange, app):
    exchange.recordings_ready_after = None
    leave_a_message(exchange, app, "please ring me back")
    assert app.to("/recorded") == []
    path = app.to("/after")[0]["RecordingUrl"].removeprefix(exchange.public_base_url)
    assert exchange.rest("GET", path, [], (exchange.account_sid, exchange.auth_token)).status == 404
