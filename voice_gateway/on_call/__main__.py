"""`python -m voice_gateway.on_call`: read one calendar from the standard input, and say what it plans.

A calendar is written by others, and one line of it can keep a library busy for hours. Here it has a process
of its own, which is stopped; and the libraries, which are large, are in nobody else's way.
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import datetime

from voice_gateway.on_call import LONGEST_READ_SECONDS, ical
from voice_gateway.on_call.feeds import WrongCalendar

MOST_MEMORY_BYTES = 2**30


def main() -> None:
    """One JSON object in, one out: `planned` and whether it is `floating`, or what is `wrong`."""
    resource.setrlimit(resource.RLIMIT_CPU, (LONGEST_READ_SECONDS, LONGEST_READ_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    asked = json.load(sys.stdin)
    try:
        found = ical.planned(asked["text"], asked["zone"], *map(datetime.fromisoformat, (asked["since"], asked["until"])))
    except WrongCalendar as error:
        print(json.dumps({"wrong": str(error)}))
    else:
        print(json.dumps({"planned": [[each.begins.isoformat(), each.ends.isoformat(), each.title] for each in found],
                          "floating": ical.is_floating(asked["text"])}))


if __name__ == "__main__":
    main()
