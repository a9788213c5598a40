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
    columns = {name: _ready(connection, table, name, values)
               for name, values in zip(names, zip(*rows, strict=True), strict=True)}
    order = statement.positiontup or list(names)
    listed = list(zip(*(columns[name] for name in order), strict=True))
    told: Any = listed if statement.positiontup else [dict(zip(order, row, strict=True)) for row in listed]
    connection.exec_driver_sql(str(statement), told)


def _ready(connection: Connection, table: type[Table], name: str, values: Sequence[Any]) -> Sequence[Any]:
    """The values of a column as the driver takes them. What stands in many rows, such as a time, is prepared once."""
    prepare = _prepared(connection, table, name)
    if prepare is None:
        return values
    ready = {each: prepare(each) for each in set(values)}
    return [ready[each] for each in values]


def _prepared(connection: Connection, table: type[Table], name: str) -> Callable[[Any], Any] | None:
    """What a value must go through before the driver takes it; None if nothing."""
    kind = table.__table__.columns[name].type
    made: Callable[[Any], Any] | None = kind.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    return made
