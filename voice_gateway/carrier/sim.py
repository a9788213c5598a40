"""When the SIM of a number was changed last, as its network tells the carrier.

It is paid for, and must be agreed with the carrier first (https://www.twilio.com/docs/lookup/v2-api/sim-swap).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any


def changed_at(told: Any) -> datetime | None:
    """The instant, or None: never, or the network does not tell. What is in another shape was not told."""
    try:
        at = datetime.fromisoformat(told["last_sim_swap"]["last_sim_swap_date"])
    except (TypeError, KeyError, ValueError):
        return None
    return at if at.tzinfo else None
