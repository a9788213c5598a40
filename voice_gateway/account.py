"""Our account at the carrier as it tells of itself: how it stands, and its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

FIELDS = (
    "voice_url", "voice_method", "voice_fallback_url", "voice_fallback_method", "status_callback",
    "status_callback_method", "sms_url", "sms_method", "sms_fallback_url", "sms_fallback_method",
    "voice_application_sid", "trunk_sid", "sms_application_sid",
)
"""Where a number sends its calls and texts, in the carrier's words.

A trunk or an application goes before the addresses: while one is set they are ignored
(https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource).
"""


@dataclass(frozen=True, slots=True)
class NumberAtCarrier:
    """A number of the account. `fields` has every one of FIELDS; empty where nothing is set."""

    sid: str
    number: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AccountAtCarrier:
    """How the account stands. `at` is what the carrier's clock showed, to the second; None if it did not say."""

    status: str
    kind: str
    at: datetime | None

    @property
    def is_trial(self) -> bool:
        return self.kind == "Trial"
