"""What was wrong with a list, beside the list: a table that can be corrected and read in again."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from itertools import chain, count
from pathlib import Path
from typing import TextIO

from voice_gateway.lists import Wrong
from voice_gateway.lists.cells import escaped

_OWN = ("row", "column", "what is wrong", "what to do")


class ErrorFile:
    """`LIST.errors.csv`, which is there when something was wrong, and only its owner may read it."""

    def __init__(self, path: Path, heading: Sequence[str]) -> None:
        self.path = path.with_name(f"{path.name}.errors.csv")
        self._unfinished = path.with_name(f".{path.name}.errors.csv.{os.getpid()}")
        self._heading = heading
        self._file: TextIO | None = None

    def write(self, wrong: Sequence[Wrong]) -> None:
        """Another few lines of it."""
        if not wrong:
            return
        if self._file is None:
            handle = os.open(self._unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
            self._file = os.fdopen(handle, "w", encoding="utf-8-sig", newline="")
            csv.writer(self._file).writerow([escaped(each) for each in (*self._own(), *self._heading)])
        csv.writer(self._file).writerows(
            [each.row, escaped(each.column), escaped(each.why), escaped(each.do), *map(escaped, each.cells)] for each in wrong)

    def close(self) -> None:
        """Put it where it belongs; the one of an earlier time gives way."""
        if self._file is not None:
            self._file.close()
            self._unfinished.replace(self.path)

    def _own(self) -> list[str]:
        """Our columns by names that the list does not have: no table can be read in which two are called the same."""
        return [next(each for each in chain([name], (f"{name} {n}" for n in count(2))) if each not in self._heading) for name in _OWN]
