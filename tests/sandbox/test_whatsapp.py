"""WhatsApp: people with a number and without, the day in which we may answer, templates, what was read."""

from __future__ import annotations

import pytest
from twilio.base.exceptions import TwilioRestException

from voice_gateway.sandbox import Attachment, Unconfirmed, repro

from .conftest import BASE, HOUSE, client_of, response

DANA, SAM = "+12025550111", "+12025550122"
OURS, HERS, NAMELESS = f"whatsapp:{HOUSE}", f"whatsapp:{DANA}", "whatsapp:US.ABC123XYZ"
TEMPLATE = "HX" + "1" * 32


@pytest.fixture
def exchange(make, app):
    made = make()
    made.own(OURS, sms_url=f"{BASE}/wa")
    app["/wa"] = response()
    return made


def write(exchange, to=HERS, body="Hello", **how):
    return client_of(exchange).messages.create(
        to=to, from_=OURS, body=body, status_callback=f"{BASE}/told", **how)


def refusal(exchange, **how) -> int:
    with pytest.raises(TwilioRestException) as refused:
        client_of(exchange).messages.create(**({"to": HERS, "from_": OURS, "body": "Hello"} | how))
    return refused.value.code


def statuses(exchange, app) -> list[str]:
    exchange.pass_time(5)
    return [told["MessageStatus"] for told in app.to("/told")]


def test_somebody_with_a_number_writes(exchange, app):
    app["/wa"] = response("<Message>Hello Dana</Message>")
    dana = exchange.phone(HERS).is_called("Dana D.").texts("hi", to=OURS, media=[Attachment(b"x", "image/png")])
    dana.reads("Hello Dana")
    told = app.to("/wa")[0]
    assert (told["From"], told["To"], told["ProfileName"], told["WaId"]) == (HERS, OURS, "Dana D.", "12025550111")
    assert told["NumMedia"] == "1"
    assert not {"FromCountry", "ToCity", "ExternalUserIdentifier"} & told.keys()
    assert exchange.loose_ends() == []


def test_somebody_writes_by_messenger_and_is_answered_there(exchange, app):
    """They are known to one page only; nothing of WhatsApp's is told of them."""
    page, hers = "messenger:104023456789012", "messenger:6012345678901234"
    exchange.own(page, sms_url=f"{BASE}/messenger")
    app["/messenger"] = response("<Message>Hello</Message>")
    exchange.phone(hers).texts("hi", to=page).reads("Hello")
    told = app.to("/messenger")[0]
    assert (told["From"], told["To"], told["Body"]) == (hers, page, "hi")
    assert not {"WaId", "ProfileName", "FromCountry"} & told.keys()
    assert exchange.phone(DANA).texts("hi", to=page).received == [], "a telephone does not reach it"
    assert refusal(exchange, to=hers, from_="messenger:1") == 63007
    assert refusal(exchange, to=DANA, from_=page) == 21910


@pytest.mark.parametrize("name", ["ExternalUserIdentifier", "ExternalUserId"])
def test_somebody_without_a_number_writes_and_is_answered(make, app, name):
    exchange = make(unconfirmed=Unconfirmed(whatsapp_user_id_field=name))
    exchange.own(OURS, sms_url=f"{BASE}/wa")
    person = exchange.phone(NAMELESS).is_called("Kim", username="kim.k").texts("hi", to=OURS)
    exchange.pass_time(1)
    told = app.to("/wa")[0]
    assert (told["From"], told[name], told["ProfileUsername"]) == (NAMELESS, "US.ABC123XYZ", "kim.k")
    assert "WaId" not in told
    write(exchange, to=NAMELESS, body="Hello Kim")
    person.reads("Hello Kim")
    exchange.phone(HERS).is_called("Dana", user_id="US.DANA").texts("me too", to=OURS)
    exchange.pass_time(1)
    assert (app.to("/wa")[1]["WaId"], app.to("/wa")[1][name]) == ("12025550111", "US.DANA")


def test_what_was_delivered_and_then_read(exchange, app):
    dana = exchange.phone(HERS).texts("hi", to=OURS)
    sent = write(exchange)
    assert statuses(exchange, app) == ["sent", "delivered"]
    dana.reads("Hello")
    assert statuses(exchange, app) == ["sent", "delivered", "read"]
    told = app.to("/told")[-1]
    assert (told["EventType"], told["ChannelPrefix"], told["ChannelInstallSid"][:2]) == ("READ", "whatsapp", "XE")
    assert client_of(exchange).messages(sent.sid).fetch().status == "read"


@pytest.mark.parametrize("status", ["failed", "undelivered"])
def test_a_day_after_their_last_message_only_a_template_goes_out(make, app, status):
    exchange = make(unconfirmed=Unconfirmed(whatsapp_too_late_status=status))
    exchange.own(OURS, sms_url=f"{BASE}/wa")
    write(exchange)
    assert statuses(exchange, app) == [status], "she never wrote"
    assert app.to("/told")[0]["ErrorCode"] == "63016"
    dana = exchange.phone(HERS).texts("hi", to=OURS)
    exchange.pass_time(24 * 3600 - 60)
    write(exchange, body="Still in time")
    dana.reads("Still in time")
    exchange.pass_time(60)
    app.asked.clear()
    write(exchange, body="Too late")
    assert statuses(exchange, app) == [status]
    exchange.templates[TEMPLATE] = "Hello {{1}}, case {{case}} is solved. {{2}}"
    write(exchange, body=None, content_sid=TEMPLATE, content_variables='{"1": "Dana", "case": 7}')
    dana.reads("Hello Dana, case 7 is solved. {{2}}")


def test_whom_whatsapp_does_not_reach(exchange, app):
    dana = exchange.phone(HERS).texts("hi", to=OURS).is_switched_off()
    write(exchange, body="Later")
    assert statuses(exchange, app) == ["sent"], "it waits for the telephone"
    dana.is_a_person().reads("Later")
    assert statuses(exchange, app) == ["sent", "delivered", "read"]
    dana.is_a_landline()
    write(exchange)
    assert statuses(exchange, app)[-1] == "undelivered"
    assert app.to("/told")[-1]["ErrorCode"] == "63024"


def test_what_is_refused_at_once(exchange):
    assert refusal(exchange, to=DANA) == 21910
    assert refusal(exchange, from_=HOUSE) == 21910
    assert refusal(exchange, from_=f"whatsapp:{SAM}") == 63007
    assert refusal(exchange, to=OURS) == 63031
    assert refusal(exchange, to="whatsapp:dana") == 21211
    assert refusal(exchange, content_sid=TEMPLATE) == 21655
    exchange.templates[TEMPLATE] = "Hello"
    assert refusal(exchange, content_sid=TEMPLATE, content_variables="[1]") == 21656


def test_the_sender_is_no_number_of_the_account(exchange):
    assert [own.phone_number for own in client_of(exchange).incoming_phone_numbers.list()] == [HOUSE]
    assert exchange.phone(DANA).texts("hi", to=OURS)
    assert client_of(exchange).messages.list() == [], "a text does not reach WhatsApp"


def test_stop_is_a_word_like_any_other_without_a_service(exchange, app):
    exchange.phone(HERS).texts("STOP", to=OURS)
    write(exchange)
    exchange.phone(HERS).reads("Hello")
    service = exchange.messaging_service(HOUSE, OURS)
    client_of(exchange).messages.create(to=HERS, messaging_service_sid=service, body="From the service")
    exchange.phone(HERS).reads("From the service")


def test_it_is_printed_as_a_test(exchange):
    exchange.phone(HERS).is_called("Dana", user_id="US.D").texts("hi", to=OURS)
    write(exchange)
    exchange.phone(HERS).reads("Hello")
    text = repro(exchange)
    assert ".is_called('Dana', user_id='US.D')" in text
    assert f".texts('hi', to='{OURS}')" in text
    assert text.count(".reads(") == 1


def test_reports_come_in_any_order_or_never(exchange, app):
    dana = exchange.phone(HERS).texts("hi", to=OURS)
    exchange.weather.delays("sent", 30)
    write(exchange)
    dana.reads("Hello")
    exchange.pass_time(30)
    assert statuses(exchange, app) == ["delivered", "read", "sent"]
    app.asked.clear()
    exchange.weather.loses("delivered", "read", to=HERS)
    sent = write(exchange, body="Again")
    dana.reads("Again")
    exchange.pass_time(30)
    assert statuses(exchange, app) == ["sent"]
    assert client_of(exchange).messages(sent.sid).fetch().status == "read", "REST knows better"


def test_a_text_that_the_carrier_cannot_deliver(exchange, app):
    exchange.phone(DANA).gets_no_texts(30007)
    client_of(exchange).messages.create(to=DANA, from_=HOUSE, body="Hello", status_callback=f"{BASE}/told")
    assert statuses(exchange, app) == ["sent", "undelivered"]
    assert app.to("/told")[-1]["ErrorCode"] == "30007"
    exchange.phone(DANA).is_a_person()
    client_of(exchange).messages.create(to=DANA, from_=HOUSE, body="Hello again")
    exchange.phone(DANA).reads("again")
