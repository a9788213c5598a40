"""Media of messages: pictures, sounds, cards. Kept with their message, fetched by REST, deleted.

https://www.twilio.com/docs/messaging/api/media-resource and
https://www.twilio.com/docs/messaging/guides/accepted-mime-types
"""

from __future__ import annotations

import base64
import binascii
import mimetypes
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, unquote_to_bytes, urlsplit

from .products import TWILIO
from .webhooks import WebhookAnswer, is_url

if TYPE_CHECKING:
    from .exchange import Exchange
    from .messages import Message

CDN = "https://mms.twiliocdn.com"
LEASE = 4 * 3600
"""Seconds for which an address at the CDN is good."""
LARGEST, LARGEST_ON_WHATSAPP = 5_000_000, 16_000_000
"""Bytes of all media in one message that goes out."""
ACCEPTED = re.compile(
    r"(image|audio|video)/.+|text/(x-)?vcard|text/(csv|rtf|richtext|calendar|directory)|application/(pdf|vcard)"
)
NOBODY_THERE = ("host", "connect")
TROUBLES = ("called", "missing", "size", "leads_to")


@dataclass(frozen=True)
class Attachment:
    """What somebody sends along with a text: bytes, of what kind, and what is wrong with them.

    ``called``: the kind that webhook and REST tell, where it is not what the bytes are sent as.
    ``missing``: so many requests for the bytes meet a 404 first. ``size``: so many bytes, of
    which all after the content are zeros. ``leads_to``: where the CDN sends whoever asks.
    Written down it is a ``data:`` address.
    """

    content: bytes = b""
    content_type: str = "image/jpeg"
    called: str = ""
    missing: int = 0
    size: int = 0
    leads_to: str = ""

    @classmethod
    def of(cls, text: str) -> Attachment:
        """Read a ``data:`` address. Raises ValueError."""
        head, comma, body = text.partition(",")
        kind, *words = head.removeprefix("data:").split(";")
        if not text.startswith("data:") or not comma:
            raise ValueError(f"a picture is a web address or a data: address, not {text[:40]!r}")
        told = {name: unquote(value) for name, _, value in (word.partition("=") for word in words)}
        try:
            content = base64.b64decode(body, validate=True) if "base64" in told else unquote_to_bytes(body)
        except binascii.Error:
            raise ValueError("a data: address in broken base64") from None
        numbers = {name: int(told.get(name, "0")) for name in ("missing", "size")}
        return cls(content, kind or "text/plain", told.get("called", ""), leads_to=told.get("leads_to", ""), **numbers)

    def __str__(self) -> str:
        wrong = [(name, getattr(self, name)) for name in TROUBLES]
        said = "".join(f";{name}={quote(str(value), safe='')}" for name, value in wrong if value)
        return f"data:{self.content_type}{said};base64,{base64.b64encode(self.content).decode()}"

    @property
    def bytes(self) -> bytes:
        """All of it."""
        return self.content + bytes(max(0, self.size - len(self.content)))


class Media:
    """One piece of media of one message; ``given`` is a ``data:`` address, or where it is on the web."""

    def __init__(self, message: Message, given: str) -> None:
        x = message.x
        self.x, self.message, self.given = x, message, given
        self.sid = x.sid("ME")
        self.token = x.token()
        self.created = self.updated = x.clock.now()
        self.attachment = None if is_url(given) else Attachment.of(given)
        guessed = mimetypes.guess_type(urlsplit(given).path)[0] or "image/jpeg"
        attached = self.attachment
        self.content_type = (attached.called or attached.content_type) if attached else guessed
        self.missing = attached.missing if attached else 0
        x.media[self.sid] = self

    @property
    def url(self) -> str:
        """What the webhook tells: our own address of it, or the one on the web that the scenario gave."""
        if self.attachment is None:
            return self.given
        x = self.x
        path = f"/2010-04-01/Accounts/{x.account_sid}/Messages/{self.message.sid}/Media/{self.sid}"
        return x.public_base_url + path

    @property
    def at_the_cdn(self) -> str:
        """Where the bytes are for a while, for whoever has this address."""
        x = self.x
        home = CDN if x.public_base_url == TWILIO else x.public_base_url
        until = int(x.clock.time() + LEASE)
        return f"{home}/{x.account_sid}/{self.token}?Expires={until}&Signature={self.token[::-1]}"

    def collected(self, content: bytes, content_type: str) -> None:
        """Its bytes were fetched from the application: from now on they are kept here."""
        self.attachment = Attachment(content, content_type)
        self.content_type = content_type


def collect(message: Message, then: Callable[[int | None], None]) -> None:
    """Fetch a message's media from where the application has them.

    ``then`` gets Twilio's code if one is no good. Where nobody answers at all, as on most of
    the web from here, the address is taken as it is.
    """
    wanted = [one for one in message.media if one.attachment is None]
    if not wanted or not message.x.unconfirmed.collects_media:
        then(None)
        return
    _collect(message, wanted, then)


def _collect(message: Message, wanted: Sequence[Media], then: Callable[[int | None], None]) -> None:
    if not wanted:
        then(_too_large(message))
        return
    first, rest = wanted[0], wanted[1:]

    def answered(answer: WebhookAnswer, code: int | None) -> None:
        kind = answer.content_type.partition(";")[0].strip().lower()
        if answer.failure in NOBODY_THERE:
            _collect(message, rest, then)
            return
        if code is None and not ACCEPTED.fullmatch(kind):
            code = 12300
        if code is not None:
            message.x.postman.problem(code, f"the media of {message.sid} could not be had", first.given)
            then(code)
            return
        first.collected(answer.body, kind)
        _collect(message, rest, then)

    message.x.postman.ask("media", first.given, [], "GET", answered)


def _too_large(message: Message) -> int | None:
    most = LARGEST_ON_WHATSAPP if message.to.startswith("whatsapp:") else LARGEST
    size = sum(len(one.attachment.bytes) for one in message.media if one.attachment)
    return 11751 if size > most else None


def of_message(message: Message) -> list[Media]:
    """The media of a message that are still kept."""
    return [one for one in message.media if one.sid in message.x.media]


def at_the_cdn(x: Exchange, token: str) -> Media | None:
    """The media with this address at the CDN, if they are still kept."""
    return next((one for one in x.media.values() if one.token == token), None)


def written(media: Sequence[str | Attachment]) -> list[str]:
    """As they go over the wire to the exchange."""
    return [str(one) for one in media]
