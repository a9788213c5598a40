"""The square: what scenarios rely on, as the house sees it and as its people do."""

from __future__ import annotations

import pytest

from voice_gateway.networks import Trouble

pytestmark = pytest.mark.weather("calm")


def test_what_names_us_answers_us_or_is_written_to_us_is_news(house):
    square = house.shop.networks["square"]
    begin = square.listen("").cursor
    jess, bob = house.person_on("square", "@jess", followers=9900), house.person_on("square", "@bob")
    post = jess.posts("an hour on the ground with @house")
    bob.posts("a fine day")
    bob.posts("", repeats=post.id)
    jess.writes("my number is a secret")

    news = square.listen(begin)

    assert [each.words for each in news.posts] == [post.words, "", "my number is a secret"]
    assert (news.posts[0].author.followers, news.posts[0].spread, news.posts[1].repeats) == (9900, 1, post.id)
    assert news.posts[2].private
    assert square.listen(news.cursor).posts == ()


def test_an_answer_of_one_key_is_given_once_and_is_read(house):
    square = house.shop.networks["square"]
    jess = house.person_on("square", "@jess")
    post = square.read(jess.posts("@house hello").id)

    given = square.answer(post, "Hello Jess", "a-1")

    assert square.answer(post, "Hello Jess", "a-1") == given == square.answered(post, "Hello Jess", "a-1")
    assert jess.reads("hello", private=False) == "Hello Jess"


def test_a_rename_keeps_the_person_and_a_deleted_post_is_gone(house):
    square = house.shop.networks["square"]
    jess = house.person_on("square", "@jess")
    post = jess.posts("@house hello")
    jess.becomes(handle="jessica")
    jess.takes_back(post)

    assert square.who_is("@jessica").subject == jess.subject
    assert square.who_is("@jess") is None
    assert square.read(post.id) is None
    with pytest.raises(Trouble, match="gone"):
        square.answer(type("Gone", (), {"id": post.id})(), "sorry", "a-1")


def test_what_nobody_read_is_a_loose_end(house):
    jess = house.person_on("square", "@jess")
    house.shop.networks["square"].write(house.shop.networks["square"].who_is("@jess"), "hello", "m-1")

    assert any("has not read" in end for end in house.loose_ends())
    jess.reads("hello", private=True)


def test_who_signs_in_is_told_once(house):
    square = house.shop.networks["square"]
    jess = house.person_on("square", "@jess")
    where, kept = square.begin("@jess", "https://house.example.test/back", "s")
    answer = dict(pair.split("=") for pair in where.partition("?")[2].split("&"))

    assert square.finish(kept, answer).subject == jess.subject
    with pytest.raises(Trouble):
        square.finish(kept, answer)
