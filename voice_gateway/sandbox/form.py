"""A REST request's form: parameters with Twilio's types and complaints."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .rest_errors import bad
from .webhooks import host_has_underscore, is_url

METHODS = ("GET", "POST")


class Form:
    """Parameters of one request; names are Twilio's."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self.pairs = list(pairs)

    @property
    def names(self) -> set[str]:
        """Which were sent."""
        return {name for name, _ in self.pairs}

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def get(self, name: str, default: str = "") -> str:
        """The last value sent."""
        return next((value for key, value in reversed(self.pairs) if key == name), default)

    def maybe(self, name: str) -> str | None:
        """The value, or None if it was not sent."""
        return self.get(name) if name in self else None

    def all(self, name: str) -> list[str]:
        """Every value sent under this name."""
        return [value for key, value in self.pairs if key == name]

    def truth(self, name: str, default: bool = False) -> bool:
        """A true/false parameter."""
        return self.get(name, "true" if default else "false").lower() == "true"

    def number(self, name: str, default: int, low: int, high: int, code: int) -> int:
        """A whole number within bounds; otherwise Twilio's code."""
        text = self.get(name, str(default))
        if not re.fullmatch(r"-?\d{1,9}", text) or not low <= int(text) <= high:
            raise bad(code, f"Invalid {name}: {text}")
        return int(text)

    def url(self, name: str, code: int = 21205) -> str:
        """An absolute http(s) address, or nothing."""
        text = self.get(name)
        if text and not is_url(text):
            raise bad(code, f"{name} is not a valid URL: {text}")
        if text and "StatusCallback" in name and host_has_underscore(text):
            raise bad(code, f"{name}: a host name must not contain underscores: {text}")
        return text

    def method(self, name: str, default: str = "POST") -> str:
        """GET or POST."""
        text = self.get(name, default).upper()
        if text not in METHODS:
            raise bad(21209, f"Invalid {name}: {text}")
        return text

    def words(self, name: str, known: Iterable[str], default: str) -> frozenset[str]:
        """Repeated or space-separated words of a list."""
        said = [word for value in self.all(name) for word in value.split()]
        strange = set(said) - set(known)
        if strange:
            raise bad(20001, f"Invalid {name}: {', '.join(sorted(strange))}")
        return frozenset(said or default.split())
