"""A process of ours: it writes to a log, and does not outlive whoever started it."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from voice_gateway import embedded_redis

TAIL_LINES = 12
PROC = Path("/proc")



@dataclass(frozen=True, slots=True)
class Child:
    """One running process, by the name under which people know it."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def status(self) -> int | None:
        """How it ended: an exit status, or a negative signal. None while it runs."""
        return self.process.poll()

    def say(self, word: str) -> None:
        """Say a line to it, once."""
        assert self.process.stdin is not None, f"{self.name} does not listen"
        with self.process.stdin as listening:
            listening.write(f"{word}\n".encode())

    def hush(self) -> None:
        """Nothing more will be said to it."""
        if self.process.stdin:
            self.process.stdin.close()

    def last_words(self) -> str:
        """The end of its log."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(f"    {line[:300]}" for line in lines[-TAIL_LINES:])


def start(name: str, command: Sequence[str], environment: Mapping[str, str], log: Path, home: Path, *,
          listens: bool = False) -> Child:
    """Start a process in a session of its own, so that Ctrl-C in the terminal reaches us alone.

    One that `listens` waits for a word (`say`); the others have no input.

    On Linux it is killed when the thread that calls this ends, in whatever way: call it from the main
    thread.
    """
    with log.open("ab") as written:
        process = subprocess.Popen(
            command, env=dict(environment), cwd=home, stdin=subprocess.PIPE if listens else subprocess.DEVNULL, stdout=written,
            stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=embedded_redis.die_with(os.getpid(), signal.SIGKILL),  # noqa: PLW1509
        )
    return Child(name, process, log)


def children_of(pid: int) -> list[int]:
    """The processes that this one has started and that still run (Linux only)."""
    return [other for other in _everybody() if _parent(other) == pid]


def who_works_in(folder: Path) -> list[int]:
    """Every process of ours whose DATA_DIR, or whose command, names this folder (Linux only).

    So even a work-horse that has outlived its worker is found.
    """
    mine = f"DATA_DIR={folder}".encode()
    named = str(folder).encode()
    found = []
    for pid in _everybody():
        if pid == os.getpid():
            continue
        try:
            told = (PROC / str(pid) / "environ").read_bytes().split(b"\0")
            said = (PROC / str(pid) / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if mine in told or any(word == named or word.startswith(named + b"/") for word in said):
            found.append(pid)
    return found


def kill_all(pids: Sequence[int], with_signal: int = signal.SIGKILL) -> None:
    """Send a signal to each of them that is still there."""
    for pid in pids:
        try:
            os.kill(pid, with_signal)
        except ProcessLookupError:
            continue


def _everybody() -> Iterator[int]:
    return (int(entry.name) for entry in PROC.glob("[0-9]*"))


def _parent(pid: int) -> int:
    try:
        stat = (PROC / str(pid) / "stat").read_text(errors="replace")
    except OSError:
        return 0
    state, parent = stat.rpartition(")")[2].split()[:2]
    return 0 if state == "Z" else int(parent)
