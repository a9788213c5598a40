"""The stream of all that is posted on Bluesky, listened to for one thing: whether somebody may have written to us.

It only says that it is worth looking. What was written, and that nothing is missed, is told by the notifications. The
public network's stream is Jetstream, a filtered one; a server on this machine has its own posts in full.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from atproto import (
    CAR,
    FirehoseSubscribeReposClient,
    JetstreamClient,
    models,
    parse_subscribe_repos_message,
)
from atproto.exceptions import AtProtocolError

from voice_gateway.networks import Trouble
from voice_gateway.public_web import OUR_OWN_MACHINE

POST = "app.bsky.feed.post"
EVERYWHERE = "wss://jetstream.us-east.bsky.network/xrpc"
QUIET_SECONDS = 60.0
"""So long may nothing come before the line counts as dead."""


def listen(home: str, us: str, ring: Callable[[], None]) -> None:
    """Ring whenever a post somewhere holds the DID `us`, until the stream ends. Raises Trouble when it breaks."""
    parts = urlsplit(home)
    try:
        if parts.hostname in OUR_OWN_MACHINE:
            near = FirehoseSubscribeReposClient(base_uri=f"ws://{parts.netloc}/xrpc", recv_timeout=QUIET_SECONDS)
            near.start(lambda message: ring() if _posts_of(message, us) else None)
        else:
            params = models.NetworkBskyJetstreamSubscribeEvents.Params(kinds=["commit"], collections=[POST])
            everywhere = JetstreamClient(params, EVERYWHERE, recv_timeout=QUIET_SECONDS)
            everywhere.start(lambda event: ring() if us in repr(getattr(event, "record", None)) else None)
    except (AtProtocolError, OSError) as broken:
        raise Trouble(f"Bluesky's stream broke off: {type(broken).__name__}") from None


def _posts_of(message: Any, us: str) -> bool:
    """Does this message of a server of accounts hold a new post with our DID: a mention, an answer, a quotation?"""
    commit = parse_subscribe_repos_message(message)
    if not isinstance(commit, models.ComAtprotoSyncSubscribeRepos.Commit):
        return False
    written = [each.cid for each in commit.ops if each.action == "create" and each.path.startswith(f"{POST}/")]
    blocks = CAR.from_bytes(commit.blocks).blocks if written else {}
    return any(us in repr(blocks.get(each)) for each in written)
