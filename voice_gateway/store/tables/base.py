"""What all tables share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Row, String
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

AnyRow = Row[*tuple[Any, ...]]


class Instant(TypeDecorator[datetime]):
    """A point in time, aware and in UTC. SQLite keeps it without its zone; PostgreSQL needs no help with it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=value.tzinfo or UTC)


class Table(DeclarativeBase):
    """What all tables share: the types by which Python's are kept."""

    type_annotation_map = {datetime: Instant().with_variant(DateTime(timezone=True), "postgresql"), str: String(), dict[str, Any]: JSON(), list[Any]: JSON()}
