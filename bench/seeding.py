"""A house with a past: any number of contacts and cases, written by the database itself.

Every past case has its contact, number, two legs, two lines of journal and a done order, so that
each table that a turn touches is as large as it would be. A million of them takes well under a minute.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert

from voice_gateway import clock
from voice_gateway.store import Store
from voice_gateway.store.tables import HouseRow, NumberRow, PersonRow, ShiftRow

OUR_NUMBER = "+12025550100"
DAY = timedelta(days=1)
LONG_AGO = "'2025-11-05 12:00:00.000000'"
SQLITE_IN_A_HURRY = ("foreign_keys=OFF", "synchronous=OFF", "cache_size=-400000", "temp_store=MEMORY")
SQLITE_AS_USUAL = ("foreign_keys=ON", "synchronous=FULL", "cache_size=-2000", "wal_checkpoint(TRUNCATE)")


def furnish(store: Store, agents: int) -> None:
    """A house that is always open, with this many agents: person N has id N and the phone `agent_phone(N)`."""
    idle = clock.now() - timedelta(days=1)
    with store.transaction() as memory:
        memory.execute(insert(HouseRow), {"id": 1, "name": "Acme Support", "time_zone": "America/New_York",
                                          "countries": ["US", "CA", "GB", "JP"]})
        memory.execute(insert(ShiftRow), {"id": 1, "name": "house", "openings": []})
        memory.execute(insert(NumberRow), {"number": OUR_NUMBER, "calls_per_second": 1000.0, "concurrent_calls": 100_000})
        memory.execute(insert(PersonRow), [
            {"id": n, "name": f"Sam {n}", "phone": agent_phone(n), "roles": ["agent"], "skills": [], "languages": ["en"],
             "handles": {}, "is_agent": True, "owner_rank": 2, "shift_id": 1, "idle_since": idle}
            for n in range(1, agents + 1)
        ])


def agent_phone(person_id: int) -> str:
    return f"+1202{6_000_000 + person_id}"


def customer_phone(n: int) -> str:
    return f"+1{2_027_000_000 + n}"


class Seeder:
    """Writes many rows at once. Rows are numbered; `n` in an expression is the row's number."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._is_postgresql = store.locks_rows

    def __enter__(self) -> Seeder:
        self._connection: Any = self._store.engine.raw_connection()
        self._cursor = self._connection.cursor()
        if not self._is_postgresql:
            for pragma in SQLITE_IN_A_HURRY:
                self._cursor.execute(f"PRAGMA {pragma}")
            self._cursor.execute("BEGIN")
        return self

    def __exit__(self, *_error: object) -> None:
        self._cursor.execute("COMMIT")
        for pragma in () if self._is_postgresql else SQLITE_AS_USUAL:
            self._cursor.execute(f"PRAGMA {pragma}").fetchall()
        self._cursor.close()
        self._connection.close()

    def rows(self, table: str, first: int, last: int, **columns: str) -> None:
        """A row for each n from `first` to `last`; the columns are SQL expressions."""
        if last < first:
            return
        source = f"SELECT g AS n FROM generate_series({first}, {last}) AS g" if self._is_postgresql else (
            f"WITH RECURSIVE seq(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM seq WHERE n < {last}) SELECT n FROM seq")
        self._cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns.values())} "
                             f"FROM ({source}) AS numbers")

    def run(self, statement: str) -> None:
        """One statement more, about many rows."""
        self._cursor.execute(statement)

    def people_and_cases(self, first: int, last: int, **changes: str) -> None:
        """A contact, a number and a case for each n, all with n as their id; `changes` to the case."""
        self.rows("contacts", first, last, id="n", name="'Dana ' || n", blocked="FALSE", created_at=LONG_AGO)
        self.rows("identifiers", first, last, id="n", namespace="'tel'", scope="''",
                  subject="'+1' || (2027000000 + n)", display="''", contact_id="n", blocked="FALSE", first_seen=LONG_AGO)
        case = {"id": "n", "identifier_id": "n", "contact_id": "n", "caller_name": "'Dana ' || n",
                "about": "'a refund for order ' || n", "impact": "''", "state": "'solved'", "ticket_seed": "'seed ' || n",
                "token_hash": self._random_name, "opened_at": LONG_AGO, "closed_at": LONG_AGO,
                "disposition": "'solved'", "wanted_at": LONG_AGO, "due_at": LONG_AGO, "tries": "0", "round": "1"}
        self.rows("cases", first, last, **(case | changes))

    def past(self, last: int, first: int = 1) -> None:
        """Closed cases with all that is left of them."""
        self.people_and_cases(first, last)
        leg = {"case_id": "n", "our_number": f"'{OUR_NUMBER}'", "round": "1", "seconds": "20", "step": "3",
               "in_room": "FALSE", "ordered_at": LONG_AGO, "ended_at": LONG_AGO, "settled_at": LONG_AGO,
               "outcome": "'completed'", "phone": "'+1' || (2027000000 + n)"}
        self.rows("legs", first, last, id="2 * n - 1", role="'agent'", person_id="1", opening="'screened_callback/agent_answers'",
                  call_sid="'CA' || (2 * n - 1)", **leg)
        self.rows("legs", first, last, id="2 * n", role="'customer'", opening="'screened_callback/customer_answers'",
                  call_sid="'CA' || (2 * n)", **leg)
        for what in ("'asked for a call'", "'closed'"):
            self.rows("journal", first, last, case_id="n", at=LONG_AGO, what=what, who="'customer'", detail="''")
        self.rows("orders", first, last, case_id="n", kind="'ring'", leg_id="2 * n", due_at=LONG_AGO, attempts="1",
                  done_at=LONG_AGO, result="'CA' || n")

    def done(self) -> None:
        """Tell the database where its own numbering goes on, and how large its tables are."""
        if self._is_postgresql:
            for table in ("house", "shifts", "people", "contacts", "identifiers", "cases", "legs", "messages", "orders", "journal",
                          "evidence", "links"):
                self._cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), "
                                     f"(SELECT coalesce(max(id), 1) FROM {table}))")

    def settle(self) -> None:
        """Let PostgreSQL tidy up now rather than in the middle of a measurement."""
        if self._is_postgresql:
            self._cursor.execute("COMMIT")
            self._connection.driver_connection.autocommit = True
            self._cursor.execute("VACUUM ANALYZE")
            self._connection.driver_connection.autocommit = False

    def instant(self, at: datetime) -> str:
        """A moment (in UTC) as an SQL literal that this database keeps as the house does."""
        return f"'{at:%Y-%m-%d %H:%M:%S.%f}{'+00' if self._is_postgresql else ''}'"

    @property
    def _random_name(self) -> str:
        return "md5('t' || n) || md5('u' || n)" if self._is_postgresql else "lower(hex(randomblob(32)))"

