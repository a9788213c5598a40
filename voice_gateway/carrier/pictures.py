"""Pictures and files that come with texts: whole, not too large, and really what they say they are.

The carrier does not keep them at their address but sends whoever asks on to its store, once. So one step is
followed, without our credentials, and only to a host of the carrier's. That host is asked over TLS and has to
prove its name, so that no false answer of a name server leads to an address in our own network.
https://www.twilio.com/docs/messaging/api/media-resource
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

LARGEST_PICTURE_BYTES = 16 * 2**20
"""As large as WhatsApp lets a picture be; a text's are smaller."""
STORES = frozenset({"mms.twiliocdn.com", "media.twiliocdn.com"})
REDIRECTS = (301, 302, 303, 307, 308)

# What a file of each kind begins with, and from which byte on.
_BEGINNINGS: dict[str, tuple[tuple[int, bytes], ...]] = {
    "image/jpeg": ((0, b"\xff\xd8\xff"),),
    "image/png": ((0, b"\x89PNG\r\n\x1a\n"),),
    "image/gif": ((0, b"GIF87a"), (0, b"GIF89a")),
    "image/webp": ((8, b"WEBP"),),
    "application/pdf": ((0, b"%PDF-"),),
    "text/vcard": ((0, b"BEGIN:VCARD"),),
    "audio/ogg": ((0, b"OggS"),),
    "audio/amr": ((0, b"#!AMR"),),
    "audio/mpeg": ((0, b"ID3"), (0, b"\xff\xfb"), (0, b"\xff\xf3"), (0, b"\xff\xf2")),
    "audio/mp4": ((4, b"ftyp"),),
    "video/mp4": ((4, b"ftyp"),),
    "video/3gpp": ((4, b"ftyp"),),
}
_OTHER_NAMES = {"image/jpg": "image/jpeg", "text/x-vcard": "text/vcard", "video/3gp": "video/3gpp"}


class NotAPicture(ValueError):
    """What came may not be kept; the message says what was wrong with it."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, or another file that came with a text, and what kind it is."""

    content: bytes
    kind: str


def picture(label: str, content: bytes) -> Picture:
    """What came, if both its label and its first bytes say that it is of a kind that we keep."""
    said = label.partition(";")[0].strip().lower()
    kind = _OTHER_NAMES.get(said, said)
    if kind not in _BEGINNINGS:
        raise NotAPicture(f"it is of a kind that we do not keep ({kind[:40] or 'none'})")
    if not any(content[at : at + len(begins)] == begins for at, begins in _BEGINNINGS[kind]):
        raise NotAPicture(f"it is not what it says it is ({kind})")
    return Picture(content, kind)


def store_at(location: str, home: str) -> str:
    """Where the carrier's store has it; `home` is where we reach the carrier. Raises NotAPicture for any other place."""
    place, ours = urlsplit(location), urlsplit(home)
    is_the_carriers = place.scheme == "https" and place.netloc in STORES
    if not is_the_carriers and (place.scheme, place.netloc) != (ours.scheme, ours.netloc):
        raise NotAPicture("the carrier sends us on to a place that is not its own")
    return location
