"""Alembic's doorway: the connection is handed in by `migrate.py`."""

from alembic import context

from voice_gateway.store.tables import Table

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Table.metadata, render_as_batch=True)
context.run_migrations()
