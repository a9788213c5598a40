"""What is written to the log: one line of JSON per event, and no number whole.

Telephone numbers and secrets are masked here, in the formatter, so that no
caller of the logger can forget it.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Any

HANDLER = "voice-gateway"
_LONG_NUMBER = re.compile(r"(?<![\w.])(\+|%2B|whatsapp:\+)?(?:\d[ .()-]?){6,14}\d(?!\w)")
_LINK = re.compile(r"/(t|v|w|m|prove|climbs)/[\w.-]{16,}")
_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def masked(text: str) -> str:
    """The same text with every telephone number cut to its last two digits, and links unusable.

    Links first: what looks like a number within one would leave the rest of it too short to be known as one.
    """
    unusable = _LINK.sub(r"/\1/…", text)
    return _LONG_NUMBER.sub(lambda found: f"…{re.sub(r'[^0-9]', '', found[0])[-2:]}", unusable)


class Lines(logging.Formatter):
    """One JSON object per line; control characters are escaped by the encoding."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"at": at, "level": record.levelname, "name": record.name,
                                "message": record.getMessage()}
        line |= {key: value for key, value in vars(record).items() if key not in _PLAIN}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return masked(json.dumps(line, default=str, ensure_ascii=True))


class Console(logging.Formatter):
    """The same for people: time, level, message."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record)).replace("\r", "\\r")


def begin(form: str, level: str) -> None:
    """Send all logging to standard output, masked. Called again it replaces what it did before."""
    handler = logging.StreamHandler(sys.stdout)
    handler.name = HANDLER
    console = Console("%(asctime)s %(levelname)-7s %(name)s  %(message)s", "%H:%M:%S")
    handler.setFormatter(Lines() if form == "json" else console)
    root = logging.getLogger()
    root.handlers[:] = [*(each for each in root.handlers if each.name != HANDLER), handler]
    root.setLevel(level)
    for talkative in ("twilio.http_client", "httpx", "alembic"):  # whole addresses, with what is secret in them
        logging.getLogger(talkative).setLevel(logging.WARNING)
