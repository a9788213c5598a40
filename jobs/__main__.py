"""`python -m jobs worker`, `clock` and `listener`: the processes behind the web."""

from __future__ import annotations

import importlib
import sys

PROCESSES = ("worker", "clock", "listener")

if __name__ == "__main__":
    if sys.argv[1:] not in [[name] for name in PROCESSES]:
        sys.exit(f"usage: python -m jobs {'|'.join(PROCESSES)}")
    importlib.import_module(f"jobs.{sys.argv[1]}").run()
