"""The house's own account on Bluesky: signed in, its session kept on disk, every refusal in plain words.

The network lets an account sign in 30 times in five minutes and 300 times a day at most, so the session is kept and
renewed, and all processes of the house share it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import httpx
from atproto import Client, Request, Session, SessionEvent
from atproto.exceptions import (
    AtProtocolError,
    BadRequestError,
    InvokeTimeoutError,
    RateLimitExceededError,
    RequestErrorBase,
    UnauthorizedError,
)

from voice_gateway import clock
from voice_gateway.networks import Trouble, rest

Answer = TypeVar("Answer")

LONGEST_WAIT = httpx.Timeout(10.0, connect=5.0)
USUAL_REST_SECONDS = 60.0
TOO_MUCH = 413
SERVER_ERRORS = 500
USED_UP = ("ExpiredToken", "InvalidToken")
NO_SUCH_PROFILE = "Profile not found"
GONE = ("AccountDeactivated", "AccountTakedown", "AccountSuspended")


class Account:
    """One account at one server. `url`: where it is; `kept`: the folder in which the session is kept.

    `transport` is for tests, in which the network has troubles at will.
    """

    def __init__(self, url: str, handle: str, password: str, kept: Path, transport: httpx.BaseTransport | None = None) -> None:
        mark = hashlib.sha256(f"{url} {handle}".encode()).hexdigest()[:12]
        self.url, self._handle, self._password = url, handle, password
        self._file = kept / f"bluesky-session-{mark}"
        self._transport = transport
        self._seen = 0
        self._session: Session | None = None
        self._turnstile = threading.RLock()
        self._client = self._stranger()

    @property
    def session(self) -> Session:
        """Who we are there. Signs in if need be; raises Trouble."""
        self.ask("sign in", lambda _client: None)
        assert self._session, "to ask is to be signed in"
        return self._session

    def ask(self, what: str, question: Callable[[Client], Answer], *, writes: bool = False) -> Answer:
        """Put this question to the network as ourselves. Raises Trouble in plain words; `what` says what was wanted.

        A session that is used up is made anew, once. `writes`: when the outcome is unknown, it may have been done.
        """
        with _in_plain_words(what, writes=writes), self._turnstile:
            self._adopt()
            try:
                return question(self._client)
            except (UnauthorizedError, BadRequestError) as refused:
                if error_name(refused) not in USED_UP:
                    raise
            self._sign_in(instead_of=self._seen)
            return question(self._client)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.request.close()

    def _forget(self) -> None:
        """Be a stranger to the network again."""
        self.close()
        self._client = self._stranger()

    def _stranger(self) -> Client:
        is_here = urlsplit(self.url).hostname in ("localhost", "127.0.0.1", "::1")
        client = Client(self.url, request=Request(timeout=LONGEST_WAIT, trust_env=not is_here, transport=self._transport))
        client.on_session_change(self._keep)
        return client

    def _adopt(self) -> None:
        """Take up the session that another process has made or renewed; sign in where there is none."""
        written = self._written()
        if not written:
            self._sign_in(instead_of=0)
        elif written != self._seen:
            self._forget()
            try:
                self._client.login(session_string=self._file.read_text("utf-8"), fetch_bsky_profile=False)
            except (OSError, ValueError):
                self._sign_in(instead_of=written)
            else:
                self._seen = written

    def _sign_in(self, instead_of: int) -> None:
        """With the password; unless another process has done so while we waited for it."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self._written() not in (0, instead_of):
                self._adopt()
                return
            self._forget()
            with _at_the_door(self._handle):
                self._client.login(self._handle, self._password, fetch_bsky_profile=False)

    def _keep(self, event: SessionEvent, session: Session) -> None:
        """Write a new or renewed session down, for ourselves only."""
        self._session = session
        if event is SessionEvent.IMPORT:
            return
        fresh = self._file.with_suffix(f".{os.getpid()}")
        fresh.unlink(missing_ok=True)
        fresh.touch(0o600, exist_ok=False)
        fresh.write_text(session.encode(), "utf-8")
        fresh.replace(self._file)
        self._seen = self._written()

    def _written(self) -> int:
        try:
            return self._file.stat().st_mtime_ns
        except FileNotFoundError:
            return 0


def error_name(error: RequestErrorBase) -> str:
    """The network's own name for what it refused; empty where it gave none."""
    return str(getattr(error.response and error.response.content, "error", None) or "")


def error_message(error: RequestErrorBase) -> str:
    """What the network says of what it refused; empty where it says nothing."""
    return str(getattr(error.response and error.response.content, "message", None) or "")


@contextmanager
def _at_the_door(handle: str) -> Iterator[None]:
    """What a refused password means."""
    try:
        yield
    except (UnauthorizedError, BadRequestError) as refused:
        name = error_name(refused)
        if name == "AuthFactorTokenRequired":
            raise Trouble(f"Bluesky asks {handle} for a code by e-mail: make an app password there, and set it as"
                          " BLUESKY_PASSWORD", lasting=True) from None
        if name in GONE:
            raise Trouble(f"Bluesky has closed the account {handle}", lasting=True) from None
        raise Trouble("Bluesky does not let us in: BLUESKY_HANDLE or BLUESKY_PASSWORD is wrong", lasting=True) from None


@contextmanager
def _in_plain_words(what: str, *, writes: bool) -> Iterator[None]:
    try:
        yield
    except RateLimitExceededError as full:
        raise Trouble(f"Bluesky lets us {what} again later: we have asked too often", again_after=_rest(full)) from None
    except InvokeTimeoutError:
        raise Trouble(f"Bluesky did not answer in time, so we could not {what}", maybe_done=writes) from None
    except RequestErrorBase as error:
        raise _refused(what, error, writes) from None
    except httpx.HTTPError:
        raise Trouble(f"Bluesky cannot be reached to {what}", maybe_done=writes) from None
    except (AtProtocolError, ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise Trouble(f"Bluesky answered in a shape that we do not know, so we could not {what} ({type(error).__name__})",
                      maybe_done=writes) from None


def _refused(what: str, error: RequestErrorBase, writes: bool) -> Trouble:
    if error.response is None:
        return Trouble(f"Bluesky cannot be reached to {what}", maybe_done=writes)
    status = error.response.status_code
    told = (error_message(error) or error_name(error) or str(status))[:200]
    if status >= SERVER_ERRORS:
        return Trouble(f"Bluesky has trouble of its own ({status}), so we could not {what}", maybe_done=writes)
    lasting = isinstance(error, BadRequestError | UnauthorizedError) or status == TOO_MUCH
    return Trouble(f"Bluesky does not let us {what}: {told}", lasting=lasting)


def _rest(full: RateLimitExceededError) -> timedelta:
    """How long the network wants to be left alone."""
    if full.retry_after is not None:
        told = full.retry_after
    elif full.reset_at is not None:
        told = (full.reset_at - clock.now()).total_seconds()
    else:
        told = USUAL_REST_SECONDS
    return rest(told)
