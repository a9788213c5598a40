"""What the carrier tells us, in our words. Surplus fields are ignored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flows.facts import Recording
from voice_gateway.wire.whatsapp import NOT_THERE, OnWhatsApp, on_whatsapp

LONGEST_SPEECH = 300  # characters kept of what somebody said
LONGEST_TRANSCRIPT = 10_000
LONGEST_BODY = 10_000
KEPT = "\n\u200c\u200d"  # a new line, and what joins letters and emoji into one or keeps them apart
MOST_PICTURES = 10
FULLY_ATTESTED = "TN-Validation-Passed-A"  # exactly: longer forms are of diverted calls
ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})

# A text's states in the order in which they can follow each other; reports come in any order
# (https://www.twilio.com/docs/messaging/guides/track-outbound-message-status).
DELIVERY_RANKS = {"accepted": 1, "scheduled": 1, "queued": 2, "sending": 3, "sent": 4, "canceled": 8,
                  "undelivered": 8, "failed": 8, "delivered": 9, "read": 10}


# https://www.twilio.com/docs/api/errors
WHY_UNDELIVERED = {21610: "opted out", 30003: "switched off", 30005: "no such number", 21211: "no such number",
                   30006: "landline", 21614: "landline", 63016: "too late", 21619: "nothing left"}


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
    """Somebody rings us: as what number, at which of ours, and what the carrier says of it.

    `as_caller`: whoever it is wants to be let in as any caller is.
    """

    call_sid: str
    caller: str
    called: str
    verstat: str
    sorry: int
    url: str
    as_caller: bool = False

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
    `on_whatsapp`: what was told besides of whoever wrote by WhatsApp.
    """

    message_sid: str
    sender: str
    called: str
    body: str
    pictures: tuple[tuple[str, str], ...]
    known: str
    on_whatsapp: OnWhatsApp = NOT_THERE


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
                   verstat=form.get("StirVerstat", "")[:64], sorry=number(query, "sorry", "0"), url=url,
                   as_caller=query.get("as") == "caller")


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
    there = on_whatsapp(form) if form.get("From", "").startswith("whatsapp:") else NOT_THERE
    return Texted(
        message_sid=form["MessageSid"][:64], sender=form.get("From", "")[:128], called=form.get("To", "")[:128],
        body=legible(form.get("Body", ""))[:LONGEST_BODY] or there.shares, pictures=found,
        known=form.get("OptOutType", "") if form.get("OptOutType") in ("STOP", "START", "HELP") else "",
        on_whatsapp=there)


def why_undelivered(error_code: int | None) -> str:
    """Why a text came to nothing, in a word or two; empty when the carrier's reason is none that people can use."""
    return WHY_UNDELIVERED.get(error_code or 0, "")


def legible(words: str) -> str:
    """Somebody's words with their lines, without what cannot be printed, sent on or stored."""
    plain = words.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n")
    return "".join(letter if letter.isprintable() or letter in KEPT else " " for letter in plain).strip()


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
