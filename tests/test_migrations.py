"""The database's shape: forwards and backwards on both databases, and the same that the models describe."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from tests import servers
from tests.house import house_settings
from voice_gateway.gateway import open_store
from voice_gateway.store import migrate, schema
from voice_gateway.store.tables import Table

PARTIAL = {index.name for table in Table.metadata.tables.values() for index in table.indexes
           if index.dialect_kwargs.get("sqlite_where") is not None}


@pytest.fixture
def bare(database, tmp_path, request):
    """A database of this kind with nothing in it, for one test alone."""
    if database == "sqlite":
        store = open_store(house_settings(f"sqlite:///{tmp_path / 'bare.db'}"))
        yield store
        store.close()
    else:
        request.getfixturevalue("postgres_url")  # keeps the server running between our tests
        with servers.postgres() as url:
            store = open_store(house_settings(url))
            yield store
            store.close()


def tables(store):
    with store.reading() as connection:
        return set(inspect(connection).get_table_names())


def revisions():
    """Every step that there is, oldest first."""
    newest_first = ScriptDirectory(str(Path(migrate.__file__).with_name("migrations"))).walk_revisions()
    return [each.revision for each in newest_first][::-1]


def test_an_empty_database_is_refused_with_what_to_do(bare):
    with pytest.raises(schema.OldSchema, match=r"at nothing, this version needs .* `voice-gateway release`"):
        schema.must_be_at_head(bare)


def test_each_step_can_be_gone_forwards_and_backwards(bare):
    steps = revisions()
    for step in steps:
        migrate.upgrade(bare, step)
    schema.must_be_at_head(bare)
    for earlier in [*reversed(steps[:-1]), "base"]:
        migrate.downgrade(bare, earlier)
        with pytest.raises(schema.OldSchema):
            schema.must_be_at_head(bare)
    assert tables(bare) == {"alembic_version"}
    migrate.upgrade(bare)
    schema.must_be_at_head(bare)


def test_there_is_one_line_of_steps(bare):
    assert schema.head() == revisions()[-1]
    migrate.upgrade(bare)
    migrate.upgrade(bare)
    schema.must_be_at_head(bare)


def test_the_models_describe_what_the_migrations_make(bare):
    migrate.upgrade(bare)
    assert tables(bare) == {*Table.metadata.tables, "alembic_version"}
    with bare.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == []


def test_one_winner_is_kept_by_partial_indexes(bare, database):
    """Alembic does not compare what an index is limited to, so it is asked of the database itself."""
    assert len(PARTIAL) >= 5
    migrate.upgrade(bare)
    listed = ("SELECT name, sql FROM sqlite_master WHERE type = 'index'" if database == "sqlite"
              else "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'")
    with bare.reading() as connection:
        found = {name: sql or "" for name, sql in connection.execute(text(listed))}
    assert {name for name, sql in found.items() if " WHERE " in sql.upper()} == PARTIAL
    unique = {index.name for table in Table.metadata.tables.values() for index in table.indexes if index.unique}
    assert {name for name in unique if "UNIQUE" in found[name]} == unique


def test_a_step_that_fails_leaves_the_database_as_it_was(bare):
    migrate.upgrade(bare)
    with bare.transaction() as connection:
        connection.execute(text("DROP TABLE knocks"))
    with pytest.raises(Exception, match="knocks"):
        migrate.downgrade(bare, "base")
    schema.must_be_at_head(bare)
    assert "house" in tables(bare)
