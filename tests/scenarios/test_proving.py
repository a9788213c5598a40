"""A code goes to the one and comes back from the other; a link is there, and whoever says "not me" ends it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from lxml import html
from sqlalchemy import select, update

from flows.codes import AGREE, TO_ACCOUNT, TO_NUMBER
from tests.doors.test_telephone import knock
from tests.house import BASE, OUR_NUMBER, Agent, Customer, House, talks_and_ends_it_in_public
from tests.proving import are_one
from voice_gateway.proof_turns import ProofTurns
from voice_gateway.sandbox.citizens import Person
from voice_gateway.store import admit
from voice_gateway.store.identity import invitations
from voice_gateway.store.tables import EvidenceRow, IdentifierRow, LegRow, LinkRow, MessageRow

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
        self._house, self._client, self._page = house, house.app.test_client(), page

    def sees(self, *phrases: str) -> Browser:
        said = spoken(self._client.get(self._page, base_url=BASE))
        assert all(phrase in said for phrase in phrases), said
        return self

    def opens(self, page: str) -> Browser:
        """Another link beside it, in the same browser."""
        beside = Browser(self._house, page)
        beside._client = self._client
        return beside

    def does(self, deed: str, **typed: str) -> Browser:
        """Press a button, and go wherever that leads."""
        self.answer = self._client.post(self._page, data={"deed": deed, **typed}, base_url=BASE, follow_redirects=True)
        return self

    def leaves_for(self, network: str) -> str:
        """They are on their way there; gives by which address they come back."""
        return str(self._client.post(self._page, data={"deed": "sign_in", "network": network}, base_url=BASE).headers["Location"])

    def comes_back(self, address: str) -> Browser:
        self.answer = self._client.get(address, base_url=BASE, follow_redirects=True)
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
    code = code_to(dana)
    browser.does("code", code=code).sees("we call you now")
    dana.phone.reads("that ends in 0112 are yours", "Not you? Reply NOT ME", within=180)
    sam.phone.rings(within=180).hears("@dana").presses("1")
    dana.phone.rings(within=180).presses("1")
    talks_and_ends_it_in_public(dana, sam, author)
    assert state(house) == [("oauth_otp", "active")]
    assert not house.rows(select(MessageRow.id).where(MessageRow.body.like(f"%{code}%")))
    Browser(house, page).sees("This link has done its work")


def sends_a_code(house: House, dana: Customer, post: Person, case: int = 1, way: str = TO_NUMBER) -> str:
    """A colleague asks for it; gives the code as the text brings it."""
    ProofTurns(house.gateway.turns).asks(case, number(house, dana), account(house, post), way)
    dana.phone.reads(f"links {post.handle} on the square with this number", "Reply NOT ME", within=180)
    return code_to(dana)


def test_a_code_to_the_number_comes_back_from_the_account_and_not_me_ends_it(house: House) -> None:
    sam, post, dana = writes_first(house)
    post.writes(f"here it is: {sends_a_code(house, dana, post).lower()}")
    post.reads("Thank you, that is shown.", within=180)
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
    post.reads("That is not the code that we sent", "Nothing was linked")
    eve = house.person_on("square", "@eve")
    eve.writes(code)
    sam.phone.reads("T2 @eve wrote privately")
    post.becomes(name=code)
    house.passes(660)
    post.posts(f"@house {code}")
    post.reads("That code is over", "Nothing was linked")
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


def test_a_code_to_the_account_comes_back_by_text(house: House) -> None:
    """The other way round; from another telephone it is just a number."""
    sam, post, dana = writes_first(house)
    ProofTurns(house.gateway.turns).asks(1, number(house, dana), account(house, post), TO_ACCOUNT)
    told = post.reads("links this account with the number that ends in 0112", private=True, within=180)
    code = re.search(r"\d{6}", told)
    assert code
    eve = house.customer("Eve")
    eve.phone.texts(code[0], to=OUR_NUMBER)
    sam.phone.reads(code[0], within=180)
    eve.phone.reads("a colleague reads it now", within=180)
    assert state(house) == []
    dana.phone.texts(f"my code is {code[0]}", to=OUR_NUMBER)
    dana.phone.reads("@dana on the square and the number that ends in 0112 are yours", within=180)
    sam.phone.reads("T1 @dana has shown who they are", within=180)
    assert state(house) == [("otp_roundtrip", "active")]


def shows_it(house: House, sam: Agent, post: Person, dana: Customer, case: int = 1) -> None:
    """They sign in and type the code; nobody need wait for a call."""
    tel, whose = number(house, dana), account(house, post)
    ProofTurns(house.gateway.turns).asks(case, tel, whose, TO_NUMBER, then_rings=True)
    dana.phone.reads(f"links {post.handle} on the square with this number", "Then we ring you here.")
    post.writes(code_to(dana))
    post.reads("Thank you, that is shown.")


@CALM
def test_nine_on_the_telephone_says_that_it_was_not_them(house: House) -> None:
    """Whoever has the telephone now is told who wrote on which network, and ends it with one key."""
    sam, post, dana = writes_first(house)
    shows_it(house, sam, post, dana)
    dana.phone.reads("are yours, as you have shown")
    sam.phone.rings().hears("@dana").presses("1")
    dana.phone.rings().hears("You wrote about us on the square", "Press 9 if that was not you").presses("9")
    dana.phone.hears("We do not ring you because of it any more")
    sam.phone.reads("the number is not @dana's, so nobody is rung")
    sam.phone.hangs_up()
    post.posts("@house hello again?")
    sam.phone.reads("T1 @dana wrote", "hello again?")
    house.passes(60)
    assert state(house) == [("otp_roundtrip", "revoked")]


@CALM
def test_not_me_stops_a_ring_on_its_way(house: House) -> None:
    """Their telephone is ringing when the text comes: it falls silent, and the colleague is told."""
    sam, post, dana = writes_first(house)
    shows_it(house, sam, post, dana)
    dana.phone.reads("are yours, as you have shown")
    sam.phone.rings().hears("@dana").presses("1").hears("Calling them now")
    dana.phone.rings()
    knock(house, "/sms", MessageSid="SM1", From=dana.phone.number, To=OUR_NUMBER, NumMedia="0", Body="NOT ME")
    dana.phone.reads("It has ended")
    sam.phone.reads("T2 Somebody says that they are not whom we took them for")
    sam.phone.reads("T1: the number is not @dana's, so nobody is rung")
    house.passes(10)
    assert not house.rows(select(LegRow.id).where(LegRow.role == "customer", LegRow.ended_at.is_(None)))


@CALM
def test_not_me_on_the_network(house: House) -> None:
    sam, post, dana = writes_first(house)
    sends_a_code(house, dana, post)
    post.writes("not me")
    post.reads("It has ended")
    sam.phone.reads("@dana says that they are not whom we took them for")
    post.writes(code_to(dana))
    post.reads("That code is over")
    assert state(house) == []


@CALM
def test_the_newest_proof_wins_and_both_sides_are_told(house: House) -> None:
    """Each only what concerns them. Whoever had it before may agree; until then nobody is rung."""
    sam, post, dana = writes_first(house)
    post.writes(sends_a_code(house, dana, post))
    post.reads("Thank you, that is shown.")
    dana.phone.reads("are yours, as you have shown.")
    sam.phone.reads("T1 @dana has shown")
    with house.store.transaction() as memory:  # fifty days pass
        memory.execute(update(LinkRow).values(verified_at=house.time.now() - timedelta(days=50),
                                              fresh_until=house.time.now() - timedelta(days=5)))
    other = house.person_on("square", "@eve")
    other.posts("@house hello")
    sam.phone.reads("@eve wrote")
    case = house.cases[-1].id
    tel, whose = number(house, dana), account(house, other)
    ProofTurns(house.gateway.turns).asks(case, tel, whose, TO_NUMBER, then_rings=True)
    dana.phone.reads("links @eve on the square")
    other.writes(code_to(dana))
    other.reads("Thank you, that is shown.")
    dana.phone.reads("Until now it was another account's.", "For now we reach nobody because of it: the number has just changed hands")
    told = post.reads("somebody else has shown that they have the telephone number", private=True)
    assert "eve" not in told
    assert "0112" not in told
    assert state(house) == [("otp_roundtrip", "superseded"), ("otp_roundtrip", "active")]
    ProofTurns(house.gateway.turns).asks(case, tel, account(house, post), TO_NUMBER, purpose=AGREE)
    dana.phone.reads("says that @dana on the square is content with who has this number now", "Give it to them alone")
    post.writes(code_to(dana))
    post.reads("Thank you, then all is as it should be.")
    other.posts("@house please ring me")
    sam.phone.rings().hears("please ring me").presses("2")


@CALM
def test_whoever_had_the_number_is_told_even_if_they_never_wrote(house: House) -> None:
    """They signed in from a ticket: their account has no case. What tells them is nobody's work."""
    sam, dana, former = house.agent("Sam"), house.customer("Dana"), house.person_on("square", "@jess")
    are_one(house, former, dana, ago=timedelta(days=50))
    heir = house.person_on("square", "@eve")
    heir.posts("@house hello")
    sam.phone.reads("@eve wrote")
    ProofTurns(house.gateway.turns).asks(house.cases[-1].id, number(house, dana), account(house, heir), TO_NUMBER)
    dana.phone.reads("links @eve on the square")
    heir.writes(code_to(dana))
    heir.reads("Thank you, that is shown.")
    dana.phone.reads("Until now it was another account's.")
    sam.phone.reads("@eve has shown who they are")
    former.reads("somebody else has shown that they have the telephone number", private=True)
    assert [each.state for each in house.cases if each.state == "staff"] == ["staff"]


@CALM
def test_a_handle_on_the_form_is_their_word_and_a_code_shows_it(house: House) -> None:
    sam, post, dana = house.agent("Sam"), house.person_on("square", "@dana"), house.customer("Dana")
    dana.asks_for_a_call(handle={"network": "square", "handle": "Dana"})
    dana.phone.reads("links @dana on the square with this number", "write it to @acme")
    assert state(house) == [("customer_declared", "active")]
    sam.phone.rings().presses("1")
    dana.phone.rings().presses("1")
    assert dana.phone.talks_with(sam.phone)
    post.posts(f"@house {code_to(dana)}")
    post.reads("Thank you, that is shown.", private=False)
    dana.phone.reads("are yours, as you have shown")
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1").hears("Solved")
    assert ("otp_roundtrip", "active") in state(house)
    wrong = house.browser.post("/click-to-call", json={
        "phone": "+12025550150", "name": "x", "about": "y", "consent": True, "handle": {"network": "square", "handle": "d\u0430na"}})
    assert wrong.status_code == 422
    assert "looks like" in wrong.get_data(as_text=True)


def test_from_an_unknown_persons_post_to_their_voice_and_not_me_in_the_end(house: House) -> None:
    """A post, the link, the code, the call; then a second post, which rings straight through; then "not me"."""
    sam, post, dana = writes_first(house)
    sam.phone.texts("LINK T1", to=OUR_NUMBER)
    sam.phone.reads("gets a link", within=180)
    link = re.search(r"/prove/\S+", post.reads("Tap, and we call you", within=300))
    assert link
    browser = Browser(house, link[0]).signs_in().does("number", phone="+1 202 555 0112", consent="yes")
    dana.phone.reads("links @dana on the square with this number", within=180)
    browser.does("code", code=code_to(dana)).sees("we call you now")
    dana.phone.reads("are yours, as you have shown", within=180)
    sam.phone.rings(within=180).hears("@dana").presses("1")
    dana.phone.rings(within=180).hears("You wrote about us on the square").presses("1")
    talks_and_ends_it_in_public(dana, sam, post)
    assert sam.becomes_free()
    post.posts("@house and again it is broken")
    sam.phone.rings(within=180).hears("and again it is broken").presses("1")
    dana.phone.rings(within=180).hears("Press 9 if that was not you").presses("9")
    dana.phone.hears("We do not ring you because of it any more")
    sam.phone.reads("the number is not @dana's, so nobody is rung", within=180)
    assert state(house) == [("oauth_otp", "revoked")]
    post.posts("@house hello?")
    sam.phone.reads("@dana wrote on the square", "hello?", within=180)
    house.passes(120)
