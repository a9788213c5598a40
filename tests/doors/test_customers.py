"""Asking for a call: what comes in, what is refused and why, and that nothing is dialled for a refusal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from flows.facts import HOURS, MINUTES
from tests.doors.front import DANA, MORNING, NO_LIMITS, OFFICE_HOURS, OURS, SAM, front
from voice_gateway.limits import DAY, Limit
from voice_gateway.store import MemoryLost
from voice_gateway.store.tables import CaseRow, ContactRow, IdentifierRow, JournalRow, OrderRow
from voice_gateway.turn import Turns


@pytest.fixture
def door(tmp_path):
    with front(tmp_path) as built:
        yield built


def wrong_fields(answer, status=422):
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.content_type == "application/problem+json"
    problem = answer.get_json(force=True)
    assert problem["status"] == status
    assert problem["title"]
    assert all(each["why"] for each in problem.get("errors", []))
    return {each["field"]: each["why"] for each in problem.get("errors", [])}


def test_a_wish_is_granted(door):
    answer = door.asks(impact="My flight leaves at noon", handle={"network": "Bluesky", "handle": "@dana.example"}, when="now")
    assert answer.status_code == 202
    assert answer.get_json() | {"url": ""} == {"ticket": "T1", "url": "", "state": "waiting", "position": 1, "wait_seconds": [30, 300]}
    case = door.row(CaseRow)
    assert (case.caller_name, case.about, case.impact) == ("Dana Doe", "a refund", "My flight leaves at noon")
    assert case.declared_handle == {"bluesky": "dana.example"}
    assert door.row(IdentifierRow).subject == DANA
    assert door.rings == [[1]]
    assert door.browser.get(door.ticket(answer)).status_code == 200


def test_the_form_leads_to_the_ticket(door):
    answer = door.fills_in(network="mastodon", handle="@dana@social.example")
    assert answer.status_code == 303
    assert door.browser.get(answer.headers["Location"]).status_code == 200
    assert door.row(CaseRow).declared_handle == {"mastodon": "@dana@social.example"}


def test_the_same_number_again_gets_the_same_ticket_and_rings_nobody_twice(door):
    first = door.asks()
    door.passes(minutes=1)
    again = door.asks("(202) 555-0121", name="Eve", about="something else")
    assert again.status_code == 202
    assert [again.get_json()[key] for key in ("ticket", "url")] == [first.get_json()[key] for key in ("ticket", "url")]
    assert door.count(CaseRow) == 1
    assert door.count(OrderRow) == 1
    assert door.row(CaseRow).caller_name == "Dana Doe"


def test_who_asks_again_while_somebody_looks_after_it_is_rung_anew(door):
    door.asks()
    door.case(1, state="open", owner_id=1)
    door.passes(hours=1)
    assert door.asks().get_json()["state"] == "waiting"
    assert [row for row in door.rings if row] == [[1], [1]]
    page = door.browser.get(door.ticket(door.asks())).get_data(as_text=True)
    assert "You asked again." in page
    assert "Dana" not in page


def test_a_closed_ticket_makes_room_for_a_new_one(door):
    first = door.asks()
    door.case(1, state="solved", closed_at=door.now)
    second = door.asks()
    assert second.get_json()["ticket"] == "T2"
    assert second.get_json()["url"] != first.get_json()["url"]


def test_when_somebody_is_quicker_the_ticket_is_theirs_too(door, monkeypatch):
    usual = Turns.visitor

    def overtaken(turns, turn, wish, case_id=None):
        if case_id is None and not door.count(CaseRow):
            usual(turns, turn, wish)
        return usual(turns, turn, wish, case_id)

    monkeypatch.setattr(Turns, "visitor", overtaken)
    assert door.asks().get_json()["ticket"] == "T1"
    assert door.count(CaseRow) == 1


def test_each_wrong_field_is_named(door):
    wrong = wrong_fields(door.asks("12", name="", about=" ", impact=7, when="soon", handle="@x", consent="true"))
    assert set(wrong) == {"phone", "name", "about", "impact", "when", "handle", "consent"}
    assert set(wrong_fields(door.browser.post("/click-to-call", json={}))) == {"phone", "name", "about", "consent"}
    assert door.nothing_is_dialled()


@pytest.mark.parametrize("phone", [None, 12025550121, ["+12025550121"], {"a": 1}, True, "", "x", "+1202555012", "1-800-FLOWERS",
                                   "+12025550121 ext 5", "9" * 10_000, "+12025550121\x00", "\ud83d"])
def test_what_is_no_number_is_refused(door, phone):
    assert set(wrong_fields(door.asks(phone))) == {"phone"}
    assert door.nothing_is_dialled()


@pytest.mark.parametrize("phone", ["911", "112", "999", "988", "+1911", "1-911", "+1 900 555 0123", "+870773111632", "+44 843 456 7890",
                                   "+1 876 955 0123", "+49 30 123456", "+1 800 555 0123", OURS, SAM])
def test_what_policy_refuses_is_forbidden(door, phone):
    assert set(wrong_fields(door.asks(phone), 403)) == {"phone"}
    assert door.fills_in(phone).status_code == 403
    assert door.nothing_is_dialled()


def test_a_forbidden_number_among_other_mistakes_is_a_mistake(door):
    assert set(wrong_fields(door.asks("911", consent=False))) == {"phone", "consent"}


def test_blocked_numbers_and_our_own_are_told_the_same(door):
    door.put(ContactRow, name="Mallory", blocked=False, created_at=MORNING)
    door.put(IdentifierRow, namespace="tel", subject="+12025550166", contact_id=1, blocked=True, first_seen=MORNING)
    answers = [door.asks(phone) for phone in ("+12025550166", OURS, SAM)]
    assert {answer.status_code for answer in answers} == {403}
    assert len({answer.get_data() for answer in answers}) == 1
    assert not door.rings


def test_known_and_unknown_numbers_get_the_same_answer(door):
    door.put(ContactRow, name="Known", blocked=False, created_at=MORNING)
    door.put(IdentifierRow, namespace="tel", subject=DANA, contact_id=1, blocked=False, first_seen=MORNING)
    known = door.asks().get_json()
    door.case(1, state="solved", closed_at=door.now)
    unknown = door.asks("+12025550122").get_json()
    differ = {key for key in known if known[key] != unknown[key]}
    assert differ == {"ticket", "url"}
    assert len(known["url"]) == len(unknown["url"])


@pytest.mark.parametrize("field", ["name", "about", "impact"])
@pytest.mark.parametrize("words", ["a\x00b", "a\x07b", "a\x1b[31mb", "a\ufffeb", "a\ud800b", "a\U0010ffffb", "a\ufdd0b", "a\ue000b", "x" * 10_000, "x" * 301,
                                   5, ["x"], {"x": 1}, True, "\u0301\u0301", "\u200d"])
def test_words_that_nobody_can_say_are_refused(door, field, words):
    assert set(wrong_fields(door.asks(**{field: words}))) == {field}
    assert door.nothing_is_dialled()


@pytest.mark.parametrize("words,kept", [
    ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ("one\r\n\ttwo\n", "one two"),
    ("\u202egnp.exe\u202c", "gnp.exe"),
    ("\u200fשלום\u200e", "שלום"),
    ("👩‍👧 is stuck 🛫", "👩‍👧 is stuck 🛫"),
    ("newer than our tables \U0001fae8", "newer than our tables \U0001fae8"),
    ("Zoe\u0308", "Zoë"),
    ("</Say><Dial>911</Dial>", "</Say><Dial>911</Dial>"),
    ("a\u2028b\u00a0c", "a b c"),
])
def test_strange_words_become_one_plain_line(door, words, kept):
    assert door.asks(about=words).status_code == 202
    assert door.row(CaseRow).about == kept


def test_a_name_is_one_line(door):
    assert set(wrong_fields(door.asks(name="Dana\nDoe"))) == {"name"}


@pytest.mark.parametrize("handle", [5, [], "@dana", {}, {"network": "bluesky"}, {"network": 1, "handle": "x"}, {"network": "", "handle": "x"},
                                    {"network": "x y", "handle": "z"}, {"network": "x" * 33, "handle": "z"}, {"network": "x", "handle": "z" * 101},
                                    {"network": "x", "handle": "\x00"}, {"network": "x", "handle": ""}])
def test_a_handle_is_a_network_and_a_name(door, handle):
    assert set(wrong_fields(door.asks(handle=handle))) == {"handle"}


@pytest.mark.parametrize("consent", [..., None, False, "true", "yes", 1, [True]])
def test_without_consent_nobody_is_called(door, consent):
    assert set(wrong_fields(door.asks(consent=consent))) == {"consent"}
    assert door.nothing_is_dialled()


# ---- when ----


@pytest.mark.parametrize("when,at", [
    ("2026-03-04T12:30", datetime(2026, 3, 4, 17, 30, tzinfo=UTC)),
    ("2026-03-04 12:30:00", datetime(2026, 3, 4, 17, 30, tzinfo=UTC)),
    ("2026-03-04T20:00:00Z", datetime(2026, 3, 4, 20, 0, tzinfo=UTC)),
    ("2026-03-04T20:00:00.250+01:00", datetime(2026, 3, 4, 19, 0, 0, 250_000, tzinfo=UTC)),
    ("2026-03-09T09:00", datetime(2026, 3, 9, 13, 0, tzinfo=UTC)),
    ("2026-04-03T09:00", datetime(2026, 4, 3, 13, 0, tzinfo=UTC)),
])
def test_a_chosen_time_is_kept(door, when, at):
    answer = door.asks(when=when)
    assert answer.status_code == 202
    assert door.row(OrderRow).due_at == at
    assert not door.rings
    until = (at - MORNING).total_seconds()
    assert answer.get_json()["wait_seconds"] == [int(until) + 30, int(until) + 300]
    assert answer.get_json()["position"] == 0


@pytest.mark.parametrize("when", [5, True, [], {}, "soon", "2026-03-04", "20260304T1230", "2026-03-04T14:58:59Z", "2025-03-04T12:30", "0001-01-01T00:00",
                                  "9999-12-31T23:59:59-12:00", "2026-04-04T12:00", "2026-13-01T00:00", "2026-03-04T25:00", "2026-03-08T02:30",
                                  "2026-03-04T12:30+99:99", "٢٠٢٦-03-04T12:30", "2026-03-04T12:30" + "0" * 9999, "2026-W10-3T12:00"])
def test_other_times_are_refused(door, when):
    assert set(wrong_fields(door.asks(when=when))) == {"when"}
    assert door.nothing_is_dialled()


def test_the_minute_that_just_began_is_now(door):
    door.passes(seconds=45)
    assert door.fills_in(when="2026-03-04T15:00Z").status_code == 303
    assert door.rings


def test_outside_hours_the_house_rings_when_it_opens(tmp_path):
    with front(tmp_path, OFFICE_HOURS) as door:
        door.passes(hours=10)
        assert door.asks().status_code == 202
        assert door.row(OrderRow).due_at == datetime(2026, 3, 5, 14, 0, tzinfo=UTC)


# ---- how it is sent ----


@pytest.mark.parametrize("body,kind,status", [
    (b"{", "application/json", 400), (b"", "application/json", 400), (b"\xff\xfe", "application/json", 400),
    (b"[" * 60_000, "application/json", 400), (b"1" * 5000, "application/json", 400), (b"[]", "application/json", 422),
    (b"null", "application/json", 422), (b'"x"', "application/json", 422), (b"x", "text/plain", 415), (b"<x/>", "application/xml", 415),
    (b"{}", "", 415), (b" " * 70_000 + b"{}", "application/json", 413),
])
def test_a_body_that_is_no_wish_is_told_so(door, body, kind, status):
    wrong_fields(door.browser.post("/click-to-call", data=body, content_type=kind or None), status)
    assert door.nothing_is_dialled()


def test_a_form_may_come_in_parts_and_from_elsewhere(door):
    answer = door.browser.post("/click-to-call", content_type="multipart/form-data", headers={"Origin": "https://shop.example"},
                               data={"phone": DANA, "name": "Dana", "about": "shoes", "consent": "on"})
    assert answer.status_code == 303


def test_a_form_that_is_too_large_is_told_to_people(door):
    answer = door.browser.post("/click-to-call", data={"about": "x" * 70_000})
    assert answer.status_code == 413
    assert answer.mimetype == "text/html"


def test_a_robot_that_fills_in_everything_gets_nothing(door):
    assert door.fills_in(company_website="https://spam.example").status_code == 422
    assert door.nothing_is_dialled()


# ---- too often ----


def test_too_often_from_one_address(door):
    door.limits(**NO_LIMITS | {"of_an_address": (Limit(2, 10 * MINUTES),)})
    assert [door.asks(f"+1202555012{n}").status_code for n in range(2)] == [202, 202]
    refused = door.asks("+12025550129")
    wrong_fields(refused, 429)
    assert refused.headers["Retry-After"] == "600"
    assert door.count(CaseRow) == 2
    form = door.fills_in("+12025550129")
    assert form.status_code == 429
    assert form.headers["Retry-After"] == "600"
    assert "Please try again in 10 minutes" in form.get_data(as_text=True)
    door.passes(minutes=10)
    assert door.asks("+12025550129").status_code == 202


def test_no_header_makes_another_address(door):
    door.limits(**NO_LIMITS | {"of_an_address": (Limit(1, DAY),)})
    door.asks()
    for name in ("X-Forwarded-For", "X-Real-IP", "Forwarded", "CF-Connecting-IP", "True-Client-IP"):
        answer = door.browser.post("/click-to-call", headers={name: "198.51.100.7"},
                                   json={"phone": DANA, "name": "Dana", "about": "x", "consent": True})
        assert answer.status_code == 429


@pytest.mark.parametrize("limit", ["of_a_number", "of_a_prefix", "of_the_house"])
def test_asking_again_takes_no_slot_and_a_new_case_does(door, limit):
    door.limits(**NO_LIMITS | {limit: (Limit(1, HOURS),)})
    assert [door.asks().status_code for _ in range(4)] == [202] * 4
    door.case(1, state="solved", closed_at=door.now)
    refused = door.asks()
    wrong_fields(refused, 429)
    assert refused.headers["Retry-After"] == "3600"
    assert door.count(CaseRow) == 1


def test_a_mistake_costs_nothing_and_a_refused_number_a_knock(door):
    door.limits(**NO_LIMITS | {"of_an_address": (Limit(2, DAY),)})
    for _ in range(5):
        assert door.asks("12").status_code == 422
    assert [door.asks(SAM).status_code for _ in range(3)] == [403, 403, 429]


# ---- when something is missing ----


def test_a_house_that_is_not_set_up_says_so(tmp_path):
    with front(tmp_path, furnished=False) as door:
        wrong_fields(door.asks(), 503)
        assert door.fills_in().status_code == 503
        assert "not set up" in door.browser.get("/click-to-call").get_data(as_text=True)


def test_without_memory_people_are_asked_to_call(door, monkeypatch):
    def away():
        raise MemoryLost("gone")

    monkeypatch.setattr(door.store, "reading", away)
    for answer in (door.asks(), door.fills_in(), door.browser.get("/click-to-call"), door.browser.get("/t/x"), door.browser.get("/t/x.json")):
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert "Please call us" in answer.get_data(as_text=True)


def test_a_bell_that_nobody_hears_is_no_refusal(door):
    with door.store.transaction() as memory:
        memory.execute(update(OrderRow).values(done_at=None))
    assert door.asks().status_code == 202
    with door.store.reading() as memory:
        assert memory.scalars(select(JournalRow.what)).all() == ["asked for a call"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3), max_leaves=4,
)
names = st.sampled_from(["phone", "name", "about", "impact", "when", "handle", "consent", "x"])


@given(st.dictionaries(names, json_values, max_size=8))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_sent_is_answered_and_nobody_is_dialled(door, typed):
    wrong_fields(door.browser.post("/click-to-call", json=typed), 422)
    assert door.nothing_is_dialled()


@given(st.text(max_size=100), st.text(max_size=220), st.text(max_size=320))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_gets_in_can_be_spoken(door, name, about, impact):
    door.limits(**NO_LIMITS)
    door.now = MORNING + timedelta(seconds=1)
    answer = door.asks(name=name, about=about, impact=impact)
    assert answer.status_code in (202, 422)
    if answer.status_code == 202:
        case = door.row(CaseRow)
        door.case(case.id, state="solved", closed_at=door.now)
        for words in (case.caller_name, case.about, case.impact):
            assert words == " ".join(words.split())
            assert all(letter >= " " and letter not in "\u202e\u2066\ufffe\uffff" for letter in words)
        assert case.caller_name
        assert case.about
