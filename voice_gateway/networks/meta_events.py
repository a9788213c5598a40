"""What Meta tells by its webhooks of Messenger and Instagram, in our words.

https://developers.facebook.com/docs/messenger-platform/webhooks and
https://developers.facebook.com/docs/instagram-platform/webhooks. People are known to one page or one account only, so
that is the scope of each. How many follow them is not told here: that is unknown, and never nobody.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from flows.posts import Author, Post
from voice_gateway.networks import SHAPE, signed, those_legible
from voice_gateway.networks.signed import Forged, Garbled, instant
from voice_gateway.wire import legible

HEADER = "X-Hub-Signature-256"
NETWORKS = {"page": "messenger", "instagram": "instagram"}
LONGEST_CHALLENGE, LONGEST_ID = 100, 250
NO_TEXT = "(something that is no text)"


def reply_to_challenge(verify_token: str, asked: Mapping[str, str], name: str = "META_VERIFY_TOKEN") -> str:
    """The challenge of somebody who knows our token, which is the variable of this name. Raises Forged."""
    challenge = asked.get("hub.challenge", "")
    if asked.get("hub.mode") != "subscribe" or not (challenge.isascii() and challenge.isalnum() and len(challenge) <= LONGEST_CHALLENGE):
        raise Forged("hub.mode or hub.challenge is missing, or none that Meta would send")
    if not hmac.compare_digest(asked.get("hub.verify_token", "").encode("utf-8", "replace"), verify_token.encode()):
        raise Forged(f"hub.verify_token is not {name}")
    return challenge


def posts(secret: str, body: bytes, signature: str | None, ours: Mapping[str, str], now: datetime) -> list[Post]:
    """The messages and comments of this webhook, `ours` being our account on each network. Raises Forged, Garbled."""
    signed.must_be(signed.in_hex(secret, body), signature, HEADER)
    told = signed.opened(body)
    network = NETWORKS.get(str(told.get("object")), "")
    if network not in ours:
        raise Garbled("it is about neither our page nor our Instagram account")
    try:
        return those_legible(_events(told["entry"], ours[network]), partial(_post, network, ours[network], now), (*SHAPE, Garbled))
    except SHAPE as error:
        raise Garbled(f"it is in another shape than Meta's: {type(error).__name__}") from None


def _events(entries: Iterable[Mapping[str, Any]], us: str) -> Iterator[tuple[Any, Any]]:
    """What happened, many things together perhaps, and when they were told."""
    for entry in entries:
        if entry["id"] != us:
            raise Garbled("it is for another account than ours")
        yield from ((each, entry.get("time")) for kind in ("messaging", "changes") for each in entry.get(kind, ()))


def _post(network: str, us: str, now: datetime, event: tuple[Any, Any]) -> Post | None:
    """One of them as a post; None for what is no news to us."""
    each, told_at = event
    if "field" not in each:
        message = each.get("message") or {}
        if not message or message.get("is_echo") or message.get("is_deleted") or each["recipient"]["id"] != us:
            return None
        return Post(network, _id(message["mid"]), message["mid"], _author(network, us, each["sender"]),
                    legible(message.get("text") or NO_TEXT), instant(each["timestamp"], now), private=True)
    value = each["value"]
    if each["field"] == "comments" and value["from"]["id"] != us:
        return Post(network, _id(value["id"]), value.get("parent_id") or value["id"], _author(network, us, value["from"]),
                    legible(value.get("text") or NO_TEXT), instant(told_at, now), mentions=(us,))
    return _named(network, us, value, instant(told_at, now)) if each["field"] == "mentions" else None


def _named(network: str, us: str, value: Mapping[str, Any], at: datetime) -> Post:
    """Somebody named us below somebody else's picture: Instagram tells neither who it was nor what they said."""
    which = _id(value.get("comment_id") or value["media_id"])
    somebody = Author(network, f"author of {which}", "", "Somebody on Instagram", scope=us)
    return Post(network, which, _id(value["media_id"]), somebody, "(named us on Instagram: read it in the app)", at,
                mentions=(us,), can_reply=False)


def _author(network: str, us: str, told: Mapping[str, Any]) -> Author:
    name = legible(str(told.get("username") or ""))
    return Author(network, _id(told["id"]), f"@{name.lower()}" if name else "", scope=us)


def _id(told: Any) -> str:
    if not (isinstance(told, str) and told.isprintable() and 0 < len(told) <= LONGEST_ID):
        raise Garbled("an id is missing, or none")
    return told
