"""What documents get: the odd ones are refused with Twilio's own codes, and shown."""

from __future__ import annotations

import pytest
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from voice_gateway.sandbox import Unconfirmed
from voice_gateway.sandbox.grammar import VOICE_VERBS
from voice_gateway.sandbox.run import APOLOGY
from voice_gateway.sandbox.twiml import TwimlTrouble, parse, read

from .conftest import BASE, HOUSE, client_of, response

DANA = "+12025550111"


@pytest.mark.parametrize(
    "body, code",
    [
        ("<Response><say>x</say></Response>", 12200),
        ("<Response><Say voise='x'>x</Say></Response>", 12200),
        ("<Response><Gather><Dial>+12025550199</Dial></Gather></Response>", 13320),
        ("<Response><Gather timeout='soon'/></Response>", 13313),
        ("<Response><Gather numDigits='0'/></Response>", 13314),
        ("<Response><Gather finishOnKey='12'/></Response>", 13310),
        ("<Response><Dial timeout='x'>+12025550199</Dial></Response>", 13212),
        ("<Response><Dial><Sim>x</Sim></Dial></Response>", 13215),
        ("<Response><Dial><Queue method='PUT'>x</Queue></Dial></Response>", 14210),
        ("<Response><Dial><Conference beep='loud'>x</Conference></Dial></Response>", 13235),
        ("<Response><Record maxLength='0'/></Response>", 13612),
        ("<Response><Pause length='-1'/></Response>", 13910),
        ("<Response><Reject reason='bored'/></Response>", 13810),
        ("<Response><Enqueue waitUrlMethod='PUT'>x</Enqueue></Response>", 14206),
        ("<Response><Enqueue workflowSid='WW1'/></Response>", 12200),
        ("<Response><Message>x</Message></Response>", 12200),
        ("<Response><Say>x</Response>", 12100),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]><Response/>", 12100),
        ("<Answer/>", 12102),
        ("", 11770),
        ("<Response><Say>" + "x" * 70000 + "</Say></Response>", 11750),
        (
            "<Response><Dial><Conference statusCallbackEvent=\"['start']\">x</Conference></Dial></Response>",
            12200,
        ),
    ],
)
def test_odd_documents(body, code):
    with pytest.raises(TwimlTrouble) as trouble:
        parse(body.encode(), VOICE_VERBS)
    assert trouble.value.code == code


def test_content_types():
    assert read(b"hello", "text/plain", VOICE_VERBS).verbs[0].text == "hello"
    assert read(b"ID3", "audio/mpeg", VOICE_VERBS, media_url="u").verbs[0].name == "Play"
    with pytest.raises(TwimlTrouble) as trouble:
        read(b"{}", "application/json", VOICE_VERBS)
    assert trouble.value.code == 12300


def test_what_twilio_builds_is_read():
    built = VoiceResponse()
    gather = Gather(num_digits=1, action="/x", timeout=3, finish_on_key="#")
    gather.say("Press 1", voice="Polly.Joanna", language="en-US")
    built.append(gather)
    dial = Dial(action="/y", timeout=20, answer_on_bridge=True)
    dial.number("+12025550199", url="/screen", status_callback="/s", machine_detection="Enable")
    built.append(dial)
    room = Dial()
    room.conference(
        "blue",
        muted=False,
        beep="onEnter",
        start_conference_on_enter=True,
        end_conference_on_exit=True,
        wait_url="",
        max_participants=10,
        status_callback="/c",
        status_callback_event="start end join leave mute hold",
        participant_label="sam",
        record="record-from-start",
    )
    built.append(room)
    built.redirect("/z")
    built.hangup()
    names = [v.name for v in parse(str(built).encode(), VOICE_VERBS).verbs]
    assert names == ["Gather", "Dial", "Dial", "Redirect", "Hangup"]


def test_no_fallback_means_an_apology_and_hanging_up(exchange, app):
    app["/voice"] = 500
    exchange.phone(DANA).dials(HOUSE).hears(APOLOGY).is_hung_up()
    assert [p.code for p in exchange.problems] == [11200]


def test_the_fallback_is_told_why(exchange, app):
    exchange.own_numbers[next(iter(exchange.own_numbers))].voice_fallback_url = f"{BASE}/fallback"
    app["/voice"] = response("<Speak>x</Speak>")
    app["/fallback"] = response("<Say>Please call again.</Say>")
    exchange.phone(DANA).dials(HOUSE).hears("call again").is_hung_up()
    told = app.to("/fallback")[0]
    assert told["ErrorCode"] == "12200"
    assert told["ErrorUrl"] == f"{BASE}/voice"


def test_an_unknown_verb_may_be_skipped_instead(make, app):
    exchange = make(unconfirmed=Unconfirmed(schema_error_stops=False))
    app["/voice"] = response("<Speak>x</Speak><Say>Hello.</Say>")
    exchange.phone(DANA).dials(HOUSE).hears("Hello").is_hung_up()
    assert [p.code for p in exchange.problems] == [12200]


def test_reject_is_not_answered(exchange, app):
    app["/voice"] = response("<Reject reason='busy'/>")
    dana = exchange.phone(DANA).dials(HOUSE)
    dana.is_hung_up()
    call = next(iter(exchange.calls.values()))
    assert call.status == "busy"
    assert call.started is None


def test_redirects_and_relative_addresses(exchange, app):
    app["/voice"] = response("<Redirect>deep/first</Redirect>")
    app["/deep/first"] = response("<Redirect>second?a=1&amp;b=2</Redirect>")
    app["/deep/second"] = response("<Say>Here.</Say>")
    exchange.phone(DANA).dials(HOUSE).hears("Here").is_hung_up()
    assert app.to("/deep/second")[0]["b"] == "2"


def test_overrides_in_the_fragment_repeat_with_the_same_token(exchange, app):
    answers = iter([500, 500, response("<Say>At last.</Say>")])
    app["/voice"] = lambda _form: next(answers)
    number = next(iter(exchange.own_numbers.values()))
    number.voice_url += "#rc=2&rp=5xx"
    exchange.phone(DANA).dials(HOUSE).hears("At last").is_hung_up()
    assert len({hook.token for hook in exchange.webhooks}) == 1
    assert [hook.attempt for hook in exchange.webhooks] == [0, 1, 2]


def test_inline_documents_need_absolute_addresses(exchange):
    client_of(exchange).calls.create(
        to=DANA, from_=HOUSE, twiml=response("<Gather><Play>/x.mp3</Play></Gather><Say>On.</Say>")
    )
    exchange.phone(DANA).hears("On").is_hung_up()
    assert [p.code for p in exchange.problems] == [11100]
