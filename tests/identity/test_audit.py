"""The chain: it holds, and whoever changes anything behind its back is found."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, text, update

from tests.identity.graph import DAY
from voice_gateway.store.identity import audit, evidence, links
from voice_gateway.store.tables import EvidenceRow, IdentityEventRow, LinkRow


@pytest.fixture
def past(town):
    """Proofs, weaker words, a no, an undoing, a change of hands."""
    alice, bob = town.account("alice"), town.account("bob")
    town.says(town.tel(1), alice, "import_bare", reason="row 7 of a list")
    town.proves(town.tel(1), alice)
    link = town.proves(town.tel(2), bob).link_id
    links.unlink(town.memory, link, "Kim", "wrong", town.now)
    evidence.not_same(town.memory, town.tel(1), alice, "Sam", "she said so", town.now)
    town.now += 46 * DAY
    town.proves(town.tel(1), alice)
    town.now += 46 * DAY
    town.proves(town.tel(1), bob)
    evidence.share(town.memory, town.tel(1), "Kim", town.now)
    evidence.swapped(town.memory, town.tel(2), town.now, town.now)
    return town


def test_an_empty_chain_holds(town):
    assert audit.verify(town.memory) == audit.Finding(0, audit.BEGINNING)


def test_the_chain_holds_after_all_that_can_be_done(past):
    found = audit.verify(past.memory)
    assert found.broken == ()
    assert found.lines == audit.count(past.memory) > 12
    assert len(found.head) == 64


TAMPERING = {
    "a line says something else": (update(IdentityEventRow).where(IdentityEventRow.id == 3).values(who="Eve"), "line 3 was changed"),
    "a line is gone": (delete(IdentityEventRow).where(IdentityEventRow.id == 3), "line 3 is missing"),
    "the last line is gone": (text("DELETE FROM identity_events WHERE id = (SELECT max(id) FROM identity_events WHERE link_id > 0)"), ""),
    "a link lives again": (update(LinkRow).where(LinkRow.state == "revoked").values(state="active", network="x"), "was changed beside"),
    "a link holds longer": (update(LinkRow).values(expires_at=LinkRow.verified_at), "was changed beside"),
    "evidence says another kind": (update(EvidenceRow).where(EvidenceRow.kind == "import_bare").values(kind="otp_roundtrip"), "evidence 1"),
    "evidence has another reason": (update(EvidenceRow).values(reason="because"), "was changed beside"),
    "a link is gone": (text("DELETE FROM links WHERE id = (SELECT max(id) FROM links)"), "was taken away"),
}


@pytest.mark.parametrize("deed", TAMPERING)
def test_tampering_is_found(past, deed):
    statement, told = TAMPERING[deed]
    past.memory.execute(statement)
    broken = "\n".join(audit.verify(past.memory).broken)
    assert broken
    assert told.replace("evidence 1", "evidence ") in broken


def test_a_link_put_in_by_hand_is_found(past):
    past.memory.execute(text(
        "INSERT INTO evidence (tel_id, account_id, case_id, kind, polarity, tier, source, actor, channel_sid, reason,"
        " observed_at, expires_at, policy_version, payload_sha256, salt) SELECT tel_id, account_id, case_id, kind, polarity,"
        " tier, 'by hand', actor, channel_sid, reason, observed_at, expires_at, policy_version, 'x', salt FROM evidence"
        " WHERE kind = 'import_bare'"))
    assert any("put in beside the chain" in each for each in audit.verify(past.memory).broken)


def test_lines_cut_off_at_the_end_are_seen_by_the_head_that_was_written_down(past):
    before = audit.verify(past.memory)
    past.memory.execute(text("DELETE FROM identity_events WHERE id = (SELECT max(id) FROM identity_events)"))
    after = audit.verify(past.memory)
    assert after.broken == ()  # it was about no row: only the head tells
    assert (after.lines, after.head) != (before.lines, before.head)
