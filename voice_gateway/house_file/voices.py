"""Our voice on each network: the tables [networks.NAME] of a house file."""

from __future__ import annotations

import re

from flows import networks
from flows.house import Voice
from flows.voices import NAMES
from voice_gateway.house_file.page import Page, did_you_mean

LONGEST = 60
_NAMED = re.compile(r"\{[^{}]*\}?|\}")
_ADDRESS = re.compile(r"@|://|\bwww\.|\+?\d[\d ().-]{5,}\d", re.IGNORECASE)


def voices(file: Page) -> tuple[tuple[str, Voice], ...]:
    """How we speak on each network, by its name."""
    page = file.table("networks", "tables, each written [networks.NAME], such as [networks.x]")
    known = networks.all_manners()
    for name in page.values:
        if name not in known:
            page.wrong(name, f"is no network that we know{did_you_mean(name, known)}")
    return tuple((name, _voice(page.table(name, "a table with opening, signature or short"))) for name in page.values if name in known)


def _voice(page: Page) -> Voice:
    found = Voice(_words(page, "opening"), _words(page, "signature"), page.yes("short"))
    page.done()
    return found


def _words(page: Page, key: str) -> str:
    """Words that are read beside every answer there: so they name nobody's account, address or number."""
    words = page.text(key, 'words such as "- {first_name} at {house}"', "", LONGEST)
    for strange in _NAMED.findall(words):
        if strange not in NAMES:
            page.wrong(key, f'has "{strange}", and only {", ".join(NAMES)} are filled in')
    if _ADDRESS.search(words):
        page.wrong(key, "names an account, an address or a number: what is right on one network is somebody else’s on another")
    return words
