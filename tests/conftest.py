"""Every scenario is played on both databases, in every weather."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from zlib import crc32

import psycopg
import pytest
from sqlalchemy import event

from tests.house import MORNING, House, empty, house_settings
from voice_gateway import clock
from voice_gateway.gateway import open_store
from voice_gateway.sandbox import weather
from voice_gateway.store import Store, migrate

WEATHERS = {
    "calm": weather.calm, "echo": weather.echo, "amnesia": weather.amnesia, "shuffle": weather.shuffle,
    "rest-fails-before": weather.rest_fails_before, "rest-fails-after": weather.rest_fails_after,
    "rest-429": weather.rest_429,
}
DATABASES = ("sqlite", "postgresql")
FOR_VARIANTS = ("sqlite", "sqlite", "sqlite", "postgresql")  # which costs three times as much


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--whole", action="store_true",
                     help="play every scenario in every weather on both databases, not in one of them each")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A main story is played once: in one weather and on one database, by turns. So is each variant, in its own weathers,
    and one of four on PostgreSQL.

    What takes long is not played. With --whole everything is, in every weather and on both databases.
    """
    if config.getoption("whole"):
        return
    left_out = [item for item in items if item.get_closest_marker("whole")]
    for item in items:
        told = getattr(item, "callspec", None)
        if told is None or "sky" not in told.params or "database" not in told.params:
            continue
        sky, is_main = told.params["sky"], not item.get_closest_marker("weather")
        name = item.nodeid.replace(str(told.params["database"]), "")
        turn = crc32(name.replace(sky, "").encode() if is_main else name.encode())
        another_weather = is_main and list(WEATHERS)[turn % len(WEATHERS)] != sky
        by_turns = DATABASES if is_main else FOR_VARIANTS
        if another_weather or by_turns[turn // len(WEATHERS) % len(by_turns)] != told.params["database"]:
            left_out.append(item)
    gone = set(map(id, left_out))
    items[:] = [item for item in items if id(item) not in gone]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "sky" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("weather")
        metafunc.parametrize("sky", marker.args if marker else tuple(WEATHERS))
    if "database" in metafunc.fixturenames:
        metafunc.parametrize("database", DATABASES, scope="session")


@pytest.fixture(scope="session")
def memory_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where SQLite keeps the house: in memory where it can be, for no test cuts the power."""
    shared = Path("/dev/shm")
    if not os.access(shared, os.W_OK):
        yield tmp_path_factory.mktemp("memory")
        return
    with TemporaryDirectory(prefix="vg-test-", dir=shared) as folder:
        yield Path(folder)


_stores: dict[str, tuple[str, Store]] = {}


@pytest.fixture(scope="session")
def store(database: str, request: pytest.FixtureRequest, memory_folder: Path) -> Store:
    """This worker's own database of this kind, in today's shape, for the whole session."""
    if database not in _stores:
        url = (request.getfixturevalue("postgres_url") if database == "postgresql"
               else f"sqlite:///{memory_folder / 'house.db'}")
        made = open_store(house_settings(url))
        migrate.upgrade(made)
        if made.locks_rows:
            made.engine.dispose()
            event.listen(made.engine, "connect", plans_once)
        _stores[database] = (url, made)
    return _stores[database][1]


def plans_once(connection: psycopg.Connection, _record: object) -> None:
    """Let PostgreSQL think of each query once: over tables this small it thinks longer than it looks."""
    connection.prepare_threshold = 1
    connection.prepared_max = 1000
    connection.execute("SET plan_cache_mode = force_generic_plan")
    connection.commit()


@pytest.fixture
def house(store: Store, database: str, sky: str, caplog: pytest.LogCaptureFixture, memory_folder: Path) -> Iterator[House]:
    """A furnished house. When the scenario is over nothing may be left over, and no error logged."""
    empty(store)
    built = House(store, WEATHERS[sky](), _stores[database][0], memory_folder / "recordings")
    try:
        yield built
        built.is_silent()
        errors = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
        assert not errors, errors
    finally:
        built.leave()


@pytest.fixture(autouse=True)
def usual_log() -> None:
    """Whoever opened doors before set the log up for the whole process, perhaps to say less than a test listens for."""
    logging.getLogger().setLevel(logging.WARNING)


@pytest.fixture(scope="session")
def new_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a house in today's shape that holds nothing: made once, to be copied, since to make one takes seconds."""
    made = tmp_path_factory.mktemp("new") / "voice_gateway.db"
    store = open_store(house_settings(f"sqlite:///{made}"))
    migrate.upgrade(store)
    store.close()
    return made


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What a command finds in its environment: a house of its own, and the morning of all scenarios."""
    for name in ("DATABASE_URL", "REDIS_URL", "TWILIO_API_BASE_URL", "TWILIO_API_KEY", "CLOCK_SPEED"):
        monkeypatch.delenv(name, raising=False)
    given = {"TWILIO_ACCOUNT_SID": "AC" + "1" * 32, "TWILIO_AUTH_TOKEN": "a token", "DATA_DIR": str(tmp_path),
             "PUBLIC_BASE_URL": "https://house.example.test", "SECRET_KEY": "a secret key of the test house"}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(clock, "_source", lambda: MORNING)
    monkeypatch.setattr(clock, "run", lambda _speed, _data_dir: None)
    return given
