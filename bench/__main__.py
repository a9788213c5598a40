"""`python -m bench [NAME] [--json] [--small]`: measure, and say how it compares.

`python -m bench identity-attack --steps N --seed S` plays crooks against the house instead.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator

from bench import (
    climb,
    deliver,
    identity,
    keys,
    lists,
    memory,
    post_to_case,
    ring,
    routing,
    rush,
    scenarios,
    texts,
    webhook,
)
from bench.attack import __main__ as attack
from bench.figures import Figure, Size, table

BENCHES: dict[str, Callable[[Size], Iterator[Figure]]] = {
    "webhook": webhook.measure,
    "deliver": deliver.measure,
    "ring": ring.measure,
    "memory": memory.measure,
    "routing": routing.measure,
    "rush": rush.measure,
    "keys": keys.measure,
    "texts": texts.measure,
    "scenarios": scenarios.measure,
    "identity": identity.measure,
    "lists": lists.measure,
    "climb": climb.measure,
    "post-to-case": post_to_case.measure,
}


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measurements against floors, in one run.")
    parser.add_argument("name", nargs="?", choices=sorted(BENCHES), help="one of them; all when left out")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--small", action="store_const", const="small", dest="size", default="full", help="quick, and rougher")
    parser.add_argument("--size", choices=("full", "small", "tiny"), default="full")
    parser.add_argument("--database", metavar="URL",
                        help="a PostgreSQL on which databases may be created; SQLite files when left out")
    return parser


def main(given: list[str] | None = None) -> int:
    """Print figures as they come (--json), or in one table at the end."""
    words = sys.argv[1:] if given is None else given
    if words[:1] == ["identity-attack"]:
        return attack.main(words[1:])
    told = arguments().parse_args(words)
    size = Size(told.size, told.database)
    figures: list[Figure] = []
    for name in [told.name] if told.name else BENCHES:
        if not told.json:
            print(f"measuring {name} ...", file=sys.stderr, flush=True)
        for figure in BENCHES[name](size):
            figures.append(figure)
            if told.json:
                print(figure.as_json(), flush=True)
    if not told.json:
        print(table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
