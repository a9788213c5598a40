"""What the kernel tells of processes: who came from whom, their memory, their processor time.

https://docs.kernel.org/filesystems/proc.html
"""

from __future__ import annotations

from pathlib import Path


def family(pid: int) -> list[int]:
    """This process and all that came from it."""
    return [pid, *(each for child in children(pid) for each in family(child))]


def children(pid: int) -> list[int]:
    """The processes that this one started, from any of its threads."""
    tasks = Path(f"/proc/{pid}/task")
    return [int(child) for task in tasks.iterdir() for child in (task / "children").read_text().split()]


def pss_mb(pid: int) -> float:
    """What a process takes, its share of what it shares included; nothing if it has just gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))


def processor_ms(pid: int) -> float:
    """The processor's time that this family of processes has used so far, in all of its living threads."""
    threads = (task for each in family(pid) for task in Path(f"/proc/{each}/task").iterdir())
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e6
