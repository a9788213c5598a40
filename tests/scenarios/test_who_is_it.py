"""The page on which a colleague reads who a case is of, why, and undoes it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from lxml import html
from sqlalchemy import insert, select, update

from tests.house import BASE, OUR_NUMBER, Agent, Customer, House
from tests.scenarios.test_proving import account, code_to, number, spoken, state
from voice_gateway.sandbox.citizens import Person
from voice_gateway.store.identity import audit, evidence, links
from voice_gateway.store.identity.evidence import Evidence
from voice_gateway.store.tables import CaseRow, IdentifierRow, JournalRow, LinkRow

pytestmark = pytest.mark.weather("calm")


class WhoIsIt:
    """A colleague with the page open before them."""

    def __init__(self, house: House, who: Agent, case: int) -> None:
        page = house.store.tickets.thread_page(case, who.id, house.time.now())
        self.house, self.link = house, f"{page.removeprefix(BASE)}/who"

    @property
    def said(self) -> str:
        return spoken(self.house.browser.get(self.link))

    def presses(self, deed: str, n: int = 0, status: int = 303, **typed: str) -> str:
        """The n-th button of this kind, with what stands in its form; gives what the page then says."""
        page: Any = html.document_fromstring(self.house.browser.get(self.link).get_data())
        form = page.xpath(f"//button[@value='{deed}']/ancestor::form")[n]
        kept = {each.get("name"): each.get("value") for each in form.xpath(".//input[@type='hidden']")}
        answer = self.house.browser.post(self.link, data=kept | typed | {"deed": deed})
        assert answer.status_code == status, spoken(answer)
        return spoken(answer) if status != 303 else self.said


def they_both_wrote(house: House, **known: bool) -> tuple[Agent, Customer, Person]:
    """T1 is of an account; minutes later T2 is of a number, by somebody of the same name."""
    sam, post, dana = house.agent("Sam"), house.person_on("square", "@dana"), house.customer("Dana").is_known(**known)
    post.posts("@house my lamp is broken")
    sam.phone.reads("T1 @dana wrote")
    house.passes(120)
    dana.phone.texts("My lamp is broken", to=OUR_NUMBER)
    sam.phone.reads("T2 Dana: My lamp is broken")
    dana.phone.reads("a colleague reads it now")
    return sam, dana, post


def says(house: House, dana: Customer, post: Person, kind: str = "customer_declared", **more: Any) -> None:
    tel, at = number(house, dana), house.time.now()
    with house.store.transaction() as memory:
        evidence.add(memory, Evidence(tel, account(house, post), kind, "customer", f"{kind} {at}", at, **more), at)


def test_a_suggestion_is_asked_about_and_proved_and_undone(house: House) -> None:
    """Did you just write to us as @dana? A code, the link, and one button that ends it."""
    sam, dana, post = they_both_wrote(house)
    page = WhoIsIt(house, sam, 2)
    assert "It might be @dana on the square wrote 2 minutes before they rang" in page.said
    assert "Did you just write to us as @dana on the square?" in page.said
    assert "A code is on its way" in page.presses("ask", status=200)
    assert state(house) == []
    dana.phone.reads("links @dana on the square with this number", "write it to @acme")
    post.writes(code_to(dana))
    post.reads("Thank you, that is shown.")
    dana.phone.reads("are yours, as you have shown")
    sam.phone.reads("T2 Dana has shown who they are")
    assert "proved by a code that went to the one and came back from the other, today" in page.said
    assert "Please say why" in page.presses("undo", status=422, why=" ")
    assert "Undone" in page.presses("undo", why="they share the phone")
    assert "by Sam: they share the phone" in page.said
    assert state(house) == [("otp_roundtrip", "revoked")]
    with house.store.picture() as memory:
        assert not audit.verify(memory).broken


def test_whom_they_say_they_are_and_might_be_stands_there_once_with_all_reasons(house: House) -> None:
    sam, dana, post = they_both_wrote(house)
    says(house, dana, post, "import_bare")
    says(house, dana, post)
    page = WhoIsIt(house, sam, 2)
    assert "It might be" not in page.said
    reasons = ("not proved: they say so themselves, today", "not proved: a list says so, today", "they say so themselves",
               "wrote 2 minutes before they rang: ask whether it was they")
    assert [page.said.count(each) for each in reasons] == [1, 1, 1, 1]
    assert "A code is on its way" in page.presses("ask", status=200)
    dana.phone.reads("links @dana on the square with this number")


def test_a_code_to_the_account_comes_back_from_the_telephone(house: House) -> None:
    """The other way round, where the network can be written to privately; and nobody is written to where it cannot."""
    sam, dana, post = they_both_wrote(house)
    page = WhoIsIt(house, sam, 2)
    assert "Privately on the square. They text it to us from the number, or key it in after star." in page.said
    assert "on its way to the account on the square" in page.presses("ask_there", status=200)
    code = re.search(r"\d{6}", post.reads("links this account with the number that ends in 0112", private=True))
    assert code
    dana.phone.texts(code[0], to=OUR_NUMBER)
    dana.phone.reads("are yours, as you have shown")
    sam.phone.reads("T2 Dana has shown who they are")
    assert state(house) == [("otp_roundtrip", "active")]
    page.presses("undo", why="a try")
    house.app.extensions["networks"] = {}
    assert "Write it to the account instead" not in page.said
    assert "We cannot write to this account" in spoken(house.browser.post(page.link, data={"deed": "ask_there", "other": str(account(house, post))}))


def test_a_name_they_took_there_is_compared_on_both_cases_and_links_nothing(house: House) -> None:
    """@lampfan calls herself Jess Smith, and so does the house call whoever has the number."""
    sam, post, jess = house.agent("Sam"), house.person_on("square", "@lampfan"), house.customer("Jess Smith").is_known()
    post.becomes(name="Smith, Jess")
    post.posts("@house my lamp is broken")
    sam.phone.reads("T1 @lampfan wrote")
    house.passes(120)
    jess.phone.texts("My lamp is broken", to=OUR_NUMBER)
    sam.phone.reads("T2 Jess Smith: My lamp is broken")
    jess.phone.reads("a colleague reads it now")
    of_post, of_text = WhoIsIt(house, sam, 1), WhoIsIt(house, sam, 2)
    assert "the same name: Smith, Jess and Jess Smith" in of_text.said
    assert "rang or texted 0 minutes ago: ask whether it was they; the same name: Jess Smith and Smith, Jess" in of_post.said
    assert "Did you just ring or text us from the number that ends in 0112?" in of_post.said
    assert state(house) == []
    of_post.presses("ask", status=200)
    jess.phone.reads("links @lampfan on the square with this number")


def test_a_number_is_shared_and_then_one_persons_again(house: House) -> None:
    sam, dana, post = they_both_wrote(house)
    page = WhoIsIt(house, sam, 2)
    page.presses("ask", status=200)
    dana.phone.reads("links @dana on the square with this number")
    post.writes(code_to(dana))
    post.reads("Thank you, that is shown.")
    sam.phone.reads("T2 Dana has shown who they are")
    dana.phone.reads("Others use it too? Reply SHARED.")
    dana.phone.texts("SHARED", to=OUR_NUMBER)
    dana.phone.reads("We tell nobody anything at this number because of a post")
    assert "Several people use it." in page.said
    assert "Please say why" in page.presses("alone", status=422, why=" ")
    assert "Several people use it." not in page.presses("alone", why="her flatmate has moved out")
    assert "others used it too: her flatmate has moved out" in page.said
    assert state(house) == [("otp_roundtrip", "superseded")]


def test_a_colleagues_word_holds_for_this_case_and_insiders_need_two(house: House) -> None:
    sam, dana, post = they_both_wrote(house, insider=True)
    kim = house.agent("Kim")
    says(house, dana, post)
    page = WhoIsIt(house, sam, 2)
    assert "not proved: they say so themselves" in page.said
    assert "counts as soon as a second colleague says the same" in page.presses("confirm", why="I know her voice", status=200)
    assert ("agent_confirmed", "suspended") in state(house)
    assert "You have said so. A second colleague finds it here." in page.said
    kims = WhoIsIt(house, kim, 2)
    assert "Waits for a second colleague" in kims.said
    assert "not proved: a colleague confirmed it for this case, today" in kims.presses("confirm", n=1, why="so do I", status=200)
    assert "Waits for a second colleague" not in kims.said
    assert ("agent_confirmed", "active") in state(house)
    assert not house.rows(select(LinkRow.id).where(LinkRow.tier == "route"))


def test_to_undo_a_colleagues_word_restores_the_very_view_before(house: House) -> None:
    """What a colleague has put together comes apart again: the case's page and what is known are as they were."""
    sam, dana, post = they_both_wrote(house)
    says(house, dana, post)
    page = WhoIsIt(house, sam, 2)
    before = view(house, page)
    assert "It is shown as confirmed" in page.presses("confirm", why="I know her voice", status=200)
    assert view(house, page) != before
    place = [row[0] for row in before[1]]
    with house.store.reading() as memory:
        confirmed = next(each.link_id for each in links.of_tel(memory, number(house, dana)) if each.link_id not in place)
    kept = {"deed": "undo", "link": str(confirmed), "why": "I was wrong"}
    assert house.browser.post(page.link, data=kept).status_code == 303
    assert view(house, page) == before
    assert state(house) == [("customer_declared", "active"), ("agent_confirmed", "revoked")]


def view(house: House, page: WhoIsIt) -> tuple[str, list[Any], list[Any]]:
    """What the case's page shows, which links hold, and what every case hangs on."""
    return (spoken(house.browser.get(page.link.removesuffix("/who"))),
            house.rows(select(LinkRow.id, LinkRow.kind, LinkRow.expires_at).where(LinkRow.state == "active").order_by(LinkRow.id)),
            house.rows(select(CaseRow.id, CaseRow.identifier_id, CaseRow.contact_id, CaseRow.state, CaseRow.owner_id).order_by(CaseRow.id)))


def test_not_the_same_person_by_an_agent_hides_what_lists_say(house: House) -> None:
    sam, dana, post = they_both_wrote(house)
    says(house, dana, post, "import_bare")
    page = WhoIsIt(house, sam, 2)
    assert "not proved: a list says so" in page.said
    assert "Nothing is known beside it" in page.presses("not_same", why="another Dana")
    assert "It might be" not in page.said
    assert "+1202" not in page.said
    assert [tuple(row) for row in house.rows(select(JournalRow.what, JournalRow.detail).where(JournalRow.who == "Sam")
                                             .order_by(JournalRow.id.desc()).limit(1))] == [
        ("not the same person", "another Dana")]


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "\u202edana\u200b", "d\u0430na", "x" * 300])
def test_hostile_names_are_only_shown(house: House, name: str) -> None:
    """A look-alike is somebody else; nothing that somebody calls themselves is taken for anything but a name."""
    sam, dana, post = they_both_wrote(house)
    says(house, dana, post, reason=name)
    with house.store.transaction() as memory:
        memory.execute(update(IdentifierRow).where(IdentifierRow.subject == post.subject).values(display=name))
    page: Any = html.document_fromstring(house.browser.get(WhoIsIt(house, sam, 2).link).get_data())
    assert name.strip()[:40] in page.text_content()
    assert not page.xpath("//script|//img|//@onerror")


def test_a_link_of_another_case_is_not_undone_from_here(house: House) -> None:
    sam, dana, post = they_both_wrote(house)
    says(house, dana, post)
    with house.store.transaction() as memory:
        stranger = memory.execute(insert(IdentifierRow).returning(IdentifierRow.id), {
            "namespace": "atproto", "subject": "did:plc:stranger", "first_seen": house.time.now()}).scalar_one()
    eve = house.customer("Eve")
    eve.phone.texts("Hello", to=OUR_NUMBER)
    sam.phone.reads("T3", "Hello")
    eve.phone.reads("a colleague reads it now")
    page = WhoIsIt(house, sam, 3)
    answer = house.browser.post(page.link, data={"deed": "undo", "link": "1", "why": "x"})
    assert answer.status_code == 409
    assert house.browser.get(page.link[:-5] + "x/who").status_code == 404
    for deed in ("confirm", "ask"):
        answer = house.browser.post(page.link, data={"deed": deed, "other": str(stranger), "why": "I count them all up"})
        assert answer.status_code == 409, "the page never showed this account"
    assert state(house) == [("customer_declared", "active")]


def test_a_slip_in_a_name_costs_nothing_that_was_typed(house: House) -> None:
    sam, _, _ = they_both_wrote(house)
    typed = {"deed": "say", "network": "square", "whom": "dana@@example"}
    answer = house.browser.post(WhoIsIt(house, sam, 2).link, data=typed)
    form: Any = html.document_fromstring(answer.get_data())
    assert answer.status_code == 422
    assert (form.get_element_by_id("network").value, form.get_element_by_id("whom").value) == ("square", "dana@@example")


def test_no_code_is_promised_to_who_wants_no_texts(house: House) -> None:
    sam, dana, post = they_both_wrote(house)
    page = WhoIsIt(house, sam, 1)
    dana.phone.texts("STOP", to=OUR_NUMBER)
    house.passes(60)
    said = page.presses("ask", status=422)
    assert "whoever has it wants none from us" in said
    assert "on its way" not in said
    assert page.presses("ask_there", status=200)
    post.reads("links this account with the number that ends in 0112", private=True)
