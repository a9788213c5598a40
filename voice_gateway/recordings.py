"""Where recordings, and the pictures that came with texts, are kept: a folder of the house, or a bucket elsewhere.

Each is kept under a key such as `2026/03/k7Qx.wav`. The key's ending says what kind of sound or picture it is, and
nothing but a key leads to it: neither the folder nor the bucket is ever listed.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Protocol

from voice_gateway.settings import Settings

ENDINGS = {
    "audio/wav": "wav", "audio/mpeg": "mp3", "audio/ogg": "ogg", "audio/amr": "amr", "audio/mp4": "m4a",
    "image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp",
    "video/mp4": "mp4", "video/3gpp": "3gp", "application/pdf": "pdf", "text/vcard": "vcf",
}
KINDS = {ending: kind for kind, ending in ENDINGS.items()}
KEY = re.compile(rf"(?:[A-Za-z0-9][A-Za-z0-9_-]{{0,63}}/){{0,4}}[A-Za-z0-9][A-Za-z0-9_-]{{0,63}}\.({'|'.join(KINDS)})")


class NotKept(LookupError):
    """Nothing is kept under this key (any more)."""


class OutOfReach(OSError):
    """The store cannot be reached or refuses us. As with any OSError of a folder: try again later."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A recording as it was kept."""

    content: bytes
    kind: str


class Vault(Protocol):
    """A place for recordings. Whatever is wrong with the place itself is told as an OSError."""

    def keep(self, key: str, content: bytes, kind: str) -> None:
        """Keep a recording under a key: all of it or nothing. Again is as good as once."""

    def open(self, key: str) -> Kept:
        """The recording under a key. Raises NotKept."""

    def forget(self, key: str) -> None:
        """Throw a recording away. One that is gone already is as good."""


def key_of(when: datetime, name: str, kind: str) -> str:
    """The key for a recording of that month; `name` is one that nobody can guess. Raises ValueError."""
    key = f"{when:%Y/%m}/{name}.{ENDINGS.get(kind, '')}"
    kind_of(key)
    return key


def kind_of(key: str) -> str:
    """The kind of sound that a key stands for. Raises ValueError for what is no key."""
    told = KEY.fullmatch(key)
    if not told:
        raise ValueError("this is no key of a recording")
    return KINDS[told[1]]


def check(key: str, kind: str) -> None:
    """Raises ValueError for what is no key, or a key that stands for another kind of sound."""
    if kind_of(key) != kind:
        raise ValueError(f"the key does not end as one of {kind} does")


class Folder:
    """Recordings as files that only the house may read."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def keep(self, key: str, content: bytes, kind: str) -> None:
        """Keep a recording under a key: all of it or nothing. Again is as good as once."""
        check(key, kind)
        path = self._root / key
        for above in reversed(Path(key).parents):  # one by one: `parents=True` would leave those open to all
            (self._root / above).mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, prefix=_unfinished(path), delete=False) as file:  # made as 0600
            try:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).replace(path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
        _written_down(path.parent)

    def open(self, key: str) -> Kept:
        """The recording under a key. Raises NotKept."""
        kind = kind_of(key)
        try:
            return Kept((self._root / key).read_bytes(), kind)
        except FileNotFoundError:
            raise NotKept(key) from None

    def forget(self, key: str) -> None:
        """Throw a recording away, also what a process that died half-way has left of it."""
        kind_of(key)
        path = self._root / key
        path.unlink(missing_ok=True)
        for left in path.parent.glob(f"{_unfinished(path)}*"):
            left.unlink(missing_ok=True)


def _unfinished(path: Path) -> str:
    return f".{path.name}."


def _written_down(folder: Path) -> None:
    # The file's new name is safe from a power cut only when its folder is on the disk as well.
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def vault(settings: Settings) -> Vault:
    """The house's own place for recordings: as configured, else a folder in the data folder."""
    if not settings.recordings_url:
        return Folder(settings.data_dir.absolute() / "recordings")
    # By name, so that a house without a bucket needs no client for one.
    made: Vault = import_module("voice_gateway.bucket").Bucket(settings.recordings_url)
    return made
