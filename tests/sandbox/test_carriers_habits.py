"""Habits of the carrier that were once played wrongly here, one test each."""

from __future__ import annotations

import pytest
from twilio.base.exceptions import TwilioRestException

from voice_gateway.sandbox import Unconfirmed

from .conftest import BASE, HOUSE, client_of, response

DANA, SAM = "+12025550111", "+12025550122"
ALL = ["initiated", "ringing", "answered", "completed"]


def codes(exchange):
    return [problem.code for problem in exchange.problems]


@pytest.mark.parametrize("document", ["<Redirect/>", "<Redirect>/voice</Redirect>", "<Redirect>/other</Redirect>"])
def test_redirects_on_one_spot_come_to_an_end(exchange, app, document):
    app["/voice"] = response(document)
    app["/other"] = response("<Redirect>/voice</Redirect>")
    exchange.phone(DANA).dials(HOUSE).hears("application error").is_hung_up()
    assert codes(exchange) == [11215]
    assert len(app.asked) <= 110


def test_a_fallback_after_a_loop_gets_its_turn(exchange, app):
    next(iter(exchange.own_numbers.values())).voice_fallback_url = f"{BASE}/fallback"
    app["/voice"] = response("<Redirect/>")
    app["/fallback"] = response("<Say>Please call again.</Say>")
    exchange.phone(DANA).dials(HOUSE).hears("Please call again").is_hung_up()


def test_a_redirect_that_waits_in_between_goes_on(exchange, app):
    app["/voice"] = response("<Pause length='1'/><Redirect/>")
    dana = exchange.phone(DANA).dials(HOUSE)
    exchange.pass_time(300)
    assert dana.is_off_hook
    dana.hangs_up()
    assert codes(exchange) == []


def test_a_text_that_is_sent_round_and_round_ends(exchange, app):
    app["/sms"] = response("<Redirect>/sms</Redirect>")
    exchange.phone(DANA).texts("Hello", to=HOUSE)
    assert exchange.settle(600)
    assert codes(exchange) == [14106]


def test_a_cancel_right_after_it_set_out_is_told(exchange, app):
    client = client_of(exchange)
    call = client.calls.create(to=DANA, from_=HOUSE, url=f"{BASE}/x", status_callback=f"{BASE}/status",
                               status_callback_event=ALL)
    exchange.pass_time(0.2)
    client.calls(call.sid).update(status="canceled")
    exchange.pass_time(5)
    assert [told["CallStatus"] for told in app.to("/status")] == ["initiated", "canceled"]


@pytest.mark.parametrize("kind", ["is_busy", "is_switched_off", "lets_it_ring"])
def test_a_call_that_came_to_nothing_has_no_duration(exchange, kind):
    phone = exchange.phone(DANA)
    if kind != "lets_it_ring":
        getattr(phone, kind)()
    call = client_of(exchange).calls.create(to=DANA, from_=HOUSE, url=f"{BASE}/x", timeout=5)
    if kind == "lets_it_ring":
        phone.lets_it_ring()
    exchange.pass_time(30)
    assert not client_of(exchange).calls(call.sid).fetch().duration


def test_a_reply_that_is_too_long_is_not_delivered(exchange, app):
    app["/sms"] = response(f"<Message>{'x' * 1601}</Message>", "<Message>Short.</Message>")
    dana = exchange.phone(DANA).texts("Hello", to=HOUSE).reads("Short")
    assert codes(exchange) == [21617]
    assert dana.received == ["Short."]


@pytest.mark.parametrize("asked", [True, False])
def test_hanging_up_during_the_beep(make, app, asked):
    exchange = make(unconfirmed=Unconfirmed(record_action_after_hang_up_in_beep=asked))
    app["/voice"] = response("<Record action='/after' recordingStatusCallback='/recorded'/>")
    exchange.phone(DANA).dials(HOUSE).hears("[beep]").hangs_up()
    exchange.pass_time(5)
    assert [told["Digits"] for told in app.to("/after")] == (["hangup"] if asked else [])


def test_before_is_exclusive_for_calls_only(exchange, app):
    client = client_of(exchange)
    app["/voice"] = response("<Dial><Conference>blue</Conference></Dial>")
    exchange.phone(DANA).dials(HOUSE)
    client.messages.create(to=DANA, from_=HOUSE, body="Hello")
    exchange.phone(DANA).reads("Hello")
    today, auth = exchange.now().date(), (exchange.account_sid, exchange.auth_token)

    def found(resource, question):
        path = f"/2010-04-01/Accounts/{exchange.account_sid}/{resource.capitalize()}.json?{question}={today}"
        return len(exchange.rest("GET", path, [], auth).body[resource])

    assert found("calls", "StartTime<") == found("calls", "EndTime<") == 0
    assert found("calls", "StartTime>") == 1
    assert found("messages", "DateSent<") == found("conferences", "DateCreated<") == 1


@pytest.mark.parametrize("verb", ["<Pause/>", "<Record/>", "<Redirect>/x</Redirect>", "<Reject/>", f"<Dial>{SAM}</Dial>"])
def test_in_screening_only_four_verbs_are_known(exchange, app, verb):
    app["/voice"] = response(f"<Dial><Number url='/screen'>{SAM}</Number></Dial>")
    app["/screen"] = response(verb)
    exchange.phone(DANA).dials(HOUSE)
    exchange.phone(SAM).answers()
    exchange.settle()
    assert 13201 in codes(exchange)


@pytest.mark.parametrize("first", [0, 1])
def test_what_a_conference_counts_from(make, app, first):
    exchange = make(unconfirmed=Unconfirmed(conference_sequence_from=first))
    app["/voice"] = response("<Dial><Conference statusCallback='/room' statusCallbackEvent='join leave'>b</Conference></Dial>")
    exchange.phone(DANA).dials(HOUSE).hangs_up()
    exchange.pass_time(2)
    assert [told["SequenceNumber"] for told in app.to("/room")] == [str(first), str(first + 1)]


def test_what_a_number_is_told_at_the_end(exchange, app):
    next(iter(exchange.own_numbers.values())).status_callback = f"{BASE}/ended"
    app["/voice"] = response(f"<Dial record='record-from-answer'><Number statusCallback='/leg'>{SAM}</Number></Dial>")
    dana, sam = exchange.phone(DANA).dials(HOUSE), exchange.phone(SAM).answers()
    assert dana.talks_with(sam)
    exchange.pass_time(65)
    sam.hangs_up()
    exchange.pass_time(5)
    for told in (app.to("/ended")[0], app.to("/leg")[0]):
        assert told["RecordingUrl"].startswith("https://")
        assert int(told["RecordingDuration"]) >= 65
    ended = app.to("/ended")[0]
    assert (ended["CallStatus"], ended["CallDuration"]) == ("completed", "66")
    assert not {"Timestamp", "CallbackSource", "SequenceNumber", "Duration"} & ended.keys()


def test_a_recording_nobody_asked_for_there_is_not_told(exchange, app):
    next(iter(exchange.own_numbers.values())).status_callback = f"{BASE}/ended"
    app["/voice"] = response("<Pause length='10'/>", "<Say>Bye.</Say>")
    dana = exchange.phone(DANA).dials(HOUSE)
    exchange.pass_time(12)
    dana.hears("Bye").is_hung_up()
    app["/voice"] = response("<Say>Hello.</Say>", "<Pause length='10'/>")
    dana.dials(HOUSE).hears("Hello")
    client = client_of(exchange)
    client.calls(client.calls.list(status="in-progress")[0].sid).recordings.create()
    dana.is_hung_up()
    exchange.pass_time(5)
    assert all("RecordingUrl" not in told for told in app.to("/ended"))


def test_a_limit_of_calls_at_once(make, app):
    exchange = make(concurrent_calls=2, calls_per_second=100)
    next(iter(exchange.own_numbers.values())).status_callback = f"{BASE}/ended"
    app["/voice"] = response(f"<Dial action='/done'>{SAM}</Dial>")
    app["/done"] = response("<Pause length='60'/>")
    client = client_of(exchange)
    client.calls.create(to=SAM, from_=HOUSE, url=f"{BASE}/x")
    dana = exchange.phone(DANA).dials(HOUSE)
    exchange.pass_time(2)
    assert app.to("/done")[0]["DialCallStatus"] == "failed"
    with pytest.raises(TwilioRestException) as refused:
        client.calls.create(to="+12025550133", from_=HOUSE, url=f"{BASE}/x")
    assert refused.value.code == 10004
    exchange.phone("+12025550144").dials(HOUSE).is_hung_up()
    assert codes(exchange) == [10004, 10004, 10004]
    dana.hangs_up()
    client.calls.create(to="+12025550133", from_=HOUSE, url=f"{BASE}/x")


def test_a_limit_of_requests_at_once(make):
    exchange = make(concurrent_requests=0)
    answer = exchange.rest("GET", f"/2010-04-01/Accounts/{exchange.account_sid}.json")
    assert (answer.status, answer.body["code"]) == (429, 20429)
