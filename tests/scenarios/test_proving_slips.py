"""What people and their browsers do on the page of proofs: they go back, press twice, change their minds, and come late."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.house import BASE, House
from tests.scenarios.test_proving import Browser, code_to, opens_the_link, spoken, state, writes_first
from voice_gateway.store.tables import IdentifierRow, InvitationRow

pytestmark = pytest.mark.weather("calm")
OPENS_AT_ELEVEN = {"days": [1, 2, 3, 4, 5, 6, 7], "open": 11 * 60, "close": 12 * 60}
NUMBER = {"phone": "2025550112", "consent": "yes"}


def test_others_who_use_the_telephone_count_however_the_code_comes_back(house: House) -> None:
    """Whoever cannot sign in writes it from there, and has said it all the same."""
    sam, post, dana = writes_first(house)
    browser = Browser(house, opens_the_link(house, 1)).does("write").does("number", **NUMBER, others="yes")
    dana.phone.reads("links @dana on the square")
    post.writes(code_to(dana))
    post.reads("Thank you, that is shown.")
    dana.phone.reads("For now we reach nobody because of it: several people use this number")
    browser.sees("For now we do not ring: several people use this number")
    house.passes(30)
    assert not sam.phone.is_ringing


def test_what_was_ticked_of_one_number_is_not_said_of_another(house: House) -> None:
    sam, _, dana = writes_first(house)
    browser = Browser(house, opens_the_link(house, 1)).signs_in().does("number", **NUMBER, others="yes")
    dana.phone.reads("links @dana on the square")
    browser.does("again").is_told("Another code is on its way. Only the newest counts.", 200)
    dana.phone.reads("links @dana on the square")
    browser.does("another").does("number", **NUMBER)
    dana.phone.reads("links @dana on the square")
    browser.does("code", code=code_to(dana)).sees("we call you now")
    dana.phone.reads("are yours, as you have shown")
    sam.phone.rings().presses("2")
    assert not house.rows(select(IdentifierRow.id).where(IdentifierRow.claimed_twice_until.is_not(None)))


def test_a_code_that_came_back_from_there_uses_the_link_up(house: House) -> None:
    sam, post, dana = writes_first(house)
    page = opens_the_link(house, 1)
    browser = Browser(house, page).does("write").does("number", **NUMBER)
    dana.phone.reads("links @dana on the square")
    post.writes(code_to(dana))
    post.reads("Thank you, that is shown.")
    dana.phone.reads("are yours, as you have shown")
    browser.sees("Thank you, we call you now", "ends in 0112 are yours")
    Browser(house, page).sees("This link has done its work")
    assert house.rows(select(InvitationRow.id).where(InvitationRow.used_at.is_not(None)))
    sam.phone.rings().presses("2")


def test_whoever_goes_back_and_types_another_number_gets_the_code_there(house: House) -> None:
    """Their browser shows the page before once more, and never asked us."""
    sam, _, dana = writes_first(house)
    other = house.customer("Dana's other telephone")
    browser = Browser(house, opens_the_link(house, 1)).signs_in().does("number", **NUMBER)
    dana.phone.reads("links @dana on the square")
    browser.does("number", phone=other.phone.number, consent="yes").sees(f"ends in {other.phone.number[-4:]}")
    other.phone.reads("links @dana on the square")
    browser.does("code", code=code_to(other)).sees("we call you now")
    other.phone.reads("are yours, as you have shown")
    sam.phone.rings().presses("2")
    assert state(house) == [("oauth_otp", "active")]


def test_a_code_that_is_sent_twice_by_a_double_click_is_thanked_for(house: House) -> None:
    sam, _, dana = writes_first(house)
    browser = Browser(house, opens_the_link(house, 1)).signs_in().does("number", **NUMBER)
    dana.phone.reads("links @dana on the square")
    code = code_to(dana)
    for _ in "twice":
        browser.does("code", code=code).is_told("Thank you, we call you now", 200)
    dana.phone.reads("are yours, as you have shown")
    sam.phone.rings().presses("2")
    assert "no such button" not in spoken(browser.answer)


def test_while_the_house_is_closed_the_page_says_when_it_rings(house: House) -> None:
    _, _, dana = writes_first(house)
    browser = Browser(house, opens_the_link(house, 1)).signs_in().does("number", **NUMBER)
    dana.phone.reads("links @dana on the square")
    house.keeps_hours([OPENS_AT_ELEVEN])
    browser.does("code", code=code_to(dana)).sees("Thank you, that is shown", "We ring you at 11:00 am")
    dana.phone.reads("are yours, as you have shown")


@pytest.mark.parametrize("leads_nowhere", ["/prove/guessed", "/prove/back?state=1&code=2"])
def test_a_link_that_leads_nowhere_tells_what_to_do(house: House, leads_nowhere: str) -> None:
    """It is no ticket, and nobody looks for one. Some open the link in one browser, and are sent back to another."""
    answer = house.browser.get(leads_nowhere)
    assert answer.status_code == 404
    assert "holds for a day" in spoken(answer)
    assert "ticket" not in spoken(answer)


def test_where_nobody_can_sign_in_a_ticket_tells_the_other_way(house: House) -> None:
    """A telephone's ticket names no account, so that no code can be asked for before we know whose."""
    sam, dana = house.agent("Sam"), house.customer("Dana")
    dana.asks_for_a_call()
    ticket = dana.answer.get_json()["url"].removeprefix(BASE)
    house.app.extensions["networks"] = {}
    page = house.browser.post(f"{ticket}/prove").headers["Location"]
    browser = Browser(house, page).sees("text LINK and your name there to us")
    assert "You wrote to us as" not in spoken(browser.does("out").answer)
    sam.phone.rings().presses("2")


def test_nobody_is_thanked_for_what_somebody_else_has_shown(house: House) -> None:
    """The link stood in public: eve has opened it too, and got as far as a number."""
    sam, post, dana = writes_first(house)
    eve = house.customer("Eve")
    page = opens_the_link(house, 1)
    of_eve = Browser(house, page).does("write").does("number", phone=eve.phone.number, consent="yes")
    eve.phone.reads("links @dana on the square")
    browser = Browser(house, page).does("write").does("number", **NUMBER)
    dana.phone.reads("links @dana on the square")
    post.writes(code_to(dana))
    post.reads("Thank you, that is shown.")
    dana.phone.reads("are yours, as you have shown")
    of_eve.sees("This link has done its work")
    browser.sees("Thank you, we call you now", "ends in 0112 are yours")
    sam.phone.rings().presses("2")
