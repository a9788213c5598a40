"""What people write to the house on Bluesky, and what it answers, on a real network."""

from __future__ import annotations

import pytest

from flows.posts import Author
from tests.at_network import AtNetwork
from tests.bluesky.conftest import Desk
from tests.bluesky.people import Somebody, somebody, until
from voice_gateway.networks import Trouble, bluesky

pytestmark = pytest.mark.bluesky


def test_a_mention_arrives_once(desk: Desk, dana: Somebody) -> None:
    there = dana.posts("My parcel is lost", to=desk.us)
    (post,) = desk.reads()
    assert (post.id, post.thread, post.words) == (there.uri, there.uri, f"@{desk.us.handle} My parcel is lost")
    assert (post.author.subject, post.author.handle, post.author.followers) == (dana.did, dana.handle, 0)
    assert post.mentions == (desk.us.did,)
    assert not desk.house.listen(desk.cursor).posts


def test_an_answer_is_given_once_and_reaches_them_and_theirs_is_in_the_same_thread(desk: Desk, dana: Somebody) -> None:
    dana.posts("Where is it?", to=desk.us)
    (post,) = desk.reads()
    assert not desk.house.answered(post, "We look into it", "order 7")

    made = desk.house.answer(post, "We look into it", "order 7")

    assert desk.restarts().answer(post, "We look into it", "order 7") == made
    assert desk.house.answered(post, "We look into it", "order 7") == made
    assert until(dana.hears).count("We look into it") == 1
    dana.posts("Thank you", under=desk.reference(made), root=desk.reference(post.id))
    (thanks,) = desk.reads()
    assert (thanks.words, thanks.thread) == ("Thank you", post.id)
    with pytest.raises(Trouble, match="300 characters") as trouble:
        desk.house.answer(post, "x" * 301, "order 8")
    assert trouble.value.lasting


def test_a_deleted_post_is_gone_and_cannot_be_answered(desk: Desk, dana: Somebody) -> None:
    there = dana.posts("Never mind", to=desk.us)
    (post,) = desk.reads()
    assert desk.house.read(post.id) == post
    dana.client.delete_post(there.uri)
    assert until(lambda: desk.house.read(post.id) is None)
    with pytest.raises(Trouble, match="gone") as trouble:
        desk.house.answer(post, "Pardon?", "order 9")
    assert trouble.value.lasting


def test_whoever_renames_themselves_stays_who_they_are(desk: Desk, at_network: AtNetwork) -> None:
    with somebody(at_network, "Jess") as jess:
        known = until(lambda: desk.house.who_is(jess.handle))
        assert known
        desk.house.follow(known)
        desk.house.follow(known)
        jess.client.com.atproto.identity.update_handle({"handle": "new-jess.test"})
        renamed = until(lambda: desk.house.who_is("new-jess.test"))
        assert renamed
        assert renamed.subject == known.subject == jess.did
        assert until(lambda: desk.house.who_is(jess.did).followers) == 1
        assert desk.house.who_is(jess.handle) is None
        assert desk.house.who_is("nobody-of-that-name.test") is None


def test_nothing_is_skipped_where_there_is_more_than_a_page(desk: Desk, dana: Somebody, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bluesky, "PAGE", 4)
    monkeypatch.setattr(bluesky, "MOST_AT_ONCE", 3)
    for number in range(11):
        dana.posts(f"number {number}", to=desk.us)
    posts = desk.reads(11)
    assert [int(post.words.rpartition(" ")[2]) for post in posts] == list(range(11))


def test_whoever_names_a_colleague_has_written_about_us(desk: Desk, dana: Somebody, at_network: AtNetwork) -> None:
    with somebody(at_network, "Sam") as sam:
        dana.posts("was kind to me", to=sam)
        (post,) = until(lambda: desk.house.listen(desk.cursor, (sam.did,)).posts)
        assert post.mentions == (sam.did,)


def test_there_is_no_chat_on_this_network(desk: Desk, dana: Somebody) -> None:
    """It is said so; and what is public is heard all the same."""
    assert "no private messages" in desk.house.unheard()
    dana.posts("and still you hear me", to=desk.us)
    assert [post.words.partition(" ")[2] for post in desk.reads()] == ["and still you hear me"]
    with pytest.raises(Trouble, match="no private messages") as trouble:
        desk.house.write(Author("bluesky", dana.did, dana.handle), "Between us", "order 10")
    assert not trouble.value.lasting, "by its answer alone it might be an outage"
