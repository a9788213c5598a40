"""The page of a message: what it tells, what hearing is, and what its buttons do."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from lxml import html
from sqlalchemy import update

from tests.doors.desk import KEY, KIM, SAM, SOUND, desk_with_a_message, spoken
from tests.doors.front import BASE, DANA, MORNING, front
from tests.house import Agent, Customer, House
from voice_gateway.recordings import OutOfReach
from voice_gateway.store import MemoryLost
from voice_gateway.store.tables import (
    CaseRow,
    HouseRow,
    IdentifierRow,
    LegRow,
    VoicemailRow,
)


@pytest.fixture
def desk(tmp_path):
    with desk_with_a_message(tmp_path) as built:
        yield built


def buttons(page: Any) -> list[str]:
    return page.xpath("//button/@value")


# ---- a real message ----


def leaves_a_message(house: House, monkeypatch: pytest.MonkeyPatch) -> tuple[Customer, Agent, str]:
    monkeypatch.setitem(vars(house.gateway), "vault", house.vault)
    dana, sam = house.customer("Dana"), house.agent("Sam")
    dana.dials()
    dana.phone.hears("Welcome").presses("3")
    dana.phone.hears("after the tone").says("My order is broken")
    sam.phone.rings().lets_it_ring()
    house.passes(5)
    dana.phone.hangs_up()
    sam.phone.reads("left a message")
    link = re.search(r"/v/\S+", sam.phone.received[-1])
    assert link, "the text has a link"
    return dana, sam, link[0]


@pytest.mark.weather("calm")
def test_a_message_is_played_from_the_text_that_told_of_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    dana, _sam, link = leaves_a_message(house, monkeypatch)
    page = html.document_fromstring(house.browser.get(link).get_data(as_text=True))
    assert "Somebody left a message" in spoken(page)
    assert dana.phone.number[2:] not in spoken(page)
    assert "Nobody has heard it yet." in spoken(page)
    heard = house.browser.get(page.xpath("string(//audio/@src)"))
    assert heard.get_data().startswith(b"RIFF")
    assert "Heard by you" in house.browser.get(link).get_data(as_text=True)


@pytest.mark.weather("calm")
def test_ringing_back_rings_their_own_telephone_first(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    dana, sam, link = leaves_a_message(house, monkeypatch)
    answer = house.browser.post(link, data={"deed": "ring"}, follow_redirects=True)
    assert "Your telephone rings in a moment. Press 1 there, and we ring them." in answer.get_data(as_text=True)
    assert "ring" not in buttons(html.document_fromstring(answer.get_data()))
    sam.phone.rings().hears("Somebody").presses("1").hears("Calling them now")
    dana.phone.rings().presses("1")
    assert dana.phone.talks_with(sam.phone)
    assert "You are talking with them now." in house.browser.get(link).get_data(as_text=True)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1").hears("Solved")
    assert "the ticket is closed" in house.browser.get(link).get_data(as_text=True)


# ---- what it tells ----


def test_the_page_tells_all_that_is_known_and_no_number(desk):
    text = desk.words()
    for told in ("Acme Support", "Ticket T1", "Dana left a message", "About a refund", "10:00 am, 1 minute 7 seconds long", "My order is broken",
                 "Written down by a machine", "Whose work Yours", "How it stands New", "Times in America/New York", "Sam Smith alone"):
        assert told in text, told
    assert DANA[2:] not in desk.browser.get(desk.link()).get_data(as_text=True)
    assert "Whose work Sam Smith" in desk.words(desk.link(KIM))


def test_the_page_can_be_used_by_everybody(desk):
    page = desk.page()
    assert page.get("lang") == "en"
    assert page.xpath("//audio[@controls and @preload='none' and @aria-label]/@src") == [f"{desk.link()}/sound"]
    assert len(page.xpath("//h1")) == 1
    assert page.xpath("//*[@role='status']")
    assert buttons(page) == ["ring", "heard", "done"]
    assert page.get_element_by_id(page.xpath("string(//button/@aria-describedby)")).text_content().startswith("Your own telephone")
    assert not page.xpath("//script | //style | //*[@style] | //*[starts-with(name(@*), 'on')] | //form//input")


def test_times_are_those_of_the_houses_clock(desk):
    desk.passes(days=1)
    assert "Wednesday 4 March, 10:00 am" in desk.words()


@pytest.mark.parametrize("seconds,said", [(0, ""), (1, ", 1 second long"), (60, ", 1 minute long"),
                                          (1805, ", 30 minutes 5 seconds long")])
def test_a_length_is_said_in_words(desk, seconds, said):
    desk.message(seconds=seconds)
    assert f"About a refund 10:00 am{said} Play the message" in desk.words()


@pytest.mark.parametrize("fetched,said", [("", "still on its way"), ("refused: not audio", "could not be had"), ("never came: 404", "could not be had")])
def test_a_recording_that_is_not_here_is_told_in_words(desk, fetched, said):
    desk.message(kept_as="", kind="", fetched=fetched)
    page = desk.page()
    assert said in spoken(page)
    assert not page.xpath("//audio")
    assert "refused" not in spoken(page)
    assert said in desk.words(f"{desk.link()}/sound", 404)
    assert desk.row(VoicemailRow).state == "new"


def test_a_recording_that_is_not_kept_any_more_or_out_of_reach_is_told_in_words(desk, monkeypatch):
    desk.gateway.vault.forget(KEY)
    assert "not kept any more" in desk.words(f"{desk.link()}/sound", 404)

    class Far:
        def open(self, key):
            raise OutOfReach("no route")

    monkeypatch.setitem(vars(desk.gateway), "vault", Far())
    answer = desk.browser.get(f"{desk.link()}/sound")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert desk.row(VoicemailRow).state == "new"


HOSTILE = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "\u202eeno.elpmaxe//:sptth \u2066 \u200f", "שלום עולם " * 50, "x" * 10_000, "{{ 7 * 7 }}", "\x00\x1b[31m")


@pytest.mark.parametrize("said", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_was_said_stays_text(desk, said):
    desk.message(transcript=said)
    desk.case(1, caller_name=said[:200], about=said)
    page = desk.page()
    assert not page.xpath("//script | //img")
    assert page.xpath("string(//blockquote)").strip("\x00") or "\x00" in said
    assert page.xpath("//blockquote/@dir") == ["auto"]
    assert len(page.xpath("//h1/bdi")) == 1
    assert "49" not in page.xpath("string(//blockquote)")


def test_no_transcript_no_quotation(desk):
    desk.message(transcript="")
    assert not desk.page().xpath("//blockquote")
    assert "machine" not in desk.words()


def test_the_other_messages_of_the_ticket_are_one_step_away_and_no_longer(desk):
    desk.passes(hours=1)
    desk.leaves_another(seconds=9, state="heard")
    page = desk.page(link := desk.link())
    assert "Later: 11:00 am 9 seconds, heard" in spoken(page)
    later = page.xpath("string(//section[contains(@class, 'story')]//a/@href)")
    desk.passes(days=13)
    assert "Earlier: Wednesday 4 March, 10:00 am 1 minute 7 seconds, new" in desk.words(later)
    desk.passes(days=1, seconds=1)
    assert desk.words(later, 404) == desk.words(link, 404)


# ---- hearing it ----


def test_only_playing_is_hearing(desk):
    desk.page()
    desk.browser.head(desk.link())
    head = desk.browser.head(f"{desk.link()}/sound")
    assert (head.status_code, head.headers["Content-Length"]) == (200, str(len(SOUND)))
    assert desk.row(VoicemailRow).state == "new"
    desk.passes(minutes=2)
    for _ in range(3):
        assert desk.browser.get(f"{desk.link()}/sound").get_data() == SOUND
    desk.browser.get(f"{desk.link(KIM)}/sound")
    assert desk.journal() == [("message heard", "Sam")]
    assert "Heard by you, 10:02 am" in desk.words()
    assert "Heard by Sam Smith, 10:02 am" in desk.words(desk.link(KIM))


def test_a_browser_may_ask_for_parts(desk):
    sound = f"{desk.link()}/sound"
    whole = desk.browser.get(sound)
    first = desk.browser.get(sound, headers={"Range": "bytes=0-1"})
    assert (first.status_code, first.get_data(), first.headers["Content-Range"]) == (206, b"RI", f"bytes 0-1/{len(SOUND)}")
    rest = desk.browser.get(sound, headers={"Range": "bytes=2-", "If-Range": whole.headers["ETag"]})
    assert (rest.status_code, b"RI" + rest.get_data()) == (206, SOUND)
    assert desk.browser.get(sound, headers={"Range": "bytes=-3"}).get_data() == SOUND[-3:]
    assert desk.browser.get(sound, headers={"Range": "bytes=2-", "If-Range": '"another"'}).status_code == 200
    none = desk.browser.get(sound, headers={"Range": f"bytes={len(SOUND)}-"})
    assert (none.status_code, none.headers["Content-Range"]) == (416, f"bytes */{len(SOUND)}")


@pytest.mark.parametrize("part", ["", "bytes=0-1", "bytes=99999-"])
def test_the_sound_leaves_under_strict_headers(desk, part):
    with desk.browser.get(f"{desk.link()}/sound", headers={"Range": part} if part else {}) as answer:
        assert desk.row(VoicemailRow).state == ("new" if answer.status_code == 416 else "heard")
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        if answer.status_code != 416:
            assert answer.content_type == "audio/wav"
            assert answer.headers["Content-Disposition"] == "inline; filename=message.wav"


# ---- what can be done ----


def test_i_have_heard_it(desk):
    text = desk.does("heard")
    assert "Heard by you, 10:00 am" in text
    assert "It stays open until somebody marks it done." in text
    assert buttons(desk.page()) == ["ring", "done"]
    assert desk.journal() == [("message heard", "Sam")]


def test_done_closes_the_ticket_too(desk):
    text = desk.does("done")
    assert "Done, 10:00 am" in text
    assert "It is done, and the ticket is closed." in text
    assert buttons(desk.page()) == []
    assert desk.row(CaseRow).state == "solved"
    desk.does("done")
    desk.does("ring")
    desk.does("heard")
    assert desk.journal() == [("message done", "Sam"), ("closed", "")]


def test_done_leaves_a_ticket_open_about_which_somebody_talks(desk):
    desk.case(1, state="talking", taken_by_id=KIM)
    assert "Kim Kern is talking with them now." in desk.does("done")
    desk.case(1, state="open", taken_by_id=None)
    assert "It is done. The ticket is still open." in desk.words()


def test_ring_them_back_now(desk):
    text = desk.does("ring", desk.link(KIM))
    assert "Your telephone rings in a moment. Press 1 there, and we ring them." in text
    assert "Heard by you" in text
    assert "We are asking a colleague to ring them." in desk.words()
    assert desk.rings
    case = desk.row(CaseRow)
    assert (case.state, case.promised_by_id) == ("waiting", KIM)
    desk.does("ring")
    assert desk.row(CaseRow) == case


def test_a_telephone_that_was_rung_in_vain_is_not_announced_again(desk):
    desk.does("ring")
    leg = {"case_id": 1, "role": "agent", "person_id": SAM, "phone": "+12025550111", "our_number": "+12025550100", "round": 1, "opening": "",
           "seconds": 20, "ordered_at": desk.now}
    desk.put(LegRow, **leg)
    assert "Your telephone rings" in desk.words()
    with desk.store.transaction() as memory:
        memory.execute(update(LegRow).values(ended_at=desk.now, outcome="no-answer"))
    assert "We are asking a colleague to ring them." in desk.words()


def test_a_house_that_rings_customers_first_says_so(desk):
    with desk.store.transaction() as memory:
        memory.execute(update(HouseRow).values(rings_first="customer"))
    assert "Their telephone rings first, then yours." in desk.words()
    assert "We ring them now, and then you." in desk.does("ring")


@pytest.mark.parametrize("changes,said", [
    ({"state": "talking", "taken_by_id": KIM}, "Kim Kern is talking with them now."),
    ({"state": "calling", "taken_by_id": SAM}, "You are on the telephone about it now."),
    ({"state": "asking"}, "We are asking a colleague to ring them."),
    ({"state": "waiting", "due_at": MORNING + timedelta(minutes=10), "promised_by_id": KIM}, "Kim Kern will ring them at 10:10 am."),
    ({"state": "waiting", "due_at": MORNING + timedelta(minutes=10)}, "A colleague will ring them at 10:10 am."),
])
def test_nobody_is_rung_while_a_call_is_under_way(desk, changes, said):
    desk.case(1, **changes)
    page = desk.page()
    assert said in spoken(page)
    assert "ring" not in buttons(page)
    assert "Look again" in spoken(page)


def test_nobody_is_rung_who_is_on_the_line(desk):
    desk.case(1, state="reception")
    desk.put(LegRow, case_id=1, role="customer", phone=DANA, our_number="+12025550100", round=0, opening="", seconds=0, ordered_at=desk.now,
             answered_at=desk.now, inbound=True)
    page = desk.page()
    assert "They are on the telephone with us now." in spoken(page)
    assert "ring" not in buttons(page)


def test_nobody_is_rung_who_hides_their_number(desk):
    with desk.store.transaction() as memory:
        memory.execute(update(IdentifierRow).values(namespace="call", subject="CA1"))
    desk.case(1, caller_name="Somebody")
    page = desk.page()
    assert "They showed no number, so they cannot be rung back." in spoken(page)
    assert buttons(page) == ["heard", "done"]
    desk.does("ring")
    assert desk.row(CaseRow).state == "open"


def test_a_button_that_the_page_does_not_have_does_nothing(desk):
    for data in ({}, {"deed": ""}, {"deed": "erase"}, {"deed": ["x", "heard"]}):
        assert desk.browser.post(desk.link(), data=data).status_code == 400
    assert desk.journal() == []


def test_a_house_without_memory_asks_for_patience(desk, monkeypatch):
    def lost():
        raise MemoryLost("the database is away")

    monkeypatch.setattr(desk.store, "reading", lost)
    answer = desk.browser.get(desk.link())
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "Please try again" in answer.get_data(as_text=True)


def test_an_empty_house_has_no_messages(tmp_path):
    with front(tmp_path, furnished=False) as door:
        link = door.store.tickets.voicemail_page(1, 1, door.now).removeprefix(BASE)
        assert door.browser.get(link).status_code == 404
