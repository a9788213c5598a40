"""Bluesky: posts are public, accounts keep one name that never changes (their DID), whatever they call themselves."""

from __future__ import annotations

import re
import unicodedata

from flows.networks import Manners, NotAHandle

LONGEST_HANDLE = 253
LONGEST_DID = 2048
TURN_ROUND = "\u202d\u202e"
"""Marks that show the letters after them in another order."""

_LINK = re.compile(r"(?:https?://)?(?:[a-z0-9-]+\.)+[a-z]+/profile/([^/?#]+)(?:[/?#].*)?", re.IGNORECASE)
_AT_ADDRESS = re.compile(r"at://([^/?#]+)(?:[/?#].*)?", re.IGNORECASE)
_DID = re.compile(r"did:(?:plc:[a-z2-7]{24}|web:[a-z0-9.-]+\.[a-z]+)")
_PART = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HANDLE = re.compile(rf"(?:{_PART}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?")
_NEVER_ISSUED = frozenset("alt arpa internal invalid local localhost onion".split())
"""Endings that no account may have (`example` is left for trying things); a handle that has ceased to hold is shown as handle.invalid."""

EXAMPLES = (
    ("ann.bsky.social", "ann.bsky.social"),
    ("@Ann.BSKY.social ", "ann.bsky.social"),
    ("\u202a@ann.bsky.social\u202c", "ann.bsky.social"),
    ("ann\u200b.bsky.social", "ann.bsky.social"),
    ("https://bsky.app/profile/ann.bsky.social", "ann.bsky.social"),
    ("bsky.app/profile/ann.example.com/post/3kabc?ref=x", "ann.example.com"),
    ("https://bsky.app/profile/did:plc:z72i7hdynmk6r22z27h6tvur", "did:plc:z72i7hdynmk6r22z27h6tvur"),
    ("at://did:plc:z72i7hdynmk6r22z27h6tvur/app.bsky.feed.post/3kabc", "did:plc:z72i7hdynmk6r22z27h6tvur"),
    ("did:web:ann.example.com", "did:web:ann.example.com"),
    ("xn--bcher-kva.example.com", "xn--bcher-kva.example.com"),
)


def handle(typed: str) -> str:
    """The handle, or the DID, that is meant: small letters, without @, link and marks that nobody sees.

    Raises NotAHandle. A letter that only looks like one of ours is not guessed at: it is somebody else's handle.
    """
    if any(sign in typed for sign in TURN_ROUND):
        raise NotAHandle("This was made to look like another handle; type it as it is spelt, like ann.bsky.social")
    bare = "".join(sign for sign in typed if unicodedata.category(sign) != "Cf").strip()
    found = _LINK.fullmatch(bare) or _AT_ADDRESS.fullmatch(bare)
    named = (found[1] if found else bare).removeprefix("@")
    if len(named) <= LONGEST_DID and _DID.fullmatch(named):
        return named
    if strange := next((sign for sign in named if not sign.isascii()), ""):
        raise NotAHandle(f"“{strange}” does not occur in Bluesky handles; type it as you see it there, like ann.bsky.social")
    lower = named.lower()
    if len(lower) > LONGEST_HANDLE or not _HANDLE.fullmatch(lower) or lower.rpartition(".")[2] in _NEVER_ISSUED:
        raise NotAHandle("A Bluesky handle looks like ann.bsky.social or ann.example.com")
    return lower


manners = Manners(
    name="bluesky", told="Bluesky", namespace="atproto", handle=handle, examples=EXAMPLES,
    proofs=frozenset({"otp_roundtrip", "oauth_otp"}), code_in_public=True, answers="public",
    writes_privately=True, private_is_private=False, tells_reach=True, lets_follow=True, quiet=(21, 8),
    longest_answer=300, longest_message=1000, counts="graphemes",
)
