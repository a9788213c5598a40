"""Dial to numbers, answering machines, and machine detection."""

from __future__ import annotations

import pytest

from voice_gateway.sandbox import Unconfirmed

from .conftest import BASE, HOUSE, client_of, response

DANA, SAM, KIM = "+12025550111", "+12025550122", "+12025550133"


def test_the_first_to_answer_wins(exchange, app):
    app["/voice"] = response(f"<Dial action='/done'><Number>{SAM}</Number><Number>{KIM}</Number></Dial>")
    app["/done"] = response()
    dana, sam, kim = (exchange.phone(n) for n in (DANA, SAM, KIM))
    dana.dials(HOUSE)
    sam.rings()
    kim.rings().answers()
    assert kim.talks_with(dana)
    assert not sam.is_ringing
    dana.hangs_up()
    kim.is_hung_up()
    assert exchange.loose_ends() == []


@pytest.mark.parametrize(
    "deed, status", [("declines", "busy"), ("is_switched_off", "failed"), (None, "no-answer")]
)
def test_a_dial_that_comes_to_nothing(exchange, app, deed, status):
    app["/voice"] = response(f"<Dial timeout='10' action='/done'>{SAM}</Dial>")
    app["/done"] = lambda form: response(f"<Say>They were {form['DialCallStatus']}.</Say>")
    sam = exchange.phone(SAM)
    if deed == "is_switched_off":
        sam.is_switched_off()
    dana = exchange.phone(DANA).dials(HOUSE)
    if deed == "declines":
        sam.declines()
    elif deed is None:
        sam.rings().lets_it_ring()
    dana.hears(f"They were {status}").is_hung_up()
    told = app.to("/done")[0]
    assert told["DialBridged"] == "false"
    assert told["DialCallSid"].startswith("CA")
    assert exchange.loose_ends() == []


def test_without_an_action_the_next_verb_comes(exchange, app):
    app["/voice"] = response(f"<Dial>{SAM}</Dial><Say>Welcome back.</Say>")
    dana, sam = exchange.phone(DANA), exchange.phone(SAM)
    dana.dials(HOUSE)
    sam.answers()
    assert sam.talks_with(dana)
    sam.hangs_up()
    dana.hears("Welcome back").is_hung_up()


@pytest.mark.parametrize("status", ["no-answer", "completed"])
def test_screened_out(make, app, status):
    exchange = make(unconfirmed=Unconfirmed(screened_out_status=status))
    app["/voice"] = response(
        f"<Dial answerOnBridge='true' action='/done'><Number url='/screen'>{SAM}</Number></Dial>"
    )
    app["/screen"] = response("<Gather timeout='2'><Say>Press 1.</Say></Gather><Hangup/>")
    app["/done"] = response("<Say>Nobody.</Say>")
    dana = exchange.phone(DANA).dials(HOUSE)
    exchange.phone(SAM).hears("Press 1").is_hung_up()
    dana.hears("Nobody").is_hung_up()
    assert app.to("/done")[0]["DialCallStatus"] == status
    assert app.to("/done")[0]["DialBridged"] == "false"
    assert app.to("/screen")[0]["ParentCallSid"] == app.to("/voice")[0]["CallSid"]


def test_a_star_ends_the_other_leg(exchange, app):
    app["/voice"] = response(f"<Dial hangupOnStar='true'>{SAM}</Dial><Say>Back.</Say>")
    dana, sam = exchange.phone(DANA).dials(HOUSE), exchange.phone(SAM).answers()
    assert dana.talks_with(sam)
    dana.presses("*").hears("Back")
    sam.is_hung_up()


def test_a_machine_is_recognised(exchange, app):
    exchange.phone(SAM).is_an_answering_machine("This is Sam. Leave a message.", after=3)
    app["/hello"] = lambda form: response(f"<Say>{form['AnsweredBy']}</Say>")
    client_of(exchange).calls.create(to=SAM, from_=HOUSE, url=f"{BASE}/hello", machine_detection="Enable")
    sam = exchange.phone(SAM).hears("machine_start").is_hung_up()
    assert sam.unheard() == []


def test_a_machine_asynchronously_and_to_the_beep(exchange, app):
    exchange.phone(SAM).is_an_answering_machine("This is Sam. " * 10, after=3)
    app["/hello"] = response("<Pause length='20'/>")
    client_of(exchange).calls.create(
        to=SAM,
        from_=HOUSE,
        url=f"{BASE}/hello",
        machine_detection="DetectMessageEnd",
        async_amd="true",
        async_amd_status_callback=f"{BASE}/amd",
    )
    exchange.pass_time(40)
    assert app.to("/amd")[0]["AnsweredBy"] == "machine_end_beep"
    assert "AnsweredBy" not in app.to("/hello")[0]
    assert exchange.loose_ends() == []


def test_a_machine_may_press_keys_and_be_taken_for_a_human(exchange, app):
    sam = exchange.phone(SAM).is_an_answering_machine("Hello.", after=1, presses="1")
    sam.is_taken_for("human")
    app["/hello"] = response("<Gather numDigits='1' action='/got' timeout='20'/>")
    app["/got"] = response("<Say>Got it.</Say>")
    client_of(exchange).calls.create(to=SAM, from_=HOUSE, url=f"{BASE}/hello")
    sam.hears("Got it")
    assert app.to("/got")[0]["Digits"] == "1"


def test_detection_without_a_callback_is_shown(exchange, app):
    app["/voice"] = response(f"<Dial><Number machineDetection='Enable'>{SAM}</Number></Dial>")
    dana, sam = exchange.phone(DANA).dials(HOUSE), exchange.phone(SAM).answers()
    assert dana.talks_with(sam)
    assert exchange.problems[0].code == 21262


def test_anonymous_and_spoofed_callers(exchange, app):
    app["/voice"] = response("<Say>Hello.</Say>")
    dana = exchange.phone(DANA)
    dana.dials(HOUSE, anonymous=True).hears("Hello").is_hung_up()
    dana.dials(HOUSE, caller_id=SAM, verstat="TN-Validation-Failed-C").hears("Hello").is_hung_up()
    first, second = app.to("/voice")
    assert first["From"] == "anonymous"
    assert "FromCountry" not in first
    assert second["From"] == SAM
    assert second["StirVerstat"] == "TN-Validation-Failed-C"


def test_a_caller_who_gives_up_while_it_rings(exchange, app):
    app["/voice"] = response(f"<Dial answerOnBridge='true'>{SAM}</Dial>")
    dana, sam = exchange.phone(DANA).dials(HOUSE), exchange.phone(SAM).rings()
    dana.hangs_up()
    exchange.pass_time(1)
    assert not sam.is_ringing
    statuses = {c.direction: c.status for c in exchange.calls.values()}
    assert statuses == {"inbound": "no-answer", "outbound-dial": "canceled"}
