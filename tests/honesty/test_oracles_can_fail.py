"""Every judge, before a planted mistake: it must find it, and nothing else."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest

from tests.honesty import openapi, twiml_schema, webhook_table
from tests.honesty.stage import BASE, DANA, HOUSE, Stage, response
from tests.oracles import check_log, complaints, with_oracles

HOME = "/2010-04-01/Accounts/AC" + "0" * 32
CALLS = f"{HOME}/Calls.json"
CREATE = [("To", DANA), ("From", HOUSE), ("Url", f"{BASE}/x")]


@pytest.fixture
def played(stage: Stage) -> Stage:
    """A call with an action, its statuses, a conference, a text; all as it should be."""
    stage["/hello"] = response("<Gather numDigits='1' action='/key'><Say>Press.</Say></Gather>")
    stage["/key"] = response(f"<Dial><Conference statusCallback='{BASE}/room' statusCallbackEvent='join leave'>"
                             "blue</Conference></Dial>")
    stage.client.calls.create(to=DANA, from_=HOUSE, url=f"{BASE}/hello", status_callback=f"{BASE}/status",
                              status_callback_event=["initiated", "ringing", "answered", "completed"])
    stage.dana.answers().presses("1").hears("[music]").hangs_up()
    stage.client.messages.create(to=DANA, from_=HOUSE, body="Hello", status_callback=f"{BASE}/told")
    stage.client.calls.list()
    stage.dana.reads("Hello").texts("Hi", to=HOUSE)
    stage.exchange.settle()
    check_log(stage.exchange)
    return stage


def only(found: list[str], words: str) -> None:
    assert found, f"nobody noticed: {words}"
    assert all(words in one for one in found), found


# ---- requests ----


@with_oracles
@pytest.mark.parametrize(
    "method, path, params, words",
    [
        ("POST", CALLS, [*CREATE, ("Colour", "blue")], "Colour is unknown to CreateCall"),
        ("POST", CALLS, [*CREATE, ("url", f"{BASE}/x")], "url is unknown"),
        ("POST", CALLS, CREATE[1:], "To is required"),
        ("POST", CALLS, [*CREATE, ("Timeout", "soon")], "is not a whole number"),
        ("POST", CALLS, [*CREATE, ("Record", "yes")], "is not true or false"),
        ("POST", CALLS, [*CREATE, ("Method", "PUT")], "is not one of"),
        ("POST", CALLS, [*CREATE, ("FallbackUrl", "fallback")], "is not uri"),
        ("POST", CALLS, [*CREATE, ("Byoc", "BY1")], "^BY"),
        ("POST", CALLS, [*CREATE, ("Timeout", "5"), ("Timeout", "6")], "and is no list"),
        ("POST", CALLS, [*CREATE, ("StatusCallbackEvent", "ringing completed")], "repeated keys"),
        ("GET", f"{CALLS}?Status=answered", [], "is not one of"),
        ("GET", f"{CALLS}?PageSize=0", [], "is not from 1 to 1000"),
        ("GET", f"{CALLS}?StartTime=yesterday", [], "is not date-time"),
        ("GET", f"{HOME}/Calls/CA12.json", [], "^CA"),
        ("GET", f"{HOME}/Phones.json", [], "is not in Twilio's OpenAPI"),
        ("DELETE", CALLS, [], "is not in Twilio's OpenAPI"),
        ("POST", f"{HOME}/Messages.json", [("To", "nobody"), ("Body", "x")], "is not phone-number"),
        ("POST", f"{HOME}/Conferences/x/Participants.json", [("From", HOUSE), ("To", DANA), ("Muted", "1")], "true or false"),
    ],
)  # fmt: skip
def test_a_wrong_request(method, path, params, words):
    only(openapi.of_request(method, path, params), words)


@with_oracles
def test_a_right_request():
    more = [("StatusCallbackEvent", "ringing"), ("StatusCallbackEvent", "completed"), ("Record", "true")]
    assert openapi.of_request("POST", CALLS, CREATE + more) == []
    assert openapi.of_request("GET", f"{CALLS}?Status=completed&StartTime%3E=2026-11-02&PageSize=2", []) == []


# ---- answers ----


def spoil(body, change):
    body = copy.deepcopy(body)
    change(body)
    return body


@with_oracles
@pytest.mark.parametrize(
    "change, words",
    [
        (lambda call: call.pop("queue_time"), "queue_time is missing"),
        (lambda call: call["subresource_uris"].update(events=5), "is not an address"),
        (lambda call: call.update(colour="blue"), "colour is unknown"),
        (lambda call: call.update(status="initiated"), "is not one of"),
        (lambda call: call.update(status=None), "is null"),
        (lambda call: call.update(duration=5), "is not of type string"),
        (lambda call: call.update(sid="CA12"), "does not look like"),
        (lambda call: call.update(date_created="2026-11-02T15:00:00Z"), "is not date-time-rfc-2822"),
        (lambda call: call.update(price_unit="dollars"), "is not currency"),
    ],
)
def test_a_wrong_answer(played, change, words):
    entry = next(entry for entry in played.exchange.rest_log if entry.path == CALLS and entry.method == "POST")
    assert openapi.of_answer("POST", CALLS, 201, entry.body) == []
    only(openapi.of_answer("POST", CALLS, 201, spoil(entry.body, change)), words)
    only(openapi.of_answer("POST", CALLS, 200, entry.body), "is answered 200")
    entry.body = spoil(entry.body, change)
    only(complaints(played.exchange), words)


@with_oracles
@pytest.mark.parametrize(
    "change, words",
    [
        (lambda page: page.pop("next_page_uri"), "next_page_uri is missing"),
        (lambda page: page.update(total=3), "total is unknown"),
        (lambda page: page.update(start="0"), "is not of type integer"),
        (lambda page: page.update(start=True), "is not of type integer"),
        (lambda page: page.update(calls={}), "not a list"),
        (lambda page: page["calls"][0].update(direction=1), "calls[0].direction"),
        (lambda page: page.update(uri="Calls.json"), "is not uri"),
    ],
)
def test_a_wrong_page(played, change, words):
    entry = next(entry for entry in played.exchange.rest_log if entry.method == "GET")
    entry.body = spoil(entry.body, change)
    only(complaints(played.exchange), words)


@with_oracles
@pytest.mark.parametrize(
    "body, words",
    [
        ({"code": 21211, "message": "x", "status": 400}, "an error must be"),
        ({"code": 21211, "message": "x", "more_info": "x", "status": 400}, "more_info"),
        ({"code": 5, "message": "x", "more_info": "https://www.twilio.com/docs/errors/5", "status": 400}, "none of Twilio's"),
        ({"code": 21211, "message": "x", "more_info": "https://www.twilio.com/docs/errors/21211", "status": 404}, "of a 400"),
        ({"code": 21211, "message": "", "more_info": "https://www.twilio.com/docs/errors/21211", "status": 400}, "without words"),
        (None, "an error must be"),
    ],
)  # fmt: skip
def test_a_wrong_error(body, words):
    only(openapi.of_answer("POST", CALLS, 400, body), words)


@with_oracles
def test_a_delete_that_says_something():
    only(openapi.of_answer("DELETE", f"{HOME}/Calls/CA{'1' * 32}.json", 204, {}), "with a body")


# ---- documents ----


@with_oracles
def test_a_wrong_document(played):
    hook = next(hook for hook in played.exchange.webhooks if hook.kind == "voice")
    hook.body = b"<Response><say>Hello.</say></Response>"
    only(complaints(played.exchange), "Element 'say'")


@with_oracles
def test_a_document_of_the_wrong_kind():
    assert twiml_schema.of_document(b"<Response><Message>x</Message></Response>", "message") == ()
    assert twiml_schema.of_document(b"<Response><Message>x</Message></Response>", "voice")
    assert twiml_schema.of_document(b"<Response><Say>x</Say></Response>", "message")


@with_oracles
def test_other_products_are_judged_as_well(stage):
    stage.client.lookups.v2.phone_numbers(DANA).fetch(fields="line_type_intelligence")
    entry = stage.exchange.rest_log[0]
    assert openapi.of_request("GET", entry.path, []) == []
    only(openapi.of_request("GET", entry.path, [("Colour", "blue")]), "Colour is unknown")
    only(openapi.of_answer("GET", entry.path, 200, spoil(entry.body, lambda told: told.pop("valid"))), "valid is missing")
    carrier = spoil(entry.body, lambda told: told["line_type_intelligence"].update(kind="x"))
    only(openapi.of_answer("GET", entry.path, 200, carrier), "kind is unknown")
    only(openapi.of_request("GET", "/v2/Nothing", []), "not in Twilio's OpenAPI")
    only(openapi.of_request("POST", "/v2/Services", []), "FriendlyName is required")


# ---- webhooks ----


def hooks(stage: Stage, kind: str):
    return [hook for hook in stage.exchange.webhooks if hook.kind == kind]


def test_a_webhook_that_is_signed_wrongly(played):
    hook = hooks(played, "voice")[0]
    hook.signature = hook.signature[::-1]
    only(complaints(played.exchange), "the signature does not fit")


def test_a_webhook_whose_fields_were_changed_after_signing(played):
    hook = hooks(played, "voice")[1]
    hook.params["Digits"] = "2"
    only(complaints(played.exchange), "the signature does not fit")


@pytest.mark.parametrize(
    "kind, change, words",
    [
        ("voice", lambda told: told.update(Colour="blue"), "Colour='blue' does not belong here"),
        ("voice", lambda told: told.pop("ApiVersion"), "ApiVersion is missing"),
        ("voice", lambda told: told.update(CallStatus="answered"), "CallStatus='answered' does not look"),
        ("voice", lambda told: told.update(Timestamp="now"), "Timestamp"),
        ("voice", lambda told: told.update(ErrorCode="11200"), "go together"),
        ("call-status", lambda told: told.update(CallDuration="5"), "CallDuration='5' does not belong here"),
        ("call-status", lambda told: told.update(Timestamp="2026-11-02T15:00:00Z"), "Timestamp"),
        ("call-status", lambda told: told.update(SequenceNumber="one"), "SequenceNumber"),
        ("call-status", lambda told: told.update(CallStatus="queued"), "queued"),
        ("conference-status", lambda told: told.update(From=DANA), "From"),
        ("conference-status", lambda told: told.update(Muted="0"), "Muted"),
        ("conference-status", lambda told: told.update(StatusCallbackEvent="join"), "conference-status"),
        ("message-status", lambda told: told.update(Body="x"), "Body='x' does not belong here"),
        ("message-status", lambda told: told.update(ErrorCode="30003"), "ErrorCode"),
        ("message-status", lambda told: told.update(SmsStatus="queued"), "differ"),
        ("message-status", lambda told: told.update(MessageStatus="read", SmsStatus="read"), "only WhatsApp"),
        ("message-status", lambda told: told.update(To=f"whatsapp:{DANA}"), "ChannelPrefix is missing"),
        ("message", lambda told: told.update(OptOutType="STOP"), "OptOutType is for Messaging Services"),
        ("message", lambda told: told.update(NumMedia="1"), "MediaUrl0 is missing"),
        ("message", lambda told: told.update(MediaUrl0=f"{BASE}/1"), "does not belong here"),
        ("message", lambda told: told.update(WaId="12025550111"), "does not belong here"),
        ("message", lambda told: told.update(From=f"whatsapp:{DANA}"), "ProfileName is missing"),
    ],
)  # fmt: skip
def test_a_wrong_webhook(played, kind, change, words):
    told = dict(hooks(played, kind)[0].params)
    assert webhook_table.of_webhook(kind, told) == []
    change(told)
    found = webhook_table.of_webhook(kind, told)
    assert any(words in one for one in found), found


@pytest.mark.parametrize(
    "reason, is_right",
    [("moderator_ended_conference", True), ("moderator-ended-conference", False), ("participant_left", False)],
)
def test_reasons_of_leaving_have_underscores(played, reason, is_right):
    told = next(hook.params for hook in hooks(played, "conference-status")
                if hook.params["StatusCallbackEvent"] == "participant-leave") | {"ReasonParticipantLeft": reason}
    assert (webhook_table.of_webhook("conference-status", told) == []) is is_right


@pytest.mark.parametrize(
    "reason, is_right", [("last-participant-left", True), ("last_participant_left", False), ("over", False)]
)
def test_reasons_of_ending_have_hyphens(reason, is_right):
    told = {"ConferenceSid": "CF" + "1" * 32, "FriendlyName": "blue", "AccountSid": "AC" + "1" * 32,
            "SequenceNumber": "1", "Timestamp": "Mon, 02 Nov 2026 15:00:00 +0000", "Reason": "x",
            "StatusCallbackEvent": "conference-end", "ReasonConferenceEnded": reason}  # fmt: skip
    assert (webhook_table.of_webhook("conference-status", told) == []) is is_right


def test_an_answered_dial_tells_no_child():
    told = {"CallSid": "CA" + "1" * 32, "AccountSid": "AC" + "1" * 32, "From": DANA, "To": HOUSE,
            "CallStatus": "in-progress", "ApiVersion": "2010-04-01", "Direction": "inbound",
            "DialCallStatus": "answered", "DialBridged": "true"}  # fmt: skip
    assert webhook_table.of_webhook("voice", told) == []
    only(webhook_table.of_webhook("voice", told | {"DialCallSid": "CA" + "2" * 32}), "neither DialCallSid")
    only(webhook_table.of_webhook("voice", {k: v for k, v in told.items() if k != "DialBridged"}), "DialBridged is missing")


def test_a_sequence_with_a_gap_or_a_late_start(played):
    told = [hook.params for hook in hooks(played, "call-status")]
    assert webhook_table.of_story("call-status", told) == []
    only(webhook_table.of_story("call-status", told[1:]), "SequenceNumber runs [1, 2, 3]")
    only(webhook_table.of_story("call-status", [told[0], *told[2:]]), "SequenceNumber runs [0, 2, 3]")
    backwards = list(reversed(told))
    assert any("SequenceNumber" in words for words in webhook_table.of_story("call-status", backwards))
    assert webhook_table.of_story("call-status", backwards, in_order=False) == []


def test_a_status_that_goes_back():
    told = [{"MessageStatus": "delivered"}, {"MessageStatus": "sent"}]
    only(webhook_table.of_story("message-status", told), "runs ['delivered', 'sent']")


def test_a_webhook_that_is_told_twice_with_the_same_number(played):
    hook = hooks(played, "call-status")[0]
    played.exchange.webhooks.append(replace(hook, token="another"))
    only(complaints(played.exchange), "runs")


def test_a_token_that_is_used_for_two_webhooks(played):
    first, second = hooks(played, "call-status")[:2]
    second.token = first.token
    assert any("same idempotency token" in words for words in complaints(played.exchange))


def test_a_webhook_of_another_account(played):
    hook = hooks(played, "conference-status")[0]
    hook.params["AccountSid"] = "AC" + "9" * 32
    assert any("AccountSid is not the account's" in words for words in complaints(played.exchange))


def test_a_webhook_of_an_unknown_kind(played):
    hooks(played, "voice")[0].kind = "fax"
    only(complaints(played.exchange), "no webhook of kind fax")
