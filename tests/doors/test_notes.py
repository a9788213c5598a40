"""Notes on the page of a message: who writes them, who reads them, and who does not."""

from __future__ import annotations

import re
from typing import Any

import pytest
from lxml import html
from sqlalchemy import update

from tests.doors.desk import KIM, SAM, desk_with_a_message, spoken
from tests.doors.front import BASE
from voice_gateway.store.tables import CaseRow, VoicemailRow
from voice_gateway.tickets import digest


@pytest.fixture
def desk(tmp_path):
    with desk_with_a_message(tmp_path) as built:
        yield built


def notes(page: Any) -> list[str]:
    return [" ".join(each.text_content().split()) for each in page.xpath("//section[@id='notes']//li")]


def writes(desk: Any, words: Any, link: str = "") -> Any:
    return desk.browser.post(f"{link or desk.link()}/note", data={"words": words})


def test_notes_stand_on_the_page_newest_first_with_who_and_when(desk):
    answer = writes(desk, "Sent her a new lamp.\r\n  It comes on Friday.")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{desk.link()}#notes")
    desk.passes(minutes=5)
    writes(desk, "She has it", desk.link(KIM))
    assert notes(desk.page()) == ["She has it Kim, 10:05 am", "Sent her a new lamp. It comes on Friday. Sam, 10:00 am"]
    assert desk.journal() == [("note", "Sam"), ("note", "Kim")]
    assert desk.row(VoicemailRow).state == "new"


def test_notes_are_those_of_the_ticket_and_outlive_its_end(desk):
    desk.leaves_another()
    writes(desk, "about the first")
    desk.does("done")
    writes(desk, "afterwards")
    assert notes(desk.page(desk.link(which=2))) == ["afterwards Sam, 10:00 am", "about the first Sam, 10:00 am"]


def test_the_customer_reads_no_note(desk):
    with desk.store.transaction() as memory:
        seed = "the seed of a ticket"
        memory.execute(update(CaseRow).values(ticket_seed=seed, token_hash=digest(desk.store.tickets.token(seed))))
    ticket = desk.store.tickets.page(seed).removeprefix(BASE)
    writes(desk, "A zebra ate her shoes")
    for path in (ticket, f"{ticket}.json"):
        answer = desk.browser.get(path)
        assert answer.status_code == 200
        assert "zebra" not in answer.get_data(as_text=True)
        assert "note" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("words,why", [
    ("", "write something"), (" \n ", "write something"), ("\u200b", "write something"), ("x" * 1001, "under 1000 characters"),
    ("x" * 60_000, "under 1000 characters"), ("a\x00b", "control characters"), ("\u0301", "Nobody could read"),
])
def test_what_cannot_be_noted_is_told_and_what_was_typed_is_kept(desk, words, why):
    answer = writes(desk, words)
    page: Any = html.document_fromstring(answer.get_data(as_text=True).replace("\x00", ""))
    assert answer.status_code == 422
    assert why in spoken(page)
    field = page.get_element_by_id("words")
    assert field.get("aria-invalid") == "true"
    assert all(page.get_element_by_id(each).text_content().strip() for each in field.get("aria-describedby").split())
    if words.strip("\u200b \n"):
        assert field.text_content().strip() == words.replace("\x00", "")
    assert desk.journal() == []


@pytest.mark.parametrize("said", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}", "</textarea><b>", "שלום", "x" * 1000])
def test_a_note_stays_text(desk, said):
    writes(desk, said)
    page = desk.page()
    assert not page.xpath("//script | //img | //b")
    assert notes(page) == [f"{said} Sam, 10:00 am"]
    assert page.xpath("//section[@id='notes']//li/p/@dir") == ["auto"]


def test_a_button_that_is_pressed_twice_notes_once(desk):
    for person in (SAM, SAM, KIM):
        writes(desk, "rang her", desk.link(person))
    assert desk.journal() == [("note", "Sam"), ("note", "Kim")]


def test_the_note_can_be_left_by_everybody_who_has_the_link_and_by_nobody_else(desk):
    page = desk.page()
    assert page.xpath("//label[@for='words']")
    field = page.get_element_by_id("words")
    assert (field.get("maxlength"), field.get("required")) == ("1000", "")
    assert page.get_element_by_id(field.get("aria-describedby")).text_content() == "For colleagues. Customers cannot read it."
    assert page.xpath("//form[.//textarea]/@action") == [f"{desk.link()}/note"]
    assert writes(desk, "hello", f"{desk.link()}x").status_code == 404
    link = desk.link()
    desk.passes(days=15)
    assert writes(desk, "hello", link).status_code == 404
    assert desk.journal() == []


def test_a_page_with_notes_shows_no_number(desk):
    writes(desk, "rang her")
    assert "202555" not in re.sub(r"\D", "", spoken(desk.page()))
