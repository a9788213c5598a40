"""A code is hidden, and nothing else is: whatever somebody writes beside one, or that only looks like one, a human reads."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.house import OUR_NUMBER, House
from tests.scenarios.test_proving import account, number, sends_a_code, state, writes_first
from voice_gateway import proof_codes
from voice_gateway.proof_turns import ProofTurns
from voice_gateway.store.identity import challenges
from voice_gateway.store.tables import MessageRow, PostRow

CALM = pytest.mark.weather("calm")


def test_whatever_looks_like_a_code_after_one_is_read_by_a_human(house: House) -> None:
    """By post and by text, within the hour after a code, and while one is open."""
    sam, post, dana = writes_first(house)
    code = sends_a_code(house, dana, post)
    post.writes("my order 345678 burns, there is a fire in my kitchen")
    sam.phone.reads("T1 @dana wrote privately", "my order 345678 burns", within=180)
    post.writes(code)
    post.reads("Thank you, that is shown.", within=180)
    dana.phone.reads("are yours, as you have shown", within=180)
    sam.phone.reads("has shown who they are", within=180)
    post.writes("345678")
    sam.phone.reads('T1 @dana wrote privately on the square: "345678"', within=180)
    post.writes(f"{code} does not work, and order 345678 burns")
    sam.phone.reads('"(a code) does not work, and order 345678 burns"', within=180)
    kept = [row.words for row in house.rows(select(PostRow.words).where(PostRow.inbound))]
    assert kept.count(proof_codes.HIDDEN) == 1
    assert not any(code in words for words in kept)


@CALM
def test_a_right_code_counts_and_what_stands_beside_it_is_read(house: House) -> None:
    sam, post, dana = writes_first(house)
    post.posts(f"@house {sends_a_code(house, dana, post)}, and my lamp smells of fire")
    post.reads("Thank you, that is shown.", private=False)
    dana.phone.reads("are yours, as you have shown")
    sam.phone.reads("T1 @dana wrote on the square", "(a code), and my lamp smells of fire")
    sam.phone.reads("T1 @dana has shown who they are")
    assert state(house) == [("otp_roundtrip", "active")]


@CALM
def test_the_same_by_text(house: House) -> None:
    """A word of command beside it is done as well."""
    sam, post, dana = writes_first(house)
    tel, whose, at = number(house, dana), account(house, post), house.time.now()
    with house.store.transaction() as memory:
        code = challenges.issue(memory, house.store.tickets.secret_key, tel, whose, challenges.TO_ACCOUNT, at).code
    wrong = "100000" if code != "100000" else "200000"
    dana.phone.texts(f"my order {wrong} burns", to=OUR_NUMBER)
    sam.phone.reads(f"T2 Somebody: my order {wrong} burns")
    dana.phone.reads("a colleague reads it now")
    dana.phone.texts(wrong, to=OUR_NUMBER)
    dana.phone.reads("that is not the code that we sent")
    dana.phone.texts(f"{code} and the lamp is still broken", to=OUR_NUMBER)
    dana.phone.reads("@dana on the square and the number that ends in 0112 are yours")
    sam.phone.reads("T2 Somebody: (a code) and the lamp is still broken")
    dana.phone.texts(f"Hi, my code is {code}", to=OUR_NUMBER)
    dana.phone.reads("that code is over")
    assert not house.rows(select(MessageRow.id).where(MessageRow.body.contains(code)))


@CALM
def test_guesses_among_words_are_tries_too(house: House) -> None:
    """Else whoever wraps them in a sentence may guess for ever."""
    sam, post, dana = writes_first(house)
    ProofTurns(house.gateway.turns).asks(1, number(house, dana), account(house, post), "to_number")
    dana.phone.reads("links @dana on the square with this number")
    code = proof_codes.found_in(dana.phone.received[-1])
    for n in range(challenges.MOST_TRIES - 1):
        post.writes(f"is order 2222-222{n + 2} on its way?")
        sam.phone.reads(f"is order 2222-222{n + 2} on its way?")
    post.writes("2222-2229")
    post.reads("That is not the code that we sent")
    post.writes(code)
    post.reads("That code is over")
    assert state(house) == []
