"""Media of messages by REST, and the CDN that has the bytes.

https://www.twilio.com/docs/messaging/api/media-resource
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from . import shapes
from .dates import within_dates
from .form import Form
from .media import Media, at_the_cdn, of_message
from .products import TWILIO
from .rest_errors import not_found
from .results import File, Moved, Page, Result

if TYPE_CHECKING:
    from .exchange import Exchange

CDN_PATH = re.compile(r"/(AC[0-9a-f]{32})/([0-9a-f]{32})")
EXPIRED = b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"
TWICE = b"<Error><Code>InvalidArgument</Code><Message>Only one auth mechanism allowed</Message></Error>"
GONE = b"<Error><Code>NoSuchKey</Code></Error>"


def _find(x: Exchange, message_sid: str, sid: str) -> Media:
    media = x.media.get(sid)
    if media is None or media.message.sid != message_sid or message_sid not in x.messages:
        raise not_found(f"{shapes.home(x)}/Messages/{message_sid}/Media/{sid}.json")
    return media


def every(x: Exchange, form: Form, message_sid: str) -> Result:
    """The media of a message."""
    message = x.messages.get(message_sid)
    if message is None:
        raise not_found(f"{shapes.home(x)}/Messages/{message_sid}/Media.json")
    kept = [one for one in of_message(message) if within_dates(form, "DateCreated", one.created)]
    return Page("media_list", [shapes.media(one) for one in kept])


def fetch(x: Exchange, _form: Form, message_sid: str, sid: str) -> Result:
    """One piece of media, described."""
    return shapes.media(_find(x, message_sid, sid))


def delete(x: Exchange, _form: Form, message_sid: str, sid: str) -> Result:
    """Throw it away."""
    del x.media[_find(x, message_sid, sid).sid]
    return None


def content(x: Exchange, _form: Form, message_sid: str, sid: str) -> Result:
    """The bytes: a redirect to the CDN, good for a while, or the bytes at once."""
    media = _find(x, message_sid, sid)
    if media.missing > 0:
        media.missing -= 1
        raise not_found(f"{shapes.home(x)}/Messages/{message_sid}/Media/{sid}")
    if media.attachment is None:
        return Moved(media.given, x.unconfirmed.media_redirect or 307)
    if not x.unconfirmed.media_redirect:
        return File(media.attachment.bytes, media.attachment.content_type)
    return Moved(media.at_the_cdn, x.unconfirmed.media_redirect)


def at_cdn(x: Exchange, path: str, form: Form, credentials: bool) -> Result:
    """What the CDN answers; None if this is no address of its. It knows nobody, only addresses.

    A client that follows a redirect on one port keeps its credentials, so that only the CDN's own host minds them.
    """
    match = CDN_PATH.fullmatch(path)
    if match is None:
        return None
    media = at_the_cdn(x, match[2])
    until = form.get("Expires")
    if credentials and x.public_base_url == TWILIO and x.unconfirmed.cdn_refuses_credentials:
        return File(TWICE, "application/xml", 400)
    if not until.isdigit() or int(until) < x.clock.time() or form.get("Signature") != match[2][::-1]:
        return File(EXPIRED, "application/xml", 403)
    if media is None or media.attachment is None:
        return File(GONE, "application/xml", 404)
    if media.attachment.leads_to:
        return Moved(media.attachment.leads_to, 307)
    return File(media.attachment.bytes, media.attachment.content_type)
