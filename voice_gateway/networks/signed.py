"""Whether a network's webhook is signed by it, in shape and of today; its bytes are looked at as they came."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

OLDEST = timedelta(days=2)  # networks give up trying again after a day and a half
CLOCKS_DIFFER_BY = timedelta(hours=1)
MILLISECONDS_SINCE = 100_000_000_000  # seconds do not get there before the year 5138


class Forged(Exception):
    """It is not signed by the network. The message says what did not fit, never what it should have been."""


class Garbled(Exception):
    """It is signed, and is nothing that we understand, or of another day. The message says why."""


def in_base64(secret: str, body: bytes) -> str:
    """How X signs: https://docs.x.com/x-api/webhooks/quickstart"""
    return f"sha256={b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()}"


def in_hex(secret: str, body: bytes) -> str:
    """How Meta signs: https://developers.facebook.com/docs/graph-api/webhooks/getting-started#validate-payloads"""
    return f"sha256={hmac.digest(secret.encode(), body, hashlib.sha256).hex()}"


def must_be(expected: str, given: str | None, name: str) -> None:
    """Raises Forged when the header is missing or another."""
    if not given:
        raise Forged(f"no {name} header")
    if not hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")):
        raise Forged(f"{name} does not fit the body and our secret")


def opened(body: bytes) -> Mapping[str, Any]:
    """The body as data. Raises Garbled."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise Garbled("the body is not JSON") from None
    if not isinstance(told, Mapping):
        raise Garbled("the body is JSON, and not an object")
    return told


def instant(told: Any, now: datetime) -> datetime:
    """When it happened: seconds or milliseconds since 1970. Raises Garbled when it cannot be, or is not of today."""
    digits = str(told)
    if not (digits.isascii() and digits.isdigit() and len(digits) < 16):
        raise Garbled(f"{digits[:20]!r} is no time")
    number = int(digits)
    at = datetime.fromtimestamp(number / 1000 if number > MILLISECONDS_SINCE else number, UTC)
    if at < now - OLDEST:
        raise Garbled(f"it is of {at:%Y-%m-%d %H:%M}: too old, and perhaps sent again by somebody else")
    if at > now + CLOCKS_DIFFER_BY:
        raise Garbled(f"it is of {at:%Y-%m-%d %H:%M}, which is yet to come")
    return at
