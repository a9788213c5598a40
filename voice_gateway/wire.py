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
from flows.verbs import Ask, Join, Say, Verb

RETRIES = "#rc=3&rp=ct,rt,5xx"
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

    @property
    def is_over(self) -> bool:
        return self.status in ENDED


@dataclass(frozen=True, slots=True)
class Addresses:
    """The URLs that we hand out. All of them begin with the public address."""

    base: str

    def turn(self, turn: str, case_id: int, leg_id: int, step: int) -> str:
        return f"{self.base}/voice/{turn}?{urlencode({'case': case_id, 'leg': leg_id, 'step': step})}"

    def ended(self, case_id: int, leg_id: int) -> str:
        return f"{self.base}/voice/ended?{urlencode({'case': case_id, 'leg': leg_id})}{RETRIES}"

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
        url=url,
    )


def number(query: Mapping[str, str], name: str, default: str = "") -> int:
    """A number of the address. Raises Garbled naming it."""
    value = query.get(name, default)
    if not (value.isascii() and value.isdigit() and len(value) < 16):
        raise Garbled(f"{name}={value[:20]!r} in the address is not a number")
    return int(value)


def twiml(verbs: Iterable[Verb], addresses: Addresses, case_id: int, leg_id: int, step: int) -> str:
    """What the leg hears next. `step` is the step that the next webhook of this leg will have."""
    response = VoiceResponse()
    for verb in verbs:
        match verb:
            case Say(words):
                response.say(words)
            case Ask(words, then, _, patience):
                url = addresses.turn(then.address, case_id, leg_id, step)
                for _again in range(2):
                    gather = Gather(input="dtmf", num_digits=1, timeout=patience, action=url, method="POST")
                    gather.say(words)
                    response.append(gather)
            case Join(room, then, _):
                response.append(_dial(room, then, addresses, case_id, leg_id, step))
            case _:
                raise TypeError(f"wire.py has no words for {type(verb).__name__}")
    return str(response)


def _dial(room: str, then: Turn | None, addresses: Addresses, case_id: int, leg_id: int, step: int) -> Dial:
    after = {"action": addresses.turn(then.address, case_id, leg_id, step), "method": "POST"} if then else {}
    dial = Dial(**after)
    dial.conference(room, beep="false", start_conference_on_enter=True, end_conference_on_exit=True,
                    max_participants=4, participant_label=f"leg-{leg_id}")
    return dial


def silence() -> str:
    """Nothing more to say: the line is hung up."""
    return str(VoiceResponse())


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
