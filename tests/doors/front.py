"""A furnished house with its customers' door, on SQLite, without carrier or Redis."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import func, insert, select, update

from voice_gateway import clock
from voice_gateway.doorbell import Doorbell
from voice_gateway.gateway import open_gateway
from voice_gateway.limits import Limits
from voice_gateway.settings import from_environment
from voice_gateway.store import Store, migrate
from voice_gateway.store.tables import (
    CaseRow,
    HouseRow,
    IdentifierRow,
    JournalRow,
    LegRow,
    MessageRow,
    NumberRow,
    OrderRow,
    PersonRow,
    ShiftRow,
)
from voice_gateway.tickets import Tickets
from voice_gateway.web import create_app

BASE = "https://calls.example.test"
MORNING = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)  # a Wednesday, 10:00 in New York
OURS, SAM, DANA = "+12025550100", "+12025550111", "+12025550121"
OFFICE_HOURS = [{"days": [1, 2, 3, 4, 5], "open": 540, "close": 1050}]


@cache
def empty_house() -> bytes:
    """A database in today's shape with nothing in it, made once."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        store = Store(f"sqlite:///{path}", Tickets("", ""))
        migrate.upgrade(store)
        store.close()
        return path.read_bytes()


class Front:
    """The door, and a look behind it."""

    def __init__(self, folder: Path) -> None:
        self.now = MORNING
        self.rings: list[list[int]] = []
        settings = from_environment(twilio_account_sid="AC" + "1" * 32, twilio_auth_token="of the test house",
                                    public_base_url=BASE, secret_key="sixteen letters or more", data_dir=folder,
                                    database_url=None, log_level="ERROR")
        self.gateway = open_gateway(settings, doorbell=Doorbell(self.rings.append))
        clock.follow(lambda: self.now)
        self.store = self.gateway.store
        (folder / "voice_gateway.db").write_bytes(empty_house())
        self.app = create_app(gateway=self.gateway)
        self.browser = self.app.test_client()

    def furnish(self, openings: list[dict[str, Any]] | None = None) -> Front:
        self.put(HouseRow, name="Acme Support", time_zone="America/New_York", countries=["US", "CA", "GB"])
        self.put(NumberRow, number=OURS)
        self.put(ShiftRow, id=1, name="house", openings=openings or [])
        self.put(PersonRow, name="Sam Smith", phone=SAM, roles=["agent"], skills=[], languages=["en"], handles={},
                 is_agent=True, owner_rank=2, shift_id=1, idle_since=self.now)
        return self

    def put(self, table: Any, **row: Any) -> None:
        with self.store.transaction() as memory:
            memory.execute(insert(table), row)

    def case(self, case_id: int, **changes: Any) -> None:
        with self.store.transaction() as memory:
            memory.execute(update(CaseRow).where(CaseRow.id == case_id).values(**changes))

    def note(self, case_id: int, what: str, who: str = "", detail: str = "") -> None:
        self.put(JournalRow, case_id=case_id, at=self.now, what=what, who=who, detail=detail)

    def passes(self, **span: float) -> None:
        self.now += timedelta(**span)

    def limits(self, **which: Any) -> None:
        self.app.extensions["limits"] = Limits(**which)

    def asks(self, phone: Any = DANA, **more: Any) -> Any:
        """A program asks; `...` leaves a field out."""
        typed = {"phone": phone, "name": "Dana Doe", "about": "a refund", "consent": True} | more
        return self.browser.post("/click-to-call", json={key: value for key, value in typed.items() if value is not ...})

    def fills_in(self, phone: str = DANA, **more: str) -> Any:
        typed = {"phone": phone, "name": "Dana Doe", "about": "a refund", "when": "now", "consent": "yes"} | more
        return self.browser.post("/click-to-call", data=typed)

    def past_waits(self, *spans: timedelta) -> None:
        """So long others have waited, from asking for a call until talking."""
        self.limits(**NO_LIMITS)
        for n, span in enumerate(spans):
            self.asks(f"+1202555{n + 200:04}")
            case = self.count(CaseRow)
            started, self.now = self.now, self.now + span
            self.note(case, "talking", "Sam")
            self.case(case, state="solved", closed_at=self.now)
            self.now = started

    def ticket(self, answer: Any) -> str:
        return str(answer.get_json()["url"].removeprefix(BASE))

    def count(self, table: Any) -> int:
        with self.store.reading() as memory:
            return int(memory.scalar(select(func.count()).select_from(table)) or 0)

    def row(self, table: Any) -> Any:
        with self.store.reading() as memory:
            return memory.execute(select(*table.__table__.columns).order_by(table.id.desc())).first()

    def nothing_is_dialled(self) -> bool:
        return not self.rings and not any(map(self.count, (CaseRow, LegRow, OrderRow, MessageRow, IdentifierRow)))


@contextmanager
def front(folder: Path, openings: list[dict[str, Any]] | None = None, furnished: bool = True) -> Iterator[Front]:
    built = Front(folder)
    try:
        yield built.furnish(openings) if furnished else built
    finally:
        clock.follow(None)
        built.store.close()


NO_LIMITS: dict[str, Any] = dict.fromkeys(("of_an_address", "of_a_number", "of_a_prefix", "of_the_house"), ())
