"""An exchange on a port, for scenarios: the same sentences as in one process."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, quote

import requests

from .handsets import PhoneEvent
from .phones import Phone

FRESH = 0.02
"""Wall seconds for which a telephone's diary counts as fresh."""


class RemoteExchange:
    """Reaches a sandbox on a port by its control API. Times are the exchange's own seconds.

    ``url`` may be the address of the page, with its ``?token=``.
    """

    def __init__(self, url: str, token: str = "") -> None:
        address, _, query = url.partition("?")
        self.url = address.rstrip("/")
        self.token = token or dict(parse_qsl(query)).get("token", "")
        self._session = requests.Session()
        self._session.trust_env = False
        if self.token:
            self._session.headers["Authorization"] = f"Bearer {self.token}"
        self._speed, self._speed_read = float(self._get("clock")["speed"]), time.monotonic()
        self._phones: dict[str, Phone] = {}
        self._diaries: dict[str, list[PhoneEvent]] = {}
        self._fresh: dict[str, float] = {}

    @property
    def speed(self) -> float:
        """How many of the exchange's seconds go by in one of the wall's; it may be changed any time."""
        if time.monotonic() - self._speed_read > 1.0:
            self._speed, self._speed_read = float(self._get("clock")["speed"]), time.monotonic()
        return self._speed

    def phone(self, number: str) -> Phone:
        """Somebody's telephone outside."""
        if number not in self._phones:
            self._phones[number] = Phone(number, self)
        return self._phones[number]

    def diary(self, number: str) -> Sequence[PhoneEvent]:
        """All that happened to a telephone, fetched when it is not fresh."""
        if time.monotonic() - self._fresh.get(number, 0.0) > FRESH:
            self.listen(number, 0.0)
        return self._diaries.setdefault(number, [])

    def listen(self, number: str, wait: float) -> list[PhoneEvent]:
        """What is new on a telephone, waiting for it so many wall seconds."""
        known = self._diaries.setdefault(number, [])
        path = f"phones/{quote(number)}/events?since={len(known)}&wait={wait:g}"
        news = [_event(**event) for event in self._get(path, wait + 10)["events"]]
        known += news
        self._fresh[number] = time.monotonic()
        return news

    def act(self, number: str, action: str, how: Mapping[str, Any]) -> dict[str, Any]:
        """Do something with a telephone; ValueError if it cannot be done now."""
        answer = self._session.post(
            f"{self.url}/sandbox/phones/{quote(number)}/{action}", json=dict(how), timeout=10
        )
        self._fresh.clear()
        told: dict[str, Any] = answer.json()
        if answer.status_code != 200:
            raise ValueError(told.get("message", f"HTTP {answer.status_code}"))
        return told

    def run(self, until: Callable[[], bool], within: float = 60.0) -> bool:
        """Wait until something is true, at most so many of the exchange's seconds."""
        deadline = time.monotonic() + within / self.speed
        while not until():
            left = deadline - time.monotonic()
            if left <= 0:
                return until()
            time.sleep(min(FRESH, left))
        return True

    def pass_time(self, seconds: float) -> None:
        """Let so much of the exchange's time go by."""
        time.sleep(seconds / self.speed)

    def loose_ends(self) -> list[str]:
        """Rings and texts nobody noticed on the telephones used here; calls still up."""
        here = [end for phone in self._phones.values() for end in phone.unheard()]
        there: list[str] = self._get("loose_ends")["loose_ends"]
        return here + [end for end in there if "still" in end]

    def log(self) -> dict[str, Any]:
        """Webhooks and problems."""
        return self._get("log")

    def repro(self) -> str:
        """What was played, as a test."""
        return self._session.get(f"{self.url}/sandbox/repro", timeout=10).text

    def _get(self, path: str, timeout: float = 10.0) -> dict[str, Any]:
        answer = self._session.get(f"{self.url}/sandbox/{path}", timeout=timeout)
        answer.raise_for_status()
        facts: dict[str, Any] = answer.json()
        return facts


def _event(**facts: Any) -> PhoneEvent:
    return PhoneEvent(**facts | {"media": tuple(facts.get("media", ()))})
