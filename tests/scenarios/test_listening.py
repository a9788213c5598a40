"""What somebody writes about us on a social network becomes somebody's work, and is answered where it was said."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.house import House
from voice_gateway.store.tables import PostRow

CALM = pytest.mark.weather("calm")


def test_a_post_becomes_a_case_with_a_deadline(house: House) -> None:
    sam, jess = house.agent("Sam"), house.person_on("square", "@jess", followers=9900)
    jess.posts("An hour on the ground with @house, and nobody answers")
    sam.phone.reads("T1 @jess wrote on the square", "An hour on the ground", "9,900 follow them.",
                    "Answer within 10 minutes: they say \"nobody answers\".")
    case = house.cases[0]
    assert (case.state, case.owner_id, case.caller_name, case.urgent) == ("open", sam.id, "@jess", True)


@CALM
def test_one_thread_is_one_case_and_a_post_is_heard_once(house: House) -> None:
    """What passes it on joins it, also of somebody else's; so does the next post of its author; a rename is the same person."""
    sam, jess, bob = house.agent("Sam"), house.person_on("square", "@jess"), house.person_on("square", "@bob")
    post = jess.posts("@house hello?")
    sam.phone.reads("T1 @jess wrote")
    bob.posts("look", repeats=post.id)
    bob.posts("the same with me, @house", answers=post.id)
    sam.phone.reads("T1 @bob wrote", "the same with me")
    jess.becomes(handle="jessica")
    jess.posts("@house still nothing")
    sam.phone.reads("T1 @jessica wrote", "still nothing")
    assert len(house.cases) == 1
    assert len(house.rows(select(PostRow.id))) == 4


@CALM
def test_whoever_is_not_in_a_hurry_may_be_answered_later(house: House) -> None:
    sam, jess = house.agent("Sam"), house.person_on("square", "@jess", followers=12)
    jess.writes("What are your hours?")
    sam.phone.reads("T1 @jess wrote privately on the square", "Answer within 60 minutes.")
