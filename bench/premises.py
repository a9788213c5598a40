"""Premises to measure: a house in a temporary folder, and the real processes that serve it."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from voice_gateway import embedded_redis
from voice_gateway.gateway import open_store
from voice_gateway.settings import Settings, from_environment
from voice_gateway.store import Store, migrate

ROOT = Path(__file__).resolve().parent.parent
BASE = "https://bench.example.test"
ACCOUNT = "AC" + "b" * 32
TOKEN = "a-token-of-the-measured-house"
UP_WITHIN_SECONDS = 30
DOWN_WITHIN_SECONDS = 1
LOOK_EVERY_SECONDS = 0.02


class DidNotStart(RuntimeError):
    """A process of the measured house ended, or never answered. The message holds its last words."""


@dataclass
class Premises:
    """One house: its folder, its database, its environment and its processes."""

    folder: Path
    store: Store
    settings: Settings
    environment: dict[str, str]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def web(self, name: str = "web", app: str | None = None) -> int:
        """Start gunicorn as the Procfile does; gives its port. `app` serves another application in the same way.

        It is there once `answers` has come back.
        """
        port = free_port()
        self.start(name, "-m", "gunicorn", "--config", "python:voice_gateway.gunicorn_conf",
                   "--bind", f"127.0.0.1:{port}", *([app] if app else []))
        return port

    def start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a Python process of the house; it ends with the premises."""
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=self.environment,
                                       stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        self.processes[name] = process
        return process

    def answers(self, name: str, port: int) -> None:
        """Wait until somebody listens there. Raises DidNotStart."""
        end = time.monotonic() + UP_WITHIN_SECONDS
        while time.monotonic() < end and self.processes[name].poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
            except OSError:
                time.sleep(LOOK_EVERY_SECONDS)
            else:
                return
        raise DidNotStart(f"{name} does not answer: {self.last_words(name)}")

    def last_words(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text("utf-8", "replace")[-2000:]

    @property
    def redis_url(self) -> str:
        """This house's own Redis, started when first asked for."""
        return embedded_redis.ensure(self.settings.data_dir)


@contextmanager
def premises(database: str | None = None, carrier: str | None = None, more: Mapping[str, str] | None = None) -> Iterator[Premises]:
    """An empty house in today's shape with a Redis of its own; all of it is gone afterwards.

    `database` is a PostgreSQL on which a database is made; without it the house lives in a SQLite
    file. `carrier` is the address of the carrier's REST API, `more` what the environment holds beside the usual.
    """
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True)))
        url = running.enter_context(_new_database(database)) if database else f"sqlite:///{folder / 'house.db'}"
        redis = running.enter_context(embedded_redis.start(folder / "data"))
        environment = _bare_environment() | {
            "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "PUBLIC_BASE_URL": BASE, "DATABASE_URL": url,
            "SECRET_KEY": "a secret key of the measured house", "DATA_DIR": str(folder / "data"),
            "REDIS_URL": redis.url, "LOG_LEVEL": "WARNING", "LOG_FORMAT": "console",
        } | dict(more or {})
        if carrier:
            environment["TWILIO_API_BASE_URL"] = carrier
        settings = from_environment(**{name.lower(): value for name, value in environment.items()
                                       if name.lower() in Settings.model_fields})
        store = open_store(settings)
        running.callback(store.close)
        migrate.upgrade(store)
        place = Premises(folder, store, settings, environment)
        running.callback(_stop, place.processes)
        yield place


def free_port() -> int:
    """A port on which nobody listens at this moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _bare_environment() -> dict[str, str]:
    """Ours without anything that would be read as a setting of a house."""
    settings = {name.upper() for name in Settings.model_fields} | {"WEB_CONCURRENCY", "GUNICORN_CMD_ARGS"}
    return {name: value for name, value in os.environ.items() if name not in settings}


def _stop(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    """Ask all to stop; whoever dallies is stopped, with all that it started. Nothing of a measured house is kept."""
    for process in processes.values():
        process.terminate()
    end = time.monotonic() + DOWN_WITHIN_SECONDS
    for process in processes.values():
        try:
            process.wait(max(0, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def _new_database(server: str) -> Iterator[str]:
    """A database of our own on this server, dropped at the end."""
    there = make_url(server).set(drivername="postgresql+psycopg")
    name = f"voice_gateway_bench_{secrets.token_hex(6)}"
    engine = create_engine(there, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE template0'))
        yield there.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        engine.dispose()
