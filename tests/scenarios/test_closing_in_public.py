"""Closing in public: what all could read of ends there, with an apology, an owner and a next step."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from flows import Turn
from flows.orders import CloseCase
from tests.house import OUR_NUMBER, Agent, House
from tests.proving import are_one, no_longer
from voice_gateway.store.tables import AmendsRow

CALM = pytest.mark.weather("calm")
SORRY, NEXT = "We are sorry that your bag was lost.", "Sam brings it to you on Friday."


def angry_post(house: House) -> tuple[Any, Agent]:
    """It is Sam's to answer."""
    sam, jess = house.agent("Sam"), house.person_on("square", "@jess", followers=9900)
    jess.posts("@house you lost my bag, and nobody answers")
    sam.phone.reads("T1 @jess wrote on the square", within=180)
    return jess, sam


def thread_of(sam: Agent) -> str:
    """The page of the case, as the newest text that leads there tells."""
    found = next(re.search(r"/w/[^\s]+", each) for each in reversed(sam.phone.received) if "/w/" in each)
    assert found
    return found[0]


def on_record(house: House) -> list[Any]:
    return house.rows(select(AmendsRow.apology, AmendsRow.next_step, AmendsRow.owner_id, AmendsRow.by_id))


def test_it_ends_where_it_began(house: House) -> None:
    """DONE is not enough; the apology and what comes next are an answer there, and then it is closed."""
    jess, sam = angry_post(house)
    sam.phone.texts("DONE T1", to=OUR_NUMBER)
    sam.phone.reads("T1: This began in public", "Text APOLOGY T1", "/w/", within=180)
    assert house.cases[0].state == "open"
    sam.phone.texts(f"APOLOGY T1 {SORRY} NEXT {NEXT}", to=OUR_NUMBER)
    sam.phone.reads("T1 is solved, and said where it began", within=180)
    jess.reads(SORRY, NEXT, "Sam", private=False, within=300)
    assert house.cases[0].state == "solved"
    assert [tuple(row) for row in on_record(house)] == [(SORRY, NEXT, sam.id, sam.id)]


def test_what_is_personal_is_for_them_alone(house: House) -> None:
    """Where they have shown a number it goes there in the same turn, with what comes next and their ticket; all the world reads the rest."""
    jess, sam = angry_post(house)
    dana = house.customer("Dana")
    are_one(house, jess, dana)
    secret = "Your bag 4711 0815 4711 is with Dana Lee, ring 202 555 0177."
    sam.phone.texts(f"APOLOGY T1 {SORRY} PRIVATELY {secret} NEXT {NEXT}", to=OUR_NUMBER)
    sam.phone.reads("T1 is solved, and said where it began", within=180)
    assert jess.reads(SORRY, within=300) == f"{SORRY} {NEXT} – Sam"
    dana.phone.reads("Sam of ", NEXT, secret, "Where it stands: https://", within=180)
    assert [tuple(row) for row in on_record(house)] == [(SORRY, NEXT, sam.id, sam.id)]


@CALM
def test_nothing_is_said_alone_to_whom_nobody_knows_how_to_reach(house: House) -> None:
    """No proof, no text; and when the proof ends, so does the way. The words stay with whoever wrote them."""
    jess, sam = angry_post(house)
    sam.phone.texts(f"APOLOGY T1 {SORRY} NEXT {NEXT} Privately: it is in box 12", to=OUR_NUMBER)
    sam.phone.reads("no way to tell them alone: nothing is proved", "Nothing was said, and T1 is as it was")
    dana = house.customer("Dana")
    proof = are_one(house, jess, dana)
    page = f"{thread_of(sam)}/amends"
    assert "For them alone" in house.browser.get(page).get_data(as_text=True)
    no_longer(house, proof)
    shown = house.browser.get(page).get_data(as_text=True)
    assert "Nothing can be said to them alone: nothing is proved" in shown
    typed = {"apology": SORRY, "next_step": NEXT, "privately": "it is in box 12", "owner": str(sam.id)}
    refused = house.browser.post(page, data=typed)
    told = refused.get_data(as_text=True)
    assert (refused.status_code, "no way to tell them alone" in told, "it is in box 12" in told) == (409, True, True)
    assert house.browser.post(page, data=typed | {"privately": "x" * 1001}).status_code == 409
    assert house.browser.post(page, data=typed | {"privately": ""}).status_code == 303
    assert jess.reads(SORRY, within=300) == f"{SORRY} {NEXT} – Sam"
    with pytest.raises(AssertionError):
        dana.phone.reads("", within=60)


@CALM
def test_praise_needs_no_apology(house: House) -> None:
    """DONE is enough, unless somebody was unhappy in public about the same: then all of it is owed."""
    sam, jess = house.agent("Sam"), house.person_on("square", "@jess", followers=9900)
    jess.posts("@house Thank you so much, what a wonderful team!!")
    sam.phone.reads("T1 @jess wrote on the square", within=180)
    sam.phone.texts("T1 And thank you for writing", to=OUR_NUMBER)
    jess.reads("And thank you for writing", private=False, within=300)
    sam.phone.texts("DONE T1", to=OUR_NUMBER)
    sam.phone.reads("T1 is solved", within=180)
    assert house.cases[0].state == "solved"
    post = jess.posts("@house Really, well done.")
    sam.phone.reads("T2 @jess wrote on the square", within=180)
    house.person_on("square", "@kim").posts("@house they lost my bag", answers=post.id)
    sam.phone.reads("T2 @kim wrote on the square", within=180)
    sam.phone.texts("DONE T2", to=OUR_NUMBER)
    sam.phone.reads("T2: This began in public", within=180)
    assert house.cases[1].state == "open"
    house.is_forgotten()


@CALM
@pytest.mark.parametrize("words, why", [
    ("APOLOGY T1", "apology is missing"), ("APOLOGY T1 sorry NEXT Sam brings it on Friday", "too short"),
    (f"APOLOGY T1 {SORRY}", "What comes next is missing"), (f"APOLOGY T1 {SORRY} NEXT soon", "too short"),
    (f"APOLOGY T1 {SORRY} NEXT We ring you at 202 555 0177 on Friday.", "read a telephone number"),
    (f"APOLOGY T1 {SORRY} NEXT We write to dana@mail.example on Friday.", "read an e-mail address"),
    (f"APOLOGY T1 {SORRY} NEXT Your order 4711 0815 4711 leaves on Friday.", "read a long number"),
    (f"APOLOGY T1 {SORRY} NEXT dana lee gets it back on Friday.", "read the name of somebody"),
])
def test_what_is_missing_or_must_not_be_said(house: House, words: str, why: str) -> None:
    """Nothing is said, and the case is as it was."""
    jess, sam = angry_post(house)
    house.customer("Dana Lee").is_known()
    sam.phone.texts(words, to=OUR_NUMBER)
    sam.phone.reads(why, "Nothing was said, and T1 is as it was")
    assert (house.cases[0].state, on_record(house)) == ("open", [])
    with pytest.raises(AssertionError):
        jess.reads("", within=60)


@CALM
def test_no_answer_of_a_colleague_tells_the_world_a_number(house: House) -> None:
    """Ours may be told; what was said privately may hold what it wants."""
    jess, sam = angry_post(house)
    sam.phone.texts("T1 Is +1 202 555 0177 your number?", to=OUR_NUMBER)
    sam.phone.reads("All the world would read a telephone number", "Nothing was sent")
    sam.phone.texts(f"T1 Ring us at {OUR_NUMBER}", to=OUR_NUMBER)
    jess.reads("Ring us at", within=300)
    kim = house.person_on("square", "@kim")
    kim.writes("my number is +1 202 555 0178")
    sam.phone.reads("T2 @kim wrote privately")
    sam.phone.texts("T2 Thank you, we ring +1 202 555 0178", to=OUR_NUMBER)
    kim.reads("we ring +1 202 555 0178", private=True, within=300)
    sam.phone.texts("DONE T2", to=OUR_NUMBER)
    sam.phone.reads("T2 is solved")
    house.is_forgotten()


@CALM
def test_on_the_page_in_three_fields(house: House) -> None:
    """What is wrong stays in the form; Kim sees to it, and knows."""
    jess, sam = angry_post(house)
    kim = house.agent("Kim")
    link = thread_of(sam)
    thread = house.browser.get(link).get_data(as_text=True)
    assert "Apologise, and close it" in thread
    assert 'value="solve"' not in thread
    house.browser.post(link, data={"deed": "solve"})
    assert house.cases[0].state == "open"
    page = f"{link}/amends"
    assert "What we are sorry for" in house.browser.get(page).get_data(as_text=True)
    typed = {"apology": SORRY, "next_step": "soon <b>", "owner": str(kim.id)}
    refused = house.browser.post(page, data=typed)
    assert refused.status_code == 409
    assert "too short" in refused.get_data(as_text=True)
    assert "soon &lt;b&gt;" in refused.get_data(as_text=True)
    assert house.browser.post(page, data=typed | {"owner": "99999"}).status_code == 409
    assert house.browser.post(page, data=typed | {"next_step": NEXT}).status_code == 303
    jess.reads(SORRY, NEXT, "Kim", within=300)
    kim.phone.reads("T1 was closed in public", NEXT)
    assert house.cases[0].state == "solved"
    assert house.browser.get("/w/nonsense/amends").status_code == 404


@CALM
def test_a_story_that_forgets_it_closes_nothing(house: House) -> None:
    """A private thread closes with one word; whatever closes this one is held by the house itself."""
    jess, sam = angry_post(house)
    with house.gateway.turns.deciding() as (memory, line):
        call = house.facts(memory, 1)
        house.gateway.turns.play(memory, line, Turn("x", "y", lambda _call: iter([CloseCase("solved")])), call)
    assert house.cases[0].state == "open"
    jess.posts("@house thank you")
    sam.phone.reads("thank you")
