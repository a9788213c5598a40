"""The only Twilio REST.

Every request has a timeout and is sent once. A request whose outcome is unknown
says so, and whoever asked looks it up before repeating it: a create has no
idempotency key (https://www.twilio.com/docs/api/errors/20500).
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import ConnectTimeout, RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client
from urllib3.exceptions import HTTPError

from voice_gateway.account import FIELDS, AccountAtCarrier, NumberAtCarrier
from voice_gateway.refusals import ACTIONS, CarrierError, Do, Unknown, Unreached
from voice_gateway.settings import Settings

__all__ = ["ACTIONS", "CallAtCarrier", "Carrier", "CarrierError", "Do", "Media", "NotAudio", "NotYet",
           "RecordingAtCarrier", "Unknown", "Unreached"]

TIMEOUT_SECONDS = 8
CLOCKS_MAY_DIFFER = timedelta(seconds=5)
RING_OUT_SECONDS = 5
LONGEST_CALL_SECONDS = 4 * 3600
LOOKED_THROUGH = 50
LARGEST_PAGE = 1000
NOT_FOUND = 20404
WHATSAPP = "whatsapp:"
TWILIO = "https://api.twilio.com"
SID = re.compile(r"[A-Za-z0-9-]{1,64}")
LARGEST_RECORDING_BYTES = 30 * 2**20
"""Half an hour of the carrier's WAV is 28.8 million bytes."""
LONGEST_FETCH_SECONDS = 60
CHUNK_BYTES = 64 * 2**10


class NotYet(Exception):
    """The carrier has no sound of this recording: it is not ready yet, or it is gone."""


class NotAudio(ValueError):
    """What came is no recording that may be kept; the message says what was wrong with it."""


@dataclass(frozen=True, slots=True)
class Media:
    """The sound of a recording, and what kind of sound it is."""

    content: bytes
    kind: Literal["audio/mpeg", "audio/wav"]


@dataclass(frozen=True, slots=True)
class RecordingAtCarrier:
    """What the carrier says about a recording; its seconds are known once it has ended."""

    sid: str
    status: str
    seconds: int | None


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

    @contextmanager
    def fetch(self, url: str, auth: tuple[str, str]) -> Iterator[tuple[int, Mapping[str, str], Iterator[bytes]]]:
        """What is at this very address, piece by piece as it comes: status, headers, body. No redirect is followed."""
        if self.session is None:
            raise RuntimeError("the library's client has no session")
        with self.session.get(url, auth=auth, headers={"Accept-Encoding": "identity"}, stream=True,
                              allow_redirects=False, timeout=TIMEOUT_SECONDS) as answer:
            yield answer.status_code, answer.headers, _pieces(answer.raw)


def _pieces(raw: Any) -> Iterator[bytes]:
    # read1, not read: whoever sends a byte a second shall not keep us until the piece is full.
    while piece := raw.read1(CHUNK_BYTES):
        yield piece


class Carrier:
    """Our account at the carrier."""

    def __init__(self, settings: Settings, http_client: Any = None) -> None:
        token = settings.twilio_auth_token.get_secret_value()
        user, password = settings.twilio_account_sid, token
        if settings.twilio_api_key and settings.twilio_api_secret:
            user, password = settings.twilio_api_key, settings.twilio_api_secret.get_secret_value()
        self._wire = http_client or _Wire(settings.twilio_api_base_url)
        client = Client(user, password, settings.twilio_account_sid, http_client=self._wire)
        # Asked for here, once: the library imports ninety modules for them, which no work-horse shall do again.
        self._calls, self._messages = client.calls, client.messages
        self._recordings, self._transcriptions = client.recordings, client.transcriptions
        self._conferences, self._numbers = client.conferences, client.incoming_phone_numbers
        self._auth = (user, password)
        home = settings.twilio_api_base_url or TWILIO
        self._home = f"{home}/2010-04-01/Accounts/{settings.twilio_account_sid}"
        self._owner = (settings.twilio_account_sid, token)

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
        """Send a text, by the way by which they wrote; gives the message's sid."""
        way = WHATSAPP if to.startswith(WHATSAPP) else ""
        return str(_asked(lambda: self._messages.create(
            to=to, from_=f"{way}{ours}", body=body, status_callback=delivered_url
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
        way = WHATSAPP if to.startswith(WHATSAPP) else ""
        texts = _asked(lambda: self._messages.list(to=to, from_=f"{way}{ours}", limit=LOOKED_THROUGH))
        same = (text for text in texts
                if text.body == body and text.date_created and text.date_created >= since - CLOCKS_MAY_DIFFER)
        return next((str(text.sid) for text in same), None)

    def recordings_of(self, call_sid: str) -> list[RecordingAtCarrier]:
        """The recordings made of one call, newest first, also those of which we were never told."""
        made = _asked(lambda: self._recordings.list(call_sid=_sid(call_sid), limit=LOOKED_THROUGH))
        return [RecordingAtCarrier(str(one.sid), str(one.status), _seconds(one.duration)) for one in made]

    def recordings_in(self, room: str, *, since: datetime) -> list[RecordingAtCarrier]:
        """The recordings made in the conferences of this name since then, which no call's list holds."""
        with _plainly():
            held = [one for one in self._conferences.list(friendly_name=room, limit=LOOKED_THROUGH)
                    if one.date_created and one.date_created >= since - CLOCKS_MAY_DIFFER]
            made = [one for each in held
                    for one in self._recordings.list(conference_sid=each.sid, limit=LOOKED_THROUGH)]
        return [RecordingAtCarrier(str(one.sid), str(one.status), _seconds(one.duration)) for one in made]

    def recording(self, recording_sid: str) -> Media:
        """Bring the sound of a recording home.

        The address is ours, made of our account and the recording's sid: where a webhook says that it is,
        is never looked at. Asked for without a suffix it is WAV, which loses nothing.
        Raises NotYet, NotAudio, and what every request may raise.
        """
        url = f"{self._home}/Recordings/{_sid(recording_sid)}"
        with _plainly(), self._wire.fetch(url, self._auth) as (status, headers, pieces):
            given = {name.lower(): value for name, value in headers.items()}
            if status == 200:
                return _sound(given, _whole(given, pieces))
            if status == 404:
                raise NotYet(f"the carrier has no sound of recording {recording_sid}")
            if status >= 500:
                raise Unknown(f"HTTP {status} from the carrier")
            if status >= 400:
                raise _refused(status, _whole(given, pieces))
            raise NotAudio(f"the carrier answered {status} instead of the recording; nothing else is followed")

    def erase_recording(self, recording_sid: str) -> None:
        """Have the carrier throw a recording away. One that is gone already is as good."""
        _erased(lambda: self._recordings(_sid(recording_sid)).delete())

    def is_recording_gone(self, recording_sid: str) -> bool:
        """Does the carrier say itself that there is no such recording (any more)?"""
        try:
            _asked(lambda: self._recordings(_sid(recording_sid)).fetch())
        except CarrierError as error:
            if error.code == NOT_FOUND:
                return True
            raise
        return False

    def erase_transcription(self, transcription_sid: str) -> None:
        """Have the carrier throw the written words of a recording away. Gone already is as good."""
        _erased(lambda: self._transcriptions(_sid(transcription_sid)).delete())

    def account(self) -> AccountAtCarrier:
        """How our account stands, and what the carrier's clock shows.

        Asked with the token that signs webhooks, not with a key: a standard key may not ask for this
        (https://www.twilio.com/docs/iam/api-keys), and so the token is tried as well.
        """
        with _plainly():
            answer = self._wire.request("GET", f"{self._home}.json", auth=self._owner)
        if answer.status_code >= 500:
            raise Unknown(f"HTTP {answer.status_code} from the carrier")
        if answer.status_code != 200:
            raise _refused(answer.status_code, answer.text)
        try:
            told = json.loads(answer.text)
            return AccountAtCarrier(str(told["status"]), str(told["type"]), _date(answer.headers))
        except (ValueError, TypeError, KeyError):
            raise Unknown("what answers there is not the carrier") from None

    def own_numbers(self) -> list[NumberAtCarrier]:
        """Every number of the account, and where each sends its calls and texts."""
        listed = _asked(lambda: self._numbers.list(page_size=LARGEST_PAGE))
        return [NumberAtCarrier(str(one.sid), str(one.phone_number),
                                {name: str(getattr(one, name) or "") for name in FIELDS}) for one in listed]

    def provision(self, number_sid: str, fields: Mapping[str, str]) -> None:
        """Set where a number of ours sends its calls and texts. The same twice changes nothing."""
        _asked(lambda: self._numbers(_sid(number_sid)).update(**fields))


def _sid(given: str) -> str:
    """A sid becomes a part of an address, so it is made of letters and digits or it is none."""
    if not SID.fullmatch(given):
        raise ValueError("this is no sid of the carrier's")
    return given


def _date(headers: Mapping[str, str] | None) -> datetime | None:
    """When the carrier says that it answered."""
    said = {name.lower(): value for name, value in (headers or {}).items()}.get("date", "")
    try:
        return parsedate_to_datetime(said)
    except ValueError:
        return None


def _seconds(duration: Any) -> int | None:
    return int(duration) if str(duration).isdigit() else None


def _whole(headers: Mapping[str, str], pieces: Iterator[bytes]) -> bytes:
    """All of it, but never more than may be, nor for longer."""
    too_large = NotAudio(f"it is larger than {LARGEST_RECORDING_BYTES // 2**20} MB")
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length) > LARGEST_RECORDING_BYTES:
        raise too_large
    content, until = bytearray(), time.monotonic() + LONGEST_FETCH_SECONDS
    for piece in pieces:
        content += piece
        if len(content) > LARGEST_RECORDING_BYTES:
            raise too_large
        if time.monotonic() > until:
            raise Unknown(f"the recording did not arrive within {LONGEST_FETCH_SECONDS} s")
    return bytes(content)


def _sound(headers: Mapping[str, str], content: bytes) -> Media:
    """The recording, if both its label and its first bytes say that it is one."""
    label = headers.get("content-type", "").partition(";")[0].strip().lower()
    if label == "audio/mpeg":
        begins_so = content[:3] == b"ID3" or (content[:1] == b"\xff" and content[1:2] >= b"\xe0")
        kind: Literal["audio/mpeg", "audio/wav"] = "audio/mpeg"
    elif label in ("audio/wav", "audio/x-wav"):
        begins_so = content[:4] == b"RIFF" and content[8:12] == b"WAVE"
        kind = "audio/wav"
    elif not label:
        raise Unknown("the answer does not say what it is")
    else:
        raise NotAudio(f"its content type is {label[:40]!r}, not one of a recording")
    if not begins_so:
        raise NotAudio(f"it says {label} but its first bytes are {content[:12]!r}")
    return Media(content, kind)


def _erased(request: Callable[[], object]) -> None:
    try:
        _asked(request)
    except CarrierError as error:
        if error.code != NOT_FOUND:
            raise


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
    except (RequestException, HTTPError) as error:
        raise Unknown(f"the carrier did not answer: {type(error).__name__}") from error


def _refused_page(error: TwilioException) -> Exception:
    """The library's lists tell a refusal in their own way: a message, and the answer itself."""
    answer = error.args[1] if len(error.args) > 1 else None
    if not isinstance(answer, Response) or answer.status_code >= 500:
        return Unknown("the carrier did not answer as it should")
    return _refused(answer.status_code, answer.text)


def _refused(status: int, body: str | bytes) -> CarrierError:
    """What the carrier says about a refusal, if it says so in its usual way."""
    try:
        told = json.loads(body)
    except ValueError:
        told = None
    told = told if isinstance(told, dict) else {}
    code = told.get("code")
    return CarrierError(code if isinstance(code, int) else status, status, str(told.get("message", "")))
