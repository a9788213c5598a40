"""One message of Bluesky's chat: whose it is, when it came, and what it says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from voice_gateway.networks import bluesky_chat as chat
from voice_gateway.networks.bluesky_page import Found, inner, listed

LINK = "app.bsky.richtext.facet#link"


@dataclass(frozen=True, slots=True)
class Letter:
    """One message of theirs: the conversation in which it stands, and what the network tells of it."""

    talk: str
    message: Found

    @property
    def id(self) -> str:
        return chat.name_of(self.talk, self.message["id"])

    @property
    def by(self) -> str:
        """The DID of whoever wrote it."""
        return str(self.message["sender"]["did"])

    @property
    def at(self) -> datetime:
        return when(self.message)

    @property
    def words(self) -> str:
        """What it says, with links in full, which the app cuts short, and told in words what else it brings."""
        return "\n".join(filter(None, (_in_full(self.message), _brought(inner(self.message, "embed")))))


def when(message: Found) -> datetime:
    """When the chat took it, whose own clock that is."""
    return datetime.fromisoformat(message["sentAt"])


def has_come(message: Found) -> bool:
    """Does it tell when?"""
    try:
        return when(message).tzinfo is not None
    except (KeyError, TypeError, ValueError):
        return False


def is_legible(message: Found) -> bool:
    """Is it somebody's words? What our own account has deleted has none left."""
    return all(isinstance(each, str) for each in (message.get("id"), message.get("text"), inner(message, "sender").get("did")))


def _in_full(message: Found) -> str:
    text = str(message["text"]).encode()
    for begin, end, link in sorted(_links(message), reverse=True):
        text = text[:begin] + link.encode() + text[end:]
    return text.decode(errors="replace")


def _links(message: Found) -> Iterable[tuple[int, int, str]]:
    for facet in listed(message, "facets"):
        begin, end = (inner(facet, "index").get(each) for each in ("byteStart", "byteEnd"))
        link = next((each.get("uri") for each in listed(facet, "features") if each.get("$type") == LINK), None)
        if isinstance(begin, int) and isinstance(end, int) and isinstance(link, str) and 0 <= begin < end:
            yield begin, end, link


def _brought(embed: Found) -> str:
    if not embed:
        return ""
    uri = inner(embed, "record").get("uri")
    if isinstance(uri, str) and uri.startswith("at://"):
        whose, _, which = uri.removeprefix("at://").partition("/")
        return f"[a post: https://bsky.app/profile/{whose}/post/{which.rpartition('/')[2]}]"
    return "[something that we cannot show here]"
