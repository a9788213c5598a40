"""The whole house as it runs in earnest: real processes, on this machine only.

A Redis, a carrier of our own, the web, a worker and the clock, with a database
in a folder. For the demo, and for tests and measurements that must see processes
live and die.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import requests

import voice_gateway
from flows.queue import MUSIC
from voice_gateway import clock, embedded_redis, house_file
from voice_gateway.demo import child

SAMPLE = Path(__file__).with_name("sample.toml")
HOME = Path(voice_gateway.__file__).parent.parent
LOOPBACK = "127.0.0.1"
PORT, CARRIER_PORT = 8000, 8010

SECONDS = 1.0
UP_WITHIN = 90 * SECONDS
LOOK_EVERY = 0.02 * SECONDS
STOPS_WITHIN = 2 * SECONDS
MUSIC_SECONDS = 20  # of the file
SHARE_YOUR_NUMBER = "Share your number, and we ring you. [Share contact info]"
MOST_DEATHS = 5

# They load what they need while the database is being made, and begin when it is ready.
WAIT_FOR_THE_WORD = ("web", "worker")

# Names that would change how a child works, and that a terminal may happen to carry.
NOT_INHERITED = frozenset({
    "GUNICORN_CMD_ARGS", "WEB_CONCURRENCY", "TWILIO_REGION", "TWILIO_EDGE", "TWILIO_AUTH_TOKEN_SECONDARY",
    "TWILIO_API_KEY", "TWILIO_API_SECRET", "DATABASE_URL",
})


class NotUp(RuntimeError):
    """The house could not be started, or could not be kept up. The message says why."""


class HouseOfProcesses:
    """Starts, stops, kills and starts again. Use it from the main thread.

    A `port` or `carrier_port` given is used or refused, 0 is any free one; without, it is the usual one if
    that is free. `rest_url` is where the house finds the carrier, if it shall not go there straight.
    """

    def __init__(self, folder: Path, *, speed: float = 1.0, port: int | None = None, carrier_port: int | None = None,
                 house: Path = SAMPLE, database_url: str | None = None,
                 rest_url: str | None = None, more: Mapping[str, str] | None = None) -> None:
        self.folder = folder.resolve()
        self.speed = speed
        self.house_file = house
        self.house = house_file.read(house)
        self.port = _port(port, PORT)
        self.carrier_port = _port(carrier_port, CARRIER_PORT, self.port)
        self.url = f"http://{LOOPBACK}:{self.port}"
        self.carrier_url = f"http://{LOOPBACK}:{self.carrier_port}"
        self.redis_url = embedded_redis.url(self.folder)
        self.children: dict[str, child.Child] = {}
        self.deaths: dict[str, int] = {}
        self._database_url = database_url
        self._rest_url = rest_url or self.carrier_url
        self._more = dict(more or {})
        self._redis: embedded_redis.EmbeddedRedis | None = None
        self._kept = self._secrets()
        self._web = requests.Session()
        self._web.trust_env = False

    # how it is set up

    @property
    def settings(self) -> dict[str, str]:
        """What the house is told, by the names of the README, and nothing else."""
        told = {
            "TWILIO_ACCOUNT_SID": self._kept["account_sid"], "TWILIO_AUTH_TOKEN": self._kept["auth_token"],
            "TWILIO_API_BASE_URL": self._rest_url, "SQUARE_URL": self.carrier_url, "PUBLIC_BASE_URL": self.url, "REDIS_URL": self.redis_url,
            "DATA_DIR": str(self.folder), "CLOCK_SPEED": f"{self.speed:g}", "PORT": str(self.port),
            "SECRET_KEY": self._kept["secret_key"], "LOG_FORMAT": "console", "LOG_LEVEL": "INFO",
        }
        return told | ({"DATABASE_URL": self._database_url} if self._database_url else {}) | self._more

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the children: the terminal's, with our settings instead of any of its own."""
        inherited = {name: value for name, value in os.environ.items() if name.upper() not in NOT_INHERITED}
        return inherited | self.settings

    @property
    def logs(self) -> Path:
        """The folder into which every process writes."""
        return self.folder / "logs"

    def _secrets(self) -> dict[str, str]:
        """Made once for each folder, and readable by its owner only."""
        self.folder.mkdir(parents=True, exist_ok=True)
        kept = self.folder / "secrets.json"
        if not kept.exists():
            made = {"account_sid": f"AC{secrets.token_hex(16)}", "auth_token": secrets.token_hex(16),
                    "secret_key": secrets.token_urlsafe(32), "speed": f"{self.speed:g}"}
            with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                json.dump(made, file)
        found: dict[str, str] = json.loads(kept.read_text())
        if found["speed"] != f"{self.speed:g}":
            raise NotUp(f"{self.folder} belongs to a house whose clock runs at speed {found['speed']}: "
                        f"start it with --speed {found['speed']}, or choose another folder")
        return found

    # up and down

    def start(self) -> Self:
        """Start everything and return when it answers. Raises NotUp, with nothing left running."""
        try:
            self.logs.mkdir(exist_ok=True)
            clock.run(self.speed, self.folder)
            for name in ("furnishing", "carrier", "web", "worker", "redis", "clock"):
                self.begin(name)
            self._await_furnished()
            for name in WAIT_FOR_THE_WORD:
                self.children[name].say("go")
            self.await_up()
        except BaseException:
            self.stop()
            raise
        finally:
            clock.follow(None)
        return self

    def stop(self) -> None:
        """Stop everything that works in this folder, however it came to be."""
        self.signal(signal.SIGTERM, *self.children)
        end = time.monotonic() + STOPS_WITHIN
        for each in self.children.values():
            try:
                each.process.wait(max(0.0, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                each.process.kill()
                each.process.wait()
            each.hush()
        self.children.clear()
        if self._redis:
            self._redis.stop()
            self._redis = None
        child.kill_all(child.who_works_in(self.folder))
        self._web.close()

    def begin(self, name: str) -> None:
        """Start one process; does not wait for it, except for Redis, which is up at once."""
        if name == "redis":
            try:
                self._redis = embedded_redis.start(self.folder)
            except embedded_redis.RedisUnavailable as error:
                raise NotUp(str(error)) from error
        else:
            waits = name in WAIT_FOR_THE_WORD and name not in self.children
            command, more = self._command(name, waits=waits)
            self.children[name] = child.start(name, command, self.environment | more, self.logs / f"{name}.log", HOME,
                                              listens=waits)

    def restart(self, name: str) -> None:
        """Kill one process and start it again."""
        self.kill(name)
        self.begin(name)

    def kill(self, name: str) -> None:
        """Kill -9, as an accident would."""
        process = self._process(name)
        process.kill()
        process.wait()

    def signal(self, sign: int, *names: str) -> None:
        """Send a signal to processes that still run."""
        for name in names:
            self._process(name).send_signal(sign)

    def web_workers(self) -> list[int]:
        """The processes that answer at the web's door."""
        return child.children_of(self.children["web"].pid)

    def await_up(self) -> None:
        """Wait until the web and the carrier answer. Raises NotUp with the end of the log of what died."""
        end = time.monotonic() + UP_WITHIN
        for address in (f"{self.carrier_url}/sandbox/clock", f"{self.url}/healthz"):
            while not self.answers(address):
                self._nobody_died()
                if time.monotonic() > end:
                    raise NotUp(f"{address} did not answer within {UP_WITHIN:g} s; the logs are in {self.logs}")
                threading.Event().wait(LOOK_EVERY)
        self._nobody_died()

    def answers(self, address: str) -> bool:
        """Does somebody answer there, and with success?"""
        try:
            return self._web.get(address, timeout=5 * SECONDS).ok
        except requests.RequestException:
            return False

    def look_after(self, tell: Callable[[str], None]) -> None:
        """Start again what has died, and say so. Raises NotUp for what dies again and again."""
        for each in list(self.children.values()):
            if each.status is not None:
                self._mourn(each.name, each.status, each.last_words(), tell)
        if self._redis and (status := self._redis.process.poll()) is not None:
            self._mourn("redis", status, "", tell)

    def dead(self) -> list[tuple[str, str]]:
        """Who is not running any more, and the end of what each wrote."""
        return [(each.name, each.last_words()) for each in self.children.values() if each.status is not None]

    def _mourn(self, name: str, status: int, last_words: str, tell: Callable[[str], None]) -> None:
        self.deaths[name] = self.deaths.get(name, 0) + 1
        how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
        said = f"; the end of {self.logs / name}.log:\n{last_words}" if last_words and status > 0 else ""
        if self.deaths[name] > MOST_DEATHS:
            raise NotUp(f"the {name} {how}, for the {self.deaths[name]}th time{said}")
        self.begin(name)
        tell(f"the {name} {how}; started it again{said}")

    def _nobody_died(self) -> None:
        for name, last_words in self.dead():
            raise NotUp(f"the {name} did not start; its last words:\n{last_words}")

    def _process(self, name: str) -> subprocess.Popen[bytes]:
        if name == "redis":
            if self._redis is None:
                raise KeyError(name)
            return self._redis.process
        return self.children[name].process

    def _await_furnished(self) -> None:
        """The database has its shape and its house. Raises NotUp when that failed."""
        furnishing = self.children.pop("furnishing")
        if furnishing.process.wait(UP_WITHIN) != 0:
            raise NotUp(f"the database could not be made ready:\n{furnishing.last_words()}")

    def _command(self, name: str, *, waits: bool = False) -> tuple[Sequence[str], dict[str, str]]:
        """How a process is started, as in the Procfile, and what its environment has beside the usual."""
        python = [sys.executable, "-m", *(["voice_gateway.demo.later"] if waits else [])]
        if name == "furnishing":
            return [*python, "voice_gateway.demo.furnishing", str(self.house_file)], {}
        if name == "web":
            return [*python, "gunicorn", "--config", "python:voice_gateway.gunicorn_conf",
                    "--bind", f"{LOOPBACK}:{self.port}"], {}
        if name == "carrier":
            return [*python, "voice_gateway.sandbox", *self._carrier()], {}
        return [*python, "jobs", name], {"TZ": "UTC"} if name == "clock" else {}

    def _carrier(self) -> list[str]:
        """Our account there, our numbers with their doors, and the clock that both share."""
        words = ["--port", str(self.carrier_port), "--speed", f"{self.speed:g}",
                 "--account-sid", self._kept["account_sid"], "--auth-token", self._kept["auth_token"]]
        if self.speed != 1:
            words += ["--origin", (self.folder / "clock-origin").read_text()]
        people = [f"{each.name}={each.phone}" for each in self.house.people]
        customers = [f"{each.name}={each.phones[0]}" for each in self.house.contacts if each.phones]
        words += ["--sound", f"{MUSIC}={MUSIC_SECONDS}", "--shared-clock", "--people", ",".join(customers[:1] + people)]
        for each in self.house.numbers:
            doors = ("voice/reception", "sms", "voice/ended", "voice/fallback")
            words += ["--number", f"{each.number}={','.join(f'{self.url}/{door}' for door in doors)}",
                      "--number", f"whatsapp:{each.number}=,{self.url}/sms"]
        if self.house.ways.texts.contact_request:
            words += ["--template", f"{self.house.ways.texts.contact_request}={SHARE_YOUR_NUMBER}"]
        return words

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.stop()


def _port(wanted: int | None, usual: int, taken: int = 0) -> int:
    """This port if it was asked for, any free one for 0; else the usual one, or any if that is taken.

    Raises NotUp when the one that was asked for is taken.
    """
    if wanted == 0:
        return _any_free()
    if wanted is not None:
        if wanted == taken or not _is_free(wanted):
            raise NotUp(f"port {wanted} is taken: choose another one, or none")
        return wanted
    return usual if usual != taken and _is_free(usual) else _any_free()


def _is_free(port: int) -> bool:
    with socket.socket() as knock:
        knock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            knock.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def _any_free() -> int:
    with socket.socket() as knock:
        knock.bind((LOOPBACK, 0))
        return int(knock.getsockname()[1])
