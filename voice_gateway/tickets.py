"""The address of a ticket: long, random, and never stored.

The database keeps a seed and a digest. Only who also holds the house's secret
key can make the address again, to put it into a text.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tickets:
    """Makes addresses of ticket pages under `base_url`."""

    secret_key: str
    base_url: str

    def new_seed(self) -> str:
        return secrets.token_hex(16)

    def token(self, seed: str) -> str:
        """The 128-bit token that belongs to a seed, in 22 characters fit for an address."""
        digest = hmac.digest(self.secret_key.encode(), f"ticket:{seed}".encode(), "sha256")
        return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")

    def page(self, seed: str) -> str:
        return f"{self.base_url}/t/{self.token(seed)}"


def digest(token: str) -> str:
    """What is stored of a token, and looked up by."""
    return hashlib.sha256(token.encode()).hexdigest()
