"""The carrier as a process of its own, from start to the printed test."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys

from voice_gateway.sandbox import RemoteExchange

from .conftest import HOUSE

DANA = "+12025550111"


def test_it_serves_and_prints_what_was_played(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    played = tmp_path / "test_played.py"
    nobody = "http://127.0.0.1:9/voice"
    command = [sys.executable, "-m", "voice_gateway.sandbox", "--port", str(port)]
    command += ["--speed", "100", "--number", f"{HOUSE}={nobody}", "--repro", str(played)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert f"http://127.0.0.1:{port}" in process.stdout.readline()
            remote = RemoteExchange(f"http://127.0.0.1:{port}")
            remote.phone(DANA).dials(HOUSE).hears("application error").is_hung_up()
            assert [problem["code"] for problem in remote.log()["problems"]] == [11205]
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert ".hears('We are sorry." in played.read_text()
