"""WhatsApp beside texts: who writes, the day in which one may answer freely, templates, read receipts.

https://www.twilio.com/docs/whatsapp/api and https://www.twilio.com/docs/whatsapp/key-concepts.
A person has a number (``whatsapp:+12025550111``) or only an id that the business sees
(``whatsapp:US.ABC123``). On Messenger (``messenger:6012345678901234``) they have only that.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .exchange import Exchange
    from .messages import Message

PREFIX, MESSENGER = "whatsapp:", "messenger:"
ADDRESS = re.compile(r"whatsapp:(\+[1-9]\d{6,14}|[A-Z]{2}\.[A-Za-z0-9]{1,64})|messenger:[1-9]\d{4,24}")
WINDOW = 24 * 3600.0
"""Seconds after somebody's last message in which one may write to them without a template."""
NOBODY = "WhatsApp user"


@dataclass(frozen=True)
class Profile:
    """What somebody has typed about themselves, and the id by which a business knows them."""

    name: str = ""
    user_id: str = ""
    username: str = ""


def channel_of(address: str) -> str:
    """The channel of an address, ``whatsapp:`` or ``messenger:``; none for telephones."""
    return next((each for each in (PREFIX, MESSENGER) if address.startswith(each)), "")


def shared_contact(number: str, asked_for: bool) -> dict[str, str]:
    """What the webhook tells of somebody who shares a number as a contact, because we asked for it or by themselves.

    How the carrier tells it is not confirmed; this is the shape in which Meta does.
    """
    contact = {"origin": "contact_request" if asked_for else "other",
               "phones": [{"phone": number, "wa_id": number.removeprefix("+"), "type": "CELL"}]}
    return {"MessageType": "contacts", "Contacts": json.dumps([contact])}


def is_whatsapp(address: str) -> bool:
    """Whether it is an address of WhatsApp's."""
    return address.startswith(PREFIX)


def about_sender(x: Exchange, address: str) -> list[tuple[str, str]]:
    """What the webhook tells of whoever writes."""
    bare, profile = address.removeprefix(PREFIX), x.handset(address).profile
    fields = [("ProfileName", profile.name or x.people.get(address, "") or NOBODY)]
    if bare.startswith("+"):
        fields.append(("WaId", bare[1:]))
    user_id = profile.user_id or ("" if bare.startswith("+") else bare)
    if user_id:
        fields.append((x.unconfirmed.whatsapp_user_id_field, user_id))
    if profile.username:
        fields.append(("ProfileUsername", profile.username))
    return fields


def about_status(message: Message) -> list[tuple[str, str]]:
    """What a status callback tells besides, on this channel."""
    sender = message.x.owned(message.from_)
    fields = [("ChannelPrefix", "whatsapp")]
    if sender:
        fields.append(("ChannelInstallSid", sender.sid))
    if message.status == "read":
        fields.append(("EventType", "READ"))
    if message.error:
        fields.append(("ChannelStatusMessage", f"The channel refused the message: {message.error}"))
    return fields


def may_write(message: Message) -> bool:
    """Whether WhatsApp takes it: a template always, anything else within a day of their last message."""
    last = message.x.last_heard.get((message.to, message.from_))
    within = last is not None and message.x.clock.time() - last <= WINDOW
    return within or message.template is not None


def filled(template: str, variables: str) -> str:
    """A template's words with ``{{1}}`` and the like filled in. Raises ValueError."""
    values = json.loads(variables or "{}")
    if not isinstance(values, dict):
        raise ValueError("the variables must be a JSON object")
    return re.sub(r"\{\{(\w+)\}\}", lambda gap: str(values.get(gap[1], gap[0])), template)
