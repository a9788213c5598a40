"""The operator's address for alarms: told in a signed message, as Standard Webhooks has it.

The signature is over the id, the time and the body (https://www.standardwebhooks.com); whoever listens tells by the id
that a message came twice.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from voice_gateway.settings import Settings

PREFIX = "whsec_"
SECONDS = 10.0

Post = Callable[[str, bytes, Mapping[str, str]], int]


class Unheard(Exception):
    """Whoever should hear the alarm did not say that they have; the message says what they said instead."""


def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Post it, and give the status of the answer. Raises Unheard."""
    try:
        return httpx.post(url, content=body, headers=dict(headers), timeout=SECONDS, follow_redirects=False).status_code
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unheard(f"{type(error).__name__}: {error}") from error


@dataclass(frozen=True, slots=True)
class Siren:
    """Where alarms are told outside the house; nowhere while no address is set."""

    url: str = ""
    secret: str = field(default="", repr=False)
    post: Post = post

    def sounds(self, message_id: str, at: datetime, kind: str, data: dict[str, Any]) -> None:
        """Tell it once. Raises Unheard unless it was taken."""
        body = json.dumps({"type": kind, "timestamp": at.isoformat(), "data": data}).encode()
        status = self.post(self.url, body, signed(self.secret, message_id, at, body))
        if not 200 <= status < 300:
            raise Unheard(f"it answered {status}")


def siren(chosen: Settings) -> Siren:
    """As the environment says."""
    secret = chosen.alarm_webhook_secret
    return Siren(chosen.alarm_webhook_url or "", secret.get_secret_value() if secret else "")


def signed(secret: str, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers by which whoever has the secret knows that it is from us, and of now."""
    seconds = str(int(at.timestamp()))
    content = b".".join([message_id.encode(), seconds.encode(), body])
    digest = hmac.new(key_of(secret), content, hashlib.sha256).digest()
    return {"content-type": "application/json", "webhook-id": message_id, "webhook-timestamp": seconds,
            "webhook-signature": f"v1,{base64.b64encode(digest).decode()}"}


def key_of(secret: str) -> bytes:
    """The key that a secret such as whsec_... means."""
    return base64.b64decode(secret.removeprefix(PREFIX))
