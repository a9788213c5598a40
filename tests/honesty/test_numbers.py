"""Where a number leads, and how the account stands, as Twilio's own client sees it."""

from __future__ import annotations

from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
from twilio.base.exceptions import TwilioRestException

from tests.honesty.stage import BASE, HOUSE, Stage
from tests.oracles import check_log, with_oracles

pytestmark = with_oracles


def test_a_number_is_led_elsewhere_and_nowhere(stage: Stage) -> None:
    numbers = stage.client.incoming_phone_numbers
    sid = numbers.list(phone_number=HOUSE)[0].sid
    set_to = {"voice_url": f"{BASE}/voice/reception#rc=2&rp=all", "voice_fallback_url": f"{BASE}/voice/fallback",
              "status_callback": f"{BASE}/voice/ended#rc=3&rp=ct,rt,5xx"}
    methods = {"voice_method": "GET", "voice_fallback_method": "GET", "status_callback_method": "GET"}
    numbers(sid).update(**set_to, **methods)
    one = numbers(sid).fetch()
    assert {name: getattr(one, name) for name in set_to | methods} == set_to | methods
    numbers(sid).update(**dict.fromkeys(set_to, ""))
    assert {getattr(numbers(sid).fetch(), name) for name in set_to} == {""}
    check_log(stage.exchange)


def test_a_trunk_and_an_application_exclude_each_other(stage: Stage) -> None:
    numbers = stage.client.incoming_phone_numbers
    sid = numbers.list()[0].sid
    trunk, application = "TK" + "1" * 32, "AP" + "1" * 32
    assert numbers(sid).update(voice_application_sid=application).voice_application_sid == application
    led = numbers(sid).update(trunk_sid=trunk)
    assert (led.trunk_sid, led.voice_application_sid) == (trunk, None)
    led = numbers(sid).update(voice_application_sid=application)
    assert (led.trunk_sid, led.voice_application_sid) == (None, application)
    led = numbers(sid).update(voice_application_sid="", trunk_sid="")
    assert (led.trunk_sid, led.voice_application_sid) == (None, None)
    check_log(stage.exchange)


@pytest.mark.parametrize("status", ["active", "suspended", "closed"])
def test_an_account_can_be_suspended_and_on_trial(stage: Stage, status: str) -> None:
    stage.exchange.account_status, stage.exchange.trial = status, True
    account = stage.client.api.accounts(stage.exchange.account_sid).fetch()
    assert (account.status, account.type) == (status, "Trial")
    check_log(stage.exchange)


def test_every_answer_carries_the_carriers_time(stage: Stage) -> None:
    x = stage.exchange
    for path in (f"/2010-04-01/Accounts/{x.account_sid}.json", "/nowhere"):
        answer = x.rest("GET", path, [], (x.account_sid, x.auth_token))
        assert answer.headers["Date"].endswith(" GMT")
        assert abs(parsedate_to_datetime(answer.headers["Date"]) - x.now()) < timedelta(seconds=1)


def test_countries_may_be_closed_to_calls(stage: Stage) -> None:
    countries = stage.client.voice.v1.dialing_permissions.countries
    stage.exchange.permitted_call_prefixes = ("+1", "+44")
    assert [countries(iso).fetch().low_risk_numbers_enabled for iso in ("US", "CA", "GB", "DE")] == [True, True, True, False]
    with pytest.raises(TwilioRestException) as none:
        countries("ZZ").fetch()
    assert none.value.status == 404
    check_log(stage.exchange)
