"""Who knocks at a carrier's door.

Signatures are computed over the configured public address, never over what a
proxy or a header claims (https://www.twilio.com/docs/usage/webhooks/webhooks-security).
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from twilio.request_validator import RequestValidator

from voice_gateway.wire.hears import Garbled


class Forged(Exception):
    """The request was not signed by the carrier for this address and this account."""


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
