"""A link ends while a telephone rings because of an account: what stands on it falls silent at once, and nothing else does."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from flows.facts import HOURS
from tests.house import Agent, Customer, House, talks_and_ends_it_in_public
from tests.proving import are_one, no_longer
from voice_gateway.store.identity import evidence
from voice_gateway.store.tables import IdentifierRow

CALM = pytest.mark.weather("calm")


def rings_because_of_a_post(house: House) -> tuple[Agent, Customer, Any, int]:
    """Sam has said yes, and Dana's telephone rings; gives the link as well."""
    sam, dana, jess = house.agent("Sam"), house.customer("Dana"), house.person_on("square", "@jess")
    link = are_one(house, jess, dana)
    jess.posts("@house where is my bag")
    sam.phone.rings(within=180).hears("@jess wrote").presses("1").hears("Calling them now")
    return sam, dana, jess, link


def a_list_says(house: House, jess: Any, telephone: Customer) -> int:
    """Somebody imported it, long before; gives the link."""
    with house.store.transaction() as memory:
        which = [memory.execute(select(IdentifierRow.id).where(IdentifierRow.subject == each)).scalar_one()
                 for each in (telephone.phone.number, jess.subject)]
        added = evidence.add(memory, evidence.Evidence(which[0], which[1], "import_bare", "list.csv", "row 7",
                                                       house.time.now() - 2 * HOURS), house.time.now())
    assert added.link_id is not None
    return added.link_id


def test_a_guess_that_is_undone_silences_nobody(house: House) -> None:
    """The ring stands on a proof, and the list that said the same has nothing to do with it."""
    sam, dana, jess, _ = rings_because_of_a_post(house)
    guess = a_list_says(house, jess, dana)
    dana.phone.rings(within=180).hears("You wrote about us on the square")
    no_longer(house, guess)
    house.passes(5)
    dana.phone.presses("1")
    talks_and_ends_it_in_public(dana, sam, jess)


@CALM
def test_the_proof_itself_is_undone(house: House) -> None:
    """At once, while the list still says so: a guess keeps no telephone ringing."""
    sam, dana, jess, proof = rings_because_of_a_post(house)
    a_list_says(house, jess, dana)
    dana.phone.rings()
    no_longer(house, proof)
    sam.phone.reads("the number is not @jess's, so nobody is rung")
    assert not dana.phone.is_ringing


@CALM
def test_a_newer_proof_of_another_number_keeps_no_older_ring(house: House) -> None:
    """They have shown a second telephone while the first one rings; what that one stood on ends, so it falls silent."""
    sam, dana, jess, proof = rings_because_of_a_post(house)
    dana.phone.rings()
    other = house.customer("Dana's other")
    are_one(house, jess, other)
    no_longer(house, proof)
    sam.phone.reads("the number is not @jess's, so nobody is rung")
    assert not dana.phone.is_ringing
    house.passes(60)
    assert not other.phone.received
