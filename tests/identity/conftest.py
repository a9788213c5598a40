"""One town for each test; nothing of it stays."""

from __future__ import annotations

import pytest

from tests.house import empty
from tests.identity.graph import Town


@pytest.fixture
def town(store):
    empty(store)
    with store.engine.connect() as memory:
        yield Town(memory)
        memory.rollback()
