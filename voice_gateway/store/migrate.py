"""The shape of the database, and the way from one shape to the next.

Only `release` walks it; everybody else looks at the sign on the wall (`schema.py`).
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

from voice_gateway.store import Store


def upgrade(store: Store, to: str = "head") -> None:
    """Bring the database forward to `to`."""
    _walk(store, command.upgrade, to)


def downgrade(store: Store, to: str) -> None:
    """Bring the database back to `to` (`base` is empty)."""
    _walk(store, command.downgrade, to)


def _walk(store: Store, step: object, to: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    with store.rebuilding() as connection:
        config.attributes["connection"] = connection
        step(config, to)  # type: ignore[operator]
