"""How fast a long list of contacts is taken in, and how fast the same list again, by the command that an operator types.

Each row has a name, a number as people write it and an e-mail address. The command's own start is part of it.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.figures import Figure, Size
from bench.premises import ROOT, Premises, premises

BUDGET_US = 200.0  # 5,000 contacts in a second
COMMAND = "from voice_gateway.commands import main; main()"
HOUSE = ROOT / "voice_gateway" / "demo" / "sample.toml"


def measure(size: Size) -> Iterator[Figure]:
    """Microseconds per contact: new ones, and the same again."""
    many = size.of(100_000, 20_000, 500)
    kind = "postgresql" if size.database else "sqlite"
    with premises(size.database) as place:
        _types(place, "load", str(HOUSE))
        listed = place.folder / "long.csv"
        _write(listed, many)
        for what in ("new", "same"):
            took, worked, said = _types(place, "contacts", "import", str(listed))
            if f"{many:,} {what}" not in said:
                raise RuntimeError(f"the list was not taken in: {said[-500:]}")
            yield Figure(f"lists.{what}.{kind}", took / many * 1e6, BUDGET_US, "us", "a budget: 5,000 contacts a second", 1.0,
                         f"{many:,} contacts, {many / took:,.0f} a second; {worked / many * 1e6:.0f} us of it our own processor time")


def _types(place: Premises, *words: str) -> tuple[float, float, str]:
    """Type a command: how many seconds it took, how many of them it worked, and what it said."""
    before, began = _worked(), time.perf_counter()
    done = subprocess.run([sys.executable, "-c", COMMAND, *words], cwd=ROOT, env=place.environment, capture_output=True, text=True,
                          check=False)
    return time.perf_counter() - began, _worked() - before, done.stdout + done.stderr


def _worked() -> float:
    """How long our children have worked on a processor so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _write(path: Path, many: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("Name,Mobile,E-mail\n")
        for n in range(many):
            area, rest = divmod(n, 7_000_000)
            file.write(f"Person {n:07d} Lee,({202 + area}) {200 + rest // 10_000}-{rest % 10_000:04d},person{n}@example.com\n")
