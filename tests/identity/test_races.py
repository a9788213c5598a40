"""Many at once, each in a transaction of its own: one winner every time."""

from __future__ import annotations

from functools import partial

from sqlalchemy import insert, select

from tests.house import MORNING, empty
from tests.identity.graph import DAY, KEY, Town
from tests.test_races import all_at_once
from voice_gateway.store.identity import audit, challenges, links
from voice_gateway.store.tables import ChallengeRow, EvidenceRow, IdentifierRow, LinkRow

AT_ONCE = 6


def issued(store, tel, account):
    with store.transaction() as memory:
        return Town(memory).code(tel, account).code


def furnished(store, accounts):
    """One number, and this many accounts. Their ids, the number's first."""
    empty(store)
    with store.transaction() as memory:
        rows = [{"namespace": "tel", "subject": "+12025550001", "first_seen": MORNING}]
        rows += [{"namespace": "atproto", "subject": f"did:plc:{n}", "first_seen": MORNING} for n in range(accounts)]
        return [memory.execute(insert(IdentifierRow).returning(IdentifierRow.id), row).scalar_one() for row in rows]


def answer(store, code, account):
    with store.transaction() as memory:
        return challenges.answer(memory, KEY, code, account, MORNING)


def test_one_code_that_comes_back_many_times_at_once_counts_once(store):
    tel, alice = furnished(store, 1)
    code = issued(store, tel, alice)
    results = all_at_once([partial(answer, store, code, alice)] * AT_ONCE)
    assert sorted(each.was_right for each in results) == [False] * (AT_ONCE - 1) + [True]
    with store.picture() as memory:
        assert len(memory.execute(select(EvidenceRow.id)).all()) == 1
        assert audit.verify(memory).broken == ()


def test_racing_proofs_of_one_number_leave_one_link(store):
    tel, *accounts = furnished(store, challenges.MOST_A_DAY)
    codes = [issued(store, tel, account) for account in accounts]
    results = all_at_once([partial(answer, store, *each) for each in zip(codes, accounts, strict=True)])
    assert all(each.was_right for each in results), results
    with store.picture() as memory:
        states = sorted(memory.scalars(select(LinkRow.state)))
        assert states == ["active"] + ["superseded"] * (len(accounts) - 1)
        assert audit.verify(memory).broken == ()


def test_guesses_at_once_have_five_tries_together(store):
    tel, alice = furnished(store, 1)
    code = issued(store, tel, alice)
    all_at_once([partial(answer, store, f"2222-222{n}", alice) for n in range(2, 10)])
    assert not answer(store, code, alice).was_right
    with store.picture() as memory:
        assert memory.scalars(select(ChallengeRow.tries)).all() == [challenges.MOST_TRIES]


def test_two_who_undo_one_link_undo_it_once(store):
    tel, alice = furnished(store, 1)
    link_id = answer(store, issued(store, tel, alice), alice).proved.link_id

    def undo(who):
        with store.transaction() as memory:
            return links.unlink(memory, link_id, who, "wrong", MORNING + DAY)

    assert sorted(all_at_once([partial(undo, f"Kim {n}") for n in range(AT_ONCE)])) == [False] * (AT_ONCE - 1) + [True]
    with store.picture() as memory:
        assert audit.verify(memory).broken == ()
