"""Where Twilio's own machine-readable statements lie: beside the project, not in it."""

from __future__ import annotations

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "oracles"
ARE_HERE = FOLDER.is_dir()
with_oracles = pytest.mark.skipif(not ARE_HERE, reason="oracles absent")
