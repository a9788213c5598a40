"""What evidence allows, and how it is undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from flows.identity import KINDS, NEVER_KEPT, NUMBERS_PER_ACCOUNT, NotEvidence
from flows.identity.claims import badge
from flows.identity.grant import NoGrant, RouteGrant
from tests.identity.graph import DAY, claims
from voice_gateway.store.identity import evidence, grants, links
from voice_gateway.store.tables import ContactRow, IdentifierRow, NumberRow

HOUR = timedelta(hours=1)
WEAK = sorted(name for name, kind in KINDS.items() if not kind.route and not kind.denies)


def test_a_proof_leads_from_a_post_to_the_number_and_from_a_call_to_the_account(town):
    tel, alice = town.tel(1), town.account("alice")
    town.proves(tel, alice)
    post, call = town.case(alice), town.case(tel)
    assert town.reaches(post, "tel") == tel
    assert town.reaches(call, "atproto") == alice
    assert town.reaches(call, "mastodon") is None
    assert town.reaches(call, "tel") is None
    assert town.grant(post).address == "+12025550001"


def test_a_number_that_is_only_claimed_gives_no_grant(town):
    tel, alice = town.tel(1), town.account("alice")
    town.proves(tel, alice)
    assert town.grant(town.case(alice), authentic=False) == NoGrant("the number on the line is only claimed")
    assert town.grant(999_999) == NoGrant("there is no such case")


@pytest.mark.parametrize("kind", WEAK)
def test_nothing_weaker_routes_however_often_it_is_said(town, kind):
    tel, alice = town.tel(1), town.account("alice")
    case = town.case(alice)
    for _ in range(20):
        town.says(tel, alice, kind, case_id=case, reason="she says so")
    assert town.grant(case) == NoGrant("nothing is proved")


@pytest.mark.parametrize("kind", [*NEVER_KEPT, "astrology"])
def test_what_may_never_be_kept_is_refused(town, kind):
    with pytest.raises(NotEvidence, match=kind):
        town.says(town.tel(1), town.account("alice"), kind)


def test_evidence_joins_a_number_and_an_account(town):
    for one, other in ((town.tel(1), town.tel(2)), (town.account("a"), town.account("b")), (town.tel(1), 99_999)):
        with pytest.raises(NotEvidence, match="joins a number and an account"):
            town.says(one, other)


def test_nothing_is_observed_in_the_future(town):
    said = evidence.Evidence(town.tel(1), town.account("a"), "otp_roundtrip", "x", "y", town.now + DAY)
    with pytest.raises(NotEvidence, match="future"):
        evidence.add(town.memory, said, town.now)


def test_the_same_evidence_again_changes_nothing(town):
    tel, alice = town.tel(1), town.account("alice")
    first = town.says(tel, alice, "import_bare", payload="row 7")
    again = town.says(tel, alice, "import_bare", payload="row 7")
    assert (again.evidence_id, again.link_id, again.is_new) == (first.evidence_id, first.link_id, False)
    assert len(links.history(town.memory, tel)) == 1


def test_to_unlink_restores_what_was_known_before(town):
    tel, alice = town.tel(1), town.account("alice")
    town.says(tel, alice, "import_bare")
    before = town.view(tel)
    added = town.proves(tel, alice)
    assert town.view(tel) != before
    assert links.unlink(town.memory, added.link_id, "Kim", "wrong person", town.now)
    assert town.view(tel) == before
    assert not links.unlink(town.memory, added.link_id, "Kim", "wrong person", town.now)
    assert not links.unlink(town.memory, 99_999, "Kim", "no such link", town.now)


def test_a_list_that_lied_is_undone_as_a_whole(town):
    for n in range(1, 6):
        town.says(town.tel(n), town.account(f"a{n}"), "import_bare")
    assert links.unlink_source(town.memory, "test", "Kim", "the list was wrong", town.now) == 5
    assert all(town.view(town.tel(n)) == [] for n in range(1, 6))


def test_a_grant_is_checked_again_when_something_is_sent(town):
    tel, alice = town.tel(1), town.account("alice")
    added = town.proves(tel, alice)
    grant = town.grant(town.case(alice))
    assert grants.recheck(town.memory, grant, town.now)
    assert not grants.recheck(town.memory, grant, town.now + 46 * DAY)
    links.unlink(town.memory, added.link_id, "customer", "not me", town.now)
    assert not grants.recheck(town.memory, grant, town.now)


def test_a_grant_cannot_be_made_by_hand(town):
    tel, alice = town.tel(1), town.account("alice")
    town.proves(tel, alice)
    grant = town.grant(town.case(alice))
    with pytest.raises(TypeError, match="resolve_for_route"):
        RouteGrant(1, 1, 1, tel, "+12025550001", town.now, None)
    with pytest.raises((TypeError, ValueError)):
        replace(grant, to_id=town.tel(2))
    with pytest.raises(AttributeError):
        grant.to_id = town.tel(2)


# ---- conflicts ----


def test_two_people_who_prove_one_number_share_it(town):
    tel, alice, bob = town.tel(1), town.account("alice"), town.account("bob")
    town.proves(tel, alice)
    added = town.proves(tel, bob)
    assert added.displaced == (alice,)
    for case in (town.case(alice), town.case(bob)):
        assert town.reaches(case) is None
    town.now += 44 * DAY
    assert town.grant(town.case(bob)) == NoGrant("several people use this number")


def test_who_had_the_number_before_may_agree(town):
    tel, alice, second = town.tel(1), town.account("alice"), town.account("alices-second")
    town.proves(tel, alice)
    town.proves(tel, second)
    assert town.reaches(town.case(second)) is None
    agreed = town.answers(town.code(tel, alice, purpose="agree").code, alice)
    assert agreed.was_right
    assert agreed.proved is None
    assert town.reaches(town.case(second)) == tel
    assert town.reaches(town.case(alice)) is None


def test_a_stranger_cannot_agree(town):
    tel, alice, bob = town.tel(1), town.account("alice"), town.account("bob")
    town.proves(tel, alice)
    town.proves(tel, bob)
    town.answers(town.code(tel, bob, purpose="agree").code, bob)
    assert town.reaches(town.case(bob)) is None


def test_a_number_that_was_passed_on_goes_to_the_new_owner_after_three_days(town):
    tel, alice, bob = town.tel(1), town.account("alice"), town.account("bob")
    town.proves(tel, alice)
    town.now += 46 * DAY
    assert "new code" in town.grant(town.case(alice)).why
    assert town.proves(tel, bob).displaced == (alice,)
    assert town.grant(town.case(bob)) == NoGrant("the number has just changed hands")
    town.now += 72 * HOUR
    assert town.reaches(town.case(bob)) == tel
    assert town.reaches(town.case(alice)) is None


def test_an_account_has_so_many_numbers_and_no_more(town):
    bob = town.account("bob")
    for n in range(NUMBERS_PER_ACCOUNT):
        town.proves(town.tel(n), bob)
    added = town.proves(town.tel(99), bob)
    assert [(claim.tier, claim.reason) for claim in links.of_tel(town.memory, town.tel(99))] == [
        ("show", f"the account has {NUMBERS_PER_ACCOUNT} numbers already")]
    assert added.displaced == ()


def test_whoever_has_many_numbers_shows_that_one_more_is_not_its_former_owners(town):
    """Played by the simulator: a number was left to somebody whose account had many, and the giver's cases rang there."""
    tel, alice, bob = town.tel(99), town.account("alice"), town.account("bob")
    for n in range(NUMBERS_PER_ACCOUNT):
        town.proves(town.tel(n), bob)
    town.proves(tel, alice)
    case = town.case(alice)
    assert town.reaches(case) == tel
    town.now += HOUR
    assert town.proves(tel, bob).displaced == (alice,)
    assert town.reaches(case) is None
    assert town.reaches(town.case(alice)) is None
    agreed = town.answers(town.code(tel, alice, purpose="agree").code, alice)
    assert agreed.was_right
    assert town.reaches(town.case(alice)) is None


def test_what_was_asked_before_the_proof_may_be_anothers(town):
    tel, bob = town.tel(1), town.account("bob")
    of_another, now = town.case(tel, town.now - 2 * HOUR), town.case(tel, town.now - timedelta(minutes=20))
    town.proves(tel, bob)
    assert "before this number was proved" in town.grant(of_another, "atproto").why
    assert town.reaches(now, "atproto") == bob


def test_a_proof_that_is_renewed_in_time_goes_on_covering_what_it_covered(town):
    tel, alice = town.tel(1), town.account("alice")
    town.proves(tel, alice)
    case = town.case(tel)
    town.now += 30 * DAY
    assert town.proves(tel, alice).displaced == ()
    town.now += 30 * DAY
    assert town.reaches(case, "atproto") == alice
    town.now += 30 * DAY
    town.proves(tel, alice)
    assert town.reaches(case, "atproto") is None
    assert town.reaches(town.case(tel), "atproto") == alice


def test_a_changed_sim_ends_what_was_proved_before(town):
    tel, alice = town.tel(1), town.account("alice")
    town.proves(tel, alice)
    case = town.case(tel)
    town.now += HOUR
    evidence.swapped(town.memory, tel, town.now, town.now)
    assert town.grant(town.case(alice)) == NoGrant("the SIM of this number was changed after the proof")
    town.now += HOUR
    town.proves(tel, alice)
    assert town.reaches(town.case(alice)) == tel
    assert town.reaches(case, "atproto") is None


def test_not_the_same_stops_it_at_once_until_there_is_a_newer_proof(town):
    tel, alice = town.tel(1), town.account("alice")
    town.says(tel, alice, "import_bare")
    town.proves(tel, alice)
    before = town.view(tel)
    town.now += HOUR
    evidence.not_same(town.memory, tel, alice, "Kim", "he said so", town.now)
    town.says(tel, alice, "customer_declared")
    assert town.view(tel) == []
    assert town.reaches(town.case(alice)) is None
    town.now += HOUR
    town.proves(tel, alice)
    assert town.reaches(town.case(alice)) == tel
    assert {kind for _, _, kind, *_ in before} < {kind for _, _, kind, *_ in town.view(tel)}


def test_a_number_that_is_said_to_be_shared_is_never_automatic(town):
    tel, alice = town.tel(1), town.account("alice")
    town.proves(tel, alice, alone=False)
    assert town.grant(town.case(alice)) == NoGrant("several people use this number")
    other, carol = town.tel(2), town.account("carol")
    town.proves(other, carol, alone=True)
    assert town.reaches(town.case(carol)) == other
    evidence.share(town.memory, other, "Kim", town.now)
    assert town.reaches(town.case(carol)) is None


def test_a_number_that_is_one_persons_again_takes_a_new_proof(town):
    tel, alice = town.tel(1), town.account("alice")
    town.proves(tel, alice)
    evidence.share(town.memory, tel, "Kim", town.now)
    case = town.case(tel)
    town.now += 2 * HOUR
    evidence.theirs_alone(town.memory, tel, "Kim", "her flatmate has moved out", town.now)
    assert town.grant(town.case(alice)) == NoGrant("nothing is proved")
    town.proves(tel, alice)
    assert town.reaches(town.case(alice)) == tel
    assert town.reaches(case, "atproto") is None, "the flatmate may have asked that"


def test_who_keeps_a_shared_number_is_not_told_what_the_other_asked(town):
    """Found by the simulator: the proofs went on without a break from when there were two of them."""
    tel, carol = town.tel(1), town.account("carol")
    town.proves(tel, carol, alone=False)
    of_the_other = town.case(tel)
    for _ in range(3):
        town.now += 30 * DAY
        town.proves(tel, carol, alone=True)
    assert town.reaches(town.case(tel), "atproto") == carol
    assert "before this number was proved" in town.grant(of_the_other, "atproto").why


def test_an_account_has_three_numbers_and_then_no_more(town):
    alice = town.account("alice")
    for n in (1, 2, 3):
        town.proves(town.tel(n), alice)
        town.now += DAY
    town.proves(town.tel(4), alice)
    assert town.reaches(town.case(town.tel(3)), "atproto") == alice
    assert town.grant(town.case(town.tel(4)), "atproto") == NoGrant("nothing is proved")
    assert town.grant(town.case(alice)) == NoGrant("there are several")
    assert town.grant(town.case(alice), only=town.tel(2)).to_id == town.tel(2)


def test_a_number_of_the_house_is_nobodys(town):
    town.memory.execute(insert(NumberRow), {"number": "+12025550001"})
    town.proves(town.tel(1), town.account("alice"))
    assert town.grant(town.case(town.account("alice"))) == NoGrant("nothing is proved")


def test_who_is_refused_is_not_reached(town):
    tel, alice = town.tel(1), town.account("alice")
    town.proves(tel, alice)
    town.memory.execute(update(IdentifierRow).where(IdentifierRow.id == alice).values(blocked=True))
    assert town.grant(town.case(alice)) == NoGrant("the house refuses one of them")


# ---- a colleague's word ----


def test_a_colleagues_word_shows_for_its_case_and_a_day(town):
    tel, alice = town.tel(1), town.account("alice")
    case, other = town.case(tel), town.case(tel)
    with pytest.raises(NotEvidence, match="a reason"):
        town.says(tel, alice, "agent_confirmed", case_id=case, actor="Sam", reason="  ")
    with pytest.raises(NotEvidence, match="the case"):
        town.says(tel, alice, "agent_confirmed", actor="Sam", reason="I know her")
    town.says(tel, alice, "agent_confirmed", case_id=case, actor="Sam", reason="I know her")
    assert [kind for _, _, kind, *_ in town.view(tel, case)] == ["agent_confirmed"]
    assert town.view(tel, other) == []
    town.now += 24 * HOUR
    assert town.view(tel, case) == []


def marked(town, tel):
    town.memory.execute(insert(ContactRow), {"id": 1, "name": "Alice", "insider": True, "created_at": town.now})
    town.memory.execute(update(IdentifierRow).where(IdentifierRow.id == tel).values(contact_id=1))


def test_a_word_that_was_taken_back_is_no_second_one(town):
    tel, alice = town.tel(1), town.account("alice")
    case = town.case(tel)
    marked(town, tel)
    said = {actor: town.says(tel, alice, "agent_confirmed", case_id=case, actor=actor, reason="I know her") for actor in ("Sam", "Kim")}
    assert len(town.view(tel, case)) == 1
    for added in said.values():
        links.unlink(town.memory, added.link_id, "Kim", "it was her sister", town.now)
    town.says(tel, alice, "agent_confirmed", case_id=case, actor="Sam", reason="I know her")
    assert town.view(tel, case) == []


def test_of_a_marked_person_two_colleagues_must_agree(town):
    tel, alice = town.tel(1), town.account("alice")
    case = town.case(tel)
    marked(town, tel)
    for actor, seen in (("Sam", 0), ("Sam", 0), ("Kim", 1)):
        town.says(tel, alice, "agent_confirmed", case_id=case, actor=actor, reason="I know her")
        assert len(town.view(tel, case)) == seen


def test_an_agent_reads_how_sure_it_is(town):
    tel, alice = town.tel(1), town.account("alice")
    town.proves(tel, alice)
    town.says(tel, alice, "import_bare")
    found = claims(town.memory, "tel", "+12025550001")
    assert found == claims(town.memory, "atproto", "did:plc:alice")
    told = sorted(badge(each, town.now + 46 * DAY) for each in found)
    assert told == [
        "not proved: a list says so, 46 days ago",
        ("proved by a code that went to the one and came back from the other, 46 days ago; "
        "the number may have been passed on since: a new code is needed"),
    ]
