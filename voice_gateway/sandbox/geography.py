"""Numbers and the countries they belong to, as far as a sandbox needs it."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

PREFIXES = {
    "1": "US", "7": "RU", "27": "ZA", "31": "NL", "32": "BE", "33": "FR", "34": "ES", "39": "IT",
    "41": "CH", "43": "AT", "44": "GB", "45": "DK", "46": "SE", "47": "NO", "48": "PL", "49": "DE",
    "52": "MX", "55": "BR", "61": "AU", "64": "NZ", "81": "JP", "86": "CN", "91": "IN",
    "353": "IE", "351": "PT", "358": "FI", "972": "IL",
}  # fmt: skip


def country(number: str) -> str:
    """The country of an E.164 number, or nothing when it is not known."""
    digits = number.lstrip("+")
    for length in (3, 2, 1):
        if digits[:length] in PREFIXES:
            return PREFIXES[digits[:length]]
    return ""


def apart(address: str) -> tuple[str, dict[str, str]]:
    """``client:sam?case=7`` or ``sip:sam@host?x-case=7``: the address, and what its telephone is told."""
    if not address.startswith(("client:", "sip:", "sips:")):
        return address, {}
    bare, _, query = address.partition("?")
    return bare, dict(parse_qsl(query, keep_blank_values=True))


def is_e164(number: str) -> bool:
    """Whether it looks like an international number."""
    return re.fullmatch(r"\+[1-9]\d{6,14}", number) is not None


def formatted(number: str) -> str:
    """(202) 555-0100 for American numbers, others as they are."""
    american = re.fullmatch(r"\+1(\d{3})(\d{3})(\d{4})", number)
    return "({}) {}-{}".format(*american.groups()) if american else number


def normal(number: str) -> str:
    """Twilio takes punctuation and national American numbers; E.164 comes out."""
    if re.match(r"(client|sip|sips|app|whatsapp|messenger):", number):
        return number
    bare = re.sub(r"[\s().-]", "", number)
    if re.fullmatch(r"[2-9]\d{9}", bare):
        return f"+1{bare}"
    if re.fullmatch(r"1[2-9]\d{9}", bare):
        return f"+{bare}"
    return bare
