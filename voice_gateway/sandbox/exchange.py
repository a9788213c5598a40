"""The exchange: one account of a telephone company that fits in a folder.

Everything the carrier knows is here: the account's numbers, the telephones outside,
calls, conferences, recordings, texts. The REST face is in ``rest.py``, the people in
``phones.py``.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from . import dial, enqueue, gather, record, verbs
from .arrivals import Arrival
from .caller_ids import CallerId
from .calls import Call, Callback, Program
from .clock import Clock, VirtualClock
from .feed import Feed
from .geography import normal
from .handsets import Handset
from .http_client import SandboxHttpClient
from .lifecycle import inbound
from .media import Media
from .messages import Message
from .numbers import OwnNumber
from .opt_out import OptOutWords
from .phones import Phone
from .queues import Queue
from .recordings import PROCESSING, Recording
from .rest import Rest, RestAnswer
from .rooms import Room
from .square import Square
from .transcriptions import Transcription
from .unconfirmed import Unconfirmed
from .verify import Service, Verification
from .weather import Weather, calm
from .webhooks import Post, Postman, Problem, Webhook, WebhookAnswer, WebhookRequest
from .whatsapp import channel_of

if TYPE_CHECKING:
    from .rest import RestExchangeLog

VERB_FILES = (dial, enqueue, gather, record, verbs)
"""Importing them teaches the interpreter its verbs."""


def _nobody(_request: WebhookRequest, on_answer: Callable[[WebhookAnswer], None]) -> None:
    on_answer(WebhookAnswer(failure="connect"))


def _do(deed: Callable[[], object]) -> None:
    deed()


class Exchange:
    """A sandbox Twilio. All of it happens on ``clock``; webhooks leave through ``post``."""

    def __init__(
        self,
        account_sid: str = "AC" + "0" * 32,
        auth_token: str = "12345",  # noqa: S107
        clock: Clock | None = None,
        post: Post = _nobody,
        seed: int = 0,
        weather: Weather | None = None,
        public_base_url: str = "https://api.twilio.com",
        unconfirmed: Unconfirmed | None = None,
        calls_per_second: float = 1.0,
        concurrent_calls: int | None = None,
        concurrent_requests: int | None = None,
    ) -> None:
        self.account_sid, self.auth_token = account_sid, auth_token
        self.clock = clock or VirtualClock()
        self.weather = weather or calm()
        self.unconfirmed = unconfirmed or Unconfirmed()
        self.public_base_url = public_base_url.rstrip("/")
        self.calls_per_second = calls_per_second
        self.concurrent_calls, self.concurrent_requests = concurrent_calls, concurrent_requests
        self._dice = random.Random(seed)
        self.feed = Feed()
        sha256 = self.unconfirmed.hmac_sha256
        self.postman = Postman(
            self.clock, post, self.weather, auth_token, self.token, sha256, self.feed
        )
        self.created = self.clock.now()
        self.calls: dict[str, Call] = {}
        self.rooms: dict[str, Room] = {}
        self.queues: dict[str, Queue] = {}
        self.transcriptions: dict[str, Transcription] = {}
        self.recordings: dict[str, Recording] = {}
        self.messages: dict[str, Message] = {}
        self.media: dict[str, Media] = {}
        self.own_numbers: dict[str, OwnNumber] = {}
        self.whatsapp_senders: dict[str, OwnNumber] = {}
        self.last_heard: dict[tuple[str, str], float] = {}
        self.templates: dict[str, str] = {}
        self.handsets: dict[str, Handset] = {}
        self.phones: dict[str, Phone] = {}
        self.people: dict[str, str] = {}
        self.square = Square(self.now)
        self.opted_out: set[tuple[str, str]] = set()
        self.network_blocks: set[tuple[str, str]] = set()
        self.advanced_opt_outs: dict[str, OptOutWords] = {}
        self.replies: dict[tuple[str, str], list[float]] = {}
        self.api_keys: dict[str, str] = {}
        self.verified_callers: set[str] = set()
        self.caller_ids: dict[str, CallerId] = {}
        self.lookups: dict[str, dict[str, dict[str, Any]]] = {}
        self.verify_services: dict[str, Service] = {}
        self.verifications: dict[str, Verification] = {}
        self.messaging_services: dict[str, tuple[str, ...]] = {}
        self.trial = False
        self.account_status = "active"
        self.shaken: dict[str, str] = {}
        self.recordings_ready_after: float | None = PROCESSING
        self.transcripts_fail = False
        self.lengths: dict[str, float] = {}
        self.permitted_call_prefixes: tuple[str, ...] = ("+",)
        self.permitted_text_prefixes: tuple[str, ...] = ("+",)
        self.blocked_numbers: set[str] = set()
        self.unreachable_numbers: set[str] = set()
        self._next_dial = 0.0
        self._rest = Rest(self)

    # the scenario's side

    def own(self, number: str, voice_url: str | None = None, **settings: Any) -> OwnNumber:
        """A number of the account, with its webhooks (voice_url, sms_url, status_callback ...).

        ``whatsapp:+12025550100`` is a sender of WhatsApp's, ``messenger:`` and digits a page; both are in no list of numbers.
        """
        now, channel = self.clock.now(), channel_of(number)
        known: dict[str, Any] = {k: v for k, v in settings.items() if v is not None}
        sid = self.sid("XE" if channel else "PN")
        own = OwnNumber(sid, normal(number), now, now, voice_url=voice_url or "", **known)
        own.friendly_name = own.friendly_name or own.number
        (self.whatsapp_senders if channel else self.own_numbers)[own.sid] = own
        return own

    def messaging_service(self, *senders: str, advanced_opt_out: OptOutWords | None = None) -> str:
        """A Messaging Service that sends from these; gives its sid. With words of its own it has Advanced Opt-Out."""
        sid = self.sid("MG")
        self.messaging_services[sid] = senders
        if advanced_opt_out is not None:
            self.advanced_opt_outs[sid] = advanced_opt_out
        return sid

    def phone(self, number: str) -> Phone:
        """Somebody's telephone outside."""
        if number not in self.phones:
            self.handset(number)
            self.phones[number] = Phone(number, self)
        return self.phones[number]

    def at(self, delay_seconds: float, deed: Callable[[], object]) -> None:
        """Do something so many seconds from now, on this clock."""
        self.clock.after(delay_seconds, lambda: _do(deed))

    def now(self) -> datetime:
        """The time here, aware, in UTC."""
        return self.clock.now()

    def run(self, until: Callable[[], bool], within: float = 60.0) -> bool:
        """Let time go by until something is true; False if it was not in time."""
        return self.clock.wait(until, within)

    def pass_time(self, seconds: float) -> None:
        """Let so much time go by."""
        self.clock.wait(lambda: False, seconds)

    def settle(self, within: float = 3600.0) -> bool:
        """Let time go by until no call is up and no webhook under way."""
        return self.run(lambda: not self._busy(), within)

    def loose_ends(self) -> list[str]:
        """Rings nobody noticed, texts nobody read, calls still up, webhooks under way."""
        ends = []
        for number in sorted(self.handsets):
            ends += self.phone(number).unheard()
        return ends + self.square.loose_ends() + self._busy()

    def _busy(self) -> list[str]:
        ends = [
            f"call {c.sid} {c.from_} to {c.to} is still {c.status}" for c in self.calls.values() if not c.over
        ]
        if self.postman.under_way:
            ends.append(f"{self.postman.under_way} webhooks are still under way")
        return ends

    @property
    def webhooks(self) -> list[Webhook]:
        """Every webhook sent, with its answer and verdict."""
        return self.postman.log

    @property
    def problems(self) -> list[Problem]:
        """What Twilio's debugger would show."""
        return self.postman.problems

    # the REST side

    def rest(
        self,
        method: str,
        path: str,
        params: list[tuple[str, str]] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> RestAnswer:
        """One REST request; ``path`` may carry a query. Raises requests' timeouts in bad weather."""
        with self._rest.one_more() as welcome, self.clock.lock:
            if not welcome:
                return self._rest.refuse(method, path, params or [])
            return self._rest.request(method, path, params or [], auth)

    @property
    def rest_log(self) -> list[RestExchangeLog]:
        """Every REST request and its answer."""
        return self._rest.log

    def http_client(self) -> SandboxHttpClient:
        """For ``twilio.rest.Client(..., http_client=exchange.http_client())``."""
        return SandboxHttpClient(self.rest, self.is_ours)

    def is_ours(self, url: str) -> bool:
        """Whether the carrier (or its CDN) answers at this address; asking anybody else is a problem."""
        host = urlsplit(url).hostname or ""
        ours = host in ("mms.twiliocdn.com", urlsplit(self.public_base_url).hostname)
        if ours or host == "twilio.com" or host.endswith(".twilio.com"):
            return True
        self.postman.problem(0, "the application asked a stranger for media", url)
        return False

    # the line protocol of phones.py

    def diary(self, number: str) -> list[Any]:
        """What happened to a telephone."""
        return self.handset(number).events

    def act(self, number: str, action: str, how: Mapping[str, Any]) -> dict[str, Any]:
        """Do something with a telephone."""
        with self.clock.lock:
            return self.handset(number).act(action, **how)

    # the network's side

    def sid(self, prefix: str) -> str:
        """A new SID; the same seed gives the same SIDs."""
        return prefix + f"{self._dice.getrandbits(128):032x}"

    def token(self) -> str:
        """Thirty-two letters and digits that nobody can guess."""
        return f"{self._dice.getrandbits(128):032x}"

    def handset(self, number: str) -> Handset:
        """The telephone with this number; there always is one."""
        if number not in self.handsets:
            self.handsets[number] = Handset(number, self)
        return self.handsets[number]

    def owned(self, number: str) -> OwnNumber | None:
        """The account's number, if it is one."""
        every = self.whatsapp_senders if channel_of(number) else self.own_numbers
        return next((own for own in every.values() if own.number == number), None)

    def room_named(self, name: str) -> Room | None:
        """The conference of that name that is going on; names may be used again later."""
        return next((r for r in self.rooms.values() if r.name == name and not r.over), None)

    def queue_named(self, name: str) -> Queue | None:
        """The queue of that name."""
        return next((queue for queue in self.queues.values() if queue.name == name), None)

    def may_show(self, caller_id: str, call: Call) -> bool:
        """Whether Dial may show this number: one of ours, verified, or the caller's own."""
        shown = normal(caller_id)
        return bool(self.owned(shown) or shown in self.verified_callers or shown in (call.from_, call.to))

    def too_many_calls(self, besides: Call | None = None) -> tuple[int, str] | None:
        """Why one more call at once is refused, if the account has a limit and has reached it."""
        if self.concurrent_calls is None:
            return None
        up = sum(1 for call in self.calls.values() if not call.over and call is not besides)
        return (10004, "Call concurrency limit exceeded") if up >= self.concurrent_calls else None

    def dial_refusal(self, number: str, besides: Call | None = None) -> tuple[int, str] | None:
        """Why Dial will not ring this number (Twilio's code and message)."""
        if refusal := self.too_many_calls(besides):
            return refusal
        if number in self.blocked_numbers:
            return 13225, "Dial: Call blocked by Twilio block list"
        if number.startswith("+") and not number.startswith(self.permitted_call_prefixes):
            return 13227, "Geo Permission configuration is not permitting call"
        return None

    def turn_to_dial(self) -> float:
        """Seconds until the next API call may go out (calls per second of the account)."""
        now = self.clock.time()
        start = max(now, self._next_dial)
        self._next_dial = start + 1.0 / self.calls_per_second
        return start - now

    def comes_in(
        self,
        handset: Handset,
        number: str,
        shown: str,
        verstat: str | None,
        forwarded_from: str | None = None,
    ) -> Call | None:
        """Somebody dials a number; None if it is not one of ours."""
        own = self.owned(normal(number))
        if own is None or not own.voice:
            return None
        refusal = self.too_many_calls()
        call = Call(
            self,
            "inbound",
            shown,
            own.number,
            Program(own.voice_url, own.voice_method, own.voice_fallback_url, own.voice_fallback_method),
        )
        call.handset, call.number_sid = handset, own.sid
        call.stir, call.forwarded_from = verstat, forwarded_from
        call.callback = Callback(own.status_callback, own.status_callback_method)
        if refusal:
            self.postman.problem(*refusal, call_sid=call.sid)
            self.clock.soon(lambda: call.end("busy"))
        else:
            call.run(inbound(call))
        return call

    def text_comes_in(self, handset: Handset, number: str, body: str, media: tuple[str, ...]) -> str | None:
        """Somebody texts a number; None if it is not one of ours."""
        own = self.owned(normal(number))
        if own is None or not own.sms or channel_of(own.number) != channel_of(handset.number):
            return None
        message = Message(self, "inbound", handset.number, own.number, body, media)
        message.besides, handset.tells_besides = handset.tells_besides, {}
        Arrival(message, own).go()
        return message.sid

    def spoken(self, call: Call, text: str) -> None:
        """Somebody says something on a leg: whoever listens and whoever can hear gets it."""
        speaker = call.outer
        if call.inbox is not None:
            call.inbox.put("speech", text)
        for recording in call.recordings:
            recording.hears(text, "inbound")
        seat = call.seat
        in_private = seat is not None and seat.coaching and not self.unconfirmed.coach_is_recorded
        if seat and seat.room.recording and not seat.muted and not in_private:
            seat.room.recording.hears(text, "both")
        for other in self.listeners(call):
            other.hear(text, speaker)
            for recording in other.recordings:
                recording.hears(text, "outbound")

    def listeners(self, call: Call) -> list[Call]:
        """Who hears what is said on this leg."""
        if call.partner is not None:
            return [call.partner]
        seat = call.seat
        if seat is None:
            return []
        return [other.call for other in seat.room.present if other.hears(seat)]

    def sound_changed(self) -> None:
        """Somebody joined, left, was muted or held: tell every telephone whom it hears now."""
        heard: dict[str, list[str]] = {}
        up = [call for call in self.calls.values() if not call.over]
        for call in up:
            for other in self.listeners(call):
                heard.setdefault(other.sid, []).append(call.outer)
        for call in up:
            if call.handset and call.handset.call is call:
                call.handset.hears_people(tuple(sorted(heard.get(call.sid, ()))))
