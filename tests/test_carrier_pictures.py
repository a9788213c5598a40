"""Where pictures are fetched from, and from where not: one step, to the carrier's own store, without our key."""

from __future__ import annotations

import pytest

from tests.test_carrier import Scripted, answer, scripted
from voice_gateway.carrier import NotAPicture, NotYet, Picture, Unknown
from voice_gateway.carrier.pictures import LARGEST_PICTURE_BYTES, picture, store_at

__all__ = ["scripted"]

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
API = "https://api.twilio.com/2010-04-01/Accounts/AC1"


def moved(to: str, status: int = 307) -> bytes:
    return f"HTTP/1.1 {status} Elsewhere\r\nLocation: {to}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode()


def test_it_is_asked_for_at_our_own_address_with_our_key(scripted: Scripted) -> None:
    carrier, asked = scripted(answer("200 OK", PNG, "image/png"))
    assert carrier.picture("MM1", "ME1") == Picture(PNG, "image/png")
    assert "/Messages/MM1/Media/ME1 HTTP" in asked[0]
    assert "Authorization: Basic" in asked[0]


@pytest.mark.parametrize("sid", ["", "../..", "ME1/x", "a.png", "ME1?x=y", "x" * 65])
def test_a_sid_is_a_sid(scripted: Scripted, sid: str) -> None:
    carrier, asked = scripted(answer("200 OK", PNG, "image/png"))
    with pytest.raises(ValueError, match="sid"):
        carrier.picture("MM1", sid)
    assert asked == []


@pytest.mark.parametrize("to", [
    "", "/elsewhere", "//127.0.0.1/x", "http://169.254.169.254/latest/meta-data/", "https://127.0.0.1/x", "https://[::1]/x",
    "https://mms.twiliocdn.com.evil.example/x", "https://mms.twiliocdn.com@evil.example/x", "https://evil.example/mms.twiliocdn.com",
    "http://mms.twiliocdn.com/x", "https://mms.twiliocdn.com:8443/x", "file:///etc/passwd", "ftp://mms.twiliocdn.com/x",
])
def test_nobody_is_followed_anywhere_else(scripted: Scripted, to: str) -> None:
    carrier, asked = scripted(moved(to))
    with pytest.raises(NotAPicture, match="not its own"):
        carrier.picture("MM1", "ME1")
    assert len(asked) == 1


def test_the_carriers_store_is_one_step_away_and_gets_no_key(scripted: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that sends us round in a circle is asked twice, the second time as strangers would ask."""
    place = "https://mms.twiliocdn.com/AC1/x?Expires=1"
    assert store_at(place, API) == place
    carrier, asked = scripted(moved("http://127.0.0.1/x"))
    monkeypatch.setattr("voice_gateway.carrier.store_at", lambda _to, home: home.partition("/2010")[0] + "/x")
    with pytest.raises(NotAPicture, match="not followed"):
        carrier.picture("MM1", "ME1")
    first, second = asked
    assert "Authorization" in first
    assert second.startswith("GET /x HTTP")
    assert "Authorization" not in second


@pytest.mark.parametrize("said, error", [
    (answer("404 Not Found", b"{}", "application/json"), NotYet), (answer("503 Later"), Unknown),
    (answer("200 OK", PNG, "image/png", length=LARGEST_PICTURE_BYTES + 1), NotAPicture),
    (answer("200 OK", PNG, "text/html"), NotAPicture), (answer("200 OK", PNG, "image/jpeg"), NotAPicture),
    (answer("200 OK", b"", "image/png"), NotAPicture), (answer("200 OK", PNG, ""), NotAPicture),
])
def test_what_is_no_picture_is_refused(scripted: Scripted, said: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        scripted(said)[0].picture("MM1", "ME1")


@pytest.mark.parametrize("label, content", [
    ("image/jpeg", b"\xff\xd8\xff\xe0"), ("IMAGE/PNG; x=y", PNG), ("image/webp", b"RIFF\0\0\0\0WEBP"), ("image/jpg", b"\xff\xd8\xff"),
    ("text/x-vcard", b"BEGIN:VCARD"), ("audio/ogg; codecs=opus", b"OggS"), ("video/mp4", b"\0\0\0\x20ftypisom"),
    ("application/pdf", b"%PDF-1.7"),
])
def test_kinds_that_are_kept(label: str, content: bytes) -> None:
    assert picture(label, content).content == content
