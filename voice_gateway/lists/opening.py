"""To open a list: which letters it is written in, and whether it is a text at all."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from voice_gateway.lists import WrongList

PIECE = 1 << 20
LONGEST_LINE = 1 << 20
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
CALLED = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16",
          "cp1252": "Windows-1252"}
NO_TEXT = frozenset(map(chr, range(32))) - frozenset("\t\n\r\x0b\x0c")


def encoding_of(path: Path) -> str:
    """The encoding of this file, having read all of it once. Raises WrongList."""
    if path.is_dir():
        raise WrongList(f"{path} is a folder; give the file in it")
    try:
        with path.open("rb") as file:
            start = file.read(PIECE)
    except FileNotFoundError:
        raise WrongList(f"there is no file {path}") from None
    except OSError as error:
        raise WrongList(f"{path} cannot be read: {error.strerror}") from None
    if not start:
        raise WrongList(f"{path} is empty")
    for encoding in _likely(start):
        if _is(path, encoding):
            return encoding
    raise WrongList(f"{path} is written neither in UTF-8 nor in UTF-16 nor in Windows-1252, or it is no text at all; "
                    "save it as CSV in UTF-8")


def first_line(path: Path) -> str:
    """The first line in which anything stands. Raises WrongList."""
    return next((line for line in lines(path, encoding_of(path)) if line.strip()), "")


def lines(path: Path, encoding: str) -> Iterator[str]:
    """Its lines, with their ends. Raises WrongList for one without end."""
    with path.open(encoding=encoding, newline="") as file:
        while line := file.readline(LONGEST_LINE):
            if len(line) == LONGEST_LINE:
                raise WrongList(f"{path} has a line of more than {LONGEST_LINE:,} letters; it is no list of contacts")
            yield line


def _likely(start: bytes) -> tuple[str, ...]:
    for mark, encoding in MARKS:
        if start.startswith(mark):
            return (encoding,)
    even, odd = start[0:2000:2].count(0), start[1:2000:2].count(0)
    if even + odd > len(start[:2000]) // 4 and not (even and odd):
        return ("utf-16-be",) if even else ("utf-16-le",)
    return ("utf-8", "cp1252")


def _is(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding, newline="") as file:
            while piece := file.read(PIECE):
                if not NO_TEXT.isdisjoint(piece):
                    return False
    except UnicodeError:
        return False
    return True
