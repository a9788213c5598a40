"""The manager's page: read on a telephone's screen, and taken with a touch."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from lxml import html
from sqlalchemy import insert

from tests.doors.desk import spoken
from tests.house import BASE, Agent, House, talks_and_is_content
from tests.scenarios.climbs import a_case, climb_rows, climbs, has_ladder, rung
from voice_gateway.store.tables import ShareRow

CALM = pytest.mark.weather("calm")


class Page:
    """A manager with the page open before them, from the link that was texted to them."""

    def __init__(self, house: House, who: Agent) -> None:
        found = re.search(r"/climbs/\S+", who.phone.received[-1])
        assert found, who.phone.received
        self.house, self.link = house, found[0]
        self.answer: Any = None
        self.looks()

    def looks(self) -> Page:
        self.answer = self.house.browser.get(self.link)
        return self

    def touches(self, deed: str, **typed: str) -> Page:
        """Touch a button; the page that it leads to is read."""
        assert deed in self.buttons, self.said
        self.answer = self.house.browser.post(self.link, data=typed | {"deed": deed})
        return self.looks() if self.answer.status_code == 303 else self

    @property
    def said(self) -> str:
        return spoken(html.document_fromstring(self.answer.get_data(as_text=True)))

    @property
    def buttons(self) -> list[str]:
        return [str(each) for each in html.document_fromstring(self.answer.get_data(as_text=True)).xpath("//button/@value")]


def texted(house: House, **more: Any) -> tuple[Agent, Agent]:
    sam, maria, noor = house.agent("Sam"), house.manager("Maria"), house.manager("Noor")
    has_ladder(house, rung("all:manager", "text"))
    climbs(house, a_case(house, "Dana", sam, **more), "she asked for a manager")
    for each in (maria, noor):
        each.phone.reads("T1 needs you", "/climbs/")
    return maria, noor


def test_they_read_why_and_talk_with_the_customer(house: House) -> None:
    maria, noor = texted(house, impact="my children wait in the rain")
    page = Page(house, maria)
    assert "Nobody has it yet" in page.said
    for told in ("About a lost dog", "she asked for a manager", "my children wait in the rain", "begins to climb"):
        assert told in page.said
    assert climb_rows(house)[0].ended_at is None, "to look at it is not to take it"
    with house.store.transaction() as memory:
        dana = house.customer("Dana", house.facts(memory, 1).contact.phone)
    page.touches("join")
    assert "T1 is yours already" in page.said
    maria.phone.rings().hears("You wanted to talk with Dana").presses("1").hears("Calling Dana now")
    dana.phone.rings().presses("1")
    talks_and_is_content(dana, maria)
    assert "Maria has T1 already" in Page(house, noor).said or "T1 is closed already" in Page(house, noor).said


@pytest.mark.parametrize("deed, typed, told", [
    ("mine", {"mine": "3 pm"}, "A call by 3:00 pm was promised"), ("mine", {"mine": ""}, "T1 is yours already"),
    ("pass", {}, "Maria: passed on"), ("resolved", {"resolved": "2"}, "resolved, nothing for us to do")])
def test_each_button_does_what_its_key_does(house: House, deed: str, typed: dict[str, str], told: str) -> None:
    maria, _noor = texted(house)
    assert told in Page(house, maria).touches(deed, **typed).said
    if deed == "mine":
        maria.phone.reads("T1 is yours: you call Dana by")
    house.passes(2)
    house.is_forgotten()


@CALM
def test_no_time_and_too_late(house: House) -> None:
    maria, noor = texted(house)
    page, late = Page(house, maria), Page(house, noor)
    page.touches("mine", mine="yesterday")
    assert page.answer.status_code == 409
    assert "By when?" in page.said
    page.touches("mine")
    maria.phone.reads("T1 is yours")
    late.touches("pass")
    assert late.answer.status_code == 409
    assert "Maria has T1 already" in late.said
    assert late.looks().buttons == []
    assert late.answer.headers["Cache-Control"] == "no-store"


@CALM
def test_a_link_is_for_one_colleague_and_two_weeks(house: House) -> None:
    maria, noor = texted(house)
    link = Page(house, maria).link
    thread = house.store.tickets.thread_page(1, noor.id, house.time.now()).removeprefix(BASE).replace("/w/", "/climbs/")
    old = house.store.tickets.climb_page(1, maria.id, house.time.now() - timedelta(days=15)).removeprefix(BASE)
    gone = house.store.tickets.climb_page(99, maria.id, house.time.now()).removeprefix(BASE)
    for wrong in (f"{link}x", thread, old, gone, "/climbs/", "/climbs/a/b"):
        assert house.browser.get(wrong).status_code == 404
        assert house.browser.post(wrong, data={"deed": "pass"}).status_code == 404
    assert house.browser.post(link, data={"deed": "dance"}).status_code == 400
    assert climb_rows(house)[0].ended_at is None
    Page(house, maria).touches("resolved", resolved="1")


@CALM
def test_what_people_say_stays_words(house: House) -> None:
    maria, _noor = texted(house, about="<script>alert(1)</script>", impact='"><img src=x onerror=alert(1)>')
    page = Page(house, maria)
    assert "<script>alert" not in page.answer.get_data(as_text=True)
    assert "<img" not in page.answer.get_data(as_text=True)
    page.touches("resolved", resolved="4")


@CALM
def test_the_share_is_set_there(house: House) -> None:
    """Nothing is left to nobody: only once somebody is named who takes the rest."""
    maria, noor = texted(house)
    with house.store.transaction() as memory:
        memory.execute(insert(ShareRow), {"person_id": maria.id, "target": 100, "since": house.time.now()})
    page = Page(house, maria).touches("share", share="30")
    assert page.answer.status_code == 409
    assert "That leaves some to nobody" in page.said
    maria.differs(delegate_id=noor.id)
    page.looks().touches("share", share="30")
    assert "Maria: 30 % wanted" in page.said
    assert page.touches("share", share="300").answer.status_code == 400
    page.looks().touches("resolved", resolved="1")
