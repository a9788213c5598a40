"""What a page on the web says is its owner's elsewhere: links that are marked "me"."""

from __future__ import annotations

import html
import re

MOST_LINKS = 10
_TAG = re.compile(r"<(?:a|link)\s([^<>]{1,2000})>", re.IGNORECASE)
_SAID = re.compile(r"""\b(rel|href)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))""", re.IGNORECASE)


def links(page: str) -> list[str]:
    """The addresses that this page calls its owner's, the first few. https://microformats.org/wiki/rel-me"""
    found: list[str] = []
    for tag in _TAG.findall(page):
        said = {name.lower(): html.unescape("".join(value)) for name, *value in _SAID.findall(tag)}
        if "me" in said.get("rel", "").lower().split() and said.get("href", "").startswith("https://"):
            found.append(said["href"])
    return list(dict.fromkeys(found))[:MOST_LINKS]
