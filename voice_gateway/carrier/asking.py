"""How the carrier is asked: once, with a timeout, and told plainly what came of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar
from urllib.parse import urlsplit

from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import ConnectTimeout, RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from urllib3.exceptions import HTTPError

from voice_gateway.refusals import CarrierError, Unknown, Unreached

TIMEOUT_SECONDS = 8
NOT_FOUND = 20404
CHUNK_BYTES = 64 * 2**10
SID = re.compile(r"[A-Za-z0-9-]{1,64}")


class Wire(TwilioHttpClient):  # type: ignore[misc]  # the library carries no types here
    """Sends every request to the configured address, and never waits for ever."""

    def __init__(self, base: str | None) -> None:
        super().__init__(timeout=TIMEOUT_SECONDS)
        if self.session is not None:
            self.session.trust_env = False
        self._base = base

    def request(self, method: str, url: str, *given: Any, **options: Any) -> Response:
        if self._base:
            parts = urlsplit(url)
            url = f"{self._base}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        return super().request(method, url, *given, **options)

    @contextmanager
    def fetch(self, url: str, auth: tuple[str, str] | None) -> Iterator[tuple[int, Mapping[str, str], Iterator[bytes]]]:
        """What is at this very address, piece by piece as it comes: status, headers, body. No redirect is followed."""
        if self.session is None:
            raise RuntimeError("the library's client has no session")
        with self.session.get(url, auth=auth, headers={"Accept-Encoding": "identity"}, stream=True,
                              allow_redirects=False, timeout=TIMEOUT_SECONDS) as answer:
            yield answer.status_code, answer.headers, pieces(answer.raw)


def pieces(raw: Any) -> Iterator[bytes]:
    # read1, not read: whoever sends a byte a second shall not keep us until the piece is full.
    while piece := raw.read1(CHUNK_BYTES):
        yield piece


def sid_of(given: str) -> str:
    """A sid becomes a part of an address, so it is made of letters and digits or it is none."""
    if not SID.fullmatch(given):
        raise ValueError("this is no sid of the carrier's")
    return given


Answer = TypeVar("Answer")


def asked(request: Callable[[], Answer]) -> Answer:
    """Ask once, and tell plainly what came of it.

    Raises CarrierError, Unknown or Unreached.
    """
    with plainly():
        return request()


def erased(request: Callable[[], object]) -> None:
    try:
        asked(request)
    except CarrierError as error:
        if error.code != NOT_FOUND:
            raise


def is_gone(request: Callable[[], object]) -> bool:
    """Does the carrier say itself that there is none?"""
    try:
        asked(request)
    except CarrierError as error:
        if error.code == NOT_FOUND:
            return True
        raise
    return False


@contextmanager
def plainly() -> Iterator[None]:
    try:
        yield
    except TwilioRestException as error:
        if error.status >= 500:
            raise Unknown(f"HTTP {error.status} from the carrier") from error
        raise CarrierError(error.code or error.status, error.status, error.msg) from error
    except ConnectTimeout as error:
        raise Unreached("no connection to the carrier came about in time") from error
    except NoConnection as error:
        if "Failed to establish a new connection" in str(error) or "NewConnectionError" in str(error):
            raise Unreached("no connection to the carrier") from error
        raise Unknown("the connection to the carrier broke") from error
    except TwilioException as error:
        raise refused_page(error) from error
    except (RequestException, HTTPError) as error:
        raise Unknown(f"the carrier did not answer: {type(error).__name__}") from error


def refused_page(error: TwilioException) -> Exception:
    """The library's lists tell a refusal in their own way: a message, and the answer itself."""
    answer = error.args[1] if len(error.args) > 1 else None
    if not isinstance(answer, Response) or answer.status_code >= 500:
        return Unknown("the carrier did not answer as it should")
    return refused(answer.status_code, answer.text)


def refused(status: int, body: str | bytes) -> CarrierError:
    """What the carrier says about a refusal, if it says so in its usual way."""
    try:
        told = json.loads(body)
    except ValueError:
        told = None
    told = told if isinstance(told, dict) else {}
    code = told.get("code")
    return CarrierError(code if isinstance(code, int) else status, status, str(told.get("message", "")))
