"""The known signatures of handbook/TWILIO.md, 2: three signers and one judge agree on them."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

import pytest
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from tests.honesty.stage import BASE, HOUSE, Stage, response
from tests.oracles import signature
from voice_gateway.sandbox import Unconfirmed, Weather
from voice_gateway.sandbox.clock import VirtualClock
from voice_gateway.sandbox.webhooks import Postman, WebhookAnswer
from voice_gateway.wire import Forged, Garbled, Signatures

TOKEN = "12345"
ADDRESS = "https://mycompany.com/myapp.php?foo=1&bar=2"
FORM = [("CallSid", "CA1234567890ABCDE"), ("Digits", "1234"), ("From", "+14158675309"), ("To", "+18005551212"),
        ("Caller", "+14158675309")]  # fmt: skip
REPEATED = [("Digits", "5678"), ("Digits", "1234"), ("Digits", "1234"), ("Sid", "CA123"), ("SidAccount", "AC123")]
JSON = '{"property": "value", "boolean": true}'
JSON_HASH = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
VECTORS = {
    "plain": (ADDRESS, FORM, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
    "443": (ADDRESS.replace(".com", ".com:443"), FORM, "kvajT1Ptam85bY51eRf/AJRuM3w="),
    "80": (ADDRESS.replace("https", "http").replace(".com", ".com:80"), FORM, "0ZXoZLH/DfblKGATFgpif+LLRf4="),
    "1234": (ADDRESS.replace("https", "http").replace(".com", ".com:1234"), FORM, "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),
    "repeated": (ADDRESS, REPEATED, "IK+Dwps556ElfBT0I3Rgjkr1wJU="),
    "json": (f"{ADDRESS}&bodySHA256={JSON_HASH}", [], "a9nBmqA0ju/hNViExpshrM61xv4="),
}
SHA_256 = "033hgUJA9M/hXIZsYjwkerEP/DBm35nEri5FhCYjA5s="


def sent(url, form, method="POST", **how):
    """What the sandbox's own postman sends to an address."""
    requests, clock = [], VirtualClock()

    def post(request, on_answer):
        requests.append(request)
        on_answer(WebhookAnswer(204))

    postman = Postman(clock, post, Weather(), TOKEN, lambda: "token", **how)
    postman.tell("call-status", url, form, method)
    clock.wait(lambda: False, 1)
    return requests[0]


@pytest.mark.parametrize("name", VECTORS)
def test_the_judge_and_twilios_library_know_the_vectors(name):
    url, form, known = VECTORS[name]
    assert signature(TOKEN, url, form) == known
    assert RequestValidator(TOKEN).compute_signature(url, MultiDict(form)) == known
    assert hashlib.sha256(JSON.encode()).hexdigest() == JSON_HASH


@pytest.mark.parametrize("name", [name for name in VECTORS if name != "repeated"])
def test_the_sandbox_signs_like_the_vectors(name):
    url, form, known = VECTORS[name]
    request = sent(url, form)
    assert request.headers["X-Twilio-Signature"] == known
    assert request.url == url


def test_the_sandbox_never_sends_a_field_twice(stage):
    """So the vector with repeated fields has no counterpart there."""
    stage["/voice"] = response("<Gather numDigits='1' action='/key'><Say>Press.</Say></Gather>")
    stage.dana.dials(HOUSE).hears("Press").presses("1").is_hung_up()
    stage.exchange.settle()
    for request in stage.asked:
        names = [name for name, _ in request.params]
        assert len(names) == len(set(names))


def test_a_fragment_is_neither_signed_nor_sent():
    request = sent(f"{ADDRESS}#rc=3&rp=all", FORM)
    assert request.url == ADDRESS
    assert request.headers["X-Twilio-Signature"] == VECTORS["plain"][2]


def test_a_get_is_signed_with_its_fields_in_the_address():
    request = sent("https://mycompany.com/myapp.php?foo=1", FORM, "GET")
    assert request.params == []
    assert "CallSid=CA1234567890ABCDE" in urlsplit(request.url).query
    assert request.headers["X-Twilio-Signature"] == signature(TOKEN, request.url)
    assert "Content-Type" not in request.headers


def test_the_newer_algorithm_is_said_and_used():
    request = sent(ADDRESS, FORM, hmac_sha256=True)
    assert request.headers["X-Twilio-Signature"] == SHA_256 == signature(TOKEN, ADDRESS, FORM, "sha256")
    assert "algorithm=HMAC_SHA256" in request.headers["X-Twilio-Webhooks-Signature-Settings"]
    assert Unconfirmed().hmac_sha256 is False


def test_words_beyond_ascii_are_signed_as_utf_8():
    form = [("Body", "Grüße 🙂"), ("From", "+4915112345678")]
    request = sent(ADDRESS, form)
    assert RequestValidator(TOKEN).validate(ADDRESS, dict(form), request.headers["X-Twilio-Signature"])


# ---- our own door ----

ACCOUNT = ("AccountSid", "AC" + "1" * 32)


def door(base="https://mycompany.com", tokens=(TOKEN,)):
    return Signatures(ACCOUNT[1], tokens, base)


def check(form, given, base="https://mycompany.com", tokens=(TOKEN,), path="/myapp.php?foo=1&bar=2"):
    door(base, tokens).check(path, MultiDict(form), given)


@pytest.mark.parametrize("name", [name for name in VECTORS if name != "json"])
def test_our_door_knows_the_vectors(name):
    """They are of an account without a sid, which is the last thing that our door looks at."""
    url, form, known = VECTORS[name]
    parts = urlsplit(url)
    with pytest.raises(Forged, match="AccountSid"):
        check(form, known, f"{parts.scheme}://{parts.netloc}")


@pytest.mark.parametrize(
    "signed_for, base",
    [("https://mycompany.com:443", "https://mycompany.com"), ("http://mycompany.com:80", "http://mycompany.com"),
     ("https://mycompany.com", "https://mycompany.com:1234")],
)  # fmt: skip
def test_our_door_takes_either_form_of_a_port(signed_for, base):
    form = [*FORM, ACCOUNT]
    check(form, signature(TOKEN, f"{signed_for}/myapp.php?foo=1&bar=2", form), base)


def test_our_door_takes_any_of_its_tokens():
    form = [*FORM, ACCOUNT]
    check(form, signature("old", ADDRESS, form), tokens=("new", "old"))


@pytest.mark.parametrize(
    "spoilt", ["token", "path", "value", "field", "surplus", "account", "none", "empty", "scheme"],
)
def test_our_door_refuses_what_is_forged(spoilt):
    form = [*FORM, ACCOUNT]
    given: str | None = signature("another" if spoilt == "token" else TOKEN, ADDRESS, form)
    base, path = "https://mycompany.com", "/myapp.php?foo=1&bar=2"
    if spoilt == "path":
        path = "/myapp.php?foo=1&bar=3"
    elif spoilt == "value":
        form[1] = ("Digits", "1235")
    elif spoilt == "field":
        del form[1]
    elif spoilt == "surplus":
        form.append(("Extra", "x"))
    elif spoilt == "account":
        form[-1] = ("AccountSid", "AC" + "2" * 32)
        given = signature(TOKEN, ADDRESS, form)
    elif spoilt == "scheme":
        base = "http://mycompany.com"
    elif spoilt in ("none", "empty"):
        given = None if spoilt == "none" else ""
    with pytest.raises(Forged):
        check(form, given, base, path=path)


def test_our_door_refuses_repeated_fields():
    """There are no separators in what is signed: a field twice may be two halves of another."""
    form = [*REPEATED, ACCOUNT]
    with pytest.raises(Garbled, match="Digits"):
        check(form, signature(TOKEN, ADDRESS, form))


def test_the_sandbox_and_our_door_agree(stage: Stage):
    stage["/voice"] = response("<Say>Hello.</Say>")
    stage.dana.dials(HOUSE).hears("Hello").is_hung_up()
    stage.exchange.settle()
    x = stage.exchange
    for request in stage.asked:
        path = request.url.removeprefix(BASE)
        given = request.headers["X-Twilio-Signature"]
        Signatures(x.account_sid, [x.auth_token], BASE).check(path, MultiDict(request.params), given)
