"""Texts, STOP, bad weather, and a played call printed as a test."""

from __future__ import annotations

import pytest
from requests.exceptions import ConnectTimeout, ReadTimeout
from twilio.base.exceptions import TwilioRestException

from voice_gateway.sandbox import repro, weather

from .conftest import BASE, HOUSE, client_of, response

DANA, SAM = "+12025550111", "+12025550122"


def test_a_text_goes_out_and_is_told_of(exchange, app):
    sent = client_of(exchange).messages.create(
        to=DANA, from_=HOUSE, body="We will call you.", status_callback=f"{BASE}/told"
    )
    assert (sent.status, sent.num_segments) == ("queued", "1")
    assert exchange.loose_ends() == []
    exchange.phone(DANA).reads("will call")
    exchange.pass_time(1)
    assert [form["MessageStatus"] for form in app.to("/told")] == ["sent", "delivered"]
    assert "Body" not in app.to("/told")[0]


def test_an_unread_text_is_a_loose_end(exchange):
    client_of(exchange).messages.create(to=DANA, from_=HOUSE, body="Hello")
    exchange.pass_time(5)
    assert exchange.loose_ends() == [f"{DANA} got a text nobody read: 'Hello'"]


def test_texts_that_do_not_arrive(exchange, app):
    exchange.phone(DANA).is_a_landline()
    exchange.phone(SAM).is_switched_off()
    for number in (DANA, SAM):
        client_of(exchange).messages.create(to=number, from_=HOUSE, body="x", status_callback=f"{BASE}/told")
    exchange.pass_time(5)
    assert {f["To"]: f.get("ErrorCode") for f in app.to("/told") if "ErrorCode" in f} == {
        DANA: "30006",
        SAM: "30003",
    }


def test_a_text_comes_in_and_is_answered(exchange, app):
    app["/sms"] = lambda form: response(f"<Message>You said {form['Body']}.</Message>")
    exchange.phone(DANA).texts("hello", to=HOUSE).reads("You said hello")
    form = app.to("/sms")[0]
    assert form["NumMedia"] == "0"
    assert form["MessageSid"].startswith("SM")
    exchange.phone(DANA).texts("look", to=HOUSE, media=["https://x.test/1.jpg"])
    exchange.pass_time(1)
    assert app.to("/sms")[1]["MediaUrl0"] == "https://x.test/1.jpg"
    assert app.to("/sms")[1]["MessageSid"].startswith("MM")


def test_stop_and_start(exchange, app):
    app["/sms"] = response()
    client = client_of(exchange)
    exchange.phone(DANA).texts("stop", to=HOUSE)
    with pytest.raises(TwilioRestException) as refused:
        client.messages.create(to=DANA, from_=HOUSE, body="x")
    assert refused.value.code == 21610
    exchange.phone(DANA).texts("START", to=HOUSE)
    client.messages.create(to=DANA, from_=HOUSE, body="Welcome back")
    exchange.phone(DANA).reads("Welcome back")
    assert len(app.to("/sms")) == 2


def test_an_echo_is_heard_twice_and_must_be_answered_alike(make, app):
    exchange = make(weather=weather.echo())
    app["/voice"] = response("<Say>Hello.</Say>")
    exchange.phone(DANA).dials(HOUSE).hears("Hello").is_hung_up()
    assert [hook.copy for hook in exchange.webhooks] == [0, 1]
    assert len({hook.token for hook in exchange.webhooks}) == 1
    assert exchange.problems == []
    count = iter(range(9))
    app["/voice"] = lambda _form: response(f"<Say>Hello {next(count)}.</Say>")
    exchange.phone(DANA).dials(HOUSE).is_hung_up()
    assert "answered differently" in exchange.problems[0].message


def test_shuffled_callbacks_are_late_and_out_of_order(make, app):
    exchange = make(weather=weather.shuffle(seed=3))
    app["/hello"] = response("<Say>Hello.</Say>")
    client_of(exchange).calls.create(
        to=DANA,
        from_=HOUSE,
        url=f"{BASE}/hello",
        status_callback=f"{BASE}/told",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
    )
    exchange.phone(DANA).answers().hears("Hello").is_hung_up()
    assert exchange.settle()
    numbers = [form["SequenceNumber"] for form in app.to("/told")]
    assert sorted(numbers) == ["0", "1", "2", "3"] != numbers


@pytest.mark.parametrize(
    "make_weather, error, calls",
    [
        (weather.rest_fails_before, ConnectTimeout, 1),
        (weather.rest_fails_after, ReadTimeout, 2),
    ],
)
def test_rest_fails_before_or_after_accepting(make, make_weather, error, calls):
    exchange = make(weather=make_weather())
    client = client_of(exchange)
    how = {"to": DANA, "from_": HOUSE, "url": f"{BASE}/x?order=1"}
    with pytest.raises(error):
        client.calls.create(**how)
    client.calls.create(**how)
    assert len(client.calls.list()) == calls


def test_too_many_requests(make):
    client = client_of(make(weather=weather.rest_429()))
    with pytest.raises(TwilioRestException) as refused:
        client.messages.create(to=DANA, from_=HOUSE, body="x")
    assert (refused.value.status, refused.value.code) == (429, 20429)
    client.messages.create(to=DANA, from_=HOUSE, body="x")


def test_the_same_seed_gives_the_same_story(make, app):
    app["/voice"] = response("<Say>Hello.</Say>")
    stories = []
    for _ in range(2):
        exchange = make(seed=7)
        exchange.phone(DANA).dials(HOUSE).hears("Hello").is_hung_up()
        stories.append([(h.url, h.params, h.signature, h.token, h.at) for h in exchange.webhooks])
    assert stories[0] == stories[1]


def test_a_played_call_is_printed_as_a_test_and_played_again(make, app):
    app["/voice"] = response("<Gather numDigits='1' action='/got'><Say>Press 1, \"please\".</Say></Gather>")
    app["/got"] = response("<Say>Thanks.</Say>")
    exchange = make()
    exchange.phone(DANA).dials(HOUSE, verstat="TN-Validation-Passed-A").hears("Press 1")
    exchange.phone(DANA).presses("1").hears("Thanks").is_hung_up()
    text = repro(exchange)
    assert "verstat='TN-Validation-Passed-A'" in text
    assert ".presses('1')" in text
    scope: dict[str, object] = {}
    exec(text, scope)
    scope["test_as_it_was_played"](make())  # type: ignore[operator]


def test_what_does_not_happen_is_told_with_what_did(exchange, app):
    app["/voice"] = response("<Say>Hello.</Say>")
    with pytest.raises(AssertionError, match="did not ring within 5 s"):
        exchange.phone(DANA).rings(within=5)
    with pytest.raises(AssertionError, match=r"only.*Hello"):
        exchange.phone(DANA).dials(HOUSE).hears("Goodbye")
    with pytest.raises(AssertionError, match="not on the telephone"):
        exchange.phone(DANA).presses("1")
