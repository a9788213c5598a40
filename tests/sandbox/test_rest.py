"""The REST face: Twilio's own client, strict shapes, Twilio's complaints."""

from __future__ import annotations

import json
import re
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from twilio.base.exceptions import TwilioRestException

from voice_gateway.sandbox.parameters import ACCEPTED

from .conftest import BASE, HOUSE, client_of, response

DANA, SAM = "+12025550111", "+12025550122"
ORACLE = Path(__file__).parents[3] / "shared" / "oracles" / "twilio_api_v2010.json"
AUTH = ("AC" + "0" * 32, "12345")
HOME = f"/2010-04-01/Accounts/{AUTH[0]}"


@pytest.fixture(scope="module")
def schemas():
    if not ORACLE.exists():
        pytest.skip("oracles absent")
    return json.loads(ORACLE.read_text())["components"]["schemas"]


def check(shape, name, schemas):
    schema = schemas[name]["properties"]
    assert set(shape) == set(schema), name
    for field, value in shape.items():
        rule = schema[field]
        if "$ref" in rule:
            rule = schemas[rule["$ref"].rsplit("/", 1)[1]]
        if value is None:
            assert rule.get("nullable") or "enum" in rule, field
            continue
        kinds = {"string": str, "integer": int, "boolean": bool, "object": dict, "number": float}
        if "type" in rule:
            assert isinstance(value, kinds[rule["type"]]), (name, field, value)
        if "enum" in rule:
            assert value in rule["enum"], (name, field, value)
        if "pattern" in rule:
            assert re.match(rule["pattern"], value), (name, field, value)
        if rule.get("format") == "date-time-rfc-2822":
            assert parsedate_to_datetime(value).tzinfo is not None


def get(exchange, path):
    answer = exchange.rest("GET", HOME + path, [], AUTH)
    assert answer.status == 200, answer
    return answer.body


def test_every_shape_is_twilios(exchange, app, schemas):
    app["/voice"] = response(
        "<Dial record='record-from-answer'><Conference record='record-from-start'>blue</Conference></Dial>"
    )
    app["/rec"] = response("<Record/>")
    dana = exchange.phone(DANA).dials(HOUSE)
    client = client_of(exchange)
    call = client.calls.create(to=SAM, from_=HOUSE, url=f"{BASE}/voice", record=True)
    sam = exchange.phone(SAM).answers()
    assert dana.talks_with(sam)
    client.messages.create(to=DANA, from_=HOUSE, body="Hello")
    exchange.phone(DANA).texts("Hi", to=HOUSE)
    prefix = "api.v2010.account"
    for path, key, name in [
        ("/Calls.json", "calls", f"{prefix}.call"),
        ("/Messages.json", "messages", f"{prefix}.message"),
        ("/Conferences.json", "conferences", f"{prefix}.conference"),
        ("/Conferences/blue/Participants.json", "participants", f"{prefix}.conference.participant"),
        ("/Recordings.json", "recordings", f"{prefix}.recording"),
        ("/Conferences/blue/Recordings.json", "recordings",
         f"{prefix}.conference.conference_recording"),
        (f"/Calls/{call.sid}/Recordings.json", "recordings", f"{prefix}.call.call_recording"),
        ("/IncomingPhoneNumbers.json", "incoming_phone_numbers", f"{prefix}.incoming_phone_number"),
    ]:  # fmt: skip
        listed = get(exchange, path)
        assert listed[key], path
        for shape in listed[key]:
            check(shape, name, schemas)
            where = shape["uri"].removeprefix(HOME)
            check(get(exchange, where), name, schemas)
    check(get(exchange, ".json"), prefix, schemas)


def test_the_accepted_parameters_are_twilios():
    if not ORACLE.exists():
        pytest.skip("oracles absent")
    paths = json.loads(ORACLE.read_text())["paths"]
    home = "/2010-04-01/Accounts/{AccountSid}"
    for key, path, verb in [
        ("create calls", f"{home}/Calls.json", "post"),
        ("list calls", f"{home}/Calls.json", "get"),
        ("update calls", f"{home}/Calls/{{Sid}}.json", "post"),
        ("create messages", f"{home}/Messages.json", "post"),
        ("list messages", f"{home}/Messages.json", "get"),
        ("create participants", f"{home}/Conferences/{{ConferenceSid}}/Participants.json", "post"),
        (
            "update participants",
            f"{home}/Conferences/{{ConferenceSid}}/Participants/{{CallSid}}.json",
            "post",
        ),
        ("create incoming_phone_numbers", f"{home}/IncomingPhoneNumbers.json", "post"),
        ("list conferences", f"{home}/Conferences.json", "get"),
        ("list recordings", f"{home}/Recordings.json", "get"),
    ]:
        operation = paths[path][verb]
        if verb == "get":
            names = {p["name"] for p in operation["parameters"] if p["in"] == "query"}
        else:
            content = operation["requestBody"]["content"]["application/x-www-form-urlencoded"]
            names = set(content["schema"]["properties"])
        assert ACCEPTED[key] == names, key


@pytest.mark.parametrize(
    "changes, code",
    [
        ({"To": ""}, 21201),
        ({"From": ""}, 21213),
        ({"To": "nobody"}, 21211),
        ({"To": "+1202"}, 21217),
        ({"To": HOUSE}, 21211),
        ({"From": "+12025550199"}, 21210),
        ({"From": "boss"}, 21212),
        ({"Url": ""}, 21205),
        ({"Url": "/relative"}, 21205),
        ({"StatusCallback": "https://my_app.test/x"}, 21205),
        ({"Timeout": "soon"}, 21208),
        ({"Method": "PUT"}, 21209),
        ({"SendDigits": "abc"}, 21206),
        ({"MachineDetection": "Perhaps"}, 21234),
        ({"Twiml": "x" * 4001}, 32018),
        ({"StatusCallbackEvent": "finished"}, 20001),
    ],
)
def test_bad_calls(exchange, changes, code):
    form = {"To": DANA, "From": HOUSE, "Url": f"{BASE}/x"} | changes
    answer = exchange.rest("POST", f"{HOME}/Calls.json", list(form.items()), AUTH)
    assert answer.status == 400
    assert answer.body["code"] == code
    assert set(answer.body) == {"code", "message", "more_info", "status"}
    assert exchange.calls == {}


@pytest.mark.parametrize(
    "changes, code",
    [
        ({"To": ""}, 21604),
        ({"Body": ""}, 21602),
        ({"Body": "x" * 1601}, 21617),
        ({"From": ""}, 21603),
        ({"From": "+12025550199"}, 21606),
        ({"From": "x"}, 21212),
        ({"To": "12"}, 21211),
        ({"To": HOUSE}, 21211),
        ({"MediaUrl": "x"}, 21620),
    ],
)
def test_bad_messages(exchange, changes, code):
    form = {"To": DANA, "From": HOUSE, "Body": "Hello"} | changes
    answer = exchange.rest("POST", f"{HOME}/Messages.json", list(form.items()), AUTH)
    assert (answer.status, answer.body["code"]) == (400, code)


def test_policy_refusals(exchange):
    exchange.permitted_call_prefixes = exchange.permitted_text_prefixes = ("+1",)
    exchange.blocked_numbers.add(SAM)
    client = client_of(exchange)

    def code(deed):
        with pytest.raises(TwilioRestException) as refused:
            deed()
        return refused.value.code

    url = f"{BASE}/x"
    assert code(lambda: client.calls.create(to="+442071838750", from_=HOUSE, url=url)) == 21215
    assert code(lambda: client.calls.create(to=SAM, from_=HOUSE, url=url)) == 21216
    assert code(lambda: client.messages.create(to="+442071838750", from_=HOUSE, body="x")) == 21408
    exchange.trial = True
    assert code(lambda: client.calls.create(to=DANA, from_=HOUSE, url=url)) == 21219
    assert code(lambda: client.messages.create(to=DANA, from_=HOUSE, body="x")) == 21608


def test_lists_come_in_pages(exchange):
    client = client_of(exchange)
    for n in range(7):
        client.messages.create(to=DANA, from_=HOUSE, body=f"text {n}")
    assert len(client.messages.list(page_size=3)) == 7
    assert len(client.messages.list(limit=4, page_size=3)) == 4
    first = get(exchange, "/Messages.json?PageSize=3")
    assert first["next_page_uri"].startswith(f"{HOME}/Messages.json?")
    assert (first["start"], first["end"], first["page"], first["page_size"]) == (0, 2, 0, 3)
    assert first["previous_page_uri"] is None


def test_api_keys_open_the_door_too(exchange):
    exchange.api_keys["SK" + "1" * 32] = "secret"
    assert exchange.rest("GET", f"{HOME}/Calls.json", [], ("SK" + "1" * 32, "secret")).status == 200
    assert exchange.rest("GET", f"{HOME}/Calls.json", [], ("SK" + "1" * 32, "x")).status == 401
    assert exchange.rest("GET", f"{HOME}/Calls.json").body["code"] == 20003


def test_unknown_parameters_are_seen(exchange):
    form = [("To", DANA), ("From", HOUSE), ("Url", f"{BASE}/x"), ("Colour", "blue")]
    exchange.rest("POST", f"{HOME}/Calls.json", form, AUTH)
    assert exchange.rest_log[-1].unknown == ["Colour"]
    assert exchange.problems[-1].code == 20001


def test_not_found(exchange):
    for path in ["/Calls/CA" + "1" * 32 + ".json", "/Nonsense.json", "/Conferences/x.json"]:
        answer = exchange.rest("GET", HOME + path, [], AUTH)
        assert (answer.status, answer.body["code"]) == (404, 20404)
    assert exchange.rest("DELETE", f"{HOME}/Calls.json", [], AUTH).status == 405


def test_numbers_are_bought_set_and_given_up(exchange):
    client = client_of(exchange)
    number = client.incoming_phone_numbers.create(
        phone_number="+12025550177", voice_url=f"{BASE}/voice", sms_method="GET"
    )
    number = client.incoming_phone_numbers(number.sid).update(friendly_name="Front desk")
    assert (number.friendly_name, number.voice_url) == ("Front desk", f"{BASE}/voice")
    found = client.incoming_phone_numbers.list(phone_number="0177")
    assert [n.sid for n in found] == [number.sid]
    client.incoming_phone_numbers(number.sid).delete()
    assert len(client.incoming_phone_numbers.list()) == 1


def test_one_call_a_second(exchange):
    client = client_of(exchange)
    calls = [client.calls.create(to=f"+1202555020{n}", from_=HOUSE, url=f"{BASE}/x") for n in range(3)]
    exchange.pass_time(0.9)
    assert [client.calls(c.sid).fetch().status for c in calls] == ["ringing", "queued", "queued"]
    client.calls(calls[2].sid).update(status="canceled")
    exchange.pass_time(1)
    states = [client.calls(c.sid).fetch() for c in calls]
    assert [c.status for c in states] == ["ringing", "ringing", "canceled"]
    assert states[1].queue_time == "1000"
