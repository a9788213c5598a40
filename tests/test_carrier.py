"""The line to the carrier: what an answer means, and when nobody can say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.house import BASE, OUR_NUMBER, house_settings
from voice_gateway.carrier import Carrier, CarrierError, Do, Unknown, Unreached
from voice_gateway.sandbox import weather
from voice_gateway.sandbox.exchange import Exchange

DANA = "+12025550121"


def line(sky: Any = None, **settings: Any) -> tuple[Exchange, Carrier]:
    given = house_settings("sqlite://").model_copy(update=settings)
    exchange = Exchange(given.twilio_account_sid, house_settings("sqlite://").twilio_auth_token.get_secret_value(),
                        weather=sky)
    exchange.own(OUR_NUMBER)
    return exchange, Carrier(given, exchange.http_client())


def ring(carrier: Carrier, to: str = DANA) -> str:
    return carrier.ring(to=to, ours=OUR_NUMBER, url=f"{BASE}/voice", fallback_url=f"{BASE}/fallback",
                        ended_url=f"{BASE}/ended", seconds=20)


def test_a_ring_lasts_as_long_as_it_was_asked_for() -> None:
    """The carrier adds five seconds to every timeout; they are taken off before."""
    exchange, carrier = line()
    ring(carrier)
    assert ("Timeout", "15") in exchange.rest_log[-1].params


def test_what_never_reached_the_carrier_is_told_apart_from_what_nobody_knows() -> None:
    with pytest.raises(Unreached):
        ring(line(weather.rest_fails_before())[1])
    with pytest.raises(Unknown):
        ring(line(weather.rest_fails_after())[1])


def test_a_lost_answer_is_found_by_looking_it_up() -> None:
    exchange, carrier = line(weather.rest_fails_after())
    since = exchange.now()
    with pytest.raises(Unknown):
        ring(carrier)
    found = carrier.find_calls(to=DANA, ours=OUR_NUMBER, since=since)
    assert [call.sid for call in found] == list(exchange.calls)
    assert carrier.find_calls(to=DANA, ours=OUR_NUMBER, since=since + timedelta(minutes=1)) == []
    assert carrier.find_text(to=DANA, ours=OUR_NUMBER, body="hello", since=since) is None


def test_too_many_at_once_is_for_later() -> None:
    with pytest.raises(CarrierError) as refused:
        ring(line(weather.rest_429())[1])
    assert refused.value.do is Do.LATER


def test_a_wrong_token_is_for_an_operator_also_when_looking_up() -> None:
    wrong = house_settings("sqlite://").twilio_auth_token.__class__("wrong")
    exchange, carrier = line(twilio_auth_token=wrong)
    for ask in (lambda: ring(carrier), lambda: carrier.find_calls(to=DANA, ours=OUR_NUMBER, since=exchange.now())):
        with pytest.raises(CarrierError) as refused:
            ask()
        assert refused.value.do is Do.ALERT


def test_a_call_that_is_over_cannot_be_moved() -> None:
    exchange, carrier = line()
    sid = ring(carrier)
    carrier.hang_up(sid)
    exchange.pass_time(5)
    with pytest.raises(CarrierError) as refused:
        carrier.move(sid, f"{BASE}/voice")
    assert refused.value.do is Do.GONE
    assert carrier.state_of(sid) in ("canceled", "completed")
