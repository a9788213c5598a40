"""On Threads nobody's number is told, so that no account there is ever proved: they are answered, and nothing more."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from flows.identity import NUMBER
from tests.house import House
from tests.scenarios.test_too_long import wrote
from voice_gateway import clock
from voice_gateway.store import admit
from voice_gateway.store.identity import evidence
from voice_gateway.store.identity.evidence import Evidence
from voice_gateway.store.identity.grants import resolve_for_route
from voice_gateway.store.tables import IdentifierRow

pytestmark = pytest.mark.weather("calm")


def test_somebody_on_threads_is_answered_there(house: House) -> None:
    """The buttons that lead to nothing are not there, and pressed all the same they do nothing."""
    _, jess, page = wrote(house, "threads")
    shown = house.browser.get(page).get_data(as_text=True)
    assert not re.search(r'value="(invite|follow)"', shown)
    for deed in ("invite", "follow"):
        house.browser.post(page, data={"deed": deed})
    shown = house.browser.get(f"{page}/who").get_data(as_text=True)
    assert "nothing can be proved of an account there" in shown
    assert not re.search(r'value="(invite|ask|say)"', shown)
    for deed in ("invite", "say"):
        answer = house.browser.post(f"{page}/who", data={"deed": deed, "whom": "+1 202 555 0177"})
        assert (answer.status_code, "Threads tells nobody" in answer.get_data(as_text=True)) == (422, True)
    looked = house.browser.post(page, data={"deed": "look", "words": "We are sorry"}).get_data(as_text=True)
    token = re.search(r'name="looked" value="([^"]+)"', looked)
    assert token
    house.browser.post(page, data={"deed": "send", "words": "We are sorry", "looked": token[1]})
    assert jess.reads("sorry") == "We are sorry"


def test_even_a_code_that_came_back_lets_nobody_be_told(house: House) -> None:
    wrote(house, "threads")
    dana = house.customer("Dana")
    with house.store.transaction() as memory:
        account = memory.execute(select(IdentifierRow.id).where(IdentifierRow.namespace == "threads")).scalar_one()
        number = admit.caller(memory, NUMBER, dana.phone.number, clock.now()).id
        evidence.add(memory, Evidence(number, account, "otp_roundtrip", "code", "1", clock.now()), clock.now())
        answer = resolve_for_route(memory, house.cases[0].id, "tel", clock.now(), authentic=True)
    assert "nobody can prove an account there" in str(answer)
