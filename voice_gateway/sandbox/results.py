"""What a REST resource gives back before it is written as an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Page:
    """A list's answer before it is cut into pages."""

    key: str
    items: list[dict[str, Any]]


@dataclass(frozen=True)
class Created:
    """A 201."""

    body: dict[str, Any]


Result = Page | Created | dict[str, Any] | bytes | None
