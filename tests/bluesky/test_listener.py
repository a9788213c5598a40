"""The listener as a real process: what is written is heard, also what was written while it was dead."""

from __future__ import annotations

import signal

import pytest
from sqlalchemy import select

from bench import seeding
from bench.premises import Premises, premises
from tests.at_network import AtNetwork
from tests.bluesky.people import PASSWORD, Somebody, somebody, until
from voice_gateway.store import look_up
from voice_gateway.store.tables import NetworkRow, PostRow

pytestmark = pytest.mark.bluesky


def heard(place: Premises) -> list[str]:
    with place.store.reading() as memory:
        return [words.partition(" ")[2] for words in memory.scalars(select(PostRow.words).order_by(PostRow.id))]


def test_what_is_written_is_heard_while_the_listener_is_dead(at_network: AtNetwork, dana: Somebody) -> None:
    with somebody(at_network, "House") as us, premises(more={
            "BLUESKY_HANDLE": us.handle, "BLUESKY_PASSWORD": PASSWORD, "BLUESKY_URL": at_network.server}) as place:
        seeding.furnish(place.store, agents=1)
        listener = place.start("listener", "-m", "jobs", "listener")

        def is_listening() -> bool:
            with place.store.reading() as memory:
                return memory.scalar(select(NetworkRow.read_at)) is not None

        assert until(is_listening), place.last_words("listener")
        dana.posts("first", to=us)
        assert until(lambda: heard(place) == ["first"]), place.last_words("listener")

        listener.send_signal(signal.SIGKILL)
        listener.wait()
        dana.posts("second", to=us)
        again = place.start("listener", "-m", "jobs", "listener")
        assert until(lambda: heard(place) == ["first", "second"], 90), place.last_words("listener")
        with place.store.reading() as memory:
            assert look_up.last_sign_of_life(memory, "listener")
        again.terminate()
        assert again.wait(15) == 0
        assert [each.stat().st_mode & 0o777 for each in (place.folder / "data").glob("bluesky-session-*")
                if not each.suffix] == [0o600]
