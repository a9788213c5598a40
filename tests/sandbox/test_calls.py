"""Calls in and out: what is said, asked, pressed, and told afterwards."""

from __future__ import annotations

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator

from .conftest import BASE, HOUSE, client_of, response

DANA, SAM, KIM = "+12025550111", "+12025550122", "+12025550133"
CONFERENCE = (
    '<Dial action="/after"><Conference statusCallback="/room" '
    'statusCallbackEvent="start end join leave" endConferenceOnExit="true">blue</Conference></Dial>'
)


def test_a_caller_is_greeted_and_asked(exchange, app):
    app["/voice"] = response(
        "<Say>Welcome.</Say><Gather numDigits='1' action='/chosen'><Say>Press 1.</Say></Gather>"
    )
    app["/chosen"] = lambda form: response(f"<Say>You pressed {form['Digits']}.</Say>")
    dana = exchange.phone(DANA)
    dana.dials(HOUSE).hears("Welcome").presses("1").hears("You pressed 1").is_hung_up()
    assert exchange.loose_ends() == []
    assert exchange.problems == []
    assert app.to("/voice")[0]["CallStatus"] == "ringing"


def test_an_empty_gather_goes_to_the_next_verb(exchange, app):
    app["/voice"] = response("<Gather><Say>Press 1.</Say></Gather><Say>Nothing.</Say>")
    exchange.phone(DANA).dials(HOUSE).hears("Press 1", "Nothing").is_hung_up()
    assert len(app.asked) == 1


def test_webhooks_are_signed(exchange, app):
    app["/voice"] = response("<Say>Hi</Say>")
    exchange.phone(DANA).dials(HOUSE).hears("Hi").is_hung_up()
    hook = exchange.webhooks[0]
    validator = RequestValidator(exchange.auth_token)
    assert validator.validate(hook.url, hook.params, hook.signature)


def test_an_api_call_tells_every_step(exchange, app):
    app["/hello"] = response("<Say>Hello.</Say>")
    call = client_of(exchange).calls.create(
        to=DANA,
        from_=HOUSE,
        url=f"{BASE}/hello",
        status_callback=f"{BASE}/status#rc=3&rp=all",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
    )
    assert call.status == "queued"
    exchange.phone(DANA).rings().hears("Hello").is_hung_up()
    exchange.pass_time(5)
    told = app.to("/status")
    assert [t["CallStatus"] for t in told] == ["initiated", "ringing", "in-progress", "completed"]
    assert [t["SequenceNumber"] for t in told] == ["0", "1", "2", "3"]
    assert told[-1]["CallDuration"] == "1"
    assert told[-1]["Duration"] == "1"
    assert client_of(exchange).calls(call.sid).fetch().status == "completed"


@pytest.mark.parametrize(
    "prepare, status, sip",
    [
        ("is_busy", "busy", "486"),
        ("is_switched_off", "failed", "404"),
        (None, "no-answer", "487"),
    ],
)
def test_calls_that_come_to_nothing(exchange, app, prepare, status, sip):
    phone = exchange.phone(DANA)
    if prepare:
        getattr(phone, prepare)()
    client_of(exchange).calls.create(
        to=DANA, from_=HOUSE, url=f"{BASE}/x", timeout=20, status_callback=f"{BASE}/status"
    )
    if not prepare:
        phone.rings().lets_it_ring()
        exchange.pass_time(24)
        assert phone.is_ringing
    exchange.pass_time(5)
    assert app.to("/status")[0]["CallStatus"] == status
    assert app.to("/status")[0]["SipResponseCode"] == sip
    assert exchange.loose_ends() == []


def test_unnoticed_rings_are_loose_ends(exchange, app):
    client_of(exchange).calls.create(to=DANA, from_=HOUSE, url=f"{BASE}/x", timeout=5)
    exchange.pass_time(30)
    assert exchange.loose_ends() == [f"{DANA} rang (from {HOUSE}) and nobody noticed"]


def test_two_people_meet_in_a_conference(exchange, app):
    app["/voice"] = response(CONFERENCE)
    app["/after"] = lambda form: response(f"<Say>It was {form['DialCallStatus']}.</Say>")
    dana, sam = exchange.phone(DANA), exchange.phone(SAM)
    dana.dials(HOUSE).hears("[music]")
    sam.dials(HOUSE)
    assert dana.talks_with(sam)
    sam.says("Hello Dana")
    dana.hears("Hello Dana").hangs_up()
    sam.hears("It was answered").is_hung_up()
    exchange.pass_time(1)
    events = [t["StatusCallbackEvent"] for t in app.to("/room")]
    assert events == [
        "participant-join", "participant-join", "conference-start",
        "participant-leave", "participant-leave", "conference-end",
    ]  # fmt: skip
    assert exchange.loose_ends() == []


def test_a_screened_dial(exchange, app):
    app["/voice"] = response(
        f"<Dial answerOnBridge='true' action='/done'><Number url='/screen'>{SAM}</Number></Dial>"
    )
    app["/screen"] = response("<Gather numDigits='1' action='/yes'><Say>Press 1.</Say></Gather><Hangup/>")
    app["/yes"] = response()
    app["/done"] = response()
    dana, sam = exchange.phone(DANA), exchange.phone(SAM)
    dana.dials(HOUSE)
    sam.rings().hears("Press 1").presses("1")
    assert sam.talks_with(dana)
    sam.hangs_up()
    exchange.pass_time(1)
    done = app.to("/done")[0]
    assert done["DialCallStatus"] == "completed"
    assert done["DialBridged"] == "true"
    assert exchange.loose_ends() == []


def test_update_ends_and_redirects(exchange, app):
    app["/hello"] = response("<Pause length='60'/>")
    app["/other"] = response("<Say>Something else.</Say>")
    client = client_of(exchange)
    call = client.calls.create(to=DANA, from_=HOUSE, url=f"{BASE}/hello")
    dana = exchange.phone(DANA).answers()
    exchange.pass_time(2)
    client.calls(call.sid).update(url=f"{BASE}/other")
    dana.hears("Something else").is_hung_up()
    with pytest.raises(TwilioRestException) as refused:
        client.calls(call.sid).update(status="completed")
    assert refused.value.code == 21220
