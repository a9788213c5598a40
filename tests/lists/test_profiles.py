"""Addresses on the web in a list: an account, a page of somebody's own for the weekly look, or nothing at all; never a proof."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import select

from tests.house import MORNING
from voice_gateway.lists import PAGE, Address
from voice_gateway.lists.profiles import of, pages
from voice_gateway.store.identity import own_pages, unlisting
from voice_gateway.store.tables import DeclaredRow, EvidenceRow, IdentifierRow, LinkRow

HOSTILE = some.one_of(
    some.text(max_size=60),
    some.text("htps:/\\@.#?%[]0123456789abcxyz-_ \t\n\u200b\u202e\u0430", max_size=60).map(lambda text: f"https://{text}"),
    some.builds("https://{}{}/{}".format, some.sampled_from([
        "127.0.0.1", "[::1]", "2130706433", "0x7f.1", "localhost", "a.local", "metadata.google.internal", "dana.example:22", "me:pw@dana.example",
        "dana.example@evil.example", "x.com.evil.example", "bsky.app.evil.example", "d\u0430na.example", "dana.example.", "-a.example", "a..example"]),
        some.sampled_from(["", "\\@evil.example", "%00", "#@evil.example", "?@evil.example"]), some.text(max_size=20)))


@pytest.mark.parametrize("said, found", [
    ("https://bsky.app/profile/Ann.Bsky.Social", Address("bluesky", "ann.bsky.social", is_handle=True)),
    ("https://mastodon.example/@Jess", Address("mastodon", "@jess@mastodon.example", is_handle=True)),
    ("https://x.com/Jess_L", Address("x", "@jess_l", is_handle=True)), ("https://www.twitter.com/jess_l/", Address("x", "@jess_l", is_handle=True)),
    ("https://bsky.app/profile/did:plc:z72i7hdynmk6r22z27h6tvur", Address("bluesky", "did:plc:z72i7hdynmk6r22z27h6tvur", is_handle=True)),
    ("https://Dana.Example", Address(PAGE, "https://dana.example/", is_handle=True)),
    ("https://dana.example/Me?x=1#top", Address(PAGE, "https://dana.example/Me?x=1", is_handle=True)),
])
def test_what_an_address_says(said: str, found: Address) -> None:
    assert of(said) == found


@pytest.mark.parametrize("said", [
    "", "dana.example", "http://dana.example", "ftp://dana.example", "javascript:alert(1)", "file:///etc/passwd", "https://x.com/jess/status/1",
    "https://x.com/home", "https://www.linkedin.com/in/jess", "https://medium.com/@jess", "https://jess@dana.example/", "https://dana.example:8443/",
    "https://93.184.215.14/", "https://intranet/", "https://wiki.corp/", "https://dana.example\\@evil.example/", "https://d\u0430na.example/",
    f"https://dana.example/{'x' * 300}", "=HYPERLINK(\"https://dana.example\")"])
def test_what_says_nothing(said: str) -> None:
    assert of(said) is None


@given(said=HOSTILE)
@settings(max_examples=150, deadline=None)
def test_whatever_stands_there_no_page_leads_within_our_walls(said: str) -> None:
    """A page is at a name on the web, by https, at its own port, without anybody's password, and means the same to every reader."""
    for found in pages(said):
        if found.namespace == PAGE:
            parts = urlsplit(found.subject)
            assert (parts.scheme, parts.username, parts.password, parts.port) == ("https", None, None, None)
            assert found.subject.isascii()
            assert found.subject.isprintable()
            assert "\\" not in found.subject
            assert of(found.subject) == found
            with pytest.raises(ValueError, match="does not appear to be"):
                ip_address(parts.hostname or "")


def due(memory) -> list[tuple[str, bool]]:
    with memory.store.reading() as connection:
        return [(row.page, row.by_a_list) for row in own_pages.due(connection, MORNING.replace(year=2100), 20)]


def test_a_column_of_them_is_taken_in_as_weak_evidence_and_undone(desk, memory):
    """Nothing is linked, and no row is refused because of what stands there; one page of two people is nobody's own."""
    told = desk.takes("name,phone,Website\nDana,+12025550121,https://dana.example/ https://x.com/dana\nSam,+12025550122,https://firm.example\n"
                      "Ann,+12025550123,https://firm.example\nBob,+12025550124,http://10.0.0.7/\nEve,,https://eve.example\n")
    assert told.startswith("4 new, 0 changed, 0 same, 1 wrong")
    assert "neither a number nor an account" in desk.wrong()[0]
    assert not memory.rows(select(LinkRow.id))
    assert not memory.rows(select(EvidenceRow.id))
    assert sorted(due(memory)) == [("", True), ("", True), ("https://dana.example/", True)]
    assert ("x", "@dana", True) in [tuple(row) for row in memory.rows(select(DeclaredRow.namespace, DeclaredRow.subject, DeclaredRow.is_handle))]
    assert desk.takes("name,phone,Website\nDana,+12025550121,https://dana.example/\n").startswith("0 new, 0 changed, 1 same")
    desk.contacts("undo", "list.csv", "--by", "Kim")
    assert due(memory) == []


def test_whatever_was_seen_on_pages_of_a_list_goes_with_it_however_much(desk, memory, monkeypatch):
    """Also what one look at it does not reach."""
    monkeypatch.setattr(unlisting, "IN_A_BATCH", 1)
    people = [(f"Dana {letter}", f"+1202555012{n};+1202555013{n}", f"https://dana-{letter}.example/", f"did:plc:{letter * 24}") for n, letter in enumerate("abc")]
    desk.takes("name,phone,Website,bluesky\n" + "".join(f"{','.join(each)}\n" for each in people))
    with memory.store.transaction() as connection:
        for _name, phone, page, did in reversed(people):
            number, account = (connection.execute(select(IdentifierRow.id, IdentifierRow.contact_id).where(IdentifierRow.subject == subject)).one()
                               for subject in (phone[:12], did))
            own_pages.seen(connection, number.contact_id, page, [account.id], MORNING)
    assert desk.contacts("undo", "list.csv", "--by", "Kim").output.startswith("12 addresses and 12 links undone, 3 contacts gone")
    assert {row.state for row in memory.rows(select(LinkRow.state))} == {"revoked"}
