"""What Meta tells by its webhooks of Threads, in our words: who named us there, and who replied to what we said.

https://developers.facebook.com/docs/threads/webhooks
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flows.posts import Post
from voice_gateway.networks import signed, threads
from voice_gateway.networks.meta_events import HEADER
from voice_gateway.networks.signed import Garbled

WHEN = "%Y-%m-%dT%H:%M:%S%z"


def posts(secret: str, body: bytes, signature: str | None, us: str, now: datetime) -> list[Post]:
    """What this webhook tells, `us` being our account's number there. Raises Forged, Garbled."""
    signed.must_be(signed.in_hex(secret, body), signature, HEADER)
    told = signed.opened(body)
    try:
        signed.instant(told["time"], now)
        field, value = told["values"]["field"], told["values"]["value"]
        if field == "mentions" and told["target_id"] != us:
            raise Garbled("it is for another account than ours")
        if field not in ("mentions", "replies") or _is_ours(value, us) or _is_without_its_thread(value):
            return []
        return [threads.of(_with_id(value), us, datetime.strptime(value["timestamp"], WHEN).astimezone(UTC))]
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise Garbled(f"it is in another shape than Meta's: {type(error).__name__}") from None


def _is_ours(value: Mapping[str, Any], us: str) -> bool:
    """Do we go on with what we said ourselves? It is told like anybody's reply, with who began the conversation."""
    root = value.get("root_post") or {}
    return root.get("owner_id") == us and root.get("username") == value.get("username")


def _is_without_its_thread(value: Mapping[str, Any]) -> bool:
    """Where it belongs is told only to whoever may read replies; the next look finds it (`Threads.listen`)."""
    return bool(value.get("is_reply")) and not value.get("root_post")


def _with_id(value: dict[str, Any]) -> dict[str, Any]:
    if not (isinstance(value["id"], str) and value["id"].isascii() and value["id"].isdigit() and len(value["id"]) <= 40):
        raise Garbled("an id is missing, or none")
    return value
