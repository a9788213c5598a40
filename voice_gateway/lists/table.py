"""A list as a table: CSV with commas, semicolons or tabs, in whatever letters."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from voice_gateway.lists import PAGE, Address, Entry, Wrong, WrongList, cells, opening, profiles
from voice_gateway.lists.cells import WrongCell
from voice_gateway.lists.columns import Columns, columns

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
SHOWN_OF_A_CELL = 60
_TELLS_DELIMITER = re.compile(rf"sep=([{''.join(DELIMITERS)}])[\r\n]*", re.IGNORECASE)


class Table:
    """One list of this kind, opened. To go through it reads it row by row."""

    def __init__(self, path: Path, region: str, told: str = "", *, nameless: bool = False) -> None:
        self.path, self.region, self.nameless = path, region, nameless
        self.encoding = opening.encoding_of(path)
        first = next(opening.lines(path, self.encoding), "")
        told_there = _TELLS_DELIMITER.fullmatch(first)
        self.heading_row = 2 if told_there else 1
        self.delimiter = told_there[1] if told_there else max(
            DELIMITERS, key=lambda each: len(next(csv.reader([first], delimiter=each), [])))
        heading = next(self._rows(), (1, []))[1]
        if not any(cells.clean(each) for each in heading):
            raise WrongList(f"{path} has no heading; its first row names its columns")
        self.columns: Columns = columns(heading, told, nameless=nameless)
        self.read_as = (f"{opening.CALLED[self.encoding]}, {DELIMITERS[self.delimiter]} between the cells; "
                        f"{self.columns.told()}")
        self.heading = self.columns.heading

    def __iter__(self) -> Iterator[Entry | list[Wrong]]:
        rows = self._rows()
        next(rows)
        for number, row in rows:
            if any(row) and any(each.strip() for each in row):
                yield self._entry(number, row)

    def count(self) -> int:
        """How many rows there are below the heading. Raises WrongList when they cannot all be read, before any is taken in."""
        return sum(1 for _ in self._rows()) - 1

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each row from the heading on, and its number. Raises WrongList where quotes were opened and never closed.

        A first line such as `sep=;`, by which a spreadsheet is told what stands between cells, is none.
        """
        reader = csv.reader(opening.lines(self.path, self.encoding), delimiter=self.delimiter)
        number = 0
        try:
            for number, row in enumerate(reader, 1):
                if number >= self.heading_row:
                    yield number, row
        except csv.Error as error:
            raise WrongList(f"{self.path} cannot be read after row {number}: {error}. "
                            "Look for a quotation mark there that is never closed") from None

    def _entry(self, number: int, row: list[str]) -> Entry | list[Wrong]:
        if len(row) > len(self.heading) and any(each.strip() for each in row[len(self.heading):]):
            return [Wrong(number, "", f"it has {len(row):,} cells, and the heading has {len(self.heading)}",
                          "put quotation marks around cells that hold what stands between cells", tuple(row[:len(self.heading)]))]
        kept, wrong = tuple(row), []
        named: dict[str, str] = {}
        found: dict[Address, None] = {}
        for head, field, cell in zip(self.heading, self.columns.fields, row, strict=False):
            if not field or not cell or cell.isspace():
                continue
            try:
                said = cells.unescaped(cell)
                if field in ("name", "first", "last", "company"):
                    named[field] = cells.name(said)
                else:
                    found.update(dict.fromkeys(READ[field](said, self.region) if field in READ else cells.accounts(said, field)))
            except WrongCell as error:
                wrong.append(Wrong(number, head, f'"{cells.clean(cell)[:SHOWN_OF_A_CELL]}" {error}', error.do, kept))
        return wrong or checked(Entry(number, _name(named) or ("nobody" if self.nameless else ""), tuple(found), kept))


def checked(entry: Entry) -> Entry | list[Wrong]:
    """An entry tells whose address it has, and at least one."""
    if all(each.namespace == PAGE for each in entry.addresses):
        return [Wrong(entry.row, "", "it has neither a number nor an account", "add one, or take the row out", entry.cells)]
    if not entry.name:
        return [Wrong(entry.row, "", "it has no name", "add a name", entry.cells)]
    return entry


def _name(named: dict[str, str]) -> str:
    parts = " ".join(each for each in (named.get("first"), named.get("last")) if each)
    return named.get("name") or parts or named.get("company") or ""


READ: dict[str, Callable[[str, str], list[Address]]] = {
    "phone": cells.numbers,
    "email": lambda text, _region: cells.emails(text),
    "accounts": lambda text, _region: cells.accounts(text),
    "page": lambda text, _region: profiles.pages(text),
}
