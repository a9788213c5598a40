"""Many rows at once: prepared once, and handed to the database's own driver.

SQLAlchemy prepares each value of each row anew, which for a long list takes longer than writing it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, insert

from voice_gateway.store.tables import Table


def add(connection: Connection, table: type[Table], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """New rows of this table, each with its values in the order of `names`; every other column keeps the database's default."""
    if not rows:
        return
    statement = insert(table).compile(dialect=connection.dialect, column_keys=list(names))
    if set(statement.params) != set(names):
        raise ValueError(f"{table.__tablename__} also needs {', '.join(sorted(set(statement.params) - set(names)))}")
    order = [names.index(name) for name in statement.positiontup or names]
    prepare = [_prepared(connection, table, names[which]) for which in order]
    listed = [tuple(do(row[which]) if do else row[which] for which, do in zip(order, prepare, strict=True)) for row in rows]
    told: Any = listed if statement.positiontup else [dict(zip(names, row, strict=True)) for row in listed]
    connection.exec_driver_sql(str(statement), told)


def _prepared(connection: Connection, table: type[Table], name: str) -> Callable[[Any], Any] | None:
    """What a value must go through before the driver takes it; None if nothing."""
    kind = table.__table__.columns[name].type
    made: Callable[[Any], Any] | None = kind.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    return made
