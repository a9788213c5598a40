"""The carrier's door: who may knock, what a repeat hears, and what nobody may change."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

import flows
from flows import screened_callback
from tests.house import ACCOUNT, BASE, TOKEN, House
from voice_gateway.store import MemoryLost
from voice_gateway.store.tables import Table

pytestmark = pytest.mark.weather("calm")


def everything(house: House) -> list[Any]:
    """All rows of all tables."""
    return [house.rows(select(table)) for table in Table.metadata.sorted_tables if table.name != "services"]


def knock(house: House, path: str, *, token: str = TOKEN, base: str = BASE, signature: str | None = None,
          **form: str) -> Any:
    """A signed webhook, or one that pretends to be."""
    sent = {"AccountSid": ACCOUNT, "CallSid": "CA" + "5" * 32, "CallStatus": "in-progress"} | form
    signed = RequestValidator(token).compute_signature(base + path, sent)
    return house.browser.post(path, data=sent, headers={"X-Twilio-Signature": signature or signed})


@pytest.fixture
def ringing(house: House) -> tuple[Any, Any]:
    """Dana has asked, and Sam's telephone rings."""
    dana, sam = house.customer("Dana"), house.agent("Sam")
    dana.asks_for_a_call()
    sam.phone.rings()
    return dana, sam


def last_voice_webhook(house: House) -> Any:
    return next(each for each in reversed(house.exchange.webhooks) if each.kind == "voice")


@pytest.mark.parametrize("how", [
    {"signature": "bm90IHNpZ25lZA=="}, {"token": "another token"}, {"base": "https://elsewhere.example.test"},
    {"AccountSid": "AC" + "9" * 32},
])
@pytest.mark.parametrize("door", ["/voice/screened_callback/agent_chooses?case=1&leg=1&step=2", "/voice/ended?case=1&leg=1",
                                  "/voice/fallback?to=customer", "/voice/fallback/recorded", "/voice/fallback/thanks",
                                  "/sms/delivered?message=1"])
def test_strangers_are_refused_at_every_door(house: House, ringing: Any, how: dict[str, str], door: str) -> None:
    before = everything(house)
    assert knock(house, door, **how).status_code == 403
    assert everything(house) == before
    ringing[1].phone.declines()
    ringing[0].phone.reads("nobody was free")


def test_without_a_signature_nothing_opens(house: House) -> None:
    for rule in house.app.url_map.iter_rules():
        if rule.rule.startswith(("/voice", "/sms")):
            path = rule.rule.replace("<flow>", "screened_callback").replace("<turn>", "agent_answers")
            assert house.browser.post(path, data={"AccountSid": ACCOUNT}).status_code == 403, rule.rule


def test_the_second_token_is_accepted_while_one_is_rotated(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house.gateway.signatures, "_validators", [RequestValidator(each) for each in (TOKEN, "the next token")])
    assert knock(house, "/voice/fallback?to=customer", token="the next token").status_code == 200


@pytest.mark.parametrize("form, path", [
    ({"CallSid": ""}, "/voice/screened_callback/agent_answers?case=1&leg=1&step=1"),
    ({}, "/voice/screened_callback/agent_answers?leg=1&step=1"),
    ({}, "/voice/screened_callback/agent_answers?case=seven&leg=1&step=1"),
    ({}, "/voice/screened_callback/agent_answers?case=1&leg=-1&step=1"),
    ({}, "/voice/ended?case=99999999999999999999&leg=1"),
    ({"MessageStatus": "eaten"}, "/sms/delivered?message=1"),
])
def test_what_is_signed_but_garbled_is_refused_plainly(house: House, form: dict[str, str], path: str) -> None:
    before = everything(house)
    answer = knock(house, path, **form)
    assert answer.status_code == 400
    assert answer.get_data(as_text=True).strip()
    assert everything(house) == before


def test_repeated_fields_are_refused(house: House) -> None:
    fields = MultiDict([("AccountSid", ACCOUNT), ("CallSid", "CA1"), ("Digits", "1"), ("Digits", "2")])
    url = f"{BASE}/voice/screened_callback/agent_answers?case=1&leg=1&step=1"
    signed = RequestValidator(TOKEN).compute_signature(url, fields)
    answer = house.browser.post(url.removeprefix(BASE), data=fields, headers={"X-Twilio-Signature": signed})
    assert answer.status_code == 400


def test_the_wrong_kind_of_content_is_refused(house: House) -> None:
    assert house.browser.post("/voice/ended?case=1&leg=1", json={"CallSid": "CA1"}).status_code == 400


def test_an_oversized_webhook_is_refused(house: House) -> None:
    answer = knock(house, "/voice/ended?case=1&leg=1", Noise="x" * 100_000)
    assert answer.status_code in (400, 413)


def test_surplus_fields_do_no_harm(house: House, ringing: Any) -> None:
    dana, sam = ringing
    sam.phone.hears("Dana").presses("1").hears("Calling them now")
    seen = last_voice_webhook(house)
    answer = knock(house, seen.url.removeprefix(BASE), **{**seen.params, "SomethingNew": "yes"})
    assert answer.get_data() == seen.body
    dana.phone.rings().presses("2")
    dana.phone.reads("another time")


def test_an_old_webhook_played_again_gets_the_first_answer(house: House, ringing: Any) -> None:
    """Also with another key: the first answer stands."""
    dana, sam = ringing
    sam.phone.hears("Dana").presses("2").hears("next colleague")
    seen = last_voice_webhook(house)
    before = everything(house)
    again = knock(house, seen.url.removeprefix(BASE), **{**seen.params, "Digits": "1"})
    assert again.get_data() == seen.body
    assert everything(house) == before
    dana.phone.reads("nobody was free")


def test_a_call_that_is_not_this_legs_hears_nothing(house: House, ringing: Any) -> None:
    dana, sam = ringing
    sam.phone.hears("Dana")
    answer = knock(house, "/voice/screened_callback/agent_chooses?case=1&leg=1&step=2", CallSid="CA" + "7" * 32, Digits="1")
    assert b"<Dial" not in answer.get_data()
    sam.phone.hangs_up()
    dana.phone.reads("nobody was free")


def test_whatever_goes_wrong_becomes_one_moment_please(house: House, ringing: Any, caplog: Any,
                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    """Three apologies, then a message can be left; no error is ever spoken."""
    dana, sam = ringing
    turn = screened_callback.flow.turns["agent_answers"]

    def broken(_call: Any) -> Any:
        raise RuntimeError("a bug in a story")

    monkeypatch.setitem(screened_callback.flow.turns, "agent_answers", flows.Turn(turn.flow, turn.name, broken))
    sam.phone.hears("One moment please", "One moment please", "One moment please", "leave a message")
    assert "bug" not in sam.phone.heard
    sam.phone.hangs_up()
    dana.phone.reads("nobody was free")
    caplog.clear()


def test_a_bug_that_goes_away_is_forgiven(house: House, ringing: Any, caplog: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    dana, sam = ringing
    turn, failures = screened_callback.flow.turns["agent_answers"], [1, 2]

    def shaky(call: Any) -> Any:
        if failures:
            failures.pop()
            raise RuntimeError("a hiccup")
        return turn.decide(call)

    monkeypatch.setitem(screened_callback.flow.turns, "agent_answers", flows.Turn(turn.flow, turn.name, shaky))
    sam.phone.hears("One moment please", "One moment please", "Dana", "a refund").presses("2")
    dana.phone.reads("nobody was free")
    caplog.clear()


def test_with_the_database_down_the_fallback_still_speaks(house: House, caplog: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_given: Any) -> Any:
        raise MemoryLost("the database did not answer")

    monkeypatch.setattr(house.store, "transaction", down)
    spoken = knock(house, "/voice/fallback?to=customer").get_data(as_text=True)
    assert "<Record" in spoken
    assert "<Say>" in spoken
    turn = knock(house, "/voice/screened_callback/agent_answers?case=1&leg=1&step=1")
    assert turn.status_code == 200
    assert "One moment please" in turn.get_data(as_text=True)
    monkeypatch.undo()
    caplog.clear()
