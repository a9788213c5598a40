"""The only Twilio REST.

Every request has a timeout and is sent once. A request whose outcome is unknown
says so, and whoever asked looks it up before repeating it: a create has no
idempotency key (https://www.twilio.com/docs/api/errors/20500).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, TypeVar
from urllib.parse import urlsplit

from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import ConnectTimeout, RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from voice_gateway.settings import Settings

TIMEOUT_SECONDS = 8
CLOCKS_MAY_DIFFER = timedelta(seconds=5)
RING_OUT_SECONDS = 5
LONGEST_CALL_SECONDS = 4 * 3600
LOOKED_THROUGH = 50


class Do(Enum):
    """What to do about an error of the carrier's (handbook: the map of error codes)."""

    GIVE_UP = "the carrier refuses this for good"
    OPTED_OUT = "the person has opted out of texts"
    INVALID = "the number cannot be reached in this way"
    ALERT = "our account or configuration is at fault: an operator must look"
    LATER = "try again later"
    GONE = "the call is over"


_ACTIONS: dict[Do, tuple[int, ...]] = {
    Do.OPTED_OUT: (21610,),
    Do.INVALID: (21211, 21217, 21614, 21612, 13223, 13224, 30005, 30006, 63003, 63024),
    Do.ALERT: (20003, 21201, 21205, 21210, 21212, 21606, 21219, 21608, 21215, 13227, 21203, 21408, 30002, 30032,
               30034, 30035, 21617, 21602, 32018, 13214),
    Do.LATER: (20429, 21611, 30001, 22005, 10004, 30003, 30022, 30023, 30008, 21214, 63018, 63038),
    Do.GONE: (20404, 21220),
    Do.GIVE_UP: (21216, 13225, 30004, 30007, 30450, 60410, 30036, 63016),
}
ACTIONS = {code: action for action, codes in _ACTIONS.items() for code in codes}


class CarrierError(Exception):
    """The carrier answered with an error. `do` says what follows from it."""

    def __init__(self, code: int, status: int, message: str) -> None:
        super().__init__(f"carrier error {code} (HTTP {status}): {message}")
        self.code = code
        self.do = ACTIONS.get(code, Do.LATER if status == 429 else Do.GIVE_UP)


class Unknown(Exception):
    """Nobody can say whether the carrier took it. Look it up before repeating it."""


class Unreached(Exception):
    """The carrier surely did not take it: no connection came about."""


@dataclass(frozen=True, slots=True)
class CallAtCarrier:
    """What the carrier says about a call of ours."""

    sid: str
    status: str


class _Wire(TwilioHttpClient):  # type: ignore[misc]  # the library carries no types here
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


class Carrier:
    """Our account at the carrier."""

    def __init__(self, settings: Settings, http_client: Any = None) -> None:
        token = settings.twilio_auth_token.get_secret_value()
        user, password = settings.twilio_account_sid, token
        if settings.twilio_api_key and settings.twilio_api_secret:
            user, password = settings.twilio_api_key, settings.twilio_api_secret.get_secret_value()
        client = Client(user, password, settings.twilio_account_sid,
                        http_client=http_client or _Wire(settings.twilio_api_base_url))
        # Asked for here, once: the library imports ninety modules for them, which no work-horse shall do again.
        self._calls, self._messages = client.calls, client.messages

    def ring(self, *, to: str, ours: str, url: str, fallback_url: str, ended_url: str, seconds: int) -> str:
        """Ring a telephone; gives the call's sid. `seconds` is the whole time it rings.

        The carrier adds about five seconds to any timeout
        (https://www.twilio.com/docs/voice/api/call-resource).
        """
        return str(_asked(lambda: self._calls.create(
            to=to, from_=ours, url=url, method="POST", fallback_url=fallback_url, fallback_method="POST",
            status_callback=ended_url, status_callback_event=["ringing", "completed"],
            status_callback_method="POST", timeout=max(5, seconds - RING_OUT_SECONDS),
            time_limit=LONGEST_CALL_SECONDS,
        ).sid))

    def text(self, *, to: str, ours: str, body: str, delivered_url: str) -> str:
        """Send a text; gives the message's sid."""
        return str(_asked(lambda: self._messages.create(
            to=to, from_=ours, body=body, status_callback=delivered_url
        ).sid))

    def hang_up(self, call_sid: str) -> None:
        """End a call, ringing or talking."""
        _asked(lambda: self._calls(call_sid).update(status="completed"))

    def move(self, call_sid: str, url: str) -> None:
        """Let a call continue at another turn; it leaves the room it is in."""
        _asked(lambda: self._calls(call_sid).update(url=url, method="POST"))

    def state_of(self, call_sid: str) -> str:
        """The carrier's word for how a call stands."""
        return str(_asked(lambda: self._calls(call_sid).fetch()).status)

    def find_calls(self, *, to: str, ours: str, since: datetime) -> list[CallAtCarrier]:
        """The calls to this number that the carrier took since then, newest first."""
        calls = _asked(lambda: self._calls.list(to=to, from_=ours, limit=LOOKED_THROUGH))
        return [CallAtCarrier(str(call.sid), str(call.status)) for call in calls
                if call.date_created and call.date_created >= since - CLOCKS_MAY_DIFFER]

    def find_text(self, *, to: str, ours: str, body: str, since: datetime) -> str | None:
        """The sid of this very text, if the carrier took it since then."""
        texts = _asked(lambda: self._messages.list(to=to, from_=ours, limit=LOOKED_THROUGH))
        same = (text for text in texts
                if text.body == body and text.date_created and text.date_created >= since - CLOCKS_MAY_DIFFER)
        return next((str(text.sid) for text in same), None)


Answer = TypeVar("Answer")


def _asked(request: Callable[[], Answer]) -> Answer:
    """Ask once, and tell plainly what came of it.

    Raises CarrierError, Unknown or Unreached.
    """
    with _plainly():
        return request()


@contextmanager
def _plainly() -> Iterator[None]:
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
        raise _refused_page(error) from error
    except RequestException as error:
        raise Unknown(f"the carrier did not answer: {type(error).__name__}") from error


def _refused_page(error: TwilioException) -> Exception:
    """The library's lists tell a refusal in their own way: a message, and the answer itself."""
    answer = error.args[1] if len(error.args) > 1 else None
    if not isinstance(answer, Response) or answer.status_code >= 500:
        return Unknown("the carrier did not answer as it should")
    told = json.loads(answer.text or "{}")
    return CarrierError(int(told.get("code", answer.status_code)), answer.status_code, str(told.get("message", "")))
