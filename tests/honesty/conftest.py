"""A stage for every played call."""

from __future__ import annotations

import pytest

from tests.honesty.stage import Stage


@pytest.fixture
def stage() -> Stage:
    return Stage()
