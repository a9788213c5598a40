"""The public network's stream, as its client library describes it: recorded shapes on a line of our own, no real server.

The stream of a server of accounts is listened to for real in tests/bluesky.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping

import pytest
from websockets.sync.server import ServerConnection, serve

from voice_gateway.networks import Trouble, bluesky_stream

US, THEM = "did:plc:z72i7hdynmk6r22z27h6tvur", "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
KIND = "network.bsky.jetstream.subscribeEvents"


def event(number: int, record: Mapping[str, object]) -> str:
    return json.dumps({"$type": "message", "payload": {
        "$type": f"{KIND}#commit", "collection": "app.bsky.feed.post", "did": THEM, "operation": "create", "rkey": "3l3qo2vutsw2b",
        "rev": "3l3qo2vuowo2b", "seq": number, "time": "2026-03-04T10:00:00.000000Z",
        "cid": "bafyreidc6sydkkbchcyg62v77wbhzvb2mvytlmsychqgwf2xojjtirmzj4",
        "record": {"$type": "app.bsky.feed.post", "createdAt": "2026-03-04T10:00:00Z", "text": "hello", **record}}})


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What the server says to whoever listens, before it hangs up."""
    said: list[str] = []

    def tell(connection: ServerConnection) -> None:
        for line in said:
            connection.send(line)

    with serve(tell, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setattr(bluesky_stream, "EVERYWHERE", f"ws://127.0.0.1:{server.socket.getsockname()[1]}/xrpc")
        yield said
        server.shutdown()
        thread.join()


def test_whatever_holds_our_name_rings(lines: list[str]) -> None:
    mention = {"facets": [{"index": {"byteStart": 0, "byteEnd": 5}, "features": [
        {"$type": "app.bsky.richtext.facet#mention", "did": US}]}]}
    there = {"uri": f"at://{US}/app.bsky.feed.post/3l3qo2vutsw2b", "cid": "bafyreidc6sydkkbchcyg62v77wbhzvb2mvytlmsychqgwf2xojjtirmzj4"}
    lines += [event(1, {}), event(2, mention), event(3, {"reply": {"root": there, "parent": there}}), event(4, {})]
    rung: list[int] = []
    bluesky_stream.listen("https://bsky.social", US, lambda: rung.append(1))
    assert len(rung) == 2


def test_a_stream_that_says_no_is_told(lines: list[str]) -> None:
    lines.append(json.dumps({"$type": "error", "error": "InvalidRequest", "message": "no"}))
    with pytest.raises(Trouble, match="stream broke off"):
        bluesky_stream.listen("https://bsky.social", US, lambda: None)
