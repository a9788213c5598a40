"""A web that answers what a test says it does, and the questions that it was asked."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from voice_gateway.public_web import PublicWeb

Web = Callable[[dict[str, Any]], PublicWeb]


@pytest.fixture
def asked() -> list[httpx.Request]:
    return []


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch, asked: list[httpx.Request]) -> Web:
    """By address: what is told as JSON, a status, an answer, an error, or a function of the request that makes one of these.

    Names that begin with "inner" are those of machines in our own network.
    """
    def looked_up(name: str, port: int, **_how: object) -> list[tuple[object, ...]]:
        return [(0, 0, 0, "", ("10.0.0.7" if name.startswith("inner") else "93.184.215.14", port))]

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)

    def made(world: dict[str, Any]) -> PublicWeb:
        def answers(request: httpx.Request) -> httpx.Response:
            asked.append(request)
            told = world.get(f"https://{request.headers['host']}{request.url.path}", 404)
            told = told(request) if callable(told) else told
            if isinstance(told, Exception):
                raise told
            if isinstance(told, httpx.Response):
                return told
            return httpx.Response(told) if isinstance(told, int) else httpx.Response(200, json=told)

        return PublicWeb(transport=httpx.MockTransport(answers))

    return made
