"""Twilio's other products, each on a host of its own, and how they write addresses and times."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .exchange import Exchange

TWILIO = "https://api.twilio.com"


def home_of(x: Exchange, product: str) -> str:
    """``https://verify.twilio.com``; on a port of this computer all products share that port."""
    return f"https://{product}.twilio.com" if x.public_base_url == TWILIO else x.public_base_url


def iso(moment: datetime) -> str:
    """2026-11-02T15:00:00Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
