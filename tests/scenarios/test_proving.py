"""A code goes to the one and comes back from the other; a link is there, and whoever says "not me" ends it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from lxml import html
from sqlalchemy import select

from flows.codes import TO_NUMBER
from tests.house import BASE, OUR_NUMBER, Agent, Customer, House, talks_and_ends_it_in_public
from voice_gateway.proof_turns import ProofTurns
from voice_gateway.sandbox.citizens import Person
from voice_gateway.store import admit
from voice_gateway.store.identity import invitations
from voice_gateway.store.tables import EvidenceRow, IdentifierRow, LinkRow, MessageRow

CALM = pytest.mark.weather("calm")
CODE = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}|\b\d{6}\b")


def account(house: House, who: Person) -> int:
    """The account's row, which the house has since they wrote."""
    with house.store.reading() as memory:
        return int(memory.execute(select(IdentifierRow.id).where(IdentifierRow.subject == who.subject)).scalar_one())


def number(house: House, who: Customer) -> int:
    with house.store.transaction() as memory:
        return int(admit.caller(memory, "tel", who.phone.number, house.time.now()).id)


def code_to(who: Customer) -> str:
    """The code that the newest text to them brings."""
    found = CODE.search(who.phone.received[-1])
    assert found, who.phone.received
    return found[0]


def state(house: House) -> list[tuple[str, str]]:
    return [(row.kind, row.state) for row in house.rows(select(LinkRow.kind, LinkRow.state).order_by(LinkRow.id))]


def writes_first(house: House, handle: str = "@dana") -> tuple[Agent, Person, Customer]:
    """Somebody posts, and a colleague has read it."""
    sam, post, phone = house.agent("Sam"), house.person_on("square", handle), house.customer("Dana")
    post.posts("@house my lamp is broken")
    sam.phone.reads("T1 @dana wrote", within=180)
    return sam, post, phone


def spoken(answer: Any) -> str:
    """What stands on a page."""
    page: Any = html.document_fromstring(answer.get_data())
    return " ".join(page.text_content().split())


class Browser:
    """Somebody's own browser on the page, with its cookies."""

    def __init__(self, house: House, page: str) -> None:
        self._client, self._page = house.app.test_client(), page

    def sees(self, *phrases: str) -> Browser:
        said = spoken(self._client.get(self._page, base_url=BASE))
        assert all(phrase in said for phrase in phrases), said
        return self

    def does(self, deed: str, **typed: str) -> Browser:
        """Press a button, and go wherever that leads."""
        self.answer = self._client.post(self._page, data={"deed": deed, **typed}, base_url=BASE, follow_redirects=True)
        return self

    def signs_in(self, network: str = "square", handle: str = "") -> Browser:
        """Go there and come back; where the network does not do it, once more, as people do."""
        for _again in range(5):
            self.does("sign_in", network=network, handle=handle)
            if self.answer.status_code != 502:
                return self
        raise AssertionError("nobody could sign in")

    def is_told(self, phrase: str, status: int = 422) -> Browser:
        said = spoken(self.answer)
        assert (phrase in said, self.answer.status_code) == (True, status), (self.answer.status_code, said)
        return self


def opens_the_link(house: House, case: int) -> str:
    with house.store.transaction() as memory:
        return f"/prove/{invitations.invite(memory, case, None, house.time.now())}"


def test_signing_in_and_a_code_in_one_sitting_and_we_call(house: House) -> None:
    """Tap, and we call you: the whole of it, from a post to a talk."""
    sam, author, dana = writes_first(house)
    page = opens_the_link(house, 1)
    browser = Browser(house, page).sees("You wrote to us as @dana").signs_in()
    browser.sees("You have signed in as @dana").does("number", phone="(202) 555-0112", consent="yes")
    dana.phone.reads("links @dana on the square with this number", "Never give it to anybody", within=180)
    browser.does("code", code=code_to(dana)).sees("we call you now")
    sam.phone.rings(within=180).hears("@dana").presses("1")
    dana.phone.rings(within=180).presses("1")
    talks_and_ends_it_in_public(dana, sam, author)
    assert state(house) == [("oauth_otp", "active")]
    assert not house.rows(select(MessageRow.id).where(MessageRow.body.like(f"%{code_to(dana)}%")))
    Browser(house, page).sees("This link has done its work")


def sends_a_code(house: House, dana: Customer, post: Person, case: int = 1, way: str = TO_NUMBER) -> str:
    """A colleague asks for it; gives the code as the text brings it."""
    ProofTurns(house.gateway.turns).asks(case, number(house, dana), account(house, post), way)
    dana.phone.reads("links @dana on the square with this number", "Reply NOT ME", within=180)
    return code_to(dana)


def test_a_code_to_the_number_comes_back_from_the_account_and_not_me_ends_it(house: House) -> None:
    sam, post, dana = writes_first(house)
    post.writes(f"here it is: {sends_a_code(house, dana, post).lower()}")
    dana.phone.reads("@dana on the square and the number that ends in 0112 are yours", within=180)
    sam.phone.reads("T1 @dana has shown who they are", within=180)
    assert state(house) == [("otp_roundtrip", "active")]
    dana.phone.texts("Not me!", to=OUR_NUMBER)
    dana.phone.reads("It has ended", within=180)
    sam.phone.reads("says that they are not whom we took them for", within=180)
    assert state(house) == [("otp_roundtrip", "revoked")]


@CALM
def test_a_code_that_is_guessed_late_or_used_links_nothing(house: House) -> None:
    sam, post, dana = writes_first(house)
    code = sends_a_code(house, dana, post)
    post.writes("2222-2222")
    eve = house.person_on("square", "@eve")
    eve.writes(code)
    sam.phone.reads("T2 @eve wrote privately")
    post.becomes(name=code)
    house.passes(660)
    post.writes(code)
    house.passes(30)
    assert state(house) == []
    assert not house.rows(select(EvidenceRow.id))


@CALM
def test_a_text_with_six_digits_from_a_stranger_is_read_like_any_other(house: House) -> None:
    sam, _, _ = writes_first(house)
    eve = house.customer("Eve").is_known()
    eve.phone.texts("order 123456 has not come", to=OUR_NUMBER)
    sam.phone.reads("Eve: order 123456 has not come")
    eve.phone.reads("a colleague reads it now")
    eve.phone.texts("not me", to=OUR_NUMBER)
    sam.phone.reads("Eve: not me")
