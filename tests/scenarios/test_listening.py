"""What somebody writes about us on a social network becomes somebody's work, and is answered where it was said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from flows.facts import MINUTES
from flows.listening import tone, urgency
from flows.posts import Author, Mention, Post
from tests.house import MORNING, OUR_NUMBER, House, talks_and_ends_it_in_public
from tests.proving import are_one, no_longer
from voice_gateway.post_turns import PostTurns
from voice_gateway.store.tables import IdentifierRow, LegRow, PostRow

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


def test_a_post_of_somebody_who_has_proved_their_number_rings_straight_through(house: House) -> None:
    """The colleague's telephone first, with the post read out; then, on their key, the author's; and both talk."""
    sam, dana, jess = house.agent("Sam"), house.customer("Dana"), house.person_on("square", "@jess", followers=9900)
    are_one(house, jess, dana)
    jess.posts("An hour on the ground with @house, and nobody answers https://pics.example/1")
    sam.phone.rings(within=15).hears("@jess wrote on the square at 10:00 am", "An hour on the ground", "(a link)",
                                     "9,900 follow them.", "Press 1 to call now").presses("1").hears("Calling them now")
    dana.phone.rings().hears("You wrote about us on the square.", "Sam is on the line").presses("1")
    talks_and_ends_it_in_public(dana, sam, jess)
    assert [case.state for case in house.cases if case.caller_name == "@jess"] == ["solved"]


@CALM
def test_nobody_is_rung_without_a_fresh_proof_and_their_word(house: House) -> None:
    """No consent, a proof of 46 days, or a number that three have claimed: the colleague reads it, and no telephone rings."""
    sam, dana, kim = house.agent("Sam"), house.customer("Dana"), house.customer("Kim")
    silent, old = house.person_on("square", "@silent"), house.person_on("square", "@old")
    are_one(house, silent, dana, agreed=False)
    are_one(house, old, kim, ago=timedelta(days=46))
    silent.posts("@house hello")
    old.posts("@house hello")
    sam.phone.reads("@silent wrote on the square")
    sam.phone.reads("@old wrote on the square")
    shared = house.customer("Lee")
    for name in ("@one", "@two", "@three"):
        are_one(house, house.person_on("square", name), shared, agreed=name == "@one")
    house.person_on("square", "@three").posts("@house hello")
    sam.phone.reads("@three wrote on the square")
    house.passes(120)


@CALM
def test_a_link_undone_before_the_key_rings_nobody_and_the_colleague_hears_why(house: House) -> None:
    sam, dana, jess = house.agent("Sam"), house.customer("Dana"), house.person_on("square", "@jess")
    link = are_one(house, jess, dana)
    jess.posts("@house where is my bag")
    sam.phone.rings().hears("@jess wrote")
    no_longer(house, link)
    sam.phone.hears("We may not ring @jess", "nothing is proved")
    sam.phone.reads("the number is not @jess's, so nobody is rung")
    assert house.cases[-1].owner_id == sam.id


@CALM
def test_who_wants_no_more_calls_before_the_key_is_not_rung(house: House) -> None:
    sam, dana, jess = house.agent("Sam"), house.customer("Dana"), house.person_on("square", "@jess")
    are_one(house, jess, dana)
    jess.posts("@house where is my bag")
    sam.phone.rings().hears("ring them in ten minutes")
    with house.store.transaction() as memory:
        memory.execute(update(IdentifierRow).where(IdentifierRow.namespace == "tel").values(opted_out_at=house.time.now()))
    sam.phone.presses("1").hears("We may not ring @jess", "no more texts and calls", "We text you the page")
    sam.phone.reads("We may not ring @jess", "Answer in writing")


@CALM
def test_a_link_undone_between_the_key_and_the_ring_rings_nobody(house: House) -> None:
    """The last look is taken by whoever is about to ring."""
    sam, dana, jess = house.agent("Sam"), house.customer("Dana"), house.person_on("square", "@jess")
    link = are_one(house, jess, dana)
    jess.posts("@house where is my bag")
    sam.phone.rings().hears("ring them in ten minutes")
    house.exchange.act(sam.phone.number, "press", {"keys": "1"})
    assert house.exchange.run(lambda: bool(house.rows(select(LegRow.id).where(LegRow.role == "customer"))), 5)
    no_longer(house, link)
    sam.phone.hears("We may not ring @jess", "nothing is proved")
    sam.phone.reads("Answer in writing")
    assert not house.rows(select(LegRow.id).where(LegRow.role == "customer", LegRow.rung_at.is_not(None)))


@CALM
def test_a_post_that_is_taken_back_stops_the_clock(house: House) -> None:
    sam, _kim, jess = house.agent("Sam"), house.agent("Kim"), house.person_on("square", "@jess", followers=20)
    post = jess.posts("@house where is my bag")
    sam.phone.reads("T1 @jess wrote", "Answer within 60 minutes")
    jess.takes_back(post)
    sam.phone.reads("@jess has taken back what they wrote", within=2000)
    assert house.cases[0].state == "cancelled"
    house.passes(7200)


@CALM
def test_nobody_answers_and_another_is_asked(house: House) -> None:
    """Unknown reach is never nobody, and what is said of danger is not left until later."""
    sam, kim, jess = house.agent("Sam"), house.agent("Kim"), house.person_on("square", "@jess", followers=20)
    jess.posts("@house there is a fire in your shop")
    sam.phone.reads("T1 @jess wrote", 'Answer within 10 minutes: they say "fire".')
    sam.phone.reads("is to hear from you by 10:10 am", within=500)
    kim.phone.reads("T1 @jess wrote and has no answer yet", within=700)
    kim.phone.texts("T1 Thank you, we are there", to=OUR_NUMBER)
    jess.reads("we are there")


@CALM
def test_what_strangers_call_themselves_and_write_does_no_harm(house: House) -> None:
    """Another's name, 300 letters of one, marks that cannot be seen, and more words than anybody reads."""
    sam, jess = house.agent("Sam"), house.person_on("square", "@jess", name="Acme Support \u202e\u200b" + "x" * 300, followers=3)
    jess.posts("@house \u202e\u0000 hello <script>alert(1)</script> " + "very long " * 250)
    sam.phone.reads("T1 @jess wrote on the square", "<script>", "...")
    assert "\u202e" not in sam.phone.received[-1]
    assert len(sam.phone.received[-1]) < 700
    assert "Acme Support" not in sam.phone.received[-1]
    for n in range(9):
        jess.posts(f"@house again {n}")
    for n in range(4):
        sam.phone.reads(f"again {n}")
    house.passes(30)
    assert len(house.cases) == 1


@CALM
def test_a_post_is_one_however_often_it_comes_and_a_story_that_breaks_loses_none(
        house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    sam, jess = house.agent("Sam"), house.person_on("square", "@jess")
    jess.posts("@house hello")
    sam.phone.reads("T1 @jess wrote")
    post = house.shop.networks["square"].listen("0").posts[0]
    for _again in range(3):
        PostTurns(house.gateway.turns).post_came_in(post)
    monkeypatch.setattr(urgency, "of", lambda mention: 1 / 0)
    bob = house.person_on("square", "@bob")
    bob.posts("@house and I?")
    sam.phone.reads("is yours: @bob")  # a number that was lost with the story is not given again
    assert caplog.messages == ["a story broke, a person takes over"]
    caplog.clear()


@CALM
def test_whoever_is_blocked_is_not_listened_to(house: House) -> None:
    jess = house.person_on("square", "@jess")
    with house.store.transaction() as memory:
        memory.execute(insert(IdentifierRow), {"namespace": "square", "subject": jess.subject, "blocked": True,
                                               "first_seen": house.time.now()})
    jess.posts("@house hello")
    house.passes(20)
    assert house.cases == []


@pytest.mark.parametrize("words, sounds", [
    ("My mother is stranded at the airport", 'they say "stranded"'), ("I have been WAITING 60 MINUTES", 'they say "waiting 60 minutes"'),
    ("Das ist unversch\u00e4mt", 'they say "unversch\u00e4mt"'), ("Llevo d\u00edas sin respuesta", 'they say "sin respuesta"'),
    ("\u00c7a ne marche plus", 'they say "ne marche plus"'), ("What???", "they shout"), ("Lovely shop, fireworks tonight", ""),
    ("Is the printing press exhibition on, sweet pressing?", 'they say "press"')])
def test_how_a_post_sounds_is_told_by_its_words(words: str, sounds: str) -> None:
    assert tone.of(words).why == sounds


@pytest.mark.parametrize("followers, private, spread, within", [
    (12, False, 0, 60), (9_900, False, 0, 30), (None, False, 0, 30), (None, True, 0, 60), (12, False, 10, 30)])
def test_how_many_read_it_decides_by_when_and_unknown_is_never_nobody(
        followers: int | None, private: bool, spread: int, within: int) -> None:
    author = Author("square", "did:1", "@jess", followers=followers)
    said = Post("square", "1", "1", author, "hello", MORNING, private=private, spread=spread)
    assert urgency.of(Mention(said)).within == within * MINUTES
    assert urgency.of(Mention(replace(said, words="useless"))).within == (30 if within == 60 else 10) * MINUTES
    assert urgency.of(Mention(said, is_pinned=True)).within == 10 * MINUTES
