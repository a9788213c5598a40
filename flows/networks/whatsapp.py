"""WhatsApp: an address is a telephone number, or an id that only our portfolio knows; nothing there is public."""

from __future__ import annotations

import re

from flows.networks import Manners, NotAHandle, as_typed

TOLD = "WhatsApp"
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_USER_ID = re.compile(r"[A-Z]{2}\.[A-Za-z0-9]{1,64}")
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9+])[ ().-]+(?=[0-9(])")


def handle(typed: str) -> str:
    """A number as +12025550121, or the id of somebody who hides theirs, such as US.ABC123."""
    bare = as_typed(_BETWEEN_DIGITS.sub("", typed), TOLD)
    bare = bare.partition(":")[2] if bare.lower().startswith("whatsapp:") else bare
    if not (_NUMBER.fullmatch(bare) or _USER_ID.fullmatch(bare)):
        raise NotAHandle("on WhatsApp people are a number such as +12025550121, or an id such as US.ABC123")
    return bare


manners = Manners(
    name="whatsapp", told=TOLD, namespace="wa_bsuid", handle=handle,
    proofs=frozenset({"otp_roundtrip", "wa_attested"}),
    examples=(("whatsapp:+12025550121", "+12025550121"), ("+1 (202) 555-0121", "+12025550121"),
              ("whatsapp:US.ABC123", "US.ABC123")),
    answers="private", writes_privately=True, quiet=(21, 8), longest_answer=1500,
)
