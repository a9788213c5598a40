"""Filters by date in REST lists: ``StartTime``, ``StartTime<``, ``StartTime>``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from .form import Form
from .rest_errors import bad

DAY = timedelta(days=1)


def _read(text: str) -> tuple[datetime, bool]:
    """The moment, and whether only a day was given."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise bad(20001, f"Invalid date: {text}") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment, len(text) == 10


def within_dates(
    form: Form, name: str, moment: datetime | None, *, before_is_exclusive: bool = False
) -> bool:
    """Whether the moment is on, before or after (>=) what was asked.

    ``Name<`` means "on or before" for messages, conferences and recordings, and "before" for calls.
    """
    for suffix in ("", "<", ">"):
        text = form.maybe(name + suffix)
        if text is None:
            continue
        if moment is None:
            return False
        asked, whole_day = _read(text)
        end = asked + DAY if whole_day else asked + timedelta(seconds=1)
        if (
            (suffix == "" and not asked <= moment < end)
            or (suffix == "<" and moment >= (asked if before_is_exclusive else end))
            or (suffix == ">" and moment < asked)
        ):
            return False
    return True
