"""What the carrier tells besides of whoever writes by WhatsApp: the id of their account, and what WhatsApp vouches for.

The id belongs to the house's own portfolio at Meta, and is told under either of two names; which one a live account sees
is not confirmed, nor are the names of a shared contact and of a changed number: they are read in Meta's own shape.
https://www.twilio.com/docs/whatsapp/api and
https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

USER_ID = re.compile(r"[A-Z]{2}\.[A-Za-z0-9]{1,64}")
NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
TOLD_AS = ("ExternalUserIdentifier", "ExternalUserId")
FORMER_AS = ("PreviousExternalUserIdentifier", "PreviousExternalUserId")
CHANGED = frozenset({"user_changed_number", "user_changed_user_id"})
ASKED_FOR = "contact_request"


@dataclass(frozen=True, slots=True)
class OnWhatsApp:
    """Somebody there. `user_id`: their account, if it was told, and `former_id` what it was before.

    `vouched`: a number (E.164) of which WhatsApp says that it is theirs, because they tapped to share it; one that was
    typed, or shared unasked, is none. `has_changed`: the account has another number now. `shares`: that they share a
    contact, in words, for that comes without any.
    """

    user_id: str = ""
    former_id: str = ""
    vouched: str = ""
    has_changed: bool = False
    shares: str = ""


NOT_THERE = OnWhatsApp()


def on_whatsapp(form: Mapping[str, str]) -> OnWhatsApp:
    """What was told of them. Whatever is in another shape was not told."""
    vouched = _vouched(form.get("Contacts", ""))
    shares = f"(shares the number {vouched})" if vouched else "(shares a contact)" if form.get("Contacts") else ""
    return OnWhatsApp(_told(form, TOLD_AS), _told(form, FORMER_AS), vouched, form.get("MessageType") in CHANGED, shares)


def _told(form: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((form[name] for name in names if USER_ID.fullmatch(form.get(name, ""))), "")


def _vouched(contacts: str) -> str:
    """The one number of a contact that was shared because we asked for it."""
    try:
        told: Any = json.loads(contacts or "[]")
        shared = {f"+{phone['wa_id']}" for each in told if each.get("origin") == ASKED_FOR for phone in each["phones"]}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return ""
    numbers = {each for each in shared if NUMBER.fullmatch(each)}
    return numbers.pop() if len(shared) == len(numbers) == 1 else ""
