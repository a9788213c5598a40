"""Somebody wrote on a network and rings: with their proof and the carrier's word, the colleague hears of both."""

from __future__ import annotations

import pytest

from tests.house import BASE, Agent, Customer, House
from tests.proving import are_one
from tests.scenarios.test_proving import spoken
from voice_gateway.sandbox.citizens import Person

CALM = pytest.mark.weather("calm")


def wrote(house: House, *, proved: bool = True) -> tuple[Agent, Customer, Person]:
    """T1, or T2 after the case in which they proved it, is of their post; nobody rings because of it."""
    sam, post, dana = house.agent("Sam"), house.person_on("square", "@dana"), house.customer("Dana")
    if proved:
        are_one(house, post, dana, agreed=False)
    post.posts("@house my lamp is broken")
    sam.phone.reads("T1 @dana wrote", within=180)
    return sam, dana, post


def test_the_colleague_hears_what_they_also_wrote(house: House) -> None:
    sam, dana, _post = wrote(house)
    dana.waits_in_line(verstat="TN-Validation-Passed-A")
    sam.phone.rings().hears("is on the line", "They also wrote as @dana on the square: T1").presses("1")
    page = house.store.tickets.thread_page(house.cases[-1].id, sam.id, house.time.now())
    assert "They also wrote as @dana on the square: T1" in spoken(house.browser.get(page.removeprefix(BASE)))
    assert dana.phone.talks_with(sam.phone)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1").hears("Solved")


@CALM
@pytest.mark.parametrize("proved,verstat", [(False, "TN-Validation-Passed-A"), (True, "TN-Validation-Passed-B")])
def test_without_a_proof_or_the_carriers_word_nothing_is_said(house: House, proved: bool, verstat: str) -> None:
    sam, dana, _post = wrote(house, proved=proved)
    dana.waits_in_line(verstat=verstat)
    sam.phone.rings().hears("is on the line")
    assert "also wrote" not in sam.phone.heard
    sam.phone.presses("1")
    assert dana.phone.talks_with(sam.phone)
    dana.phone.hangs_up()
    sam.phone.hears("How did it go").presses("1").hears("Solved")
