"""`python -m jobs worker` and `python -m jobs clock`: the two processes behind the web."""

from __future__ import annotations

import sys

from jobs.processes import clock, worker

PROCESSES = {"worker": worker, "clock": clock}

if __name__ == "__main__":
    chosen = PROCESSES.get(sys.argv[1] if len(sys.argv) == 2 else "")
    if chosen is None:
        sys.exit(f"usage: python -m jobs {'|'.join(PROCESSES)}")
    chosen()
