"""What the doctor says: lines for people, an object for programs, a number for both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from flows.how_many import how_many
from voice_gateway.doctor.finding import Finding, State

EXIT = {State.ERROR: 2, State.WARNING: 1}


def lines(name: str, finding: Finding, width: int) -> Iterator[str]:
    """One finding: the mark, what was looked at, what was found; and below it what to do."""
    yield f"{finding.state.value} {name.ljust(width)}  {finding.found}"
    if finding.do:
        yield f"  {' ' * width}  → {finding.do}"


def total(findings: Iterable[Finding]) -> str:
    """All of it in one line."""
    count = Counter(each.state for each in findings)
    parts = [_some(count[State.ERROR], "error"), _some(count[State.WARNING], "warning"),
             f"{count[State.NOT_CHECKED]} not checked" if count[State.NOT_CHECKED] else ""]
    return ", ".join(filter(None, parts)) if count[State.ERROR] or count[State.WARNING] else \
        ", ".join(filter(None, ["all is well", parts[-1]]))


def for_programs(findings: Iterable[tuple[str, Finding]]) -> dict[str, Any]:
    """The same as data. `state` is ok, warning, error or not_checked."""
    found = list(findings)
    count = Counter(each.state for _, each in found)
    return {
        **{f"{state.name.lower()}s" if state in EXIT else state.name.lower(): count[state] for state in State},
        "checks": [{"check": name, "state": each.state.name.lower(), "found": each.found, "do": each.do}
                   for name, each in found],
    }


def exit_status(findings: Iterable[Finding]) -> int:
    """0 when all is well, 1 with warnings, 2 with errors."""
    return max((EXIT.get(each.state, 0) for each in findings), default=0)


def _some(count: int, what: str) -> str:
    return how_many(count, what) if count else ""
