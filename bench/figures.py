"""What a benchmark gives: one figure beside its floor, for people and for programs."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`ours` and `floor` in `unit`; less is better. `limit` is the most that `ratio` may be.

    `against` says what the floor is: something measured in the same run, or a budget.
    """

    name: str
    ours: float
    floor: float
    unit: str
    against: str
    limit: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float:
        return self.ours / self.floor if self.floor else math.inf

    @property
    def is_over(self) -> bool:
        return self.limit is not None and self.ratio > self.limit

    def as_json(self) -> str:
        """One line. `limit` is left out where none was set."""
        facts = {"name": self.name, "ours": _short(self.ours), "floor": _short(self.floor), "ratio": _short(self.ratio),
                 "limit": self.limit, "unit": self.unit, "against": self.against, "note": self.note}
        return json.dumps({key: value for key, value in facts.items() if value not in (None, "")})


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured, and on which database (None: SQLite files of our own)."""

    name: str = "full"
    database: str | None = None

    def of(self, full: int, small: int, tiny: int) -> int:
        return {"full": full, "small": small, "tiny": tiny}[self.name]


def percentile(values: Iterable[float], part: float) -> float:
    """The value below which `part` (0 to 1) of the values lie: the nearest rank, nothing made up between."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, math.ceil(part * len(ordered)) - 1))]


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def table(figures: Iterable[Figure]) -> str:
    """All figures, aligned, for people."""
    rows = [("", "ours", "floor", "", "ratio", "limit", "against")]
    rows += [(each.name, f"{_short(each.ours):g}", f"{_short(each.floor):g}", each.unit, f"{each.ratio:.2f}",
              f"{each.limit:g}{' OVER' if each.is_over else ''}" if each.limit is not None else "-",
              each.against + (f"; {each.note}" if each.note else "")) for each in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(7)]
    left = (0, 3, 5, 6)
    return "\n".join(
        "  ".join(cell.ljust(width) if column in left else cell.rjust(width)
                  for column, (cell, width) in enumerate(zip(row, widths, strict=True))).rstrip()
        for row in rows
    )


def _short(value: float) -> float:
    return round(value, 4) if abs(value) < 1 else round(value, 3)
