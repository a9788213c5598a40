"""The house's memory: one transaction per turn, on SQLite or PostgreSQL.

SQLite opens every writing transaction with BEGIN IMMEDIATE under WAL, so that a
read that becomes a write can never be told "database is locked" too late.
PostgreSQL locks the row of the case.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, OperationalError

from voice_gateway.tickets import Tickets

BUSY_TIMEOUT_SECONDS = 5
DEADLOCK = "40P01"  # PostgreSQL's word for it


class Refused(Exception):
    """Somebody else was first, as a unique index says, or PostgreSQL of two who wait for each other. Look again and decide anew."""


class MemoryLost(Exception):
    """The database cannot be reached, or did not answer in time."""


class Store:
    """Opens transactions. Knows how tickets are addressed, since facts carry their pages."""

    def __init__(self, url: str, tickets: Tickets) -> None:
        self.engine = _engine(url)
        self.tickets = tickets
        self.locks_rows = self.engine.dialect.name == "postgresql"
        self._writer = threading.Lock()
        self._reader = self.engine.execution_options(
            **({"isolation_level": "AUTOCOMMIT"} if self.locks_rows else {"only_reads": True}))

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Read and write, all or nothing.

        Raises Refused when a unique index said no, MemoryLost when the database is away.
        """
        with self._alone(), _told_plainly(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """SQLite has one writer, and lets the others guess when to ask again: those of one process queue here.

        Guessing made a few wait for seconds in a rush, while others overtook them.
        """
        if self.locks_rows:
            yield
            return
        if not self._writer.acquire(timeout=BUSY_TIMEOUT_SECONDS):
            raise MemoryLost(f"the database was busy for {BUSY_TIMEOUT_SECONDS} s")
        try:
            yield
        finally:
            self._writer.release()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read, in nobody's way.

        On SQLite it is one picture. On PostgreSQL each statement sees what is committed when it begins, as it
        would inside a transaction of the usual kind, so the two extra trips for one are spared.
        """
        with _told_plainly(), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def picture(self) -> Iterator[Connection]:
        """Read much, in nobody's way, as everything was at one moment."""
        options = {"isolation_level": "REPEATABLE READ"} if self.locks_rows else {"only_reads": True}
        with _told_plainly(), self.engine.execution_options(**options).connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def rebuilding(self) -> Iterator[Connection]:
        """Change the shape of tables, all or nothing.

        SQLite changes a column by building the table anew, which foreign keys would forbid half-way
        (https://www.sqlite.org/lang_altertable.html#otheralter): they rest meanwhile and are checked
        at the end.
        """
        if self.locks_rows:
            with self.transaction() as connection:
                yield connection
            return
        with _told_plainly(), self.engine.connect().execution_options(rebuilds=True) as connection:
            try:
                with connection.begin():
                    yield connection
                    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                    if broken:
                        raise MemoryLost(f"a migration would break references: {broken[:5]}")
            finally:
                connection.invalidate()

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def _told_plainly() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise Refused(str(error.orig)) from error
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", "") == DEADLOCK:
            raise Refused("somebody else waited for us, and we for them") from error
        raise MemoryLost(f"the database did not answer: {error.orig}") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise MemoryLost(f"the database went away: {error.orig}") from error
        raise


def _engine(url: str) -> Engine:
    """An engine that has not connected yet. Raises MemoryLost when the address cannot be used."""
    try:
        return _engine_for(make_url(url))
    except ArgumentError as error:
        raise MemoryLost(f"DATABASE_URL is not an address of a database: {error}") from None
    except ModuleNotFoundError as error:
        raise MemoryLost(f"DATABASE_URL needs the package {error.name}: install voice-gateway[postgres]") from None


def _engine_for(parsed: URL) -> Engine:
    if parsed.get_backend_name() == "postgresql":
        opened: Engine = import_module("voice_gateway.store.on_postgres").engine(parsed, BUSY_TIMEOUT_SECONDS)
        return opened
    if parsed.database:
        Path(parsed.database).absolute().parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, hide_parameters=True, pool_size=20, max_overflow=20, pool_timeout=BUSY_TIMEOUT_SECONDS,
                           connect_args={"timeout": BUSY_TIMEOUT_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON",
                   "secure_delete=ON"):  # what was erased shall not be read from the file; not every SQLite is built so
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("rebuilds"):
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    connection.exec_driver_sql("BEGIN" if options.get("only_reads") else "BEGIN IMMEDIATE")
