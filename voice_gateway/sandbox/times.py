"""How Twilio writes the time: RFC 2822, in UTC, with +0000."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime


def rfc2822(moment: datetime) -> str:
    """Mon, 02 Nov 2026 15:00:00 +0000."""
    return format_datetime(moment.astimezone(UTC))


def http_date(moment: datetime) -> str:
    """Mon, 02 Nov 2026 15:00:00 GMT, as the header Date has it."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def rfc2822_or_none(moment: datetime | None) -> str | None:
    """The same, and None for never."""
    return None if moment is None else rfc2822(moment)
