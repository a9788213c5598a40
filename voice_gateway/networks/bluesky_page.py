"""What Bluesky answers, read field by field, so that a new kind of thing in it does not hide the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from voice_gateway.networks import Trouble

MENTION = "app.bsky.richtext.facet#mention"

Found = Mapping[str, Any]
"""What the network tells of something, as it came."""


class Page:
    """One answer of the network's. Whatever it holds beside what is looked for is of no interest."""

    def __init__(self, answer: object) -> None:
        self._answer = answer if isinstance(answer, dict) else {}

    def found(self, name: str) -> list[Found]:
        """The list of this name. Raises Trouble when there is none: this is no such answer at all."""
        if not isinstance(self._answer.get(name), list):
            raise Trouble("Bluesky answered in a shape that we do not know")
        return listed(self._answer, name)

    @property
    def cursor(self) -> str | None:
        told = self._answer.get("cursor")
        return told if isinstance(told, str) and told else None


def mentions(record: Found) -> tuple[str, ...]:
    features = (each for facet in listed(record, "facets") for each in listed(facet, "features"))
    return tuple(dict.fromkeys(str(each["did"]) for each in features if each.get("$type") == MENTION and each.get("did")))


def listed(found: Found, name: str) -> list[Found]:
    listed = found.get(name)
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def inner(found: Found, name: str) -> Found:
    inner = found.get(name)
    return inner if isinstance(inner, dict) else {}
