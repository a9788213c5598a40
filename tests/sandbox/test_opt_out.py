"""STOP, START and HELP: plain numbers, toll-free numbers, Messaging Services with words of their own."""

from __future__ import annotations

import pytest
from twilio.base.exceptions import TwilioRestException

from voice_gateway.sandbox import OptOutWords, Unconfirmed

from .conftest import BASE, HOUSE, client_of, response

DANA, SAM, TOLL_FREE, SECOND = "+12025550111", "+12025550122", "+18885550100", "+12025550101"


def answers(exchange, number=DANA):
    """What the carrier has answered by itself."""
    exchange.pass_time(2)
    return [event.text for event in exchange.diary(number) if event.kind == "auto_text"]


def is_refused(exchange, sender=HOUSE, to=DANA, **how) -> bool:
    """Whether a text to this person is refused at create."""
    try:
        client_of(exchange).messages.create(to=to, from_=sender, body="Hello", **how)
    except TwilioRestException as error:
        return (error.status, error.code) == (400, 21610)
    exchange.phone(to).reads("Hello")
    return False


@pytest.mark.parametrize("word", [*sorted(OptOutWords().stop), " stop \n", "Stop", "optOut"])
def test_words_that_stop(exchange, app, word):
    app["/sms"] = response()
    exchange.phone(DANA).texts(word, to=HOUSE)
    assert "unsubscribed" in answers(exchange)[0]
    assert is_refused(exchange)
    assert app.to("/sms")[0]["Body"] == word
    assert "OptOutType" not in app.to("/sms")[0], "that is for Advanced Opt-Out"


@pytest.mark.parametrize("words", ["STOP please", "please stop", "STOP.", "stop stop", "", "take me off your list"])
def test_words_that_do_not(exchange, app, words):
    exchange.phone(DANA).texts(words, to=HOUSE)
    assert answers(exchange) == []
    assert not is_refused(exchange)


@pytest.mark.parametrize("word", ["START", "unstop", "Yes"])
def test_words_that_start_again(exchange, word):
    exchange.phone(DANA).texts(word, to=HOUSE)
    assert answers(exchange) == [], "there is nothing to start"
    exchange.phone(DANA).texts("STOP", to=HOUSE).texts(word, to=HOUSE)
    assert "re-subscribed" in answers(exchange)[-1]
    assert not is_refused(exchange)


def test_help_is_silent_to_those_who_have_stopped(exchange):
    exchange.phone(DANA).texts("help", to=HOUSE)
    assert len(answers(exchange)) == 1
    exchange.phone(DANA).texts("STOP", to=HOUSE).texts("INFO", to=HOUSE)
    assert len(answers(exchange)) == 2
    assert is_refused(exchange)


def test_it_is_between_one_person_and_one_number(exchange):
    exchange.own(SECOND)
    exchange.phone(DANA).texts("STOP", to=HOUSE)
    assert [is_refused(exchange, HOUSE), is_refused(exchange, SECOND), is_refused(exchange, to=SAM)] == [True, False, False]


def test_a_block_of_the_carriers_own_ends_with_start(exchange):
    exchange.opted_out.add((DANA, HOUSE))
    assert is_refused(exchange)
    exchange.phone(DANA).texts("START", to=HOUSE)
    assert not is_refused(exchange)


def test_a_reply_to_somebody_who_stopped_fails_later(exchange, app):
    app["/sms"] = response("<Message action='/told'>Sorry to see you go.</Message>")
    exchange.phone(DANA).texts("STOP", to=HOUSE)
    exchange.pass_time(5)
    assert [(told["MessageStatus"], told["ErrorCode"]) for told in app.to("/told")] == [("failed", "21610")]
    assert exchange.phone(DANA).received == []


def test_the_network_does_it_for_toll_free_numbers(exchange, app):
    exchange.own(TOLL_FREE, sms_url=f"{BASE}/sms")
    dana = exchange.phone(DANA)
    dana.texts("stop", to=TOLL_FREE)
    assert [text[:11] for text in answers(exchange)] == ["NETWORK MSG"]
    assert is_refused(exchange, TOLL_FREE)
    dana.texts("YES", to=TOLL_FREE)
    assert is_refused(exchange, TOLL_FREE), "YES is no word of the network's"
    dana.texts("UNSTOP", to=TOLL_FREE)
    assert len(answers(exchange)) == 2
    assert not is_refused(exchange, TOLL_FREE)
    dana.texts("QUIT", to=TOLL_FREE)
    assert "unsubscribed" in answers(exchange)[-1], "the carrier's own words hold as well"
    assert len(app.to("/sms")) == 4


def told_of(exchange, app, service) -> list[tuple[str, str | None]]:
    client_of(exchange).messages.create(
        to=DANA, messaging_service_sid=service, body="Hello", status_callback=f"{BASE}/told")
    exchange.pass_time(5)
    return [(told["MessageStatus"], told.get("ErrorCode")) for told in app.to("/told")]


def test_a_service_with_words_of_its_own(exchange, app):
    exchange.own(SECOND, sms_url=f"{BASE}/sms")
    words = OptOutWords(stop=OptOutWords().stop | {"ARRET"}, stopped="Au revoir.", started="Bonjour.", helped="Aide.")
    service = exchange.messaging_service(HOUSE, SECOND, advanced_opt_out=words)
    dana = exchange.phone(DANA).texts("Arret", to=HOUSE)
    assert answers(exchange) == ["Au revoir."]
    told = app.to("/sms")[0]
    assert (told["OptOutType"], told["MessagingServiceSid"], told["Body"]) == ("STOP", service, "Arret")
    assert told_of(exchange, app, service) == [("queued", None), ("failed", "21610")], "accepted, and then refused"
    assert is_refused(exchange, SECOND), "all its numbers are meant"
    dana.texts("help", to=SECOND).texts("hello", to=SECOND).texts("start", to=SECOND).texts("HELP", to=HOUSE)
    assert answers(exchange) == ["Au revoir.", "Bonjour.", "Aide."]
    assert [told.get("OptOutType") for told in app.to("/sms")[1:]] == ["HELP", None, "START", "HELP"]
    assert not is_refused(exchange)


@pytest.mark.parametrize("at_once", [True, False])
def test_a_service_without_them(make, app, at_once):
    exchange = make(unconfirmed=Unconfirmed(service_opt_out_at_create=at_once))
    service = exchange.messaging_service(HOUSE)
    exchange.phone(DANA).texts("STOP", to=HOUSE)
    if at_once:
        with pytest.raises(TwilioRestException) as refused:
            told_of(exchange, app, service)
        assert refused.value.code == 21610
    else:
        assert told_of(exchange, app, service)[-1] == ("failed", "21610")
    assert "OptOutType" not in app.to("/sms")[0]


def test_toll_free_numbers_in_a_service(exchange, app):
    exchange.own(TOLL_FREE, sms_url=f"{BASE}/sms")
    exchange.messaging_service(TOLL_FREE, advanced_opt_out=OptOutWords(stopped="Bye.", started="Hello again."))
    exchange.phone(DANA).texts("STOP", to=TOLL_FREE)
    assert [text[:11] for text in answers(exchange)] == ["NETWORK MSG"], "the service's own goodbye is not heard"
    exchange.phone(DANA).texts("UNSTOP", to=TOLL_FREE)
    assert [text[:11] for text in answers(exchange)[1:]] == ["NETWORK MSG", "Hello again"], "both"
    assert [told["OptOutType"] for told in app.to("/sms")] == ["STOP", "START"]


def test_two_robots_are_parted(exchange, app):
    app["/sms"] = response("<Message>I am out of the office.</Message>")
    for _ in range(17):
        exchange.phone(DANA).texts("So am I.", to=HOUSE)
    exchange.pass_time(5)
    assert len(exchange.phone(DANA).received) == 15
    assert [problem.code for problem in exchange.problems] == [14107, 14107]
    exchange.pass_time(30)
    exchange.phone(DANA).texts("Still?", to=HOUSE)
    exchange.pass_time(5)
    assert len(exchange.phone(DANA).received) == 16
