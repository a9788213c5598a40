"""The only Twilio REST.

Every request has a timeout and is sent once. A request whose outcome is unknown
says so, and whoever asked looks it up before repeating it: a create has no
idempotency key (https://www.twilio.com/docs/api/errors/20500).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from twilio.rest import Client

from voice_gateway.account import FIELDS, AccountAtCarrier, NumberAtCarrier
from voice_gateway.carrier.asking import Wire, asked, erased, is_gone, plainly, refused, sid_of
from voice_gateway.carrier.media import Media, NotAudio, NotYet, sound, whole
from voice_gateway.carrier.pictures import (
    LARGEST_PICTURE_BYTES,
    REDIRECTS,
    NotAPicture,
    Picture,
    picture,
    store_at,
)
from voice_gateway.carrier.rooms import Rooms
from voice_gateway.carrier.sim import changed_at
from voice_gateway.refusals import ACTIONS, CarrierError, Do, Unknown, Unreached
from voice_gateway.settings import Settings

__all__ = ["ACTIONS", "CallAtCarrier", "Carrier", "CarrierError", "Do", "Media", "NotAPicture", "NotAudio",
           "NotYet", "Picture", "RecordingAtCarrier", "Unknown", "Unreached"]

CLOCKS_MAY_DIFFER = timedelta(seconds=5)
RING_OUT_SECONDS = 5
LONGEST_CALL_SECONDS = 4 * 3600
LOOKED_THROUGH = 50
LARGEST_PAGE = 1000
WHATSAPP = "whatsapp:"
TWILIO = "https://api.twilio.com"


@dataclass(frozen=True, slots=True)
class RecordingAtCarrier:
    """What the carrier says about a recording; its seconds are known once it has ended."""

    sid: str
    status: str
    seconds: int | None
    source: str = ""

    @property
    def is_of_a_talk(self) -> bool:
        """Did we begin it ourselves in the middle of a call? Else it is a message."""
        return self.source == "StartCallRecordingAPI"


@dataclass(frozen=True, slots=True)
class CallAtCarrier:
    """What the carrier says about a call of ours."""

    sid: str
    status: str


class Carrier(Rooms):
    """Our account at the carrier."""

    def __init__(self, settings: Settings, http_client: Any = None) -> None:
        token = settings.twilio_auth_token.get_secret_value()
        user, password = settings.twilio_account_sid, token
        if settings.twilio_api_key and settings.twilio_api_secret:
            user, password = settings.twilio_api_key, settings.twilio_api_secret.get_secret_value()
        self._wire = http_client or Wire(settings.twilio_api_base_url)
        client = Client(user, password, settings.twilio_account_sid, http_client=self._wire)
        # Asked for here, once: the library imports ninety modules for them, which no call shall wait for.
        self._calls, self._messages = client.calls, client.messages
        self._recordings, self._transcriptions = client.recordings, client.transcriptions
        self._conferences, self._numbers = client.conferences, client.incoming_phone_numbers
        self._looked_up = client.lookups.v2.phone_numbers if settings.ask_sim_changes else None
        self._countries = client.voice.v1.dialing_permissions.countries
        self._auth = (user, password)
        home = settings.twilio_api_base_url or TWILIO
        self._home = f"{home}/2010-04-01/Accounts/{settings.twilio_account_sid}"
        self._owner = (settings.twilio_account_sid, token)

    def ring(self, *, to: str, ours: str, url: str, fallback_url: str, ended_url: str, seconds: int) -> str:
        """Ring a telephone; gives the call's sid. `seconds` is the whole time it rings.

        The carrier adds about five seconds to any timeout
        (https://www.twilio.com/docs/voice/api/call-resource).
        """
        return str(asked(lambda: self._calls.create(
            to=to, from_=ours, url=url, method="POST", fallback_url=fallback_url, fallback_method="POST",
            status_callback=ended_url, status_callback_event=["ringing", "completed"],
            status_callback_method="POST", timeout=max(5, seconds - RING_OUT_SECONDS),
            time_limit=LONGEST_CALL_SECONDS,
        ).sid))

    def text(self, *, to: str, ours: str, body: str, delivered_url: str, media_urls: Sequence[str] = (),
             content: str = "") -> str:
        """Send a text, by the way by which they wrote, with what is at `media_urls`; gives the message's sid.

        `content`: the sid of a content template that goes out instead of the body.
        """
        way = WHATSAPP if to.startswith(WHATSAPP) else ""
        what: dict[str, Any] = {"content_sid": content} if content else {"body": body}
        more = {"media_url": list(media_urls)} if media_urls else {}
        return str(asked(lambda: self._messages.create(
            to=to, from_=f"{way}{ours}", status_callback=delivered_url, **what, **more
        ).sid))

    def hang_up(self, call_sid: str) -> None:
        """End a call, ringing or talking."""
        asked(lambda: self._calls(call_sid).update(status="completed"))

    def move(self, call_sid: str, url: str) -> None:
        """Let a call continue at another turn; it leaves the room it is in."""
        asked(lambda: self._calls(call_sid).update(url=url, method="POST"))

    def sim_changed_at(self, number: str) -> datetime | None:
        """When the SIM of this number was changed last; None when nobody knows, or the house does not ask."""
        if self._looked_up is None:
            return None
        look_up = self._looked_up(number)
        return changed_at(asked(lambda: look_up.fetch(fields="sim_swap")).sim_swap)

    def state_of(self, call_sid: str) -> str:
        """The carrier's word for how a call stands."""
        return str(asked(lambda: self._calls(call_sid).fetch()).status)

    def find_calls(self, *, to: str, ours: str, since: datetime) -> list[CallAtCarrier]:
        """The calls to this number that the carrier took since then, newest first."""
        calls = asked(lambda: self._calls.list(to=to, from_=ours, limit=LOOKED_THROUGH))
        return [CallAtCarrier(str(call.sid), str(call.status)) for call in calls
                if call.date_created and call.date_created >= since - CLOCKS_MAY_DIFFER]

    def find_text(self, *, to: str, ours: str, body: str, since: datetime) -> str | None:
        """The sid of this very text, if the carrier took it since then."""
        return next((sid for sid, words in self.find_texts(to=to, ours=ours, since=since) if words == body), None)

    def find_texts(self, *, to: str, ours: str, since: datetime) -> list[tuple[str, str]]:
        """The sids and the words of all texts to this address that the carrier took since then, newest first."""
        way = WHATSAPP if to.startswith(WHATSAPP) else ""
        texts = asked(lambda: self._messages.list(to=to, from_=f"{way}{ours}", limit=LOOKED_THROUGH))
        return [(str(text.sid), str(text.body)) for text in texts
                if text.date_created and text.date_created >= since - CLOCKS_MAY_DIFFER]

    def recordings_of(self, call_sid: str) -> list[RecordingAtCarrier]:
        """The recordings made of one call, newest first, also those of which we were never told."""
        made = asked(lambda: self._recordings.list(call_sid=sid_of(call_sid), limit=LOOKED_THROUGH))
        return [at_carrier(one) for one in made]

    def begin_recording(self, call_sid: str, *, recorded_url: str) -> str:
        """Record what is said and heard on this call from now on; gives the recording's sid.

        Begun on the call, and not in the conference, so that nothing is recorded before we say so, nor what
        others there say while this one is put on hold (https://www.twilio.com/docs/voice/api/recording).
        """
        return str(asked(lambda: self._calls(sid_of(call_sid)).recordings.create(
            recording_channels="mono", recording_track="both", trim="do-not-trim",
            recording_status_callback=recorded_url, recording_status_callback_method="POST",
            recording_status_callback_event=["completed", "absent"],
        ).sid))

    def set_recording(self, call_sid: str, recording_sid: str, status: str) -> RecordingAtCarrier:
        """Let a recording be `paused`, `in-progress` again, or `stopped`; gives how it then stands.

        It is asked for anew: that the carrier took the request proves nothing.
        """
        one = self._calls(sid_of(call_sid)).recordings(sid_of(recording_sid))
        more = {"pause_behavior": "skip"} if status == "paused" else {}
        asked(lambda: one.update(status=status, **more))
        return at_carrier(asked(one.fetch))

    def recordings_in(self, room: str, *, since: datetime) -> list[RecordingAtCarrier]:
        """The recordings made in the conferences of this name since then, which no call's list holds."""
        with plainly():
            held = [one for one in self._conferences.list(friendly_name=room, limit=LOOKED_THROUGH)
                    if one.date_created and one.date_created >= since - CLOCKS_MAY_DIFFER]
            made = [one for each in held
                    for one in self._recordings.list(conference_sid=each.sid, limit=LOOKED_THROUGH)]
        return [at_carrier(one) for one in made]

    def recording(self, recording_sid: str, *, small: bool = False) -> Media:
        """Bring the sound of a recording home; `small`: as MP3, for a talk of an hour is large.

        The address is ours, made of our account and the recording's sid: where a webhook says that it is,
        is never looked at. Asked for without a suffix it is WAV, which loses nothing.
        Raises NotYet, NotAudio, and what every request may raise.
        """
        url = f"{self._home}/Recordings/{sid_of(recording_sid)}{'.mp3' if small else ''}"
        with plainly(), self._wire.fetch(url, self._auth) as (status, headers, pieces):
            given = {name.lower(): value for name, value in headers.items()}
            if status == 200:
                return sound(given, whole(given, pieces))
            if status == 404:
                raise NotYet(f"the carrier has no sound of recording {recording_sid}")
            if status >= 500:
                raise Unknown(f"HTTP {status} from the carrier")
            if status >= 400:
                raise refused(status, whole(given, pieces))
            raise NotAudio(f"the carrier answered {status} instead of the recording; nothing else is followed")

    def picture(self, message_sid: str, media_sid: str) -> Picture:
        """Bring home what came with a text, a picture as a rule.

        The address is ours, made of our account and the two sids; the carrier sends us on to its store, once.
        Raises NotYet, NotAPicture, and what every request may raise.
        """
        url = f"{self._home}/Messages/{sid_of(message_sid)}/Media/{sid_of(media_sid)}"
        found = self._picture_at(url, self._auth)
        if isinstance(found, str):
            found = self._picture_at(store_at(found, self._home), None)
        if isinstance(found, str):
            raise NotAPicture("the carrier's store sends us on to elsewhere; that is not followed")
        return found

    def _picture_at(self, url: str, auth: tuple[str, str] | None) -> Picture | str:
        """What is at this address, or where it says that it is."""
        with plainly(), self._wire.fetch(url, auth) as (status, headers, pieces):
            given = {name.lower(): value for name, value in headers.items()}
            if status == 200:
                content = whole(given, pieces, LARGEST_PICTURE_BYTES, NotAPicture)
                return picture(given.get("content-type", ""), content)
            if status in REDIRECTS:
                return str(given.get("location", ""))
            if status == 404:
                raise NotYet("the carrier does not have it")
            if status >= 500 or auth is None:
                raise Unknown(f"HTTP {status} from the carrier")
            raise refused(status, whole(given, pieces))

    def erase_picture(self, message_sid: str, media_sid: str) -> None:
        """Have the carrier throw it away. What is gone already is as good."""
        erased(lambda: self._messages(sid_of(message_sid)).media(sid_of(media_sid)).delete())

    def erase_recording(self, recording_sid: str) -> None:
        """Have the carrier throw a recording away. One that is gone already is as good."""
        erased(lambda: self._recordings(sid_of(recording_sid)).delete())

    def is_recording_gone(self, recording_sid: str) -> bool:
        """Does the carrier say itself that there is no such recording (any more)?"""
        return is_gone(lambda: self._recordings(sid_of(recording_sid)).fetch())

    def erase_text(self, message_sid: str) -> None:
        """Have the carrier throw a text away. One that is gone already is as good."""
        erased(lambda: self._messages(sid_of(message_sid)).delete())

    def is_text_gone(self, message_sid: str) -> bool:
        """Does the carrier say itself that there is no such text (any more)?"""
        return is_gone(lambda: self._messages(sid_of(message_sid)).fetch())

    def erase_call(self, call_sid: str) -> None:
        """Have the carrier throw away who rang whom. Gone already is as good."""
        erased(lambda: self._calls(sid_of(call_sid)).delete())

    def is_call_gone(self, call_sid: str) -> bool:
        """Does the carrier say itself that there was no such call?"""
        return is_gone(lambda: self._calls(sid_of(call_sid)).fetch())

    def erase_transcription(self, transcription_sid: str) -> None:
        """Have the carrier throw the written words of a recording away. Gone already is as good."""
        erased(lambda: self._transcriptions(sid_of(transcription_sid)).delete())

    def account(self) -> AccountAtCarrier:
        """How our account stands, and what the carrier's clock shows.

        Asked with the token that signs webhooks, not with a key: a standard key may not ask for this
        (https://www.twilio.com/docs/iam/api-keys), and so the token is tried as well.
        """
        with plainly():
            answer = self._wire.request("GET", f"{self._home}.json", auth=self._owner)
        if answer.status_code >= 500:
            raise Unknown(f"HTTP {answer.status_code} from the carrier")
        if answer.status_code != 200:
            raise refused(answer.status_code, answer.text)
        try:
            told = json.loads(answer.text)
            return AccountAtCarrier(str(told["status"]), str(told["type"]), date(answer.headers))
        except (ValueError, TypeError, KeyError):
            raise Unknown("what answers there is not the carrier") from None

    def may_call(self, country: str) -> bool:
        """May the account call the ordinary numbers of a country (two letters)?

        https://www.twilio.com/docs/voice/api/dialingpermissions-country-resource
        """
        return bool(asked(lambda: self._countries(country).fetch()).low_risk_numbers_enabled)

    def own_numbers(self) -> list[NumberAtCarrier]:
        """Every number of the account, and where each sends its calls and texts."""
        listed = asked(lambda: self._numbers.list(page_size=LARGEST_PAGE))
        return [NumberAtCarrier(str(one.sid), str(one.phone_number),
                                {name: str(getattr(one, name) or "") for name in FIELDS}) for one in listed]

    def provision(self, number_sid: str, fields: Mapping[str, str]) -> None:
        """Set where a number of ours sends its calls and texts. The same twice changes nothing."""
        asked(lambda: self._numbers(sid_of(number_sid)).update(**fields))


def date(headers: Mapping[str, str] | None) -> datetime | None:
    """When the carrier says that it answered."""
    said = {name.lower(): value for name, value in (headers or {}).items()}.get("date", "")
    try:
        return parsedate_to_datetime(said)
    except ValueError:
        return None


def at_carrier(one: Any) -> RecordingAtCarrier:
    return RecordingAtCarrier(str(one.sid), str(one.status), seconds(one.duration), str(one.source))


def seconds(duration: Any) -> int | None:
    return int(duration) if str(duration).isdigit() else None
