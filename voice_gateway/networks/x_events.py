"""What X tells by its webhook, in our words: https://docs.x.com/x-api/account-activity/introduction

Nothing of it is asked for again, for each question costs money.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from flows.posts import Author, Post
from voice_gateway.networks import SHAPE, signed, those_legible
from voice_gateway.networks.signed import Forged, Garbled, instant
from voice_gateway.wire import legible

NAME = "x"
HEADER = "x-twitter-webhooks-signature"
A_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{1,128}")


def reply_to_challenge(secret: str, token: str) -> dict[str, str]:
    """What X wants to hear now and then. Raises Forged.

    Only what cannot be an event is signed: else whoever asks would be given a signature for events of their own.
    """
    if not A_CHALLENGE.fullmatch(token):
        raise Forged("crc_token is missing, or none that X would send")
    return {"response_token": signed.in_base64(secret, token.encode())}


def posts(secret: str, body: bytes, signature: str | None, us: str, now: datetime) -> list[Post]:
    """The posts and messages of this webhook, `us` being the account that it must be for. Raises Forged, Garbled."""
    signed.must_be(signed.in_base64(secret, body), signature, HEADER)
    told = signed.opened(body)
    if told.get("for_user_id") != us:
        raise Garbled("it is for another account than ours")
    try:
        said, written = told.get("tweet_create_events", ()), told.get("direct_message_events", ())
        return [*those_legible(said, partial(_said, us, now), (*SHAPE, Garbled)),
                *those_legible(written, partial(_written, told, us, now), (*SHAPE, Garbled))]
    except SHAPE as error:
        raise Garbled(f"it is in another shape than X's: {type(error).__name__}") from None


def _said(us: str, now: datetime, each: Mapping[str, Any]) -> Post | None:
    """What somebody said; None for what is our own, or only passed on from us."""
    passed_on = each.get("retweeted_status") or {}
    if us in (each["user"]["id_str"], passed_on.get("user", {}).get("id_str")):
        return None
    full = each.get("extended_tweet") or {}
    mentions = tuple(str(who["id_str"]) for who in (full.get("entities") or each["entities"])["user_mentions"])
    quotes_us = (each.get("quoted_status") or {}).get("user", {}).get("id_str") == us
    return Post(
        NAME, _id(each["id_str"]), each.get("in_reply_to_status_id_str") or each["id_str"], _author(each["user"]),
        legible(full.get("full_text") or each["text"]), instant(each["timestamp_ms"], now),
        url=f"https://x.com/i/status/{each['id_str']}", mentions=mentions, repeats=passed_on.get("id_str", ""),
        can_reply=us in mentions or quotes_us, spread=int(each.get("retweet_count") or 0))


def _written(told: Mapping[str, Any], us: str, now: datetime, each: Mapping[str, Any]) -> Post | None:
    """What somebody wrote to us alone; None for what we wrote."""
    message = each["message_create"]
    if message["sender_id"] == us or message["target"]["recipient_id"] != us:
        return None
    return Post(NAME, _id(each["id"]), each["id"], _author(told["users"][message["sender_id"]]),
                legible(message["message_data"]["text"]), instant(each["created_timestamp"], now), private=True)


def _id(told: Any) -> str:
    if not (isinstance(told, str) and told.isascii() and told.isdigit() and len(told) < 25):
        raise Garbled("an id is missing, or none")
    return told


def _author(told: Mapping[str, Any]) -> Author:
    return Author(NAME, _id(told.get("id_str") or told.get("id")), f"@{told['screen_name'].lower()}", legible(told["name"]),
                  followers=told.get("followers_count"))
