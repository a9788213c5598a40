"""The page of a thread: what it tells, how an answer is looked at and sent, and who may open it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from lxml import html
from sqlalchemy import update

from tests.doors.desk import spoken
from tests.house import BASE, OUR_NUMBER, Agent, Customer, House
from voice_gateway.store.tables import CaseRow, IdentifierRow, MessageRow, PersonRow
from voice_gateway.tickets import Tickets

pytestmark = pytest.mark.weather("calm")
HOSTILE = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}", "=HYPERLINK(\"x\")")


class Reader:
    """A colleague with the page open before them."""

    def __init__(self, house: House, who: Agent, link: str) -> None:
        self.house, self.who, self.link = house, who, link
        self.answer: Any = None
        self.looks()

    def looks(self) -> Reader:
        self.answer = self.house.browser.get(self.link)
        return self

    def presses(self, deed: str, words: str | None = None) -> Reader:
        """Press a button, with what stands in the form or these words, and read the page that it leads to."""
        typed = {each.get("name"): each.get("value") for each in self.page.xpath("//form[@id='now']//input")}
        typed["words"] = self.field if words is None else words
        self.answer = self.house.browser.post(self.link, data=typed | {"deed": deed})
        if self.answer.status_code == 303:
            assert self.answer.headers["Location"] == f"{self.link}#now"
            self.looks()
        return self

    @property
    def page(self) -> Any:
        return html.document_fromstring(self.answer.get_data(as_text=True))

    @property
    def said(self) -> str:
        return spoken(self.page)

    @property
    def field(self) -> str:
        return str(self.page.xpath("string(//textarea)")).strip()

    @property
    def buttons(self) -> list[str]:
        """What can be done, but for sending it up, which is a button for each reason."""
        return [str(each) for each in self.page.xpath("//button[not(starts-with(@value, 'up:'))]/@value")]


def reads_on(house: House, who: Agent, case_id: int = 1) -> Reader:
    """The page of a thread, by the link that would be texted to them now."""
    link = house.store.tickets.thread_page(case_id, who.id, house.time.now()).removeprefix(BASE)
    return Reader(house, who, link)


def writes(house: House, words: str = "My lamp arrived broken") -> tuple[Customer, Agent, Reader]:
    """Dana has written; Sam opens the page from the text that told of it."""
    dana, sam = house.customer("Dana").is_known(), house.agent("Sam")
    dana.phone.texts(words, to=OUR_NUMBER)
    sam.phone.reads("T1 Dana:", "/w/")
    dana.phone.reads("a colleague reads it now")
    house.passes(5)
    link = re.search(r"/w/\S+", sam.phone.received[-1])
    assert link, "the first text of a thread has the link"
    return dana, sam, Reader(house, sam, link[0])


# ---- reading ----


def test_the_page_tells_the_whole_thread_and_no_number(house: House) -> None:
    dana, sam, page = writes(house)
    sam.phone.texts("NOTE T1 a friend of the founder", to=OUR_NUMBER)
    sam.phone.reads("Noted")
    sam.phone.texts("Which one?", to=OUR_NUMBER)
    dana.phone.reads("Which one?")
    house.passes(5)
    page.looks()
    for told in ("Ticket T1", "Dana", "About My lamp arrived broken", "Whose work: Yours.", "My lamp arrived broken",
                 "Acme Support 10:00 am Acme Support: thank you, a colleague reads it now", "Delivered",
                 "a note for the house alone", "a friend of the founder", "You 10:00 am Which one?", "for Sam alone"):
        assert told in page.said, told
    source = page.answer.get_data(as_text=True)
    assert dana.phone.number[2:] not in source
    assert sam.phone.number[2:] not in source
    assert not page.page.xpath("//script | //style | //*[@style] | //*[starts-with(name(@*), 'on')]")
    assert page.page.xpath("//label[@for='words']")
    assert len(page.page.xpath("//h1")) == 1
    assert page.buttons == ["look", "ring", "solve"]


@pytest.mark.parametrize("status, code, told", [
    ("owed", None, "On its way"), ("queued", None, "On its way"), ("sent", None, "Sent"), ("delivered", None, "Delivered"),
    ("read", None, "Read"), ("undelivered", 30006, "Not delivered: it is a landline"),
    ("failed", 63016, "Not delivered: they wrote more than a day ago"), ("failed", 99999, "Not delivered: the telephone company says 99999"),
    ("failed", None, "Not delivered: the telephone company says no more"),
])
def test_each_of_our_texts_says_what_became_of_it(house: House, status: str, code: int | None, told: str) -> None:
    _dana, _sam, page = writes(house)
    with house.store.transaction() as memory:
        memory.execute(update(MessageRow).where(MessageRow.role == "customer", ~MessageRow.inbound)
                       .values(status=status, error_code=code))
    assert told in page.looks().said


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_is_written_stays_text(house: House, words: str) -> None:
    _dana, _sam, page = writes(house, words)
    assert not page.page.xpath("//script | //img")
    assert words in page.page.xpath("//li//p[@class='words']/text()")
    page.presses("look", words)
    assert page.field == words
    assert not page.page.xpath("//script | //img")


# ---- answering ----


def test_an_answer_is_looked_at_and_then_sent(house: House) -> None:
    dana, _sam, page = writes(house)
    page.presses("look", "A new lamp is on its way.")
    assert "25 characters, one text." in page.said
    assert page.buttons[0] == "send"
    assert len(dana.phone.received) == 1
    page.presses("send")
    assert page.field == ""
    dana.phone.reads("A new lamp is on its way.")
    assert "You 10:00 am A new lamp is on its way." in page.said
    assert house.cases[0].unanswered_since is None


def test_what_was_changed_after_the_look_is_looked_at_again(house: House) -> None:
    dana, _sam, page = writes(house)
    page.presses("look", "Hello").presses("send", "Hello 😀" + "!" * 70)
    assert "77 characters, 2 texts." in page.said
    assert "“😀” is a letter that not every telephone has" in page.said
    assert len(dana.phone.received) == 1
    page.presses("send")
    dana.phone.reads("Hello 😀")


def test_send_pressed_twice_sends_once(house: House) -> None:
    dana, _sam, page = writes(house)
    page.presses("look", "Hello")
    typed = {"after": page.page.xpath("string(//input[@name='after']/@value)"), "deed": "send", "words": "Hello",
             "looked": page.page.xpath("string(//input[@name='looked']/@value)")}
    for _twice in range(2):
        assert house.browser.post(page.link, data=typed).status_code == 303
    dana.phone.reads("Hello")
    house.passes(10)
    assert dana.phone.received.count("Hello") == 1
    page.looks().presses("look", "Hello").presses("send")
    dana.phone.reads("Hello")


@pytest.mark.parametrize("words, why", [("", "Write something first."), ("   ", "Write something first."),
                                        ("x" * 1501, "1501 characters long; one answer may have 1500")])
def test_what_cannot_be_sent_is_told_and_stays_in_the_form(house: House, words: str, why: str) -> None:
    dana, _sam, page = writes(house)
    for deed in ("look", "send"):
        page.presses(deed, words)
        assert page.answer.status_code == 400
        assert why in page.said
        assert page.field == words.strip()
    assert len(dana.phone.received) == 1


def test_the_second_of_two_colleagues_is_told_that_it_is_with_the_first(house: House) -> None:
    dana, _sam, page = writes(house)
    kim = house.agent("Kim")
    other = reads_on(house, kim)
    assert "T1 is with Sam" in other.said
    with house.store.transaction() as memory:
        memory.execute(update(CaseRow).values(owner_id=None))
    other.looks().presses("look", "I am on it").presses("send")
    dana.phone.reads("I am on it")
    page.presses("look", "So am I")
    assert page.answer.status_code == 409
    assert "T1 is with Kim" in page.said
    assert page.field == "So am I"
    assert page.buttons == ["ring"]
    assert len(dana.phone.received) == 2


def test_an_answer_to_a_case_that_was_closed_meanwhile_is_not_lost(house: House) -> None:
    dana, _sam, page = writes(house)
    page.presses("look", "Hello")
    reads_on(house, page.who).presses("solve")
    assert house.cases[0].state == "solved"
    page.presses("send")
    assert (page.answer.status_code, page.field) == (409, "Hello")
    assert "T1 is closed" in page.said
    assert len(dana.phone.received) == 1
    assert page.looks().buttons == []


def test_who_wants_no_texts_gets_none(house: House) -> None:
    _dana, _sam, page = writes(house)
    with house.store.transaction() as memory:
        memory.execute(update(IdentifierRow).values(opted_out_at=house.time.now()))
    page.presses("look", "Hello")
    assert "They have asked for no more texts." in page.said
    assert page.field == "Hello"


def test_whatsapp_lets_us_answer_for_a_day(house: House) -> None:
    house.exchange.own(f"whatsapp:{OUR_NUMBER}", sms_url=f"{BASE}/sms")
    sam, dana = house.agent("Sam"), house.exchange.phone("whatsapp:+12025550177")
    dana.texts("Hello from afar", to=f"whatsapp:{OUR_NUMBER}")
    sam.phone.reads("T1 Somebody: Hello from afar")
    dana.reads("a colleague reads it now")
    page = reads_on(house, sam).presses("look", "Hello!").presses("send")
    dana.reads("Hello!")
    with house.store.transaction() as memory:
        memory.execute(update(IdentifierRow).where(IdentifierRow.namespace == "wa_bsuid")
                       .values(wrote_at=house.time.now() - timedelta(hours=24, seconds=1)))
    page.looks().presses("look", "Still there?")
    assert "They wrote more than a day ago; WhatsApp lets us answer only within 24 hours." in page.said
    assert page.field == "Still there?"
    sam.phone.texts("T1 Still there?", to=OUR_NUMBER)
    sam.phone.reads("only within 24 hours. Nothing was sent.")


# ---- saved replies ----


def test_saved_replies_fill_the_form_and_answer_texts(house: House) -> None:
    house.keeps(replies={"refund": "Your refund takes five days.", "hours": "We are open from 9 to 5."})
    dana, sam, page = writes(house)
    assert page.buttons == ["look", "reply:refund", "reply:hours", "ring", "solve"]
    page.presses("reply:refund", "Dear Dana,")
    assert page.field == "Dear Dana, Your refund takes five days."
    page.presses("look").presses("send")
    dana.phone.reads("Dear Dana, Your refund takes five days.")
    sam.phone.texts("T1 /Hours", to=OUR_NUMBER)
    dana.phone.reads("We are open from 9 to 5.")
    sam.phone.texts("/refunds", to=OUR_NUMBER)
    sam.phone.reads("There is no such saved reply, only /refund, /hours. Nothing was sent.")


# ---- ring them, solved ----


def test_ring_them_rings_both(house: House) -> None:
    dana, sam, page = writes(house)
    page.presses("ring")
    assert "Your telephone rings in a moment. Press 1 there, and we ring them." in page.said
    assert "ring" not in page.buttons
    sam.phone.rings().presses("1").hears("Calling them now")
    dana.phone.rings().presses("1")
    assert dana.phone.talks_with(sam.phone)
    assert "You are on the telephone about it now." in page.looks().said
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1").hears("Solved")
    assert "Closed." in page.looks().said


def test_solved_closes_it_once(house: House) -> None:
    _dana, _sam, page = writes(house)
    assert "Closed." in page.presses("solve").said
    house.browser.post(page.link, data={"deed": "solve"})
    assert house.cases[0].state == "solved"


# ---- who may open it ----


def test_every_miss_looks_the_same(house: House) -> None:
    _dana, sam, page = writes(house)
    kim = house.agent("Kim")
    with house.store.transaction() as memory:
        memory.execute(update(PersonRow).where(PersonRow.id == kim.id).values(gone=True))
    tickets, now = house.store.tickets, house.time.now()
    other_house = Tickets("another secret key", BASE).thread_page(1, sam.id, now)
    too_old = tickets.thread_page(1, sam.id, now - timedelta(days=15))
    misses = [too_old, tickets.thread_page(1, kim.id, now), tickets.thread_page(99, sam.id, now), other_house,
              tickets.voicemail_page(1, sam.id, now).replace("/v/", "/w/"), tickets.picture_address(1, sam.id, now).replace("/m/", "/w/"),
              "/w/x", "/w/", f"{page.link}x", page.link[:-3], f"{page.link}/x", "/w/%00", "/w/" + "a" * 5000]
    looks = set()
    for miss in misses:
        for answer in (house.browser.get(miss.removeprefix(BASE)), house.browser.post(miss.removeprefix(BASE), data={"deed": "look"})):
            looks.add((answer.status_code, answer.get_data()))
    house.is_forgotten()
    assert len(looks) == 1
    assert next(iter(looks))[0] == 404


def test_the_page_leaves_under_strict_headers(house: House) -> None:
    _dana, _sam, page = writes(house)
    for answer in (page.answer, house.browser.get("/w/x"), house.browser.post(page.link, data={"deed": "?"}),
                   house.browser.post(page.link, data={})):
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers


def test_no_picture_leads_nowhere(house: House) -> None:
    _dana, sam, _page = writes(house)
    tickets, now = house.store.tickets, house.time.now()
    for address in (tickets.picture_address(1, 0, now), tickets.picture_address(1, 7, now), tickets.picture_address(99, 0, now),
                    tickets.thread_page(1, sam.id, now).replace("/w/", "/m/"), f"{BASE}/m/x"):
        answer = house.browser.get(address.removeprefix(BASE))
        assert answer.status_code == 404
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
