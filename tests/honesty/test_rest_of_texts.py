"""What texting needs besides calls and messages: media, Lookup, Verify, caller IDs, held against Twilio's OpenAPI."""

from __future__ import annotations

from datetime import timedelta

import pytest
from twilio.base.exceptions import TwilioRestException

from tests.honesty import openapi
from tests.honesty.stage import BASE, DANA, HOUSE, SAM
from tests.oracles import check_log, with_oracles
from voice_gateway.sandbox import Attachment
from voice_gateway.sandbox.verify import digits_in

pytestmark = with_oracles
PLAYED = ("/PhoneNumbers/{PhoneNumber}", "/Verifications", "/Verifications/{Sid}", "/VerificationCheck", "/v2/Services",
          "/v2/Services/{Sid}")


def refused(deed) -> tuple[int, int]:
    with pytest.raises(TwilioRestException) as error:
        deed()
    return error.value.status, error.value.code


def test_media(stage):
    stage.dana.texts("Look", to=HOUSE, media=[Attachment(b"x", "image/png"), Attachment(b"y", "image/gif")])
    x, message = stage.exchange, stage.client.messages.list()[0]
    media = stage.client.messages(message.sid).media
    assert [one.content_type for one in media.list(page_size=1)] == ["image/png", "image/gif"]
    assert len(media.list(date_created_after=x.now() - timedelta(days=1))) == 2
    first = media.list()[0]
    assert media(first.sid).fetch().parent_sid == message.sid
    path = first.uri.removesuffix(".json")
    moved = x.rest("GET", path, [], (x.account_sid, x.auth_token))
    assert (moved.status, x.rest("GET", path, [], None).status) == (307, 401)
    there = moved.headers["Location"].removeprefix("https://mms.twiliocdn.com")
    assert x.rest("GET", there, [], None).body == b"x"
    assert media(first.sid).delete() is True
    assert refused(media(first.sid).fetch) == (404, 20404)
    assert x.rest("GET", there, [], None).status == 404
    check_log(x)


def test_lookup(stage):
    numbers = stage.client.lookups.v2.phone_numbers
    every = "caller_name,sim_swap,call_forwarding,line_status,line_type_intelligence,reassigned_number,sms_pumping_risk"
    stage.sam.is_a_landline()
    assert numbers(DANA).fetch().valid is True
    assert numbers(DANA).fetch(fields=every, last_verified_date="20260101").sms_pumping_risk["number_blocked"] is False
    assert numbers(SAM).fetch(fields="line_type_intelligence").line_type_intelligence["type"] == "landline"
    assert numbers("2025550111").fetch(country_code="US", fields="validation").phone_number == DANA
    assert numbers("+120255501112").fetch().validation_errors == ["TOO_LONG"]
    check_log(stage.exchange)


def test_verify(stage):
    services = stage.client.verify.v2.services
    made = services.create(friendly_name="Front desk", code_length=6, lookup_enabled=True, skip_sms_to_landlines=False,
                           dtmf_input_required=False, custom_code_enabled=False, do_not_share_warning_enabled=True)
    services.create(friendly_name="Other")
    assert next(one.sid for one in services.list(page_size=1)) == made.sid
    service = services(made.sid)
    assert (service.fetch().links["verifications"], service.update(friendly_name="Desk").friendly_name) == (
        f"https://verify.twilio.com/v2/Services/{made.sid}/Verifications", "Desk")
    pending = service.verifications.create(to=DANA, channel="sms")
    assert (pending.status, pending.valid, len(pending.send_code_attempts)) == ("pending", False, 1)
    stage.dana.reads("Desk", "share this code")
    assert service.verifications(pending.sid).fetch().sid == pending.sid
    assert service.verification_checks.create(to=DANA, code="000000").valid is False
    code = digits_in(stage.dana.received[-1])
    assert service.verification_checks.create(verification_sid=pending.sid, code=code).status == "approved"
    other = service.verifications.create(to=DANA, channel="whatsapp")
    assert service.verifications(other.sid).update(status="canceled").status == "canceled"
    stage.exchange.phone(f"whatsapp:{DANA}").reads("Desk")
    service.verifications.create(to=SAM, channel="call")
    stage.sam.answers().hears("code is").is_hung_up()
    assert refused(lambda: service.verification_checks.create(to=DANA, code=code)) == (404, 20404)
    assert service.delete() is True
    assert refused(service.fetch) == (404, 20404)
    check_log(stage.exchange)


def test_caller_ids(stage):
    client, x = stage.client, stage.exchange
    x.verified_callers.add(SAM)
    asked = client.validation_requests.create(phone_number=DANA, friendly_name="Dana", call_delay=1,
                                              status_callback=f"{BASE}/verified", status_callback_method="POST")
    assert client.calls(asked.call_sid).fetch().direction == "outbound-api"
    stage.dana.answers().hears("six digits").presses(asked.validation_code).is_hung_up()
    x.pass_time(1)
    ids = client.outgoing_caller_ids
    assert [one.phone_number for one in ids.list(page_size=1)] == [DANA, SAM]
    one = ids(ids.list(friendly_name="Dana")[0].sid)
    assert one.update(friendly_name="Home").friendly_name == "Home"
    assert one.fetch().phone_number == DANA
    assert one.delete() is True
    assert refused(one.fetch) == (404, 20404)
    assert stage.to("/verified")[0]["VerificationStatus"] == "success"
    check_log(x)


def test_the_examples_of_the_other_products_satisfy_the_oracle():
    """What Twilio's own examples contradict is known by name."""
    contradicting, seen = set(), 0
    for document in (openapi.lookups(), openapi.verify()):
        for path in document.paths:
            if not path.endswith(PLAYED):
                continue
            for method in {"get", "post"} & document.paths[path].keys():
                found = document.operation(method.upper(), path)
                assert found is not None
                for status, answer in document.paths[path][method]["responses"].items():
                    examples = answer.get("content", {}).get("application/json", {}).get("examples", {})
                    for example in examples.values():
                        seen += 1
                        wrong = openapi.of_body(found[0], int(status), example["value"])
                        contradicting |= {words.split()[0].partition("=")[0] for words in wrong}
    assert seen > 15
    assert contradicting == set()
