"""A number passes to other hands: what was agreed to there, or what was wrong with it, was the former holder's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.house import House, talks_and_ends_it_in_public
from tests.proving import are_one

CALM = pytest.mark.weather("calm")


def test_what_the_former_holder_agreed_to_rings_nobody(house: House) -> None:
    """Jess agreed long ago; Eve has the number now, proved it, and was never asked."""
    sam, telephone = house.agent("Sam"), house.customer("Dana")
    jess, eve = house.person_on("square", "@jess"), house.person_on("square", "@eve")
    are_one(house, jess, telephone, ago=timedelta(days=400))
    are_one(house, eve, telephone, agreed=False, ago=timedelta(days=5))
    eve.posts("@house where is my bag")
    sam.phone.reads("@eve wrote on the square")
    house.passes(120)
    assert not telephone.phone.is_ringing


@CALM
def test_what_the_holder_of_today_agrees_to_counts(house: House) -> None:
    sam, telephone = house.agent("Sam"), house.customer("Dana")
    jess, eve = house.person_on("square", "@jess"), house.person_on("square", "@eve")
    are_one(house, jess, telephone, ago=timedelta(days=400))
    are_one(house, eve, telephone, ago=timedelta(days=5))
    eve.posts("@house where is my bag")
    sam.phone.rings(within=180).hears("@eve wrote").presses("1").hears("Calling them now")
    telephone.phone.rings(within=180).hears("You wrote about us on the square").presses("1")
    talks_and_ends_it_in_public(telephone, sam, eve)
