"""What every network promises when something goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from voice_gateway.networks import Trouble


@contextmanager
def says(words: str, *, lasting: bool = False) -> Iterator[Any]:
    """Trouble in these words, for good or for now."""
    with pytest.raises(Trouble) as told:
        yield told
    assert words in str(told.value), f"it says: {told.value}"
    assert told.value.lasting == lasting, f"lasting is {told.value.lasting}: {told.value}"
