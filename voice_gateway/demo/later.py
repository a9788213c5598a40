"""Start early, begin late: load what a process will need, wait for the word, then become it.

`python -m voice_gateway.demo.later MODULE WORDS...` becomes `python -m MODULE WORDS...` when a line
comes in; when the input ends instead, whoever started it is gone, and it ends too.
"""

from __future__ import annotations

import importlib
import runpy
import sys

NEEDS = {"gunicorn": ("gunicorn.app.wsgiapp", "gunicorn.workers.gthread", "voice_gateway.web"), "jobs": ("jobs.worker",)}


def main() -> None:
    """Load, wait, become."""
    module, *words = sys.argv[1:]
    for name in NEEDS[module]:
        importlib.import_module(name)
    if sys.stdin.readline():
        sys.argv = [module, *words]
        runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
