"""Pages that cannot be shown say so plainly, whichever door they are behind, and tell when to try again."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from tests.doors.front import BASE, front
from voice_gateway.store import MemoryLost, Store


@pytest.fixture
def door(tmp_path):
    with front(tmp_path) as built:
        yield built


@pytest.fixture
def addresses(door):
    """One page behind each door, by an address that leads there."""
    tickets, now = door.store.tickets, door.now
    thread = tickets.thread_page(1, 1, now).removeprefix(BASE)
    return {"threads": thread, "amends": f"{thread}/amends", "identity": f"{thread}/who", "people": "/people",
            "messages": tickets.voicemail_page(1, 1, now).removeprefix(BASE)}


@pytest.mark.parametrize("name", ["threads", "amends", "identity", "people", "messages"])
def test_a_lost_memory_is_told_without_its_reason(door, addresses, name, monkeypatch):
    @contextmanager
    def lost(_self):
        raise MemoryLost("the database at 10.0.0.7 is away")
        yield

    monkeypatch.setattr(Store, "reading", lost)
    monkeypatch.setattr(Store, "transaction", lost)
    answer = door.browser.get(addresses[name])
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "10.0.0.7" not in answer.get_data(as_text=True)
    assert "default-src" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["threads", "amends", "identity", "messages"])
def test_a_link_that_leads_nowhere_is_404_and_a_wrong_way_of_asking_405(door, addresses, name):
    assert door.browser.get(addresses[name]).status_code == 404
    assert door.browser.put(addresses[name]).status_code == 405
