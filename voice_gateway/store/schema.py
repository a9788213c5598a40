"""Which shape the database has, and which this version needs.

The web process and the worker look before they start, and refuse an old shape.
The migrations are numbered, so that nobody needs Alembic to know the newest.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sqlalchemy import inspect, text

from voice_gateway.store import Store


class OldSchema(Exception):
    """The database has not the shape that this version needs: run `voice-gateway release`."""


@cache
def head() -> str:
    """The newest shape that this version knows: the number of the last migration."""
    migrations = Path(__file__).with_name("migrations") / "versions"
    return max(file.name.partition("_")[0] for file in migrations.glob("[0-9]*.py"))


def found(store: Store) -> str | None:
    """The shape that the database has now; None when it has none."""
    with store.reading() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        shape: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return shape


def must_be_at_head(store: Store) -> None:
    """Raises OldSchema, saying what was found and what to do."""
    shape = found(store)
    if shape != head():
        raise misfit(shape)


def misfit(shape: str | None) -> OldSchema:
    """What to say of a database of another shape than ours."""
    return OldSchema(f"the database is at {shape or 'nothing'}, this version needs {head()}: "
                     "run `voice-gateway release` first")
