"""What an address on the web says of somebody: an account on a network, or a page of their own.

Neither proves anything. What is no such address, or leads where no page of a person can be, is nobody's fault and says
nothing: lists are full of them. The house goes to none of them while it reads the list.
"""

from __future__ import annotations

import re

from flows import networks
from voice_gateway.lists import PAGE, Address
from voice_gateway.lists.cells import LONGEST_ADDRESS, WrongCell, account_on, clean, several

HOSTS = {"twitter.com": "x", "x.com": "x", "bsky.app": "bluesky", "instagram.com": "instagram", "threads.net": "threads", "threads.com": "threads",
         "m.me": "messenger", "facebook.com": "messenger", "wa.me": "whatsapp"}
MANY_PEOPLES = frozenset("linkedin.com youtube.com tiktok.com medium.com substack.com".split())
"""Where a page is one of a million, names no account, and begins with @ without being on Mastodon."""

_BETWEEN = re.compile(r"[;,|]*(?:\s+|:::|$)|[;,|]+(?=https?:)", re.IGNORECASE)
_PART = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(rf"https://(?P<host>(?:{_PART}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?)"
                      r"(?P<rest>(?:/[A-Za-z0-9._~%!$'()*+,;=:@&/-]*)?(?:\?[A-Za-z0-9._~%!$'()*+,;=:@&/?-]*)?)(?:#[!-~]*)?", re.IGNORECASE)
_AT_MASTODON = re.compile(r"/@[A-Za-z0-9_.-]+/?")
_NOT_OUTSIDE = ("local", "localhost", "internal", "intranet", "lan", "home", "corp", "invalid", "test", "onion", "arpa")


def pages(text: str) -> list[Address]:
    """What the addresses of a cell say. Raises WrongCell only where there are too many of them."""
    return [found for each in several(text, _BETWEEN) if (found := of(each))]


def of(told: str) -> Address | None:
    """An account, or a page; None for what says nothing. Whoever hides another address within this one says nothing either."""
    said = clean(told)
    found = _ADDRESS.fullmatch(said) if len(said) <= LONGEST_ADDRESS else None
    if found is None or found["host"].rpartition(".")[2].lower() in _NOT_OUTSIDE:
        return None
    host = found["host"].lower()
    network = HOSTS.get(host.removeprefix("www."))
    if network is None and host.removeprefix("www.") in MANY_PEOPLES:
        return None
    if network is None and _AT_MASTODON.fullmatch(found["rest"]):
        network = "mastodon"
    if network is None:
        return Address(PAGE, f"https://{host}{found['rest'] or '/'}", is_handle=True)
    try:
        return account_on(f"https://{host}{found['rest']}", networks.of(network))
    except WrongCell:
        return None
