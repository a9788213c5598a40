"""Twilio's words and ours: the only place that knows both.

Signatures are computed over the configured public address, never over what a
proxy or a header claims (https://www.twilio.com/docs/usage/webhooks/webhooks-security).
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from twilio.request_validator import RequestValidator
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from flows import Turn
from flows.facts import Recording
from flows.verbs import Ask, Join, Listen, Play, Record, Say, Verb

RETRIES = "#rc=3&rp=ct,rt,5xx"
LONGEST_NUMBER = 20  # keys
LONGEST_SPEECH = 300  # characters kept of what somebody said
LONGEST_TRANSCRIPT = 10_000
LONGEST_BODY = 10_000
MOST_PICTURES = 10
FULLY_ATTESTED = "TN-Validation-Passed-A"  # exactly: longer forms are of diverted calls
ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})

# A text's states in the order in which they can follow each other; reports come in any order
# (https://www.twilio.com/docs/messaging/guides/track-outbound-message-status).
DELIVERY_RANKS = {"accepted": 1, "scheduled": 1, "queued": 2, "sending": 3, "sent": 4, "canceled": 8,
                  "undelivered": 8, "failed": 8, "delivered": 9, "read": 10}


class Forged(Exception):
    """The request was not signed by the carrier for this address and this account."""


class Garbled(Exception):
    """Signed, but it is not a webhook that we understand. The message says what is missing."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One webhook of the voice kind, in our words."""

    turn: str
    case_id: int
    leg_id: int
    step: int
    sorry: int
    call_sid: str
    status: str
    digits: str
    url: str
    speech: str = ""

    @property
    def is_over(self) -> bool:
        return self.status in ENDED


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody rings us: as what number, at which of ours, and what the carrier says of it."""

    call_sid: str
    caller: str
    called: str
    verstat: str
    sorry: int
    url: str

    @property
    def is_attested(self) -> bool:
        """Does the carrier vouch in full that they hold the number which they show?

        https://www.twilio.com/docs/voice/trusted-calling-with-shakenstir
        """
        return self.verstat == FULLY_ATTESTED


@dataclass(frozen=True, slots=True)
class Texted:
    """Somebody texts us: from which address, to which number of ours, what, and with which pictures.

    `known`: what the carrier has dealt with already (STOP, START, HELP). `pictures`: sid and kind of each.
    """

    message_sid: str
    sender: str
    called: str
    body: str
    pictures: tuple[tuple[str, str], ...]
    known: str


@dataclass(frozen=True, slots=True)
class Addresses:
    """The URLs that we hand out. All of them begin with the public address."""

    base: str

    def turn(self, turn: str, case_id: int, leg_id: int, step: int) -> str:
        return f"{self.base}/voice/{turn}?{urlencode({'case': case_id, 'leg': leg_id, 'step': step})}"

    def ended(self, case_id: int, leg_id: int) -> str:
        return f"{self.base}/voice/ended?{urlencode({'case': case_id, 'leg': leg_id})}{RETRIES}"

    def recorded(self, case_id: int, leg_id: int) -> str:
        return f"{self.base}/voice/recorded?{urlencode({'case': case_id, 'leg': leg_id})}{RETRIES}"

    def transcribed(self, case_id: int, leg_id: int) -> str:
        return f"{self.base}/voice/transcribed?{urlencode({'case': case_id, 'leg': leg_id})}{RETRIES}"

    def sound(self, name: str) -> str:
        return f"{self.base}/static/{name}"

    def fallback(self, role: str) -> str:
        return f"{self.base}/voice/fallback?{urlencode({'to': role})}"

    def delivered(self, message_id: int) -> str:
        return f"{self.base}/sms/delivered?{urlencode({'message': message_id})}{RETRIES}"


class Signatures:
    """Checks who knocks at a carrier's door."""

    def __init__(self, account_sid: str, tokens: Iterable[str], base: str) -> None:
        self.account_sid = account_sid
        self.base = base
        self._validators = [RequestValidator(token) for token in tokens]

    def check(self, path_and_query: str, form: Any, signature: str | None) -> None:
        """Raises Forged, saying what did not fit; never what it should have been."""
        if not signature:
            raise Forged("no X-Twilio-Signature header")
        url = self.base + path_and_query
        if not any(self._fits(validator, url, form, signature) for validator in self._validators):
            raise Forged(f"the signature does not fit {urlsplit(url).path} under PUBLIC_BASE_URL")
        if form.get("AccountSid") != self.account_sid:
            raise Forged("AccountSid is missing or not ours")
        repeated = [key for key in form if len(form.getlist(key)) > 1]
        if repeated:
            raise Garbled(f"repeated fields: {', '.join(sorted(repeated))}")

    @staticmethod
    def _fits(validator: RequestValidator, url: str, form: Any, signature: str) -> bool:
        """As configured first, which is how it comes; then with and without the port, as the carrier may do."""
        said = validator.compute_signature(url, form)
        return hmac.compare_digest(said.encode(), signature.encode()) or validator.validate(url, form, signature)


def heard(turn: str, query: Mapping[str, str], form: Mapping[str, str], url: str) -> Heard:
    """A webhook in our words. Surplus fields are ignored.

    Raises Garbled naming what is missing or unreadable.
    """
    if not form.get("CallSid"):
        raise Garbled("CallSid is missing")
    return Heard(
        turn=turn,
        case_id=number(query, "case"),
        leg_id=number(query, "leg"),
        step=number(query, "step", "0"),
        sorry=number(query, "sorry", "0"),
        call_sid=form["CallSid"][:64],
        status=form.get("CallStatus", ""),
        digits=form.get("Digits", "")[:32],
        speech=printable(form.get("SpeechResult", ""))[:LONGEST_SPEECH],
        url=url,
    )


def arrival(query: Mapping[str, str], form: Mapping[str, str], url: str) -> Arrival:
    """A call that comes in, in our words. Raises Garbled naming what is missing."""
    if not form.get("CallSid"):
        raise Garbled("CallSid is missing")
    return Arrival(call_sid=form["CallSid"][:64], caller=form.get("From", "")[:64], called=form.get("To", "")[:64],
                   verstat=form.get("StirVerstat", "")[:64], sorry=number(query, "sorry", "0"), url=url)


def texted(form: Mapping[str, str]) -> Texted:
    """A text that comes in, in our words. Raises Garbled naming what is missing.

    https://www.twilio.com/docs/messaging/guides/webhook-request
    """
    if not form.get("MessageSid"):
        raise Garbled("MessageSid is missing")
    count = form.get("NumMedia", "0")
    pictures = range(min(int(count), MOST_PICTURES)) if count.isascii() and count.isdigit() and len(count) < 4 else ()
    found = tuple((form.get(f"MediaUrl{n}", "").rpartition("/")[2][:64], form.get(f"MediaContentType{n}", "")[:64])
                  for n in pictures)
    return Texted(
        message_sid=form["MessageSid"][:64], sender=form.get("From", "")[:128], called=form.get("To", "")[:128],
        body=legible(form.get("Body", ""))[:LONGEST_BODY], pictures=found,
        known=form.get("OptOutType", "") if form.get("OptOutType") in ("STOP", "START", "HELP") else "")


def legible(words: str) -> str:
    """Somebody's words with their lines, without what cannot be printed, sent on or stored."""
    plain = words.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n")
    return "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in plain).strip()


def recording(form: Mapping[str, str]) -> Recording | None:
    """What was recorded; None while it is still going on.

    The address that the form names is never used: the media are fetched by the recording's sid alone.
    Raises Garbled naming what is missing.
    """
    sid, seconds = form.get("RecordingSid", ""), form.get("RecordingDuration", "0")
    if not (sid.isascii() and sid.isalnum() and len(sid) <= 64):
        raise Garbled("RecordingSid is missing or cannot be one")
    if form.get("RecordingStatus", "completed") not in ("completed", "absent"):
        return None
    known = seconds.isascii() and seconds.isdigit() and len(seconds) < 8
    absent = form.get("RecordingStatus") == "absent"
    return Recording(sid, int(seconds) if known and not absent else 0)


def transcribed(form: Mapping[str, str]) -> Recording:
    """Of which recording this is the transcript; its length comes with the recording itself."""
    found = recording({**form, "RecordingStatus": "completed"})
    assert found is not None, "a completed recording is one"
    return Recording(found.sid, None)


def transcript(form: Mapping[str, str]) -> str:
    """The words, as words only; none if they could not be made out."""
    done = form.get("TranscriptionStatus") == "completed"
    return printable(form.get("TranscriptionText", ""))[:LONGEST_TRANSCRIPT] if done else ""


def printable(words: str) -> str:
    """Somebody's words on one line, without what cannot be printed."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in words).split())


def number(query: Mapping[str, str], name: str, default: str = "") -> int:
    """A number of the address. Raises Garbled naming it."""
    value = query.get(name, default)
    if not (value.isascii() and value.isdigit() and len(value) < 16):
        raise Garbled(f"{name}={value[:20]!r} in the address is not a number")
    return int(value)


def twiml(verbs: Iterable[Verb], addresses: Addresses, case_id: int, leg_id: int, step: int) -> str:
    """What the leg hears next. `step` is the step that the next webhook of this leg will have."""
    here = _Here(addresses, case_id, leg_id, step)
    response = VoiceResponse()
    for verb in verbs:
        here.speak(response, verb)
    return str(response)


def aside(verbs: Iterable[Verb], addresses: Addresses, again: str) -> str:
    """What somebody hears who waits; when it has run out it is asked for again."""
    response = VoiceResponse()
    for verb in verbs:
        _Here(addresses, 0, 0, 0).speak(response, verb)
    response.redirect(again, method="POST")
    return str(response)


@dataclass(frozen=True, slots=True)
class _Here:
    """A place in a leg's story, from which its next addresses are made."""

    addresses: Addresses
    case_id: int
    leg_id: int
    step: int

    def url(self, turn: Turn) -> str:
        return self.addresses.turn(turn.address, self.case_id, self.leg_id, self.step)

    def speak(self, response: VoiceResponse, verb: Verb) -> None:
        match verb:
            case Say(words):
                response.say(words)
            case Play(sound, times):
                response.play(self.addresses.sound(sound), loop=times)
            case Ask():
                self._ask(response, verb)
            case Listen():
                self._listen(response, verb)
            case Record():
                self._record(response, verb)
            case Join():
                response.append(self._dial(verb))
            case _:
                raise TypeError(f"wire.py has no words for {type(verb).__name__}")

    def _ask(self, response: VoiceResponse, ask: Ask) -> None:
        keys = {"finish_on_key": "#", "num_digits": LONGEST_NUMBER} if ask.several else {"num_digits": 1}
        spoken = {"speech_timeout": "auto", "hints": ", ".join(ask.hints)} if ask.hints else {}
        for _again in range(2):
            gather = Gather(input="dtmf speech" if ask.hints else "dtmf", timeout=ask.patience,
                            action=self.url(ask.then), method="POST", **keys, **spoken)
            gather.say(ask.words)
            response.append(gather)
        if ask.silent:
            response.redirect(self.url(ask.silent), method="POST")

    def _listen(self, response: VoiceResponse, listen: Listen) -> None:
        gather = Gather(input="dtmf speech", num_digits=1, timeout=5, speech_timeout="auto",
                        action=self.url(listen.then), method="POST")
        gather.say(listen.words)
        response.append(gather)
        response.redirect(self.url(listen.then), method="POST")

    def _record(self, response: VoiceResponse, record: Record) -> None:
        written = {"transcribe": True, "transcribe_callback": self.addresses.transcribed(self.case_id, self.leg_id)}
        response.record(action=self.url(record.then), method="POST", max_length=record.seconds, timeout=6,
                        finish_on_key="#", play_beep=record.beep, trim="trim-silence",
                        recording_status_callback=self.addresses.recorded(self.case_id, self.leg_id),
                        recording_status_callback_event="completed absent",
                        **(written if record.transcribe else {}))
        response.redirect(self.url(record.then), method="POST")

    def _dial(self, join: Join) -> Dial:
        after: dict[str, Any] = {"action": self.url(join.then), "method": "POST"} if join.then else {}
        if join.waits or join.muted:
            after["hangup_on_star"] = True
        terms: dict[str, Any] = {"wait_url": self.url(join.waits), "wait_method": "POST"} if join.waits else {}
        if join.records:
            # Whoever comes first sets how a conference is recorded, so all who enter it say the same.
            terms = {"wait_url": "", "record": "record-from-start", "recording_status_callback_method": "POST",
                     "recording_status_callback": self.addresses.recorded(self.case_id, join.records.id)}
        if join.muted:
            terms["muted"] = True
        dial = Dial(**after)
        dial.conference(join.room, beep="false", start_conference_on_enter=True,
                        end_conference_on_exit=join.closes_with_them, max_participants=4,
                        participant_label=f"leg-{self.leg_id}", **terms)
        return dial


def silence() -> str:
    """Nothing more to say: the line is hung up."""
    return str(VoiceResponse())


def refused() -> str:
    """Somebody whom the house refuses. The call is not even answered.

    https://www.twilio.com/docs/voice/twiml/reject
    """
    response = VoiceResponse()
    response.reject(reason="rejected")
    return str(response)


def apology(again: str, sorry: int) -> str:
    """One moment please, and the same turn once more."""
    response = VoiceResponse()
    response.say("One moment please.")
    response.redirect(f"{_without_sorry(again)}&sorry={sorry}", method="POST")
    return str(response)


def _without_sorry(url: str) -> str:
    parts = urlsplit(url)
    query = {key: values[0] for key, values in parse_qs(parts.query).items() if key != "sorry"}
    return f"{parts.scheme}://{parts.netloc}{parts.path}?{urlencode(query)}"


def please_leave_a_message(base: str) -> str:
    """For a customer, when nothing else works: a voicemail that the carrier keeps for us."""
    response = VoiceResponse()
    response.say("We are sorry, something does not work here at the moment. "
                 "Please leave a message after the tone, and we will ring you back.")
    response.record(action=f"{base}/voice/fallback/thanks", method="POST", max_length=120, timeout=6,
                    play_beep=True, recording_status_callback=f"{base}/voice/fallback/recorded{RETRIES}")
    response.say("Please call again. Goodbye.")
    return str(response)


def please_call_again() -> str:
    """For a colleague, when nothing else works."""
    response = VoiceResponse()
    response.say("We are sorry, something does not work here at the moment. Thank you, goodbye.")
    return str(response)


def thanks() -> str:
    response = VoiceResponse()
    response.say("Thank you. We will ring you back. Goodbye.")
    response.hangup()
    return str(response)
