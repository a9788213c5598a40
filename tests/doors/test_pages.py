"""What the customers' pages show and hide, and under which headers they leave."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import html

from flows.facts import HOURS, MINUTES, SECONDS
from tests.doors.front import DANA, OURS, front
from voice_gateway.doors.ticket_facts import GUESSED_BAND, band, sentence
from voice_gateway.store import waits
from voice_gateway.store.look_up import Step
from voice_gateway.store.tables import CaseRow, JournalRow
from voice_gateway.tickets import digest

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "voice_gateway" / "pages" / "static"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def door(tmp_path):
    with front(tmp_path) as built:
        yield built


def page(door, path, status=200):
    answer = door.browser.get(path)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def tree(text):
    return html.document_fromstring(text)


def words(text):
    return " ".join(tree(text).text_content().split())


# ---- headers ----


@pytest.mark.parametrize("path", ["/click-to-call", "/t/none", "/t/none.json"])
def test_every_answer_leaves_under_strict_headers(door, path):
    for answer in (door.browser.get(path), door.asks("12"), door.browser.post("/click-to-call", data={"about": "x" * 70_000})):
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "form-action 'self'" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "camera=()" in answer.headers["Permissions-Policy"]


def test_a_ticket_stays_out_of_search_engines(door):
    path = door.ticket(door.asks())
    for each in (path, f"{path}.json", "/t/none"):
        assert door.browser.get(each).headers["X-Robots-Tag"] == "noindex, nofollow"


def test_pages_need_nothing_that_the_policy_forbids(door):
    path = door.ticket(door.asks())
    for each in (page(door, "/click-to-call"), page(door, path), page(door, "/t/none", 404)):
        found = tree(each)
        assert not found.xpath("//*[@style] | //style | //script[not(@src)] | //*[starts-with(name(@*), 'on')]")
        for address in found.xpath("//script/@src | //link[@rel='stylesheet']/@href"):
            with door.browser.get(address) as answer:
                assert answer.status_code == 200


# ---- the form ----


def test_every_field_of_the_form_has_a_label(door):
    found = tree(page(door, "/click-to-call"))
    assert found.get("lang") == "en"
    for field in found.xpath("//input | //textarea | //select"):
        assert found.xpath("//label[@for=$id]", id=field.get("id")), field.get("name")
    names = set(found.xpath("//*[@name]/@name"))
    assert {"phone", "name", "about", "impact", "when", "consent"} <= names


def test_what_was_typed_is_kept_and_each_mistake_is_tied_to_its_field(door):
    typed = {"name": SCRIPT, "about": '"><b>', "impact": "</textarea>" + SCRIPT, "when": "2020-01-01T10:00"}
    answer = door.browser.post("/click-to-call", data={"phone": "911", **typed})
    assert answer.status_code == 422
    found = tree(answer.get_data(as_text=True))
    assert found.xpath("string(//title)").startswith("Please check")
    assert found.xpath("string(//*[@id='name']/@value)") == SCRIPT
    assert found.xpath("string(//*[@id='about']/@value)") == '"><b>'
    assert found.xpath("string(//*[@id='impact'])") == "</textarea>" + SCRIPT
    assert not found.xpath("//script")
    for field in ("phone", "consent"):
        wrong = found.get_element_by_id(field)
        assert wrong.get("aria-invalid") == "true"
        for described in wrong.get("aria-describedby").split():
            assert found.get_element_by_id(described).text_content().strip()
    assert found.xpath("//select[contains(@aria-describedby, 'when-why')]")
    for target in found.xpath("//*[@role='alert']//a/@href"):
        assert found.get_element_by_id(target.removeprefix("#")) is not None


def test_the_form_names_the_house_and_its_number(door):
    text = words(page(door, "/click-to-call"))
    assert "Acme Support" in text
    assert "+1 202-555-0100" in text
    assert f"tel:{OURS}" in page(door, "/click-to-call")


# ---- the ticket ----


def test_nothing_of_the_customer_is_on_the_ticket(door):
    answer = door.asks(name="Zaphod Quux", about="a very private matter", impact="It ruins me", handle={"network": "bluesky", "handle": "@zq.example"})
    door.note(1, "text", "customer", "Acme: we ring Zaphod at +12025550121")
    door.note(1, "asked again", "Zaphod")
    door.note(1, "something new", "Zaphod", "private matter")
    path = door.ticket(answer)
    for text in (page(door, path), page(door, f"{path}.json")):
        for secret in ("Zaphod", "Quux", "private", "ruins", "zq.example", "bluesky", DANA[2:], "0121", "555", "Smith"):
            assert secret not in text, secret
        assert "omething new" not in text
        assert "We sent you a text." in text
        assert "You asked again." in text


def test_the_ticket_tells_each_step_and_who(door):
    path = door.ticket(door.asks())
    for what, who in (("ringing", "Sam"), ("answered", "Sam"), ("takes it", "Sam"), ("ringing", "customer"), ("answered", "customer"), ("talking", "Sam")):
        door.passes(seconds=7)
        door.note(1, what, who)
    door.case(1, state="talking", taken_by_id=1)
    found = tree(page(door, path))
    assert [" ".join(step.text_content().split()) for step in found.xpath("//ol/li")][::-1] == [
        "10:00:00 am You asked for a call.", "10:00:07 am We ring Sam.", "10:00:14 am Sam answered.", "10:00:21 am Sam takes it.",
        "10:00:28 am We ring you.", "10:00:35 am You answered.", "10:00:42 am You talk with Sam."]
    assert found.xpath("string(//ol/li[1]/time/@datetime)") == "2026-03-04T15:00:42+00:00"
    assert "You are talking with Sam." in found.text_content()
    assert found.xpath("//*[local-name()='svg']/@aria-label") == ["Step 4 of 5: talking"]
    data = door.browser.get(f"{path}.json").get_json()
    assert (data["state"], data["taken_by"], data["position"], data["wait_seconds"], data["elapsed_seconds"]) == ("talking", "Sam", 0, None, 42)
    assert data["steps"][-1] == {"at": "2026-03-04T15:00:42+00:00", "what": "talking", "text": "You talk with Sam."}


@pytest.mark.parametrize("state,said", [
    ("waiting", "You are in line."), ("asking", "We are asking a colleague"), ("calling", "Sam is ready"), ("talking", "You are talking with Sam."),
    ("reception", "You are on the telephone with us."), ("open", "Sam looks after it."), ("solved", "Solved."), ("cancelled", "Cancelled."), ("mislaid", "It is mislaid."),
])
def test_every_state_has_plain_words(door, state, said):
    path = door.ticket(door.asks())
    door.case(1, state=state, taken_by_id=1, closed_at=door.now if state in ("solved", "cancelled") else None)
    assert said in words(page(door, path))


def test_a_ticket_keeps_itself_fresh_while_something_may_happen(door):
    path = door.ticket(door.asks())
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page(door, path)
    assert 'http-equiv="refresh"' not in page(door, f"{path}?still")
    door.case(1, state="open", owner_id=1, next_at=door.now + 2 * HOURS)
    assert 'content="60"' in page(door, path)
    assert "You hear from us by 12:00 pm" in words(page(door, path))
    door.case(1, state="solved", closed_at=door.now)
    assert 'http-equiv="refresh"' not in page(door, path)
    assert "ticket.js" not in page(door, path)


def test_a_chosen_time_is_on_the_ticket(door):
    path = door.ticket(door.asks(when="2026-03-04T12:30"))
    assert "We will ring you. At 12:30 pm" in words(page(door, path))
    path = door.ticket(door.asks("+12025550122", when="2026-03-09T09:00"))
    assert "We will ring you. On Monday 9 March, 9:00 am" in words(page(door, path))


def test_the_data_changes_its_tag_only_when_something_happens(door):
    path = door.ticket(door.asks()) + ".json"
    tag = door.browser.get(path).headers["ETag"]
    door.passes(seconds=3)
    same = door.browser.get(path, headers={"If-None-Match": tag})
    assert (same.status_code, same.get_data()) == (304, b"")
    door.note(1, "ringing", "Sam")
    changed = door.browser.get(path, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def test_the_customer_can_read_how_calls_are_screened(door):
    path = door.ticket(door.asks())
    text = words(page(door, path))
    for rule in ("hears your name, what it is about and how long you have waited", "take your call", "pass it on",
                 "ring you in ten minutes", "leave a message", "you keep your place", "we try again"):
        assert rule in text, rule
    folded = tree(page(door, path)).xpath("//details[not(@open)]/summary")
    assert [each.text_content() for each in folded] == ["How calls are put through", "Do we take you for somebody else?"], "this house is on no network"
    door.case(1, state="solved", closed_at=door.now)
    assert "put through" not in words(page(door, path))


def test_every_miss_looks_the_same(door):
    path = door.ticket(door.asks())
    misses = ["/t/x", path[:-1], f"{path}x", "/t/" + path.removeprefix("/t/").swapcase(), "/t/" + "a" * 5000, "/t/%00", "/t/1", "/t/T1", "/t/%F0%9F%9B%AB"]
    assert len({page(door, miss, 404) for miss in misses}) == 1
    assert len({page(door, f"{miss}.json", 404) for miss in misses}) == 1


def test_the_address_of_a_ticket_is_not_in_the_database(door):
    token = door.ticket(door.asks()).removeprefix("/t/")
    kept = door.row(CaseRow)
    assert len(token) == 22
    assert token not in str(kept)
    assert kept.token_hash == digest(token)


# ---- the line, and how long it takes ----


def test_the_place_in_line_counts_those_who_wait_now(door):
    first = door.asks("+12025550131")
    door.asks("+12025550132", when="2026-03-05T12:00")
    door.passes(seconds=10)
    mine = door.asks()
    assert (first.get_json()["position"], mine.get_json()["position"]) == (1, 2)
    assert "Your place in line 2" in words(page(door, door.ticket(mine)))
    door.case(1, state="talking")
    assert door.browser.get(door.ticket(mine) + ".json").get_json()["position"] == 1


def test_waits_are_measured_on_those_who_wanted_a_call_at_once(door):
    door.past_waits(*(n * MINUTES for n in range(1, 12)))
    door.asks("+12025550140", when="2026-03-04T12:00")
    door.note(door.count(CaseRow), "talking", "Sam")
    with door.store.reading() as memory:
        assert waits.recent(memory) == [n * MINUTES for n in range(1, 12)]
    answer = door.asks()
    assert answer.get_json()["wait_seconds"] == [6 * 60, 10 * 60]
    assert "Probably 6 to 10 minutes from now." in words(page(door, door.ticket(answer)))


def test_who_has_waited_is_compared_with_those_who_waited_as_long():
    spans = [n * MINUTES for n in range(1, 22)]
    assert band(spans, timedelta(0)) == (11 * 60, 19 * 60)
    assert band(spans, 5 * MINUTES) == (8 * 60, 14 * 60)
    assert band(spans, 15 * MINUTES) == GUESSED_BAND
    assert band([], timedelta(0)) == GUESSED_BAND
    assert band([5 * SECONDS] * 10, timedelta(0)) == (5, 5)


def test_only_the_newest_lines_of_the_journal_are_read(door, monkeypatch):
    monkeypatch.setattr(waits, "LINES_LOOKED_AT", 4)
    door.past_waits(1 * MINUTES, 2 * MINUTES, 3 * MINUTES)
    with door.store.reading() as memory:
        assert waits.recent(memory) == [2 * MINUTES, 3 * MINUTES]
    assert door.count(JournalRow) == 6


FOR_CUSTOMERS = ("asked for a call", "asked again", "asked for", "rang in", "joined the line", "goes first", "line full", "another number", "hung up", "missed call", "ringing",
                 "answered", "passed", "takes it", "talking", "text", "text not delivered", "no number to text to", "will ring", "nobody was free",
                 "left a message", "message heard", "message climbs", "nobody to hear a message", "message done", "erased at the carrier",
                 "looks after it", "nobody to own it", "something of ours broke", "wrote", "answered by text", "told an update",
                 "confirmed", "rated", "not recorded", "no more texts", "texts again", "acknowledged", "answered there", "closed")
FOR_THE_HOUSE = ("wrong code", "nobody picked up", "blocked", "no answer to a machine", "note", "does not come",
                 "no answer to who wants none", "not sent", "the same words again", "told before that we are closed",
                 "begins to climb", "climbs at once", "climbs for one more reason", "climbs no more", "comes to the talk", "did not take it",
                 "could not be written to privately", "goes first from now on", "invited", "made amends", "many posts within an hour",
                 "not me", "not said", "passed on", "reaches nobody any more", "resolved", "sent a code", "several people use it",
                 "showed who they are", "says who they are", "handle not found", "stays open", "their number was taken over", "took it back")


@pytest.mark.parametrize("what", FOR_CUSTOMERS)
def test_what_happened_to_customers_is_a_sentence_for_them(door, what):
    for who in ("Sam", "customer", ""):
        told = sentence(Step(door.now, what, who, "3:10 pm"))
        assert told.endswith(".")
        assert not re.search(r"None|  |customer|^ ", told) or what in ("passed", "takes it", "asked for", "talking", "will ring", "looks after it", "message heard",
                                                                       "message climbs", "message done", "answered by text", "told an update", "acknowledged")


@pytest.mark.parametrize("what", [*FOR_THE_HOUSE, "a word of tomorrow", ""])
def test_what_is_only_for_the_house_is_kept_from_customers(door, what):
    path = door.ticket(door.asks())
    door.note(1, what, "Sam", "because of Zaphod")
    assert sentence(Step(door.now, what, "Sam", "")) == ""
    assert [step["what"] for step in door.browser.get(f"{path}.json").get_json()["steps"]] == ["asked for a call"]
    assert len(tree(page(door, path)).xpath("//ol/li")) == 1


def test_it_is_said_of_every_word_of_the_journal_for_whom_it_is():
    written = re.compile(r"""(?:\bNote\(|\.note\(|JournalRow\), \{[^}]*?"what": )f?"([^"]+)\"""", re.S)
    sources = [each.read_text("utf-8") for folder in ("flows", "voice_gateway/store") for each in (ROOT / folder).rglob("*.py")]
    words = {word for source in sources for word in written.findall(source)} - {"message {order.state}"} | {"message heard", "message done"}
    assert len(words) > 20
    assert words <= {*FOR_CUSTOMERS, *FOR_THE_HOUSE}, "decide whether customers read it: doors/ticket_facts.py"


def test_nobody_is_told_why_somebody_goes_first(door):
    path = door.ticket(door.asks())
    door.note(1, "goes first", "", "they know the code")
    assert "You go before others." in words(page(door, path))
    for text in (page(door, path), page(door, f"{path}.json")):
        assert "code" not in re.sub(r"zone|unicode", "", tree(text).text_content())


def test_who_rang_us_has_not_answered_us(door):
    path = door.ticket(door.asks())
    for what in ("rang in", "answered", "ringing", "answered"):
        door.note(1, what, "customer")
    told = [step["text"] for step in door.browser.get(f"{path}.json").get_json()["steps"]]
    assert told == ["You asked for a call.", "You rang us.", "We ring you.", "You answered."]


# ---- how it looks ----


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        full = colour if len(colour) == 7 else "#" + "".join(2 * each for each in colour[1:])
        parts = (int(full[at:at + 2], 16) / 255 for at in (1, 3, 5))
        red, green, blue = (part / 12.92 if part <= .04045 else ((part + .055) / 1.055) ** 2.4 for part in parts)
        return .2126 * red + .7152 * green + .0722 * blue

    dark, bright = sorted((light(one), light(other)))
    return (bright + .05) / (dark + .05)


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_the_colours_can_be_read(mode):
    roots = re.findall(r":root \{(.*?)\}", (STATIC / "house.css").read_text("utf-8"), re.S)
    colour = dict(re.findall(r"--([\w-]+): (#\w+)", roots[mode]))
    pairs = [("ink", "paper"), ("quiet", "paper"), ("accent", "paper"), ("on-accent", "accent"), ("wrong", "paper"), ("wrong", "wrong-wash"),
             ("ink", "wash"), ("ink", "ground")]
    for text, ground in pairs:
        assert contrast(colour[text], colour[ground]) >= 4.5, (text, ground)
    assert contrast(colour["field"], colour["paper"]) >= 3
