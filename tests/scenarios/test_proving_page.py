"""What the page of proofs refuses: other people's accounts, browsers, numbers and codes. And codes that are keyed in."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from flows.codes import TO_ACCOUNT
from tests.house import BASE, OUR_NUMBER, House, talks_and_ends_it_in_public
from tests.scenarios.test_proving import (
    Browser,
    account,
    code_to,
    number,
    opens_the_link,
    spoken,
    state,
    writes_first,
)
from voice_gateway.doors import proof_cookie, proof_slip
from voice_gateway.proof_turns import ProofTurns
from voice_gateway.store.tables import CaseRow, ChallengeRow, IdentifierRow, InvitationRow

pytestmark = pytest.mark.weather("calm")
SPELLINGS = ("2025550112", "(202) 555-0112", " +1-202.555.0112 ", "1-202-555-0112")


def test_somebody_else_who_opens_the_link_gets_nowhere(house: House) -> None:
    """It stood in public: eve signs in as eve, and is refused; a name that looks alike is eve's all the same."""
    writes_first(house)
    house.person_on("square", "@eve")
    page = opens_the_link(house, 1)
    browser = Browser(house, page).signs_in(handle="@eve")
    browser.is_told("You have signed in as @eve, and this link is for @dana", 403)
    browser.does("number", phone="2025550113", consent="yes").is_told("Please sign in first", 409)
    browser.does("code", code="000000").is_told("Please sign in first", 409)
    browser.signs_in(handle="d\u0430na").is_told("looks like", 422)
    assert state(house) == []


def test_whoever_cannot_sign_in_there_writes_the_code_from_there(house: House) -> None:
    sam, post, dana = writes_first(house)
    browser = Browser(house, opens_the_link(house, 1)).does("write").sees("you write it to us from there")
    browser.does("out").sees("Sign in with the square").does("write")
    browser.does("number", phone="2025550112", consent="yes").sees("in a post that names us")
    dana.phone.reads("links @dana on the square")
    post.writes(code_to(dana))
    post.reads("Thank you, that is shown.")
    dana.phone.reads("are yours, as you have shown")
    sam.phone.rings().presses("2")
    assert state(house) == [("otp_roundtrip", "active")]


def test_a_slip_in_the_number_costs_no_tick(house: House) -> None:
    """Whoever has said that others use their telephone has not taken it back by typing a digit too few."""
    writes_first(house)
    browser = Browser(house, opens_the_link(house, 1)).signs_in()
    browser.does("number", phone="12", consent="yes", others="yes").is_told("too short")
    page = browser.answer.get_data(as_text=True)
    assert [f'name="{name}" value="yes" checked' in page.replace(" required", "") for name in ("consent", "others")] == [True, True]


def test_nothing_is_sent_again_by_going_back_from_a_refusal(house: House) -> None:
    """What was not taken is told once, on a page that was only opened; and no word of the network stays in the address."""
    writes_first(house)
    house.person_on("square", "@eve")
    page = opens_the_link(house, 1)
    browser = Browser(house, page)
    for deed, typed, told, status in (("sign_in", {"network": "square", "handle": "d\u0430na"}, "looks like", 422),
                                      ("sign_in", {"network": "square", "handle": "@eve"}, "this link is for @dana", 403),
                                      ("dance", {}, "no such button", 400)):
        browser.does(deed, **typed).is_told(told, status)
        asked = browser.answer.request
        assert (asked.method, asked.full_path.rstrip("?")) == ("GET", page)
        assert told not in spoken(browser.comes_back(page).answer)


def test_another_browser_does_not_go_on_where_this_one_stands(house: House) -> None:
    _, _, dana = writes_first(house)
    page = opens_the_link(house, 1)
    browser = Browser(house, page).signs_in().does("number", phone="2025550112", consent="yes")
    dana.phone.reads("links @dana on the square")
    Browser(house, page).sees("Sign in with the square").does("code", code=code_to(dana)).is_told("Please sign in first", 409)
    stolen = house.app.test_client().get("/prove/back?state=guessed&code=x", base_url=BASE)
    assert stolen.status_code == 404
    browser.does("code", code="999999").is_told("That is not the code")
    browser.does("code", code="").is_told("That is not the code")
    with house.store.transaction() as memory:
        memory.execute(update(ChallengeRow).values(expires_at=house.time.now() - timedelta(seconds=1)))
    browser.does("code", code=code_to(dana)).is_told("or its ten minutes are over")
    assert state(house) == []


def test_what_a_browser_keeps_is_out_of_reach_of_scripts_and_of_other_sites(house: House) -> None:
    writes_first(house)
    house.person_on("square", "@eve")
    refused = Browser(house, opens_the_link(house, 1)).signs_in(handle="@eve").answer
    cookies = [each for answer in (*refused.history, refused) for each in answer.headers.getlist("Set-Cookie") if "Max-Age=0" not in each]
    assert {each.partition("=")[0] for each in cookies} == {proof_cookie.COOKIE, proof_slip.COOKIE}
    assert all(word in each for each in cookies for word in ("HttpOnly", "SameSite=Lax", "Secure", "Path=/prove")), cookies


def test_two_links_in_one_browser_do_not_push_each_other_out(house: House) -> None:
    """Each keeps its place, also while the browser is away on the network; of many the oldest begins anew."""
    sam, author, dana = writes_first(house)
    first = Browser(house, opens_the_link(house, 1))
    second = first.opens(opens_the_link(house, 1))
    way_back = first.leaves_for("square")
    second.signs_in().sees("You have signed in as @dana")
    first.comes_back(way_back).sees("You have signed in as @dana")
    first.does("number", phone="2025550112", consent="yes").sees("We have texted six digits")
    dana.phone.reads("links @dana on the square")
    second.sees("You have signed in as @dana")
    for _more in range(proof_cookie.MOST - 1):
        first.opens(opens_the_link(house, 1)).signs_in()
    second.sees("Sign in with the square")
    first.sees("We have texted six digits").does("code", code=code_to(dana)).sees("we call you now")
    dana.phone.reads("are yours, as you have shown")
    sam.phone.rings().presses("1")
    dana.phone.rings().presses("1")
    talks_and_ends_it_in_public(dana, sam, author)


def test_a_link_counts_once_and_for_a_day(house: House) -> None:
    writes_first(house)
    page = opens_the_link(house, 1)
    with house.store.transaction() as memory:
        memory.execute(update(InvitationRow).values(expires_at=house.time.now() - timedelta(seconds=1)))
    for each in (page, "/prove/guessed", "/prove/"):
        assert house.browser.get(each).status_code == 404
    with house.store.transaction() as memory:
        memory.execute(update(InvitationRow).values(used_at=house.time.now()))
    Browser(house, page).does("sign_in", network="square").is_told("This link has done its work", 200)


@pytest.mark.parametrize("phone, consent, why, status", [
    ("911", "yes", "Emergency numbers", 403), (OUR_NUMBER, "yes", "We cannot call this number", 403),
    ("+33612345678", "yes", "We cannot call numbers in that country", 403), ("x" * 300, "yes", "too long", 422),
    ("+442079460123", "yes", "gets no texts", 403), ("", "yes", "Please give the number", 422), ("2025550112", "", "only if you agree", 422),
])
def test_numbers_are_taken_as_strictly_as_on_the_website(house: House, phone: str, consent: str, why: str, status: int) -> None:
    writes_first(house)
    browser = Browser(house, opens_the_link(house, 1)).signs_in()
    browser.does("number", phone=phone, consent=consent).is_told(why, status)
    assert not house.rows(select(ChallengeRow.id))


def test_a_number_in_many_spellings_is_one_and_is_not_texted_again_and_again(house: House) -> None:
    _, _, dana = writes_first(house)
    page = opens_the_link(house, 1)
    browser = Browser(house, page).signs_in()
    for spelling in SPELLINGS[:3]:
        browser.does("number", phone=spelling, consent="yes")
        dana.phone.reads("links @dana on the square")
        browser.does("another")
    browser.does("number", phone=SPELLINGS[3], consent="yes").is_told("That was often", 429)
    assert len(house.rows(select(IdentifierRow.id).where(IdentifierRow.subject == "+12025550112"))) == 1


@pytest.mark.parametrize("verstat, heard, linked", [
    ("TN-Validation-Passed-A", "are yours, as you have shown", [("otp_roundtrip", "active")]),
    ("TN-Validation-Passed-B", "text us the code instead", []),
])
def test_a_code_is_keyed_in_by_a_number_that_is_vouched_for(house: House, verstat: str, heard: str, linked: list[object]) -> None:
    """Whoever only shows the number is asked to text it instead: a number is easily shown."""
    sam, post, dana = writes_first(house)
    ProofTurns(house.gateway.turns).asks(1, number(house, dana), account(house, post), TO_ACCOUNT)
    found = re.search(r"\d{6}", post.reads("links this account"))
    assert found
    dana.dials(verstat=verstat).phone.hears("If you have a code, press star").presses("*")
    dana.phone.hears("enter your code").presses(f"{found[0]}#").hears(heard)
    dana.phone.hangs_up()
    if linked:
        sam.phone.reads("T1 @dana has shown who they are")
    assert state(house) == linked


def test_from_the_ticket_to_the_proof_and_back(house: House) -> None:
    sam, post, dana = house.agent("Sam"), house.person_on("square", "@dana"), house.customer("Dana")
    dana.asks_for_a_call()
    ticket = dana.answer.get_json()["url"].removeprefix(BASE)
    sam.phone.rings()
    page = house.browser.post(f"{ticket}/prove").headers["Location"]
    browser = Browser(house, page).signs_in(handle=post.handle).sees("You have signed in as @dana", "ends in 0112")
    browser.does("number")
    dana.phone.reads("links @dana on the square")
    browser.does("code", code=code_to(dana)).sees("Thank you, that is shown")
    dana.phone.reads("are yours, as you have shown")
    assert state(house) == [("oauth_otp", "active")]
    assert "has ended" in spoken(house.browser.post(f"{ticket}/not-me", follow_redirects=True))
    assert state(house) == [("oauth_otp", "revoked")]
    assert house.browser.post("/t/guessed/prove").status_code == 404
    sam.phone.hears("Press 1").presses("1")
    dana.phone.rings().presses("1")
    assert dana.phone.talks_with(sam.phone)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1").hears("Solved")
    assert house.rows(select(CaseRow.id).where(CaseRow.state == "solved"))


def test_a_telephone_that_others_use_is_nobodys(house: House) -> None:
    """Said on the page or by text: it is linked, and yet nobody is rung because of it."""
    sam, _, dana = writes_first(house)
    browser = Browser(house, opens_the_link(house, 1)).signs_in().does("number", phone="2025550112", consent="yes", others="yes")
    dana.phone.reads("links @dana on the square")
    browser.does("code", code=code_to(dana)).sees("For now we do not ring: several people use this number")
    dana.phone.reads("For now we reach nobody because of it", "Others use it too? Reply SHARED")
    dana.phone.texts("Shared", to=OUR_NUMBER)
    dana.phone.reads("We tell nobody anything at this number")
    house.passes(30)
    assert house.rows(select(IdentifierRow.id).where(IdentifierRow.shared))
    assert not sam.phone.is_ringing
