"""What a REST resource gives back before it is written as an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Page:
    """A list's answer before it is cut into pages; products of ``v2`` say on which host they are."""

    key: str
    items: list[dict[str, Any]]
    host: str = ""


@dataclass(frozen=True)
class Created:
    """A 201."""

    body: dict[str, Any]


@dataclass(frozen=True)
class File:
    """Bytes of some kind: a picture, or a CDN's refusal."""

    content: bytes
    content_type: str
    status: int = 200


@dataclass(frozen=True)
class Moved:
    """It is somewhere else."""

    to: str
    status: int


Result = Page | Created | File | Moved | dict[str, Any] | bytes | None
