"""The sound of a recording, as it comes from the carrier: whole, not too large, and really a sound."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from voice_gateway.refusals import Unknown

LARGEST_RECORDING_BYTES = 30 * 2**20
"""Half an hour of the carrier's WAV is 28.8 million bytes."""
LONGEST_FETCH_SECONDS = 60


class NotYet(Exception):
    """The carrier has no sound of this recording: it is not ready yet, or it is gone."""


class NotAudio(ValueError):
    """What came is no recording that may be kept; the message says what was wrong with it."""


@dataclass(frozen=True, slots=True)
class Media:
    """The sound of a recording, and what kind of sound it is."""

    content: bytes
    kind: Literal["audio/mpeg", "audio/wav"]


def whole(headers: Mapping[str, str], pieces: Iterator[bytes], largest: int | None = None,
          wrong: type[ValueError] = NotAudio) -> bytes:
    """All of it, but never more than may be (in bytes), nor for longer."""
    most = LARGEST_RECORDING_BYTES if largest is None else largest
    too_large = wrong(f"it is larger than {most // 2**20} MB")
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length) > most:
        raise too_large
    content, until = bytearray(), time.monotonic() + LONGEST_FETCH_SECONDS
    for piece in pieces:
        content += piece
        if len(content) > most:
            raise too_large
        if time.monotonic() > until:
            raise Unknown(f"it did not arrive within {LONGEST_FETCH_SECONDS} s")
    return bytes(content)


def sound(headers: Mapping[str, str], content: bytes) -> Media:
    """The recording, if both its label and its first bytes say that it is one."""
    label = headers.get("content-type", "").partition(";")[0].strip().lower()
    if label == "audio/mpeg":
        begins_so = content[:3] == b"ID3" or (content[:1] == b"\xff" and content[1:2] >= b"\xe0")
        kind: Literal["audio/mpeg", "audio/wav"] = "audio/mpeg"
    elif label in ("audio/wav", "audio/x-wav"):
        begins_so = content[:4] == b"RIFF" and content[8:12] == b"WAVE"
        kind = "audio/wav"
    elif not label:
        raise Unknown("the answer does not say what it is")
    else:
        raise NotAudio(f"its content type is {label[:40]!r}, not one of a recording")
    if not begins_so:
        raise NotAudio(f"it says {label} but its first bytes are {content[:12]!r}")
    return Media(content, kind)
