"""Twilio's words and ours: the only place that knows both."""

from __future__ import annotations

from voice_gateway.wire.addresses import RETRIES, Addresses
from voice_gateway.wire.hears import (
    DELIVERY_RANKS,
    ENDED,
    FULLY_ATTESTED,
    Arrival,
    Garbled,
    Heard,
    Texted,
    arrival,
    heard,
    legible,
    number,
    printable,
    recording,
    texted,
    transcribed,
    transcript,
    why_undelivered,
)
from voice_gateway.wire.says import (
    apology,
    aside,
    please_call_again,
    please_leave_a_message,
    refused,
    silence,
    thanks,
    twiml,
)
from voice_gateway.wire.signatures import Forged, Signatures
from voice_gateway.wire.whatsapp import OnWhatsApp

__all__ = [
    "DELIVERY_RANKS", "ENDED", "FULLY_ATTESTED", "RETRIES", "Addresses", "Arrival", "Forged", "Garbled", "Heard",
    "OnWhatsApp", "Signatures", "Texted", "apology", "arrival", "aside", "heard", "legible", "number", "please_call_again",
    "please_leave_a_message", "printable", "recording", "refused", "silence", "texted", "thanks", "transcribed",
    "transcript", "twiml", "why_undelivered",
]
