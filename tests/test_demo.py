"""The demo as a newcomer starts it, and what it leaves behind: nothing."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.processes.conftest import until
from voice_gateway.demo import child
from voice_gateway.demo.__main__ import arguments

ROOT = Path(__file__).resolve().parent.parent
COMMAND = [sys.executable, "-m", "voice_gateway.demo"]
ENDS_WITHIN = 30


@contextmanager
def demo(*words: str, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A demo that is up, and what it said until then."""
    ports = [str(any_free_port()) for _ in range(2)]
    command = [*COMMAND, "--port", ports[0], "--carrier-port", ports[1], *words]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = []
    try:
        for line in process.stdout:
            said.append(line)
            if "Ctrl-C" in line:
                break
        yield process, "".join(said)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
def desk() -> Iterator[Path]:
    """A folder for temporary files, with a name short enough for a socket in it."""
    with tempfile.TemporaryDirectory(prefix="vg-") as folder:
        yield Path(folder).resolve()


def folder_in(said: str) -> Path:
    found = re.search(r"data, logs\s+(\S+)", said)
    assert found, said
    return Path(found[1])


def ports_in(said: str) -> list[int]:
    return [int(port) for port in re.findall(r" :(\d+)", said)]


def any_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as knock:
        return int(knock.getsockname()[1])


def is_free(port: int) -> bool:
    with socket.socket() as knock:
        return knock.connect_ex(("127.0.0.1", port)) != 0


def test_killed_it_takes_its_processes_along_and_the_next_one_tidies_up_and_leaves_nothing_behind(desk: Path) -> None:
    with demo(TMPDIR=str(desk)) as (process, said):
        folder = folder_in(said)
        process.kill()
        process.wait()
        left = until(lambda: not child.who_works_in(folder), ENDS_WITHIN)
        child.kill_all(child.who_works_in(folder))
        assert left, "something has outlived the demo"
    with demo(TMPDIR=str(desk)) as (process, said):
        assert not folder.exists()
        folder, ports = folder_in(said), ports_in(said)
        assert len(ports) == 2
        assert len(child.who_works_in(folder)) >= 5
        form = re.search(r"http://\S+/click-to-call", said)
        assert form, said
        assert requests.get(form[0], timeout=10).status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(ENDS_WITHIN) == 0
    assert child.who_works_in(folder) == []
    assert list(desk.iterdir()) == []
    assert all(is_free(port) for port in ports)


def test_what_dies_is_started_again(desk: Path) -> None:
    with demo("--keep", str(desk)) as (process, _):
        worker = next(pid for pid in child.who_works_in(desk)
                      if (Path("/proc") / str(pid) / "cmdline").read_bytes().endswith(b"jobs\0worker\0"))
        os.kill(worker, signal.SIGKILL)
        assert "the worker was killed by signal 9; started it again" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(ENDS_WITHIN) == 0
    assert (desk / "logs" / "worker.log").exists()
    assert (desk / "voice_gateway.db").exists()
    assert json.loads((desk / "secrets.json").read_text())["speed"] == "1"
    assert (desk / "secrets.json").stat().st_mode & 0o077 == 0
    assert child.who_works_in(desk) == []


def test_a_port_that_is_taken_is_named(desk: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = subprocess.run([*COMMAND, "--port", port], cwd=ROOT, env=os.environ | {"TMPDIR": str(desk)},
                                 capture_output=True, text=True, timeout=ENDS_WITHIN, check=False)
    assert refused.returncode == 2
    assert f"port {port} is taken" in refused.stderr
    assert list(desk.iterdir()) == []


@pytest.mark.parametrize("words", [["--port", "0"], ["--port", "web"], ["--speed", "0"], ["--speed", "fast"]])
def test_what_cannot_be_is_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        arguments().parse_args(words)
    assert words[0] in capsys.readouterr().err


def test_the_twelve_stories(desk: Path) -> None:
    told = subprocess.run([*COMMAND, "--story"], cwd=ROOT, env=os.environ | {"TMPDIR": str(desk)},
                          capture_output=True, text=True, timeout=120, check=False)
    assert told.returncode == 0, told.stdout[-3000:] + told.stderr
    assert told.stdout.count("  ✓") == 12
    assert "12 stories of 12" in told.stdout
    assert list(desk.iterdir()) == []
