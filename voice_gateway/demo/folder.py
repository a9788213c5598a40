"""The folder in which a demo lives: one that is kept, or one that goes with it."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from voice_gateway.demo.processes import NotUp

PREFIX = f"voice-gateway-demo-{os.getuid()}-"
IN_USE = "in-use"


@contextmanager
def folder_for(kept: Path | None) -> Iterator[Path]:
    """The folder to live in, held by nobody else. One that nobody asked to keep is removed afterwards.

    Raises NotUp when another demo lives in it, or when it cannot be made.
    """
    _sweep()
    try:
        folder = kept or Path(tempfile.mkdtemp(prefix=PREFIX))
        folder.mkdir(parents=True, exist_ok=True)
        lock = _hold(folder)
    except OSError as error:
        raise NotUp(f"cannot live in {kept or tempfile.gettempdir()}: {error.strerror}") from error
    if lock is None:
        raise NotUp(f"another demo lives in {folder}")
    try:
        yield folder
    finally:
        if kept is None:
            shutil.rmtree(folder, ignore_errors=True)
        lock.close()


def _hold(folder: Path) -> IO[str] | None:
    """The lock of this folder, which goes with this process; None when somebody else has it."""
    lock = (folder / IN_USE).open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def _sweep() -> None:
    """Remove the folders of demos that were killed before they could tidy up."""
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        if (left / IN_USE).is_file() and (lock := _hold(left)):
            shutil.rmtree(left, ignore_errors=True)
            lock.close()
