"""The shape of the database, and the way from one shape to the next.

`release` migrates; the web process only looks, and refuses to start on an old
shape.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from voice_gateway.store import Store


class OldSchema(Exception):
    """The database has not the shape that this version needs: run `voice-gateway release`."""


@cache
def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    return config


@cache
def head() -> str:
    """The newest shape that this version knows."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    assert newest is not None, "there are migrations"
    return newest


def upgrade(store: Store, to: str = "head") -> None:
    """Bring the database forward to `to`."""
    _walk(store, command.upgrade, to)


def downgrade(store: Store, to: str) -> None:
    """Bring the database back to `to` (`base` is empty)."""
    _walk(store, command.downgrade, to)


def _walk(store: Store, step: object, to: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    with store.transaction() as connection:
        config.attributes["connection"] = connection
        step(config, to)  # type: ignore[operator]


def must_be_at_head(store: Store) -> None:
    """Raises OldSchema, saying what was found and what to do."""
    with store.reading() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if found != head():
        raise OldSchema(f"the database is at {found or 'nothing'}, this version needs {head()}: "
                        "run `voice-gateway release` first")
