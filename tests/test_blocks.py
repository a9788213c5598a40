"""Who is refused, and for how long, as the doors ask it: on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from tests.house import MORNING, empty
from voice_gateway.store import blocks, look_up
from voice_gateway.store.tables import ContactRow, IdentifierRow

EVE = "+12025550177"
NEXT_WEEK = MORNING + timedelta(days=7)


@pytest.fixture
def memory(store):
    empty(store)
    with store.transaction() as connection:
        yield connection


def test_a_block_holds_until_its_end(memory):
    assert not look_up.is_blocked(memory, EVE, MORNING)
    assert not blocks.block(memory, EVE, "threats", NEXT_WEEK, MORNING)
    assert look_up.is_blocked(memory, EVE, NEXT_WEEK - timedelta(seconds=1))
    assert not look_up.is_blocked(memory, EVE, NEXT_WEEK)
    assert blocks.blocks(memory, NEXT_WEEK) == []


def test_a_number_that_is_known_is_blocked_where_it_stands(memory):
    memory.execute(insert(IdentifierRow), {"namespace": "tel", "subject": EVE, "first_seen": MORNING})
    blocks.block(memory, EVE, "threats", NEXT_WEEK, MORNING)
    assert memory.scalars(select(IdentifierRow.blocked_why)).all() == ["threats"]


def test_a_block_without_an_end_holds(memory):
    memory.execute(insert(IdentifierRow), {"namespace": "tel", "subject": EVE, "blocked": True, "first_seen": MORNING})
    assert look_up.is_blocked(memory, EVE, MORNING + timedelta(days=9999))
    assert look_up.is_blocked(memory, EVE)
    assert blocks.unblock(memory, EVE, MORNING)
    assert not look_up.is_blocked(memory, EVE)


def test_who_is_blocked_is_so_at_every_number_of_their_own(memory):
    memory.execute(insert(ContactRow), {"id": 1, "name": "Eve", "blocked": True, "created_at": MORNING})
    for number in (EVE, "+12025550178"):
        memory.execute(insert(IdentifierRow),
                       {"namespace": "tel", "subject": number, "contact_id": 1, "first_seen": MORNING})
    blocks.block(memory, EVE, "threats", NEXT_WEEK, MORNING)
    assert look_up.is_blocked(memory, "+12025550178", MORNING)
    assert blocks.blocks(memory, MORNING) == [
        blocks.Block(EVE, "threats", NEXT_WEEK), blocks.Block("+12025550178", contact="Eve"),
    ]
    assert look_up.is_blocked(memory, EVE, NEXT_WEEK)


def test_a_block_that_is_over_begins_anew(memory):
    blocks.block(memory, EVE, "threats", NEXT_WEEK, MORNING)
    assert not blocks.unblock(memory, EVE, NEXT_WEEK)
    assert not blocks.block(memory, EVE, "again", NEXT_WEEK + timedelta(days=1), NEXT_WEEK)
    assert blocks.block(memory, EVE, "and again", NEXT_WEEK + timedelta(days=2), NEXT_WEEK)
    assert [each.why for each in blocks.blocks(memory, NEXT_WEEK)] == ["and again"]
