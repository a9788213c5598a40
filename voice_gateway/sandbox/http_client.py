"""Twilio's own client library, answered in this process: no socket, same code path."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from requests.exceptions import ConnectionError as RequestsConnectionError
from twilio.http import HttpClient
from twilio.http.response import Response

if TYPE_CHECKING:
    from .rest import RestAnswer

PIECE = 65_536
"""Bytes."""
RestCall = Callable[[str, str, list[tuple[str, str]], tuple[str, str] | None], "RestAnswer"]


def pairs(data: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """As requests writes a form: lists are repeated keys, None is left out."""
    fields: list[tuple[str, str]] = []
    for key, value in (data or {}).items():
        values = value if isinstance(value, list | tuple) else [value]
        fields += [(key, str(one)) for one in values if one is not None]
    return fields


class SandboxHttpClient(HttpClient):  # type: ignore[misc, unused-ignore]
    """Hand to ``twilio.rest.Client(http_client=...)``."""

    def __init__(self, rest: RestCall, is_ours: Callable[[str], bool]) -> None:
        super().__init__(logging.getLogger("sandbox"), False, None)
        self._rest, self._is_ours = rest, is_ours

    def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """Answer from the exchange; raises what requests would raise in bad weather."""
        parts = urlsplit(uri)
        query = "&".join(filter(None, [parts.query, urlencode(pairs(params))]))
        path = parts.path + (f"?{query}" if query else "")
        answer = self._rest(method.upper(), path, pairs(data), auth)
        return Response(answer.status, _text(answer.body), answer.headers)

    @contextmanager
    def fetch(
        self, uri: str, auth: tuple[str, str] | None = None
    ) -> Iterator[tuple[int, Mapping[str, str], Iterator[bytes]]]:
        """The bytes at an address of the carrier's, piece by piece: status, headers, body. Nothing is followed."""
        if not self._is_ours(uri):
            raise RequestsConnectionError(f"nobody but the carrier is here: {uri}")
        parts = urlsplit(uri)
        answer = self._rest("GET", parts.path + (f"?{parts.query}" if parts.query else ""), [], auth)
        body = answer.body if isinstance(answer.body, bytes) else _text(answer.body).encode()
        size = {"Content-Length": str(len(body))}
        yield answer.status, answer.headers | size, _pieces(body)


def _pieces(body: bytes) -> Iterator[bytes]:
    whole = memoryview(body)
    return (bytes(whole[start : start + PIECE]) for start in range(0, len(body), PIECE))


def _text(body: Mapping[str, Any] | bytes | None) -> str:
    if body is None:
        return ""
    return body.decode("latin-1") if isinstance(body, bytes) else json.dumps(body)
