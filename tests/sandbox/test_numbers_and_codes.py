"""Lookup, Verify and caller IDs: what the network knows, and who proves to have a telephone."""

from __future__ import annotations

import pytest
from twilio.base.exceptions import TwilioRestException

from voice_gateway.sandbox import Unconfirmed
from voice_gateway.sandbox.verify import digits_in

from .conftest import BASE, HOUSE, client_of

DANA, SAM = "+12025550111", "+12025550122"


def refused(deed) -> tuple[int, int]:
    with pytest.raises(TwilioRestException) as error:
        deed()
    return error.value.status, error.value.code


def looked_up(exchange, number: str, fields: str = "", **how):
    return client_of(exchange).lookups.v2.phone_numbers(number).fetch(fields=fields, **how)


def test_a_number_is_looked_up(exchange):
    told = looked_up(exchange, DANA)
    assert (told.valid, told.country_code, told.calling_country_code) == (True, "US", "1")
    assert (told.national_format, told.line_type_intelligence) == ("(202) 555-0111", None)
    assert looked_up(exchange, "(202) 555-0111").phone_number == DANA
    assert looked_up(exchange, DANA, "line_type_intelligence").line_type_intelligence["type"] == "mobile"
    exchange.phone(SAM).is_a_landline()
    assert looked_up(exchange, SAM, "line_type_intelligence").line_type_intelligence["type"] == "landline"
    assert looked_up(exchange, "+18885550199", "line_type_intelligence").line_type_intelligence["type"] == "tollFree"
    exchange.lookups[DANA] = {"reassigned_number": {"is_number_reassigned": "yes"}}
    told = looked_up(exchange, DANA, "reassigned_number,line_status", last_verified_date="20260101")
    assert (told.reassigned_number["is_number_reassigned"], told.line_status["status"]) == ("yes", "active")
    assert refused(lambda: looked_up(exchange, DANA, "horoscope")) == (400, 20001)


@pytest.mark.parametrize(
    "number, error",
    [("+1202555", "TOO_SHORT"), ("+120255501112", "TOO_LONG"), ("nobody", "NOT_A_NUMBER"), ("55512", "INVALID_COUNTRY_CODE"),
     ("+11025550111", "INVALID_BUT_POSSIBLE")],
)  # fmt: skip
def test_what_is_no_number(exchange, number, error):
    told = looked_up(exchange, number, "line_type_intelligence")
    assert (told.valid, told.validation_errors, told.line_type_intelligence) == (False, [error], None)


@pytest.fixture
def service(exchange):
    made = client_of(exchange).verify.v2.services.create(friendly_name="Front desk", code_length=5)
    return client_of(exchange).verify.v2.services(made.sid)


def sent(exchange, service, to=DANA, channel="sms") -> str:
    service.verifications.create(to=to, channel=channel)
    exchange.phone(to).reads("Front desk")
    return digits_in(exchange.phone(to).received[-1])


def test_a_code_is_texted_and_checked(exchange, service):
    code = sent(exchange, service)
    assert len(code) == 5
    assert service.verifications(DANA).fetch().status == "pending"
    wrong = service.verification_checks.create(to=DANA, code="00000")
    assert (wrong.status, wrong.valid) == ("pending", False)
    right = service.verification_checks.create(to=DANA, code=code)
    assert (right.status, right.valid) == ("approved", True)
    assert refused(lambda: service.verification_checks.create(to=DANA, code=code)) == (404, 20404)
    assert refused(lambda: service.verification_checks.create(to=SAM, code=code)) == (404, 20404)
    assert client_of(exchange).messages.list() == [], "Verify's texts are not the account's"
    assert exchange.loose_ends() == []


def test_a_code_is_spoken(exchange, service):
    service.verifications.create(to=DANA, channel="call")
    dana = exchange.phone(DANA).answers().hears("Press any key").presses("1").hears("code is:")
    assert service.verification_checks.create(to=DANA, code=digits_in(dana.heard)).valid
    dana.is_hung_up()
    service.update(dtmf_input_required=False)
    service.verifications.create(to=SAM, channel="call")
    sam = exchange.phone(SAM).answers().hears("code is:").is_hung_up()
    assert service.verification_checks.create(to=SAM, code=digits_in(sam.heard)).valid
    service.update(dtmf_input_required=True)
    service.verifications.create(to=SAM, channel="call")
    assert "code is" not in exchange.phone(SAM).answers().hears("Press any key").is_hung_up().heard[-60:]
    assert client_of(exchange).calls.list() == []


def test_a_code_grows_old(exchange, service):
    code = sent(exchange, service)
    exchange.pass_time(600)
    assert refused(lambda: service.verification_checks.create(to=DANA, code=code)) == (404, 20404)
    assert sent(exchange, service) != code


def test_the_same_code_is_sent_again_five_times_at_most(exchange, service):
    codes = {sent(exchange, service) for _ in range(5)}
    assert len(codes) == 1
    assert refused(lambda: service.verifications.create(to=DANA, channel="sms")) == (429, 60203)
    service.verifications(DANA).update(status="canceled")
    assert sent(exchange, service) not in codes


def guess_wrong(service, times=5):
    for _ in range(times):
        service.verification_checks.create(to=DANA, code="0000")


def test_five_guesses_and_no_more(exchange, service):
    code = sent(exchange, service)
    guess_wrong(service)
    assert refused(lambda: service.verification_checks.create(to=DANA, code=code)) == (429, 60202)
    exchange.pass_time(600)
    assert refused(lambda: service.verification_checks.create(to=DANA, code=code)) == (404, 20404)


def test_a_carrier_that_forgets_who_guessed_too_often(make):
    exchange = make(unconfirmed=Unconfirmed(verify_gone_when_over_limit=True))
    made = client_of(exchange).verify.v2.services.create(friendly_name="Front desk")
    service = client_of(exchange).verify.v2.services(made.sid)
    code = sent(exchange, service)
    guess_wrong(service)
    assert refused(lambda: service.verification_checks.create(to=DANA, code=code)) == (404, 20404)


def test_codes_that_are_not_sent(exchange, service):
    exchange.phone(SAM).is_a_landline()
    service.update(skip_sms_to_landlines=True)
    for how, error in (
        ({"to": "nobody", "channel": "sms"}, (400, 60200)), ({"to": DANA, "channel": "pigeon"}, (403, 60223)),
        ({"to": SAM, "channel": "sms"}, (403, 60205)), ({"to": DANA, "channel": "sms", "custom_code": "1234"}, (400, 60200)),
    ):  # fmt: skip
        assert refused(lambda how=how: service.verifications.create(**how)) == error
    exchange.permitted_text_prefixes = ("+44",)
    assert refused(lambda: service.verifications.create(to=DANA, channel="sms")) == (403, 60605)
    assert refused(lambda: service.verification_checks.create(to=DANA)) == (400, 60200)
    assert exchange.loose_ends() == []


def test_a_caller_id_is_verified_by_a_call(exchange, app):
    client = client_of(exchange)
    asked = client.validation_requests.create(phone_number=DANA, friendly_name="Dana", call_delay=2,
                                              status_callback=f"{BASE}/verified")
    exchange.phone(DANA).answers().hears("six digits").presses(asked.validation_code).hears("is verified").is_hung_up()
    exchange.pass_time(1)
    kept = client.outgoing_caller_ids.list(phone_number=DANA)[0]
    assert (kept.friendly_name, DANA in exchange.verified_callers) == ("Dana", True)
    told = app.to("/verified")[0]
    assert (told["VerificationStatus"], told["OutgoingCallerIdSid"], told["To"]) == ("success", kept.sid, DANA)
    assert refused(lambda: client.validation_requests.create(phone_number=DANA)) == (400, 21450)
    client.outgoing_caller_ids(kept.sid).delete()
    assert client.outgoing_caller_ids.list() == []
    assert DANA not in exchange.verified_callers


def test_a_caller_id_is_not_verified(exchange, app):
    client = client_of(exchange)
    for keys in ("000000", ""):
        client.validation_requests.create(phone_number=DANA, status_callback=f"{BASE}/verified")
        dana = exchange.phone(DANA).answers().hears("six digits")
        if keys:
            dana.presses(keys)
        dana.hears("not the code").is_hung_up()
        exchange.pass_time(1)
    assert [told["VerificationStatus"] for told in app.to("/verified")] == ["failed", "failed"]
    assert client.outgoing_caller_ids.list() == []
    assert refused(lambda: client.validation_requests.create(phone_number="nobody")) == (400, 21401)


def test_numbers_that_a_scenario_has_verified_are_listed(exchange):
    exchange.verified_callers.add(SAM)
    client = client_of(exchange)
    assert [one.phone_number for one in client.outgoing_caller_ids.list()] == [SAM]
    sid = client.outgoing_caller_ids.list()[0].sid
    assert client.outgoing_caller_ids(sid).update(friendly_name="Sam").friendly_name == "Sam"
    exchange.verified_callers.discard(SAM)
    assert refused(client.outgoing_caller_ids(sid).fetch) == (404, 20404)
    assert HOUSE not in exchange.verified_callers
