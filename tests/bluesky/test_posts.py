"""What people write to the house on Bluesky, and what it answers, on a real network."""

from __future__ import annotations

import pytest

from tests.bluesky.conftest import Desk
from tests.bluesky.people import Somebody

pytestmark = pytest.mark.bluesky


def test_a_mention_arrives_once(desk: Desk, dana: Somebody) -> None:
    there = dana.posts("My parcel is lost", to=desk.us)
    (post,) = desk.reads()
    assert (post.id, post.thread, post.words) == (there.uri, there.uri, f"@{desk.us.handle} My parcel is lost")
    assert (post.author.subject, post.author.handle, post.author.followers) == (dana.did, dana.handle, 0)
    assert post.mentions == (desk.us.did,)
    assert not desk.house.listen(desk.cursor).posts
